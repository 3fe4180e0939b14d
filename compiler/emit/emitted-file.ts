/** What an emitter makes: a file by its path below the generated folder, and its whole text. `compiler/write.ts` alone puts it on disk. */

export interface EmittedFile {
  /** Relative to the generated folder, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** An emitted JSON file: what fits a line stands on one, the rest two spaces deep; keys as given, a newline at the end. */
export function jsonFile(path: string, value: unknown): EmittedFile {
  return { path, text: `${printJson(value, "")}\n` };
}

/** Of a list of plain values no length is too long: one a line would tell no more. */
const lineMax = 160;

/** Items of a list that are printed already, each on one line: for the few lists that are too long to be made as values first. */
export interface PrintedItems { readonly printedItems: readonly string[] }

/** The items, as they will stand in a list. */
export function printItems(items: readonly unknown[]): PrintedItems {
  return { printedItems: items.map((item) => printJson(item, "")) };
}

function printJson(value: unknown, indent: string): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const items = Array.isArray(value) ? printList(value, inner) : printEntries(value, inner);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{ ", " }"];
  if (items.length === 0) return (open + close).replaceAll(" ", "");
  if (isOneLine(items, indent.length) || (Array.isArray(value) && !value.some(isNested))) return open + items.join(", ") + close;
  return `${open.trimEnd()}\n${inner}${items.join(`,\n${inner}`)}\n${indent}${close.trimStart()}`;
}

function printList(value: readonly unknown[], indent: string): string[] {
  const items: string[] = [];
  for (const item of value) {
    if (!isNested(item)) items.push(JSON.stringify(item));
    else if ("printedItems" in item) items.push(...(item as PrintedItems).printedItems);
    else items.push(printJson(item, indent));
  }
  return items;
}

function printEntries(value: object, indent: string): string[] {
  const items: string[] = [];
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) items.push(`${JSON.stringify(key)}: ${printJson(item, indent)}`);
  }
  return items;
}

function isNested(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** A long item is a sure sign; only short ones are worth looking through for a line's end. */
function isOneLine(items: readonly string[], indent: number): boolean {
  let length = indent;
  for (const item of items) length += item.length + 2;
  return length <= lineMax && !items.some((item) => item.includes("\n"));
}
