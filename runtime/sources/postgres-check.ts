/**
 * What a CHECK of PostgreSQL says of one column, where that is certain: texts it is one of, or bounds of a number. Read is the text that the server prints of its own tree
 * (pg_get_expr), in which everything that binds stands in brackets; of any other form nothing is said.
 */

/** A bound and whether it is allowed itself. */
export interface CheckBound { readonly digits: string; readonly open: boolean }

/** `column`: as the text names it. A null passes. */
export type CheckFact =
  | { readonly kind: "values"; readonly column: string; readonly values: readonly string[] }
  | { readonly kind: "bounds"; readonly column: string; readonly low?: CheckBound; readonly high?: CheckBound };

type Part =
  | { readonly kind: "column"; readonly name: string }
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly string[] }
  | { readonly kind: "test"; readonly operator: string; readonly left: Part; readonly right: Part }
  | { readonly kind: "all" | "any"; readonly parts: readonly Part[] };

const token = /\s*('(?:[^'\\]|'')*'|\d+(?:\.\d+)?(?![\p{L}\d_.])|"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*|::|>=|<=|[=<>()[\],-])/uy;

/** A form that is not known. */
class Unknown extends Error {}

/** What the condition says of its one column; undefined where that is not certain. */
export function checkFact(condition: string): CheckFact | undefined {
  try {
    const reader = { tokens: tokensOf(condition), at: 0 };
    const part = readAny(reader);
    return reader.at === reader.tokens.length ? (valuesOf(part) ?? boundsOf(part)) : undefined;
  } catch (error) {
    if (error instanceof Unknown) return undefined;
    throw error;
  }
}

interface Reader { readonly tokens: readonly string[]; at: number }

function tokensOf(text: string): readonly string[] {
  const tokens: string[] = [];
  for (let at = 0; at < text.trimEnd().length; at = token.lastIndex) {
    token.lastIndex = at;
    const [, found] = token.exec(text) ?? [];
    if (found === undefined) throw new Unknown();
    tokens.push(found);
  }
  return tokens;
}

function readAny(reader: Reader): Part {
  return joined(reader, "OR", "any", () => joined(reader, "AND", "all", () => readTest(reader)));
}

function joined(reader: Reader, word: string, kind: "all" | "any", read: () => Part): Part {
  const parts = [read()];
  while (taken(reader, word)) parts.push(read());
  return parts.length === 1 ? (parts[0] ?? unknown()) : { kind, parts };
}

function readTest(reader: Reader): Part {
  const left = readOperand(reader);
  const operator = reader.tokens[reader.at] ?? "";
  if (!["=", "<", ">", "<=", ">="].includes(operator)) return left;
  reader.at += 1;
  return { kind: "test", operator, left, right: readOperand(reader) };
}

function readOperand(reader: Reader): Part {
  let part = readPlain(reader);
  while (taken(reader, "::")) part = cast(part, readType(reader));
  return part;
}

function readPlain(reader: Reader): Part {
  const next = reader.tokens[reader.at] ?? unknown();
  reader.at += 1;
  if (next === "(") return closed(reader, ")", readAny(reader));
  if (next === "-") return negated(readPlain(reader));
  if (next.startsWith("'")) return { kind: "literal", text: next.slice(1, -1).replaceAll("''", "'") };
  if (/^\d/.test(next)) return { kind: "literal", text: next };
  if (next === "ANY") return closed(reader, ")", (expect(reader, "("), readOperand(reader)));
  if (next === "ARRAY") return readList(reader);
  if (next.startsWith('"')) return { kind: "column", name: next.slice(1, -1).replaceAll('""', '"') };
  // Words in capitals are SQL's own: a column of such a name is printed in quotes.
  if (next === "VALUE" || /^[\p{L}_][\p{L}\p{N}_$]*$/u.test(next) && next === next.toLowerCase() && !["true", "false", "null"].includes(next)) return { kind: "column", name: next };
  return unknown();
}

