/**
 * The JSON content of a message, no digit lost where a column needs it. Reading every number with its text is slow, and most messages
 * with long numbers hold them where a double is what is wanted; so the quick reading stands where the text itself proves it exact.
 */
import type { ColumnType } from "../../compiler/ir/column-type.ts";
import type { Table } from "../../compiler/ir/catalog.ts";
import { typesWithin } from "../../compiler/ir/walk.ts";
import { hasLongNumber, parseJson } from "../values/json.ts";
import type { JsonInput } from "../values/json.ts";

export type Content = { readonly [name: string]: JsonInput };

/** Parses the text of a message for a table; a SyntaxError as `JSON.parse` throws it. */
export type ParseContent = (text: string) => JsonInput;

/** Where a column's value is in a message. */
export interface ColumnPath { readonly type: ColumnType; readonly steps: readonly string[] }

/** The parser for the columns of a table that come from the content of messages. */
export function createContentParser(paths: readonly ColumnPath[]): ParseContent {
  const numbers = paths.filter(({ type }) => typesWithin(type).some(isExact));
  // Within lists and objects there is no telling which of many numbers a text is.
  if (numbers.some(({ type }) => typesWithin(type).length > 1)) return parseJson;
  const exact = numbers.map(({ steps }) => ({ steps, key: `"${steps.at(-1)}":` }));
  return (text) => {
    if (!hasLongNumber(text)) return JSON.parse(text) as JsonInput;
    const content = JSON.parse(text) as JsonInput;
    return exact.every(({ steps, key }) => isSpelled(text, key, memberAt(content, steps))) ? content : parseJson(text);
  };
}

/** The paths of a table's columns that come from the content. */
export function contentPaths(table: Table): readonly ColumnPath[] {
  return table.columns.filter(({ kafka }) => kafka === undefined).map(({ name, from, type }) => ({ type, steps: (from ?? name).split(".") }));
}

/** What stands at the end of a path of names; undefined when it leads nowhere. */
export function memberAt(content: JsonInput | undefined, steps: readonly string[]): JsonInput | undefined {
  let found = content;
  for (const step of steps) {
    if (!isContent(found) || (step in Object.prototype && !Object.hasOwn(found, step))) return undefined;
    found = found[step];
  }
  return found;
}

/** Whether JSON is an object with names. */
export function isContent(json: JsonInput | undefined): json is Content {
  return typeof json === "object" && json !== null && !Array.isArray(json) && Object.getPrototypeOf(json) === Object.prototype;
}

/** Kinds of whose numbers a double may lose a digit. */
function isExact({ kind }: ColumnType): boolean {
  return kind === "int8" || kind === "int16" || kind === "int32" || kind === "int64" || kind === "decimal";
}

/** Whether the one value behind that name in the text is a number spelled as the double is that was made of it: then it is exact. A quote within a text is escaped, so that nothing in one looks like a name. */
function isSpelled(text: string, key: string, value: JsonInput | undefined): boolean {
  if (typeof value !== "number") return true;
  const at = text.indexOf(key);
  if (at === -1 || text.includes(key, at + 1)) return false;
  const from = text.charCodeAt(at + key.length) === space ? at + key.length + 1 : at + key.length;
  const spelled = String(value);
  return spelled.length <= exactDigits && text.startsWith(spelled, from) && endsNumber(text.charCodeAt(from + spelled.length));
}

const space = 32;
/** Characters of a number whose digits every double keeps. */
const exactDigits = 15;

/** A comma, a brace or a space stands behind the number. */
function endsNumber(code: number): boolean {
  return code === 44 || code === 125 || code === space;
}
