/**
 * An order of rows in which those that are near one another in several columns stand together: each column's values become the number of their part of
 * a sample, so that all columns count alike whatever their types and spread, and the numbers a place on a Hilbert curve (Skilling, "Programming the Hilbert curve", 2004).
 */
import { quoteName, quoteText } from "../../compiler/ir/names.ts";
import type { ColumnType } from "../../compiler/ir/column-type.ts";
import type { NearColumn } from "../delta/engine.ts";
import { duckType } from "./duckdb-types.ts";
import type { Engine } from "./engine.ts";

/** Rows that are looked at for how a column's values are spread. */
const sampleRows = 50_000;
/** Parts of a column, as a power of two, at most: two columns tell 65,536 squares apart, more than there are ever files. All columns together have to fit into 62 bits. */
const bitsMax = 8;
const bitsTogether = 62;
/** Characters of a text that parts are told apart by. */
const textMax = 64;

const keyName = quoteName("place on the curve");

/** SELECT of the rows of `rows`, and the SQL of what they are to be ordered by. */
export async function nearKeySql(engine: Engine, rows: string, near: readonly NearColumn[]): Promise<{ readonly sql: string; readonly key: string }> {
  const cells = near.map(cellSql);
  const [only] = cells;
  // A single column's own order is finer than any parts of it. The engine makes columns that it sorts by out of their sort keys, in which zeros and NaNs are alike.
  if (only !== undefined && cells.length === 1) return { sql: rows, key: `${isFloat(near[0]) ? `CASE WHEN ${only} = 0 THEN 0 ELSE ${only} END` : only} NULLS FIRST` };
  const bits = Math.max(1, Math.min(bitsMax, Math.floor(bitsTogether / near.length)));
  const bounds = await boundsOf(engine, rows, near, cells, 2 ** bits);
  const numbers = cells.map((cell, k) => `${partSql(cell, near[k]?.type ?? { kind: "text" }, bounds[k] ?? [])} AS ${axis(k)}`);
  return { sql: hilbertSql(`SELECT *, ${numbers.join(", ")} FROM (${rows}\n)`, cells.length, bits), key: keyName };
}

/** A column, or what is within one. */
function cellSql({ path: [root = "", ...below] }: NearColumn): string {
  return [quoteName(root), ...below.map((name) => `[${quoteText(name)}]`)].join("");
}

function isText(column: NearColumn | undefined): boolean {
  return column !== undefined && duckType(column.type) === "VARCHAR";
}

function isFloat(column: NearColumn | undefined): boolean {
  return column?.type.kind === "float32" || column?.type.kind === "float64";
}

/** The value at which a part begins, and its number. */
interface Bound { readonly value: string; readonly part: number }

/** Where the parts of each column begin, rising: values that many rows have begin many parts at once, and count as the last of these. */
async function boundsOf(engine: Engine, rows: string, near: readonly NearColumn[], cells: readonly string[], parts: number): Promise<readonly (readonly Bound[])[]> {
  const sampled = cells.map((cell, k) => `${isText(near[k]) ? `replace(left(${cell}, ${textMax}), chr(0), '')` : cell} AS ${axis(k)}`);
  const quantiles = cells.map((_, k) => `list_transform(range(1, ${parts}), part -> CAST(${axis(k)}[CAST(ceil(len(${axis(k)}) * part / ${parts}) AS BIGINT)] AS VARCHAR))`);
  const sorted = cells.map((_, k) => `list_sort(list(${axis(k)}) FILTER (${axis(k)} IS NOT NULL)) AS ${axis(k)}`);
  const reader = await engine.control.runAndReadAll(`SELECT ${quantiles.join(", ")} FROM (SELECT ${sorted.join(", ")} FROM (SELECT ${sampled.join(", ")} FROM (${rows}\n) USING SAMPLE reservoir(${sampleRows} ROWS) REPEATABLE (1)))`);
  const [found = []] = reader.getRowsJson();
  return found.map((values) => {
    const last = new Map<string, number>();
    for (const [k, value] of (Array.isArray(values) ? values : []).entries()) if (value !== null) last.set(String(value), k + 1);
    return [...last].map(([value, part]) => ({ value, part }));
  });
}

/** The number of a value's part, by a search that halves; null is before all. */
function partSql(cell: string, type: ColumnType, bounds: readonly Bound[]): string {
  const search = (from: number, to: number): string => {
    if (from === to) return String(from === 0 ? 0 : (bounds[from - 1]?.part ?? 0));
    const middle = (from + to) >> 1;
    return `CASE WHEN ${cell} < CAST(${quoteText(bounds[middle]?.value ?? "")} AS ${duckType(type)}) THEN ${search(from, middle)} ELSE ${search(middle + 1, to)} END`;
  };
  return `CAST(CASE WHEN ${cell} IS NULL THEN 0 ELSE ${search(0, bounds.length)} END AS BIGINT)`;
}

function axis(k: number): string {
  return quoteName(`axis ${k}`);
}

/** Coordinates in columns of their own become one number, step by step, each a SELECT over the one before. */
function hilbertSql(from: string, axes: number, bits: number): string {
  let sql = from;
  const step = (changes: readonly (readonly [axis: number, sql: string])[]): void => {
    sql = `SELECT * REPLACE (${changes.map(([k, changed]) => `${changed} AS ${axis(k)}`).join(", ")}) FROM (${sql})`;
  };
  for (let bit = bits - 1; bit > 0; bit--) {
    const below = 2 ** bit - 1;
    for (let k = 0; k < axes; k++) {
      const isSet = `((${axis(k)} >> ${bit}) & 1) = 1`;
      const differing = `(xor(${axis(0)}, ${axis(k)}) & ${below})`;
      const first = `CASE WHEN ${isSet} THEN xor(${axis(0)}, ${below}) ELSE ${k === 0 ? axis(0) : `xor(${axis(0)}, ${differing})`} END`;
      step(k === 0 ? [[0, first]] : [[0, first], [k, `CASE WHEN ${isSet} THEN ${axis(k)} ELSE xor(${axis(k)}, ${differing}) END`]]);
    }
  }
  for (let k = 1; k < axes; k++) step([[k, `xor(${axis(k)}, ${axis(k - 1)})`]]);
  const last = axis(axes - 1);
  const turned = Array.from({ length: bits - 1 }, (_, k) => `CASE WHEN ((${last} >> ${k + 1}) & 1) = 1 THEN ${2 ** (k + 1) - 1}::BIGINT ELSE 0::BIGINT END`).reduce((all, one) => (all === "" ? one : `xor(${all}, ${one})`), "");
  if (turned !== "") sql = `SELECT * REPLACE (${Array.from({ length: axes }, (_, k) => `xor(${axis(k)}, "turn") AS ${axis(k)}`).join(", ")}) FROM (SELECT *, ${turned} AS "turn" FROM (${sql}))`;
  const bitsOut = Array.from({ length: bits }, (_, bit) => Array.from({ length: axes }, (_axis, k) => `(((${axis(k)} >> ${bit}) & 1) << ${bit * axes + (axes - 1 - k)})`)).flat();
  return `SELECT *, ${bitsOut.join(" | ")} AS ${keyName} FROM (${sql})`;
}
