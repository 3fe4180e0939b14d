/**
 * What DuckDB's COPY tells of a file it wrote (RETURN_STATS) as Delta's statistics: bounds as raw JSON, never narrower than the values,
 * for the leaf columns that the table wants them of (Delta protocol: Per-file Statistics).
 */
import { matchKind } from "../../compiler/ir/column-type.ts";
import type { ByKind, ColumnType, NamedType } from "../../compiler/ir/column-type.ts";
import { quoteName } from "../../compiler/ir/names.ts";
import type { ByColumn, FileStatistics } from "../delta/engine.ts";
import { leafKey } from "../delta/statistics/leaf-key.ts";
import type { IndexedColumns } from "../delta/statistics/leaf-key.ts";
import { textBounds } from "../delta/statistics/text-bounds.ts";
import { Failure } from "../values/failure.ts";

/** COPY's words about each leaf column, by its quoted path: `"st"."q.r"`. */
type CopyStatistics = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** COPY's words as they come, a MAP as pairs. */
export function copyStatistics(pairs: unknown): CopyStatistics {
  return new Map((pairs as readonly { readonly key: string; readonly value: readonly { readonly key: string; readonly value: string }[] }[]).map(({ key, value }) => [key, new Map(value.map((word) => [word.key, word.value]))]));
}

interface Tree<T> { [column: string]: T | Tree<T> }
interface Collected { readonly min: Tree<string>; readonly max: Tree<string>; readonly nulls: Tree<number> }
interface Bounds { readonly min?: string; readonly max?: string }

/** The statistics of a file of `rows` rows. VALUE_INVALID when a time lies outside the years 0001 to 9999. */
export function fileStatistics(columns: readonly NamedType[], copied: CopyStatistics, rows: number, indexed: IndexedColumns): FileStatistics {
  const into: Collected = { min: {}, max: {}, nulls: {} };
  for (const column of columns) collect(column, [], copied, into, indexed);
  return { numRecords: rows, minValues: into.min as ByColumn<string>, maxValues: into.max as ByColumn<string>, nullCount: into.nulls as ByColumn<number> };
}

function collect(column: NamedType, above: readonly string[], copied: CopyStatistics, into: Collected, indexed: IndexedColumns): void {
  const path = [...above, column.name];
  if (column.type.kind === "object") {
    const inner: Collected = { min: {}, max: {}, nulls: {} };
    for (const field of column.type.fields) collect(field, path, copied, inner, indexed);
    for (const key of ["min", "max", "nulls"] as const) if (Object.keys(inner[key]).length > 0) Object.assign(into[key], { [column.name]: inner[key] });
    return;
  }
  if (!indexed.has(leafKey(path))) return;
  const words = copied.get(path.map(quoteName).join("."));
  // A list's own nulls are not told apart from its elements'.
  if (words === undefined) return;
  const nulls = words.get("null_count");
  if (nulls !== undefined) into.nulls[column.name] = Number(nulls);
  const [least, greatest] = [words.get("min"), words.get("max")];
  if (least === undefined || greatest === undefined || words.get("has_nan") === "true") return;
  const { min, max } = matchKind(bounds, column.type, least, greatest, column.name);
  if (min !== undefined) into.min[column.name] = min;
  if (max !== undefined) into.max[column.name] = max;
}

type BoundsOf = (type: ColumnType, least: string, greatest: string, column: string) => Bounds;

const none: BoundsOf = () => ({});
const digits: BoundsOf = (_type, min, max) => ({ min, max });

/** DuckDB prints a decimal that is all fraction without the zero that JSON wants before the point. */
const decimals: BoundsOf = (_type, least, greatest) => {
  const [min = least, max = greatest] = [least, greatest].map((text) => text.replace(/^(-?)\./, "$10."));
  return { min, max };
};

/** A zero bound takes the sign that admits both zeros; infinities have no place in JSON. */
const floats: BoundsOf = (type, least, greatest) => {
  // DuckDB prints a FLOAT in its shortest form, which as a double may lie inside the value.
  const [min, max] = type.kind === "float32" ? [Math.fround(Number(least)), Math.fround(Number(greatest))] : [Number(least), Number(greatest)];
  return {
    ...(Number.isFinite(min) ? { min: min === 0 ? "-0.0" : String(min) } : {}),
    ...(Number.isFinite(max) ? { max: max === 0 ? "0.0" : String(max) } : {}),
  };
};

const texts: BoundsOf = (_type, least, greatest) => {
  const utf8 = new TextEncoder();
  return textBounds([utf8.encode(least), utf8.encode(greatest)]);
};

const days: BoundsOf = (_type, least, greatest, column) => {
  for (const day of [least, greatest]) if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || day < "0001") throw outOfRange(column);
  return { min: `"${least}"`, max: `"${greatest}"` };
};

/** `2020-01-01 00:00:00.000001` or with `+00` behind: cut to milliseconds, downwards for the least, upwards for the greatest. */
const times: BoundsOf = (type, least, greatest, column) => {
  const [min, max] = [localTime(least, column), localTime(greatest, column)];
  const print = (time: Temporal.PlainDateTime): string => `"${time.toString({ fractionalSecondDigits: 3 })}${type.kind === "timestamp" ? "Z" : ""}"`;
  const up = max.round({ smallestUnit: "millisecond", roundingMode: "ceil" });
  return { min: print(min.round({ smallestUnit: "millisecond", roundingMode: "floor" })), ...(up.year > 9999 ? {} : { max: print(up) }) };
};

function localTime(text: string, column: string): Temporal.PlainDateTime {
  const match = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?)(?:\+00)?$/.exec(text);
  if (match === null || (match[1] ?? "") < "0001") throw outOfRange(column);
  return Temporal.PlainDateTime.from(`${match[1]}T${match[2]}`);
}

function outOfRange(column: string): Failure {
  return new Failure("VALUE_INVALID", `Column "${column}" holds a time outside the years 0001 to 9999.`, { hint: "Mend it in the file.", place: { parameter: column } });
}

const bounds: ByKind<Bounds, [least: string, greatest: string, column: string]> = {
  int8: digits,
  int16: digits,
  int32: digits,
  int64: digits,
  float32: floats,
  float64: floats,
  decimal: decimals,
  text: texts,
  enum: texts,
  uuid: texts,
  bool: none,
  bytes: none,
  day: days,
  timestamp: times,
  local_timestamp: times,
  array: none,
  map: none,
  object: none,
};
