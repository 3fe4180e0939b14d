/**
 * A table's profile by two aggregate queries, however many columns it has: the first asks each column for its nulls, its range and how
 * many values it has; the second, knowing these, counts histogram steps and frequent values. Tables too large to look through are
 * judged by their first rows.
 */
import type { ByKind, ColumnType } from "../../compiler/ir/column-type.ts";
import { matchKind } from "../../compiler/ir/column-type.ts";
import type { Column, Table } from "../../compiler/ir/catalog.ts";
import { quoteName, quoteText } from "../../compiler/ir/names.ts";
import type { Row } from "../values/value.ts";
import type { ColumnValues, Profile } from "./contract.ts";

/** Runs one SELECT that answers with one row. */
export type AskOne = (sql: string) => Promise<Row>;

/** At most so many rows, and so many values in all, are looked through. */
const rowsMost = 5_000_000;
const valuesMost = 40_000_000;
const steps = 24;
const topMost = 5;
/** Up to so many different values are counted exactly. */
const exactMost = 20_000;

/** `number` and `time`: values along an axis; `named`: values one reads; `opaque`: only present or null. */
type Manner = "number" | "time" | "named" | "opaque";
const opaque = (): Manner => "opaque";
const number = (): Manner => "number";
const named = (): Manner => "named";
const time = (): Manner => "time";
const manners: ByKind<Manner> = {
  int8: number, int16: number, int32: number, int64: number, float32: number, float64: number, decimal: number,
  text: named, enum: named, bool: named, uuid: opaque, bytes: opaque, day: time, timestamp: time, local_timestamp: time,
  array: opaque, map: opaque, object: opaque,
};

interface Shape { readonly column: Column; readonly at: number; readonly manner: Manner }

/** Profiles `table`; `rows` is its size where the lake knows it, so that a small table is read without a limit. */
export async function profileTable(table: Table, rows: number | null, ask: AskOne): Promise<Profile> {
  const limit = Math.max(10_000, Math.min(rowsMost, Math.floor(valuesMost / Math.max(1, table.columns.length))));
  const name = `${quoteName(table.database)}.${quoteName(table.name)}`;
  const from = rows !== null && rows <= limit ? name : `(SELECT * FROM ${name} LIMIT ${limit}) AS looked`;
  const shapes = table.columns.map((column, at): Shape => ({ column, at, manner: column.pii === undefined ? matchKind(manners, column.type) : "opaque" }));
  const first = await ask(`SELECT count(*) AS looked${shapes.flatMap(firstQuestions).map((question) => `, ${question}`).join("")} FROM ${from}`);
  const second = shapes.flatMap((shape) => secondQuestions(shape, first));
  const spread = second.length === 0 ? {} : await ask(`SELECT ${second.join(", ")} FROM ${from}`);
  const looked = Number(first["looked"]);
  return {
    looked,
    whole: rows === null ? looked < limit : looked >= rows,
    columns: Object.fromEntries(shapes.map((shape) => [shape.column.name, valuesOf(shape, looked, first, spread)])),
  };
}

function firstQuestions({ column, at, manner }: Shape): string[] {
  const name = quoteName(column.name);
  const basis = [`count(${name}) AS some_${at}`];
  if (manner === "opaque") return basis;
  if (manner === "named") return [...basis, `approx_count_distinct(${name}) AS distinct_${at}`, `CAST(approx_top_k(CAST(${name} AS VARCHAR), ${topMost}) AS VARCHAR[]) AS top_${at}`];
  const axis = axisOf(column, manner);
  const shown = column.type.kind.startsWith("float") ? axis : name;
  return [...basis, `approx_count_distinct(${name}) AS distinct_${at}`, `CAST(min(${shown}) AS VARCHAR) AS min_${at}`, `CAST(max(${shown}) AS VARCHAR) AS max_${at}`,
    `min(${axis}) AS least_${at}`, `max(${axis}) AS most_${at}`, `CAST(approx_quantile(${axis}, [0.005, 0.995]) AS DOUBLE[]) AS likely_${at}`];
}

function secondQuestions(shape: Shape, first: Row): string[] {
  const { column, at } = shape;
  const few = shape.manner !== "opaque" && Number(first[`distinct_${at}`]) <= exactMost;
  return [...(few ? [`count(DISTINCT ${quoteName(column.name)}) AS exact_${at}`] : []), ...countQuestion(shape, first)];
}

