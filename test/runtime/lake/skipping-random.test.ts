/**
 * Random questions asked twice, of files chosen by their statistics and of all: the same rows come out. Values and questions lie where bounds are cut,
 * rounded or not told; statistics are ours, and those of writers who cut more. NEURALAKE_TORTURE=1 asks more.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { liveFilesOf } from "../../../runtime/delta/actions/live-files.ts";
import type { AddFile } from "../../../runtime/delta/actions/actions.ts";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import { createTable } from "../../../runtime/delta/commit/create.ts";
import type { ColumnTest } from "../../../runtime/delta/engine.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { openReadables } from "../../../runtime/lake/readables.ts";
import { readRows } from "../../../runtime/parquet/arrow-rows.ts";
import { openEngine } from "../../../runtime/query/engine.ts";
import type { Engine } from "../../../runtime/query/engine.ts";
import type { QueryContext } from "../../../runtime/query/context.ts";
import { runQuery } from "../../../runtime/query/query.ts";
import type { SqlParameter } from "../../../runtime/query/request.ts";
import { openFiles } from "../../../runtime/storage/files.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import { parseJson } from "../../../runtime/values/json-text.ts";
import type { Row, Value } from "../../../runtime/values/value.ts";
import { catalogOf, column, table } from "../query/fixture.ts";
import { committed } from "../delta/rides.ts";

const rounds = process.env["NEURALAKE_TORTURE"] === "1" ? 5_000 : 40;
const seed = 20_260_801;
const filesMade = 14;

const day = (text: string) => Temporal.PlainDate.from(text);
const instant = (text: string) => Temporal.Instant.from(text);
const wall = (text: string) => Temporal.PlainDateTime.from(text);
const long = "a".repeat(40);

/** Values of each column that lie close to one another. */
const values: { readonly [column: string]: readonly Value[] } = {
  i: [-(2n ** 63n), -9_007_199_254_740_993n, -1n, 0n, 1n, 2n, 9_007_199_254_740_992n, 9_007_199_254_740_993n, 2n ** 63n - 1n, null],
  n: [-2_147_483_648, -1, 0, 1, 2, 2_147_483_647, null],
  t: ["", "A", "a", "ab", long.slice(0, 16), `${long.slice(0, 16)}b`, long.slice(0, 32), long.slice(0, 33), long, `${long}b`, "é", "\u{FFFD}", "\u{1F600}", "it's", "10", null],
  d: ["0001-01-01", "1969-12-31", "1970-01-01", "2026-08-01", "2026-08-02", "9999-12-31"].map(day),
  c: ["0.0000000000", "-0.0000000001", "0.1000000000", "9007199254740993.0000000000", "9007199254740992.0000000000", "1234567890123456789012345678.0000000001", null],
  at: ["1969-12-31T23:59:59.999999Z", "1970-01-01T00:00:00Z", "2026-08-01T00:00:00.000001Z", "2026-08-01T00:00:00.000999Z", "2026-08-01T00:00:00.001Z", "2026-08-01T00:00:00.0015Z", "9999-12-31T23:59:59.999999Z"].map(instant),
  w: ["1969-12-31T23:59:59.9995", "2026-08-01T00:00:00", "2026-08-01T00:00:00.000999", "2026-08-01T12:00:00.0005", "9999-12-31T23:59:59.999999"].map(wall),
  x: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 0.1, Math.fround(0.1), 5e-324, 1e308, -1.5, null],
  f: [Number.NaN, Number.POSITIVE_INFINITY, 0, -0, Math.fround(0.1), Math.fround(16_777_217), -1.5, null],
  b: [true, false, null],
  p: ["a", "b c", "é", "10", null],
  q: [Number.NaN, Number.NEGATIVE_INFINITY, -0, 0, 1e10, 0.1, null],
};
const columns = [
  column("i", "int64"), column("n", "int32"), column("t", "text"), column("d", "day"), column("c", { kind: "decimal", precision: 38, scale: 10 }), column("at", "timestamp"), column("w", "local_timestamp"), column("x", "float64"),
  column("f", "float32"), column("b", "bool"), column("p", "text"), column("q", "float64"),
];

