/**
 * The TypeScript of a column's values in JSON, as openapi-typescript prints it. What it prints of types without parts stands here, and a
 * test holds it to that: the library and the TypeScript beneath it take longer to load than a small catalog takes to print.
 */
import type { Column } from "../ir/catalog.ts";
import { matchKind } from "../ir/column-type.ts";
import type { ByKind } from "../ir/column-type.ts";
import { slotSchema } from "./json-schema.ts";
import { typeOfSchema } from "./rest-types.ts";

/** The TypeScript of a column, two spaces deep. Many columns are alike: the library is asked for each type once. */
export function restType({ type, nullable }: Pick<Column, "type" | "nullable">): string {
  const known = matchKind(knownTypes, type);
  if (known !== undefined) return nullable ? `${known} | null` : known;
  return asked.getOrInsertComputed(JSON.stringify([type, nullable]), () => typeOfSchema(slotSchema(type, nullable)));
}

const asked = new Map<string, string>();

const number = (): string => "number";
const float = (): string => 'number | ("NaN" | "Infinity" | "-Infinity")';
const text = (): string => "string";
const ask = (): undefined => undefined;

const knownTypes: ByKind<string | undefined> = {
  int8: number,
  int16: number,
  int32: number,
  int64: () => "bigint",
  float32: float,
  float64: float,
  decimal: text,
  text,
  bool: () => "boolean",
  bytes: text,
  uuid: text,
  day: text,
  timestamp: text,
  local_timestamp: text,
  enum: ({ values }) => (values.every(isPlain) ? values.map((value) => JSON.stringify(value)).join(" | ") : undefined),
  array: ask,
  map: ask,
  object: ask,
};

/** Without anything that could be spelled in two ways. */
function isPlain(value: string): boolean {
  return /^[\w .:+-]*$/.test(value);
}
