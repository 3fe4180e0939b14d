/** What an emitter makes: a file by its path below the generated folder, and its whole text. `compiler/write.ts` alone puts it on disk. */

export interface EmittedFile {
  /** Relative to the generated folder, with forward slashes. */
  readonly path: string;
  /** What its text is put together of. Large files keep most of it from one time to the next: such a part is the very value it was. */
  readonly parts: readonly TextPart[];
}

/** A text; or one in UTF-8, which is kept. */
export type TextPart = string | Uint8Array;

const encoder = new TextEncoder();

/** A text that is kept. */
export function keptText(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text of all parts in UTF-8, in a buffer of its own. */
export function wholeText(parts: readonly TextPart[]): Uint8Array {
  const bytes = parts.map((part) => (typeof part === "string" ? encoder.encode(part) : part));
  const whole = new Uint8Array(bytes.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of bytes) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** An emitted JSON file: what fits a line stands on one, the rest two spaces deep; keys as given, a newline at the end. */
export function jsonFile(path: string, value: unknown): EmittedFile {
  const lists: KeptItems[] = [];
  // No JSON text holds the character that stands for a list.
  const pieces = `${printJson(value, "", lists)}\n`.split(mark);
  return { path, parts: pieces.flatMap((text, index) => [text, ...(lists[index] === undefined ? [] : keptParts(lists[index]))]) };
}

/** The JSON text of a value that has no kept items. */
export function jsonText(value: unknown): string {
  return `${printJson(value, "", [])}\n`;
}

/** Of a list of plain values no length is too long: one a line would tell no more. */
const lineMax = 160;

/** Items of a list that are printed already, several in one with what stands between them: for the few lists that are too long to be made as values first. */
export interface PrintedItems { readonly printedItems: readonly string[] }

/** The items, as they will stand in a list, `depth` levels deep. */
export function printItems(items: readonly unknown[], depth = 0): PrintedItems {
  return { printedItems: items.map((item) => printJson(item, "  ".repeat(depth), [])) };
}

/** Items of a list, or entries of an object, printed at the depth where they will stand, none of which fits a line beside others. */
export interface KeptItems { readonly keptItems: readonly Uint8Array[]; readonly depth: number }

/** An item of a list that stands `depth` levels deep. */
export function keptItem(value: unknown, depth: number): Uint8Array {
  return keptText(printJson(value, "  ".repeat(depth), []));
}

/** The entries of `value`, as they will stand in an object with others, `depth` levels deep; undefined when there are none. */
export function keptEntries(value: object, depth: number): Uint8Array | undefined {
  const indent = "  ".repeat(depth);
  const entries = printEntries(value, indent, []);
  return entries.length === 0 ? undefined : keptText(entries.join(`,\n${indent}`));
}

/** A list, or an object, of items that are kept. */
export function keptList(keptItems: readonly (Uint8Array | undefined)[], depth: number): KeptItems {
  return { keptItems: keptItems.filter((item) => item !== undefined), depth };
}

const mark = "\u0000";
const separators = new Map<number, Uint8Array>();

function keptParts({ keptItems, depth }: KeptItems): Uint8Array[] {
  const separator = separators.getOrInsertComputed(depth, () => keptText(`,\n${"  ".repeat(depth)}`));
  return keptItems.flatMap((item, index) => (index === 0 ? [item] : [separator, item]));
}

/** What is printed more than once of values that are always the same: their text, by the indent they stand at. */
const lastingTexts = new WeakMap<object, Map<string, string>>();

/** A value that many files or tables share, printed once for each depth it stands at. Nothing in it is kept or changes. */
export function lasting<Value extends object>(value: Value): Value {
  lastingTexts.set(value, new Map());
  return value;
}

function printJson(value: unknown, indent: string, lists: KeptItems[]): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const known = lastingTexts.get(value);
  return known === undefined ? printNested(value, indent, lists) : known.getOrInsertComputed(indent, () => printNested(value, indent, lists));
}

function printNested(value: object, indent: string, lists: KeptItems[]): string {
  const inner = `${indent}  `;
  const isList = Array.isArray(value);
  const items = isList ? printList(value, inner, lists) : printEntries(value, inner, lists);
  if (items.length === 0) return isList ? "[]" : "{}";
  if (isOneLine(items, indent.length) || (isList && !value.some(isNested))) return isList ? `[${items.join(", ")}]` : `{ ${items.join(", ")} }`;
  const text = items.join(`,\n${inner}`);
  return isList ? `[\n${inner}${text}\n${indent}]` : `{\n${inner}${text}\n${indent}}`;
}

function printList(value: readonly unknown[], indent: string, lists: KeptItems[]): string[] {
  const items: string[] = [];
  for (const item of value) {
    if (!isNested(item)) items.push(JSON.stringify(item));
    else if ("printedItems" in item) items.push(...(item as PrintedItems).printedItems);
    else if ("keptItems" in item) items.push(...markOf(item as KeptItems, lists));
    else items.push(printJson(item, indent, lists));
  }
  return items;
}

/** Names are few, and each stands in very many places. */
const printedNames = new Map<string, string>();

function printEntries(value: object, indent: string, lists: KeptItems[]): string[] {
  const items: string[] = [];
  for (const name in value) {
    const item: unknown = value[name as keyof typeof value];
    if (isNested(item) && "keptItems" in item) items.push(...markOf(item as KeptItems, lists));
    else if (item !== undefined) items.push(printedNames.getOrInsertComputed(name, () => `${JSON.stringify(name)}: `) + printJson(item, indent, lists));
  }
  return items;
}

/** Stands for kept items until all else is printed. */
function markOf(list: KeptItems, lists: KeptItems[]): string[] {
  if (list.keptItems.length === 0) return [];
  lists.push(list);
  return [mark];
}

function isNested(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** A long item is a sure sign, and so are kept ones; only short ones are worth looking through for a line's end. */
function isOneLine(items: readonly string[], indent: number): boolean {
  let length = indent;
  for (const item of items) {
    length += item.length + 2;
    if (length > lineMax) return false;
  }
  return !items.some((item) => item.includes("\n") || item.includes(mark));
}
