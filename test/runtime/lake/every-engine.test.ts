/**
 * A table that was added to, renamed in, widened and dropped from, with rows appended and loaded after each step: we read each older version
 * as it was, and other engines read the table as each step left it with the rows that we do.
 */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Catalog } from "../../../compiler/ir/catalog.ts";
import { rowJson } from "../../../runtime/values/json.ts";
import { parseJson } from "../../../runtime/values/json-text.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { peerRows } from "../../services/python.ts";
import type { Peer } from "../../services/python.ts";
import { sparkRows } from "../../services/spark.ts";
import { withServices } from "../../services/with-services.ts";
import { sameRows, spelledRows } from "../delta/same-rows.ts";
import { applyPlan, column, newRoot, openAt, rowsOf, trips } from "./evolving-lake.ts";

const id = column("id", "int64");
const day = column("day", "day", { nullable: true });
const stop = column("stop", { kind: "object", fields: [{ name: "lat", type: { kind: "float64" }, nullable: true }, { name: "name", type: { kind: "text" }, nullable: true }] }, { nullable: true });
const by = { partitionBy: ["day"] };
const at = Temporal.PlainDate.from("2026-08-01");
const lat = { lat: 1.5, name: "A" };

/** Each step: the catalog from there on, and rows that are written under it. */
const steps: readonly { readonly catalog: Catalog; readonly rows: readonly Row[] }[] = [
  { catalog: trips([id, day, column("fee", "int32"), column("note", "text", { nullable: true }), stop], by), rows: [{ id: 1n, day: at, fee: 7, note: "a", stop: lat }, { id: 2n, day: null, fee: -8, note: null, stop: null }] },
  // Added, with a value for older rows and without.
  { catalog: trips([id, day, column("fee", "int32"), column("note", "text", { nullable: true }), stop, column("seats", "int8", { initially: 4 }), column("tip", { kind: "decimal", precision: 6, scale: 2 }, { nullable: true })], by), rows: [{ id: 3n, day: at, fee: 9, note: "c", stop: lat, seats: 1, tip: "1.50" }] },
  // Renamed, the partition too: the columns are mapped from here on.
  { catalog: trips([id, column("date", "day", { nullable: true, was: "day" }), column("fare", "int32", { was: "fee" }), column("note", "text", { nullable: true }), stop, column("seats", "int8"), column("tip", { kind: "decimal", precision: 6, scale: 2 }, { nullable: true })], { partitionBy: ["date"] }), rows: [{ id: 4n, date: at, fare: 10, note: "d", stop: lat, seats: 2, tip: null }] },
  // Widened.
  { catalog: trips([id, column("date", "day", { nullable: true }), column("fare", "int64"), column("note", "text", { nullable: true }), stop, column("seats", "int32"), column("tip", { kind: "decimal", precision: 10, scale: 3 }, { nullable: true })], { partitionBy: ["date"] }), rows: [{ id: 5n, date: null, fare: 9_007_199_254_740_993n, note: "e", stop: lat, seats: 100_000, tip: "0.125" }] },
  // Dropped, and a name taken again by another column; one may be null from here on.
  { catalog: trips([id, column("date", "day", { nullable: true }), column("fare", "int64", { nullable: true }), column("note", "float64", { nullable: true }), stop, column("tip", { kind: "decimal", precision: 10, scale: 3 }, { nullable: true })], { partitionBy: ["date"] }), rows: [{ id: 6n, date: at, fare: null, note: 0.5, stop: null, tip: null }] },
];

let root: string;
let remove: () => Promise<void>;
/** Rows of each version, as we read them right after it was made. */
const seen = new Map<number, readonly Row[]>();
/** The version that each step ended with. */
const ends: number[] = [];

beforeAll(async () => {
  ({ root, remove } = await newRoot());
  for (const { catalog, rows } of steps) {
    const lake = await openAt(root, catalog);
    const note = async (): Promise<void> => {
      const [{ version = -1 } = {}] = await lake.kept();
      seen.set(version, await rowsOf(lake, "SELECT * FROM rides.trips ORDER BY id"));
    };
    // A name that comes again is two steps: what it was goes first.
    if (catalog === steps.at(-1)?.catalog) {
      const without = await openAt(root, { ...catalog, databases: catalog.databases.map((database) => ({ ...database, tables: database.tables.map((table) => ({ ...table, columns: table.columns.filter(({ name }) => name !== "note") })) })) });
      await applyPlan(without);
      await without.close();
      await note();
    }
    await applyPlan(lake);
    await note();
    await lake.append("rides.trips", rows);
    await note();
    const [table] = lake.stored;
    const file = path.join(root, `more-${seen.size}.json`);
    await writeFile(file, `[${rows.map((row) => rowJson(table?.columns ?? [], { ...row, id: BigInt(String(row["id"])) + 100n })).join(",")}]`);
    await lake.load("rides.trips", file);
    await note();
    ends.push(Math.max(...seen.keys()));
    await lake.close();
  }
});