function readList(reader: Reader): Part {
  expect(reader, "[");
  const items: string[] = [];
  do {
    const item = readOperand(reader);
    items.push(item.kind === "literal" ? item.text : unknown());
  } while (taken(reader, ","));
  return closed(reader, "]", { kind: "list", items });
}

/** The type of a cast: `character varying`, `text[]`. One with a length would cut what it casts. */
function readType(reader: Reader): string {
  const words: string[] = [];
  while (/^\p{L}/u.test(reader.tokens[reader.at] ?? "") && !["AND", "OR"].includes(reader.tokens[reader.at] ?? "")) words.push(reader.tokens[reader.at++] ?? "");
  if (taken(reader, "[")) return `${words.join(" ")}${closed(reader, "]", "[]")}`;
  return words.join(" ");
}

const textTypes = ["text", "character varying", "text[]", "character varying[]"];
const wholeTypes = ["smallint", "integer", "bigint"];
const numberTypes = [...wholeTypes, "numeric", "real", "double precision"];

/** A text that is cast to text, also a column's, is the text it was; a number that is written is the number it was, unless it is rounded. */
function cast(part: Part, type: string): Part {
  const same = textTypes.includes(type) ? part.kind !== "test" : part.kind === "literal" && numberTypes.includes(type) && !(wholeTypes.includes(type) && part.text.includes("."));
  return same ? part : unknown();
}

function negated(part: Part): Part {
  return part.kind === "literal" && /^\d/.test(part.text) ? { kind: "literal", text: `-${part.text}` } : unknown();
}

function taken(reader: Reader, word: string): boolean {
  if (reader.tokens[reader.at] !== word) return false;
  reader.at += 1;
  return true;
}

function expect(reader: Reader, word: string): void {
  if (!taken(reader, word)) unknown();
}

function closed<T>(reader: Reader, bracket: string, inner: T): T {
  expect(reader, bracket);
  return inner;
}

function unknown(): never {
  throw new Unknown();
}

/** `column = 'a'`, `column = ANY (ARRAY['a', 'b'])`, and several of them joined by OR. */
function valuesOf(part: Part): Extract<CheckFact, { kind: "values" }> | undefined {
  if (part.kind === "any") {
    const each = part.parts.map(valuesOf);
    const [first] = each;
    if (first === undefined || !each.every((one) => one?.column === first.column)) return undefined;
    return { ...first, values: [...new Set(each.flatMap((one) => one?.values ?? []))] };
  }
  if (part.kind !== "test" || part.operator !== "=" || part.left.kind !== "column") return undefined;
  const values = part.right.kind === "list" ? part.right.items : part.right.kind === "literal" ? [part.right.text] : undefined;
  return values === undefined ? undefined : { kind: "values", column: part.left.name, values: [...new Set(values)] };
}

/** `column >= 0`, `0 <= column`, and two of them joined by AND. */
function boundsOf(part: Part): Extract<CheckFact, { kind: "bounds" }> | undefined {
  if (part.kind === "all") {
    const [first, second, ...more] = part.parts.map(boundsOf);
    if (first === undefined || second === undefined || more.length > 0 || first.column !== second.column) return undefined;
    return (first.low === undefined) === (second.low === undefined) ? undefined : { ...first, ...second };
  }
  if (part.kind !== "test" || part.operator === "=") return undefined;
  const turned = part.left.kind === "literal";
  const [column, literal] = turned ? [part.right, part.left] : [part.left, part.right];
  if (column.kind !== "column" || literal.kind !== "literal" || !/^-?\d+(?:\.\d+)?$/.test(literal.text)) return undefined;
  const bound = { digits: literal.text, open: !part.operator.endsWith("=") };
  return { kind: "bounds", column: column.name, ...(part.operator.startsWith(">") === turned ? { high: bound } : { low: bound }) };
}