/** What a query may compare each column with, as SQL; some of it is of another type. */
const literals: { readonly [column: string]: readonly string[] } = {
  i: ["0", "1", "-1", "9007199254740992", "9007199254740993", "-9223372036854775808", "9223372036854775807", "1.5", "0.9999999", "'1'", "CAST('2' AS BIGINT)", "1e3", "NULL", "true"],
  n: ["0", "1", "-1", "2147483648", "0.5", "'2'", "2::DOUBLE", "CAST(1.4 AS INTEGER)", "NULL"],
  t: ["''", "'a'", "'A'", "'ab'", `'${long.slice(0, 16)}'`, `'${long.slice(0, 32)}'`, `'${long.slice(0, 33)}'`, `'${long}'`, `'${long}c'`, "'\u{FFFF}'", "'\u{1F600}'", "'it''s'", "10", "'é'", "CAST(10 AS VARCHAR)"],
  d: ["DATE '1970-01-01'", "'2026-08-01'", "'2026-8-1'", "TIMESTAMP '2026-08-01 12:00:00'", "TIMESTAMP '2026-08-01 00:00:00'", "CAST('1969-12-31' AS DATE)", "'0001-01-01'", "DATE '9999-12-31'", "DATE '12026-01-01'"],
  c: ["0", "0.1", "-0.0000000001", "9007199254740993", "1234567890123456789012345678.0000000001", "0.1::DOUBLE", "'0.1'", "1e-10"],
  at: ["'2026-08-01T00:00:00.000999Z'", "'2026-08-01 02:00:00+02'", "TIMESTAMPTZ '1970-01-01 00:00:00Z'", "TIMESTAMP '2026-08-01 00:00:00.001'", "DATE '2026-08-01'", "'2026-08-01 00:00:00.0015'", "'1969-12-31 23:59:59.999999'", "'9999-12-31 23:59:59.9999'"],
  w: ["'2026-08-01'", "TIMESTAMP '2026-08-01 00:00:00.000999'", "DATE '2026-08-01'", "'2026-08-01 12:00:00.0005'", "TIMESTAMPTZ '2026-08-01 12:00:00Z'", "'9999-12-31 23:59:59.999999'"],
  x: ["0", "-0.0", "0.1", "0.1::FLOAT", "'NaN'::DOUBLE", "'NaN'", "'Infinity'::DOUBLE", "1e308", "5e-324", "-1.5", "0.10000000149011612"],
  f: ["0", "0.1", "0.1::DOUBLE", "16777216", "16777217", "'NaN'::FLOAT", "1e39", "-1.5", "'inf'"],
  b: ["true", "false", "'true'", "1", "0"],
  p: ["'a'", "'b c'", "'é'", "10", "''"],
  q: ["0", "-0.0", "'NaN'::DOUBLE", "0.1", "1e10", "'-Infinity'"],
};
/** Values bound to a parameter, which any column may be compared with. */
const parameters: readonly SqlParameter[] = [0, 1, 1.5, -0, 0.1, 9_007_199_254_740_993n, "a", long, "10", "2026-08-01", "2026-08-01T00:00:00.000999Z", Number.NaN, null, true];

let state = seed;
/** A whole number below `below` (xorshift). */
function random(below: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
}
const oneOf = <Item>(items: readonly Item[]): Item => items[random(items.length)] as Item;

/** What no statistics speak of. */
function computed(spelled: string, other: () => string): string {
  const which = random(3);
  if (which === 0) return `CAST(${spelled} AS VARCHAR) ${oneOf(["LIKE", "NOT LIKE"])} '%1%'`;
  return which === 1 ? `lower(CAST(${spelled} AS VARCHAR)) = lower(CAST(${other()} AS VARCHAR))` : `coalesce(${spelled}, NULL) = ${other()}`;
}

interface Question { readonly sql: string; readonly bound: readonly SqlParameter[] }

function condition(depth: number, bound: SqlParameter[]): string {
  const pick = random(depth === 0 ? 9 : 12);
  if (pick === 9) return `(${condition(depth - 1, bound)} OR ${condition(depth - 1, bound)})`;
  if (pick === 10) return `NOT (${condition(depth - 1, bound)})`;
  if (pick === 11) return `(${condition(depth - 1, bound)} AND ${condition(depth - 1, bound)})`;
  const name = oneOf(columns).name;
  const spelled = oneOf([name, name.toUpperCase(), `"${name}"`, `t.${name}`, `d.t.${name}`, `T."${name.toUpperCase()}"`]);
  const other = (): string => {
    if (random(6) > 0) return oneOf(literals[name] ?? []);
    bound.push(oneOf(parameters));
    return oneOf([`$${bound.length}`, `CAST($${bound.length} AS VARCHAR)`, `$${bound.length}::DOUBLE`]);
  };
  const list = (): string => Array.from({ length: 1 + random(3) }, other).join(", ");
  if (pick === 0) return `${spelled} IS ${oneOf(["NULL", "NOT NULL"])}`;
  if (pick === 1) return `${spelled} ${oneOf(["IN", "NOT IN"])} (${list()})`;
  if (pick === 2) return `${spelled} ${oneOf(["BETWEEN", "NOT BETWEEN"])} ${other()} AND ${other()}`;
  if (pick === 3) return `${spelled} ${oneOf(["IS DISTINCT FROM", "IS NOT DISTINCT FROM", "<>"])} ${other()}`;
  if (pick === 4) return computed(spelled, other);
  if (pick === 5) return `${other()} ${oneOf(["=", "<", "<=", ">", ">="])} ${spelled}`;
  return `${spelled} ${oneOf(["=", "<", "<=", ">", ">="])} ${other()}`;
}

