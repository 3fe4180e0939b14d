/** Identity columns: the highest number that a column gave out stands in its schema (protocol, "Identity Columns"), and must never go back. */
import { parseJson } from "../../values/json-text.ts";
import type { JsonInput } from "../../values/json-text.ts";

const [markKey, stepKey] = ["delta.identity.highWaterMark", "delta.identity.step"];

type Parts = { readonly [name: string]: JsonInput };

/** A schema whose identity columns go on behind the numbers that the same columns gave out in another; the very text where none does. */
export function withIdentityMarks(schemaString: string, newer: string): string {
  if (!schemaString.includes(markKey) && !newer.includes(markKey)) return schemaString;
  const marks = new Map(fieldsOf(newer).map((field) => [columnOf(field), partsOf(field["metadata"])[markKey]]));
  const schema = partsOf(parseJson(schemaString));
  const fields = fieldsOf(schemaString).map((field) => {
    const metadata = partsOf(field["metadata"]);
    const mark = marks.get(columnOf(field));
    return mark === undefined || metadata[stepKey] === undefined || !isBehind(metadata, mark) ? field : { ...field, metadata: { ...metadata, [markKey]: mark } };
  });
  return JSON.stringify({ ...schema, fields }, (_, value: unknown) => (typeof value === "bigint" ? JSON.rawJSON(String(value)) : value));
}

/** What a column is called for good: it may have been renamed. */
function columnOf(field: Parts): string {
  return String(partsOf(field["metadata"])["delta.columnMapping.physicalName"] ?? field["name"]);
}

/** In the direction that the column counts in. */
function isBehind(metadata: Parts, mark: JsonInput): boolean {
  const own = metadata[markKey];
  if (own === undefined) return true;
  const [from, to] = [BigInt(String(own)), BigInt(String(mark))];
  return String(metadata[stepKey]).startsWith("-") ? to < from : to > from;
}

function fieldsOf(schemaString: string): readonly Parts[] {
  const { fields } = partsOf(parseJson(schemaString));
  return Array.isArray(fields) ? (fields as readonly JsonInput[]).map(partsOf) : [];
}

function partsOf(value: JsonInput | undefined): Parts {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Parts) : {};
}