function countQuestion({ column, at, manner }: Shape, first: Row): string[] {
  if (manner === "named") {
    const top = first[`top_${at}`];
    if (!Array.isArray(top) || top.length === 0) return [];
    return [`CAST(histogram(list_position([${top.map((value) => quoteText(String(value))).join(", ")}], CAST(${quoteName(column.name)} AS VARCHAR))) AS VARCHAR) AS counts_${at}`];
  }
  const bounds = boundsOf(column.type, at, first);
  if (bounds === undefined) return [];
  const axis = axisOf(column, manner);
  const step = `floor((${axis} - ${bounds.low}) / ${(bounds.high - bounds.low) / bounds.steps})`;
  // DuckDB's least and greatest skip nulls, which would count them in the first step.
  return [`CAST(histogram(CASE WHEN ${axis} IS NOT NULL THEN CAST(least(greatest(${step}, 0), ${bounds.steps - 1}) AS INTEGER) END) AS VARCHAR) AS counts_${at}`];
}

/** A column as a finite number, or null. */
function axisOf(column: Column, manner: Manner): string {
  const name = quoteName(column.name);
  if (manner === "time") return `CAST(epoch(${name}) AS DOUBLE)`;
  return column.type.kind === "float32" || column.type.kind === "float64" ? `CASE WHEN isfinite(${name}) THEN CAST(${name} AS DOUBLE) END` : `CAST(${name} AS DOUBLE)`;
}

/** Where the histogram begins and ends: all values, or nearly all when a few lie far out; whole numbers get whole steps. */
function boundsOf(type: ColumnType, at: number, first: Row): { low: number; high: number; steps: number } | undefined {
  const [least, most] = [first[`least_${at}`], first[`most_${at}`]];
  const likely = first[`likely_${at}`];
  if (typeof least !== "number" || typeof most !== "number" || !Array.isArray(likely)) return undefined;
  const [likelyLow, likelyHigh] = likely.map(Number) as [number, number];
  const near = (most - least) * 0.08;
  const [low, high] = [likelyLow - least <= near ? least : likelyLow, most - likelyHigh <= near ? most : likelyHigh];
  if (Number(first[`distinct_${at}`] ?? 0) < 2) return undefined;
  if (type.kind === "day") return { low, high: high + 86_400, steps: Math.min(steps, Math.round((high - low) / 86_400) + 1) };
  if (!type.kind.startsWith("int")) return high > low ? { low, high, steps } : undefined;
  const from = Math.floor(low);
  const wide = Math.max(1, Math.ceil((Math.ceil(high) + 1 - from) / steps));
  const count = Math.ceil((Math.ceil(high) + 1 - from) / wide);
  return count < 2 ? undefined : { low: from, high: from + wide * count, steps: count };
}

function valuesOf({ column, at, manner }: Shape, looked: number, first: Row, spread: Row): ColumnValues {
  const nulls = looked - Number(first[`some_${at}`] ?? 0);
  if (column.pii !== undefined) return { nulls, withheld: "personal data, not shown" };
  if (manner === "opaque") return { nulls };
  const exact = spread[`exact_${at}`];
  const distinct = exact === undefined ? { distinct: Math.min(Number(first[`distinct_${at}`] ?? 0), looked - nulls), about: true as const } : { distinct: Number(exact) };
  const counts = countsOf(spread[`counts_${at}`]);
  if (manner === "named") return { nulls, ...distinct, ...topOf(first[`top_${at}`], counts, looked - nulls) };
  const [min, max] = [first[`min_${at}`], first[`max_${at}`]];
  const range = typeof min === "string" && typeof max === "string" ? { min, max } : {};
  const bounds = boundsOf(column.type, at, first);
  if (bounds === undefined) return { nulls, ...distinct, ...range };
  const text = (edge: number): string => (manner === "time" ? new Date(edge * 1000).toISOString() : String(edge));
  return { nulls, ...distinct, ...range, histogram: { low: text(bounds.low), high: text(bounds.high), counts: Array.from({ length: bounds.steps }, (_, step) => counts.get(step) ?? 0) } };
}

/** Frequent values are worth showing when they say something of the whole: not the first five of a million names. */
function topOf(values: Row[string] | undefined, counts: ReadonlyMap<number, number>, some: number): Pick<ColumnValues, "top"> {
  if (!Array.isArray(values)) return {};
  const top = values.map((value, at) => ({ value: String(value).slice(0, 80), rows: counts.get(at + 1) ?? 0 })).toSorted((a, b) => b.rows - a.rows);
  return (top[0]?.rows ?? 0) < Math.max(2, some * 0.002) && some > 20 ? {} : { top: top.filter(({ rows }) => rows > 0) };
}

/** `{0=12, 3=4}`, as DuckDB prints a histogram; a null key is left out. */
function countsOf(text: Row[string] | undefined): ReadonlyMap<number, number> {
  if (typeof text !== "string") return new Map();
  return new Map([...text.matchAll(/(\d+)=(\d+)/g)].map(([, key, rows]) => [Number(key), Number(rows)]));
}
