/**
 * Statistics of a batch for the log (protocol, "Per-file Statistics"): row count, and minimum, maximum and null count of the leaf
 * columns that the table wants them of. A bound may be wider than the values, never narrower; where none can be told it is left out.
 */
import { matchKind } from "../../../compiler/ir/column-type.ts";
import type { ByKind, NamedType, ObjectType } from "../../../compiler/ir/column-type.ts";
import type { ColumnView } from "../../parquet/column-view.ts";
import { decimalText } from "../../values/decimal.ts";
import { dayAt, instantAt, localTimeAt, roundToMillis } from "../../values/time.ts";
import type { ByColumn, FileStatistics } from "../engine.ts";
import { leafKey } from "./leaf-key.ts";
import type { IndexedColumns } from "./leaf-key.ts";
import { textBounds } from "./text-bounds.ts";
import type { Bounds } from "./text-bounds.ts";

/** Statistics of columns of `rows` rows, as files name them. */
export function statisticsOf(columns: readonly NamedType[], views: readonly ColumnView[], rows: number, indexed: IndexedColumns): FileStatistics {
  const min: Tree<string> = {};
  const max: Tree<string> = {};
  const nulls: Tree<number> = {};
  columns.forEach((column, index) => collect(column, views[index], { min, max, nulls }, indexed, []));
  return { numRecords: rows, minValues: min, maxValues: max, nullCount: nulls };
}

/** The statistics as the text that `add.stats` keeps. */
export function statisticsText(statistics: FileStatistics): string {
  const { numRecords, minValues, maxValues, nullCount } = statistics;
  return `{"numRecords":${numRecords},"minValues":${rawObject(minValues)},"maxValues":${rawObject(maxValues)},"nullCount":${rawObject(nullCount)}}`;
}

interface Tree<T> { [column: string]: T | Tree<T> }
interface Collected { readonly min: Tree<string>; readonly max: Tree<string>; readonly nulls: Tree<number> }

function collect(column: NamedType, view: ColumnView | undefined, into: Collected, indexed: IndexedColumns, above: readonly string[]): void {
  if (view === undefined) return;
  const path = [...above, column.name];
  if (column.type.kind === "object") return collectFields(column.name, column.type, view, into, indexed, path);
  if (!indexed.has(leafKey(path))) return;
  into.nulls[column.name] = view.nullCount;
  if (view.nullCount === view.length) return;
  const { min, max } = matchKind(bounds, column.type)(view);
  if (min !== undefined) into.min[column.name] = min;
  if (max !== undefined) into.max[column.name] = max;
}

function collectFields(name: string, type: ObjectType, view: ColumnView, into: Collected, indexed: IndexedColumns, path: readonly string[]): void {
  const inner: Collected = { min: {}, max: {}, nulls: {} };
  type.fields.forEach((field, index) => collect(field, view.child(index), inner, indexed, path));
  if (Object.keys(inner.nulls).length === 0) return;
  into.nulls[name] = inner.nulls;
  if (Object.keys(inner.min).length > 0) into.min[name] = inner.min;
  if (Object.keys(inner.max).length > 0) into.max[name] = inner.max;
}

function rawObject(tree: ByColumn<string | number>): string {
  return `{${Object.entries(tree).map(([name, value]) => `${JSON.stringify(name)}:${typeof value === "object" ? rawObject(value) : value}`).join(",")}}`;
}

type BoundsOf = (view: ColumnView) => Bounds;

const none: BoundsOf = () => ({});

const wholeNumbers: BoundsOf = (view) => {
  const [least, greatest] = view.extremes();
  return { min: String(least), max: String(greatest) };
};

/** NaN has no place in JSON and is the greatest to some readers; a zero bound takes the sign that admits both zeros. */
const floats: BoundsOf = (view) => {
  const [least, greatest] = view.extremes();
  const found = { min: Number(least), max: Number(greatest) };
  if (Number.isNaN(found.min) || Number.isNaN(found.max)) return {};
  return {
    ...(Number.isFinite(found.min) ? { min: found.min === 0 ? "-0.0" : String(found.min) } : {}),
    ...(Number.isFinite(found.max) ? { max: found.max === 0 ? "0.0" : String(found.max) } : {}),
  };
};

/** From 64-bit or 128-bit values; `print` gives undefined where a bound cannot be told. */
function wide(print: (value: bigint, side: "down" | "up") => string | undefined): BoundsOf {
  return (view) => {
    const [least, greatest] = view.wideExtremes();
    const min = print(least, "down");
    const max = print(greatest, "up");
    return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  };
}

const lastMicros = 253_402_300_799_999_000n;

/** Delta keeps milliseconds: rounded down for the minimum, up for the maximum. */
function instantText(micros: bigint, side: "down" | "up"): string | undefined {
  const rounded = roundToMillis(micros, side);
  return rounded > lastMicros ? undefined : `"${instantAt(rounded).toString({ fractionalSecondDigits: 3 })}"`;
}

function localText(micros: bigint, side: "down" | "up"): string | undefined {
  const rounded = roundToMillis(micros, side);
  return rounded > lastMicros ? undefined : `"${localTimeAt(rounded).toString({ fractionalSecondDigits: 3 })}"`;
}

const days: BoundsOf = (view) => {
  const [least, greatest] = view.extremes();
  return { min: `"${dayAt(Number(least)).toString()}"`, max: `"${dayAt(Number(greatest)).toString()}"` };
};

const texts: BoundsOf = (view) => textBounds(view.byteExtremes());

const bounds: ByKind<BoundsOf> = {
  int8: () => wholeNumbers,
  int16: () => wholeNumbers,
  int32: () => wholeNumbers,
  int64: () => wide((value) => value.toString()),
  float32: () => floats,
  float64: () => floats,
  decimal: (type) => wide((value) => decimalText(value, type.scale)),
  text: () => texts,
  enum: () => texts,
  uuid: () => texts,
  bool: () => none,
  bytes: () => none,
  day: () => days,
  timestamp: () => wide(instantText),
  local_timestamp: () => wide(localText),
  array: () => none,
  map: () => none,
  object: () => none,
};