afterAll(() => remove());

test("every version that was seen is read as it was, and the newest has all rows", async () => {
  const lake = await openAt(root, steps.at(-1)?.catalog ?? trips([]));
  for (const [version, rows] of seen) expect([version, await rowsOf(lake, "SELECT * FROM rides.trips ORDER BY id", { version })]).toEqual([version, rows]);
  const newest = seen.get(Math.max(...seen.keys())) ?? [];
  expect(newest.map((row) => row["id"])).toEqual([1n, 2n, 3n, 4n, 5n, 6n, 101n, 102n, 103n, 104n, 105n, 106n]);
  expect(newest.slice(0, 6)).toEqual([
    { id: 1n, date: at, fare: 7n, note: null, stop: lat, tip: null }, { id: 2n, date: null, fare: -8n, note: null, stop: null, tip: null },
    { id: 3n, date: at, fare: 9n, note: null, stop: lat, tip: "1.500" }, { id: 4n, date: at, fare: 10n, note: null, stop: lat, tip: null },
    { id: 5n, date: null, fare: 9_007_199_254_740_993n, note: null, stop: lat, tip: "0.125" }, { id: 6n, date: at, fare: null, note: 0.5, stop: null, tip: null },
  ]);
  await lake.close();
});

test("conditions on renamed, widened and partitioning columns leave out no file that holds a row", async () => {
  const lake = await openAt(root, steps.at(-1)?.catalog ?? trips([]));
  const ids = async (where: string): Promise<unknown> => (await rowsOf(lake, `SELECT id FROM rides.trips WHERE ${where} ORDER BY id`)).map((row) => row["id"]);
  expect(await ids("fare = 9007199254740993")).toEqual([5n, 105n]);
  expect(await ids("fare BETWEEN 8 AND 9")).toEqual([3n, 103n]);
  expect(await ids("fare IS NULL")).toEqual([6n, 106n]);
  expect(await ids("date = DATE '2026-08-01' AND id < 10")).toEqual([1n, 3n, 4n, 6n]);
  expect(await ids("date IS NULL")).toEqual([2n, 5n, 102n, 105n]);
  expect(await ids("note > 0")).toEqual([6n, 106n]);
  expect(await ids("tip = 1.5 OR tip = 0.125")).toEqual([3n, 5n, 103n, 105n]);
  await lake.close();
});

test("a value for older rows is in their files, not in the reading of them", () => {
  const [before = -1] = ends;
  expect(seen.get(before + 1)?.map((row) => row["seats"])).toEqual([4, 4, 4, 4]);
});

await withServices(["python"], "other engines", ({ python }) => {
  // Polars refuses tables that map their columns, which ours do from their first rename on.
  test.each<[Peer, number]>([["delta-rs", 5], ["duckdb", 5], ["polars", 2]])("%s reads the table as each of the first %i steps left it, with equal rows", async (peer, count) => {
    const table = path.join(root, "rides", "trips");
    const lake = await openAt(root, steps.at(-1)?.catalog ?? trips([]));
    expect(ends).toHaveLength(5);
    for (const version of ends.slice(0, count)) {
      const { columns } = await lake.query({ sql: "SELECT * FROM rides.trips", asOf: { version } });
      const ours = (seen.get(version) ?? []).map((row) => parseJson(rowJson(columns, row)));
      expect([version, await peerRows(python, peer, table, { version, orderBy: "id" })]).toEqual([version, ours]);
    }
    await lake.close();
  });
});

await withServices(["spark"], "Spark", ({ spark }) => {
  test("reads the table as each step left it, with equal rows", async () => {
    const lake = await openAt(root, steps.at(-1)?.catalog ?? trips([]));
    for (const version of ends) {
      const { columns } = await lake.query({ sql: "SELECT * FROM rides.trips", asOf: { version } });
      sameRows(spelledRows(columns, seen.get(version) ?? []), await sparkRows(spark, path.join(root, "rides", "trips"), { version }), `version ${version}`);
    }
    await lake.close();
  });
});