function question(): Question {
  const bound: SqlParameter[] = [];
  const sql = `SELECT * FROM d.t WHERE ${condition(2, bound)}`;
  return { sql, bound };
}

/** Statistics as writers leave them who cut more than we do: texts without rounding up, times to milliseconds, numbers to single precision. */
function cut(file: AddFile): AddFile {
  const stats = parseJson(file.stats ?? "{}") as { minValues: Record<string, unknown>; maxValues: Record<string, unknown> };
  for (const bounds of [stats.minValues, stats.maxValues]) {
    if (typeof bounds["t"] === "string") bounds["t"] = [...bounds["t"]].slice(0, 16).join("");
    for (const name of ["at", "w"]) if (typeof bounds[name] === "string") bounds[name] = bounds[name].replace(/\.(\d{3})\d*/, ".$1");
    if (bounds["c"] !== undefined) bounds["c"] = Number(JSON.stringify(bounds["c"]));
    if (typeof bounds["x"] === "number") bounds["x"] = Number.isFinite(Math.fround(bounds["x"])) ? Math.fround(bounds["x"]) : bounds["x"];
  }
  return { ...file, stats: JSON.stringify({ ...stats, tightBounds: false }, (_name, value: unknown) => (typeof value === "bigint" ? JSON.rawJSON(String(value)) : value)) };
}

let directory: string;
let store: Store;
let engine: Engine;
let snapshot: Snapshot;
let opened = 0;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "skipping-random-"));
  store = openFiles(directory);
  engine = await openEngine({ readable: [directory], temporary: directory });
  snapshot = committed(await createTable(store, "t", { name: "t", description: "", columns, partitionColumns: ["p", "q"] }));
  for (let file = 0; file < filesMade; file += 1) {
    // Few values a file, close together, so that many files are left out.
    const chosen = Object.fromEntries(Object.entries(values).map(([name, all]) => [name, [oneOf(all), oneOf(all)]]));
    const rows = Array.from({ length: 4 }, (): Row => Object.fromEntries(Object.entries(chosen).map(([name, two]) => [name, name === "p" || name === "q" ? (two[0] ?? null) : (oneOf(two) ?? null)])));
    snapshot = committed(await appendFiles(store, "t", snapshot, await writeRows(store, "t", snapshot, rows)));
  }
});

afterAll(async () => {
  await engine.close();
  await rm(directory, { recursive: true });
});

/** The rows as text, or why there are none, and how many files were opened. */
async function ask(context: QueryContext, { sql, bound }: Question): Promise<{ readonly rows: readonly string[] | string; readonly opened: number }> {
  opened = 0;
  try {
    const result = await runQuery(engine, context, { sql, parameters: bound });
    const rows: string[] = [];
    for await (const batch of result.batches) for (const row of readRows(result.columns, batch)) rows.push(Object.values(row).map((value) => (Object.is(value, -0) ? "-0" : String(value))).join("|"));
    return { rows: rows.toSorted(), opened };
  } catch (error) {
    if (error instanceof Failure) return { rows: error.code, opened };
    throw error;
  }
}

test.each<[string, (file: AddFile) => AddFile]>([["ours", (file) => file], ["those of writers who cut more", cut]])(`${rounds} random questions give the rows that they give without statistics: %s`, { timeout: 3_600_000 }, async (_name, told) => {
  const readableOf = openReadables(async () => engine);
  const own: Snapshot = { ...snapshot, files: liveFilesOf(Array.from(snapshot.files, told)) };
  const contextOf = (isPruned: boolean): QueryContext => ({
    catalog: catalogOf(table("d", "t", { kind: "delta" }, columns)), project: directory, rows: () => Promise.reject(new Error("none")),
    async snapshot(_table, _asOf, tests: readonly ColumnTest[] = []) {
      const read = await readableOf({ store, location: "t", directory }, own, isPruned ? tests : []);
      opened = read.files.length;
      return { ...read, version: own.version, committed: own.committed };
    },
  });
  const [pruned, whole] = [contextOf(true), contextOf(false)];
  const counts = { asked: 0, refused: 0, found: 0, opened: 0 };
  for (let round = 0; round < rounds; round += 1) {
    const asked = question();
    const all = await ask(whole, asked);
    counts.asked += 1;
    // A value that the engine cannot cast may stand in a file that is not opened.
    if (typeof all.rows === "string") {
      counts.refused += 1;
      continue;
    }
    const some = await ask(pruned, asked);
    expect(some.rows, JSON.stringify(asked, (_key, value: unknown) => (typeof value === "bigint" ? `${value}n` : value))).toEqual(all.rows);
    counts.found += all.rows.length > 0 ? 1 : 0;
    counts.opened += some.opened;
  }
  process.stdout.write(`skipping: ${JSON.stringify({ seed, ...counts })}\n`);
  expect(counts.found).toBeGreaterThan(rounds / 10);
  // Statistics were made use of.
  expect(counts.opened).toBeLessThan((counts.asked - counts.refused) * snapshot.files.length);
});
