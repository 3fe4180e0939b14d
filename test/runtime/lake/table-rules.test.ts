/** A declared table whose log asks more of its rows than the catalog does, in Spark's SQL: every way in holds rows against it. */
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { catalogFormat } from "../../../compiler/ir/catalog.ts";
import type { Table } from "../../../compiler/ir/catalog.ts";
import { replaceFiles } from "../../../runtime/delta/commit/replace.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { createSieve } from "../../../runtime/ingest/sieve.ts";
import { openLake } from "../../../runtime/lake.ts";
import type { Lake } from "../../../runtime/lake.ts";
import { openEngine } from "../../../runtime/query/engine.ts";
import { openFiles } from "../../../runtime/storage/files.ts";
import { readRows } from "../../../runtime/parquet/arrow-rows.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { column, deltaTable } from "../governance/table.ts";
import { committed } from "../delta/rides.ts";

const place = { file: "catalog/rides/trips.ts", line: 1, column: 1, length: 1 };
const columns = [column("id", { kind: "int64" }), column("fare", { kind: "decimal", precision: 10, scale: 2 }, { nullable: true }), column("city", { kind: "text" }, { nullable: true })];
const aside = { name: "isNear", doc: "", onFail: "quarantine", sql: { parts: ["city <> 'far'"], place }, place } as const;
const trips = deltaTable(columns, { database: "rides", name: "trips" });
const tripsAside = { ...trips, checks: [aside] };
/** A look-ahead has no words in SQL. */
const tripsByRows: Table = { ...trips, columns: columns.map((each) => (each.name === "city" ? { ...each, rules: [{ kind: "matches", pattern: "^(?=[a-z])", flags: "" }] } : each)) };

let directory: string;
let lake: Lake;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "rules-"));
});
afterEach(async () => {
  await lake.close();
  await rm(directory, { recursive: true });
});

/** The lake with the one table, to which another engine gave these constraints. */
async function ruled(table: Table, constraints: { readonly [name: string]: string }): Promise<void> {
  lake = await openLake({ catalog: { format: catalogFormat, databases: [{ name: "rides", doc: "", tables: [table] }] }, root: path.join(directory, "lake"), project: directory });
  await lake.create("rides.trips");
  const store = openFiles(path.join(directory, "lake"));
  const base = await readSnapshot(store, "rides/trips");
  const configuration = { ...base.metadata.configuration, ...Object.fromEntries(Object.entries(constraints).map(([name, sql]) => [`delta.constraints.${name}`, sql])) };
  committed(await replaceFiles(store, "rides/trips", base, { remove: [], add: [], dataChange: false, metadata: { ...base.metadata, configuration }, protocol: { minReaderVersion: 1, minWriterVersion: 3 } }, { operation: "ADD CONSTRAINT", parameters: {}, metrics: {} }));
}

const dataFiles = async (): Promise<number> => (await readdir(path.join(directory, "lake"), { recursive: true })).filter((name) => name.endsWith(".parquet")).length;
const versionNow = async (): Promise<number> => (await lake.describe("rides.trips")).version;
const row = (id: number, fare: string | null, city: string | null = "a") => ({ id: BigInt(id), fare, city });
const positive = { positive: "fare > 0", named: "city IS NOT NULL OR fare < 100" };

describe("an append", () => {
  test("whose rows all meet the constraints is committed", async () => {
    await ruled(trips, positive);
    expect(await lake.append("rides.trips", [row(1, "0.01"), row(2, "99.99", null)])).toMatchObject({ version: 2, kept: 2 });
  });

  test.each([
    ["false", [row(1, "1.00"), row(2, "-3.50")], /1 row; nothing was written\.\n {2}row 2: fare = -3\.50 breaks the constraint positive: fare > 0/],
    ["null, as Spark has it", [row(1, null)], /row 1: fare = null breaks the constraint positive/],
    ["several", [row(1, "500.00", null), row(2, "1.00"), row(3, "0.00")], /2 rows[^]*row 1: city = null, fare = 500\.00 breaks the constraint named[^]*row 3: fare = 0\.00 breaks/],
  ])("with a row for which one is %s is refused whole", async (_what, rows, message) => {
    await ruled(trips, positive);
    await expect(lake.append("rides.trips", rows)).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringMatching(message) as string });
    expect([await versionNow(), await dataFiles()]).toEqual([1, 0]);
  });

  test("names a row by its place also behind rows that were set aside", async () => {
    await ruled(tripsAside, positive);
    await expect(lake.append("rides.trips", [row(1, "1.00", "far"), row(2, "-1.00")])).rejects.toMatchObject({ message: expect.stringContaining("row 2: fare = -1.00") as string });
  });

  test("over which a constraint has no answer is refused", async () => {
    await ruled(trips, { loud: "upper(city) <> 'X'" });
    await expect(lake.append("rides.trips", [row(1, null, "Zürich")])).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringMatching(/constraint loud[^]*ASCII/) as string });
    await lake.append("rides.trips", [row(1, null, "zurich")]);
  });

  test("to a table with a constraint that is not understood is refused by its name, before anything is written", async () => {
    await ruled(trips, { odd: "my_udf(id)" });
    await expect(lake.append("rides.trips", [row(1, "1.00")])).rejects.toMatchObject({ code: "DELTA_UNSUPPORTED_FEATURE", message: expect.stringMatching(/constraint odd \(my_udf\(id\)\)/) as string });
    expect(await dataFiles()).toBe(0);
  });
});

describe.each([["in SQL", trips, "line 3"], ["by rows", tripsByRows, "row 2"]])("a file that is judged %s", (_how, table, where) => {
  test("is loaded when its rows meet the constraints, and refused whole when one does not", async () => {
    await ruled(table, positive);
    const [good, bad] = [path.join(directory, "good.csv"), path.join(directory, "bad.csv")];
    await writeFile(good, "id,fare,city\n1,1.00,a\n2,2.00,b\n");
    await writeFile(bad, "id,fare,city\n1,1.00,a\n2,,b\n");
    expect(await lake.load("rides.trips", good)).toMatchObject({ version: 2, kept: 2 });
    await expect(lake.load("rides.trips", bad)).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringMatching(new RegExp(`bad.csv ${where}: fare = null breaks the constraint positive: fare > 0`)) as string });
    expect([await versionNow(), await dataFiles()]).toEqual([2, 1]);
  });
});

describe("a table that makes columns by itself", () => {
  const made = [column("id", { kind: "int64" }), column("at", { kind: "timestamp" }), column("day", { kind: "day" }), column("twice", { kind: "int64" }), column("state", { kind: "text" }, { nullable: true }), column("fee", { kind: "decimal", precision: 6, scale: 2 })];
  const table = deltaTable(made, { database: "rides", name: "trips", partitionBy: ["day"] });
  const byRows: Table = { ...table, columns: made.map((each) => (each.name === "state" ? { ...each, rules: [{ kind: "matches", pattern: "^(?=[a-z])", flags: "" }] } : each)) };
  const notes: { readonly [column: string]: object } = { day: { "delta.generationExpression": "CAST(at AS DATE)" }, twice: { "delta.generationExpression": "id * 2" }, state: { CURRENT_DEFAULT: "'new'" }, fee: { CURRENT_DEFAULT: "1.5" } };
  const at = Temporal.Instant.from("2026-08-01T23:59:59.5Z");
  const day = Temporal.PlainDate.from("2026-08-01");
  const protocol = { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ["generatedColumns", "allowColumnDefaults"] };

  async function making(declared: Table = table, noted = notes): Promise<void> {
    lake = await openLake({ catalog: { format: catalogFormat, databases: [{ name: "rides", doc: "", tables: [declared] }] }, root: path.join(directory, "lake"), project: directory });
    await lake.create("rides.trips");
    const store = openFiles(path.join(directory, "lake"));
    const base = await readSnapshot(store, "rides/trips");
    const schema = JSON.parse(base.metadata.schemaString) as { readonly fields: readonly { readonly name: string; readonly metadata: object }[] };
    const schemaString = JSON.stringify({ ...schema, fields: schema.fields.map((field) => ({ ...field, metadata: { ...field.metadata, ...noted[field.name] } })) });
    committed(await replaceFiles(store, "rides/trips", base, { remove: [], add: [], dataChange: false, metadata: { ...base.metadata, schemaString }, protocol }, { operation: "ALTER TABLE", parameters: {}, metrics: {} }));
  }

  async function rows(): Promise<Row[]> {
    const result = await lake.query({ sql: "SELECT * FROM rides.trips ORDER BY id" });
    return (await Array.fromAsync(result.batches)).flatMap((batch) => readRows(result.columns, batch));
  }

  test("makes what a row leaves out, and keeps what it gives, null too", async () => {
    await making();
    await lake.append("rides.trips", [{ id: 1n, at }, { id: 2n, at, day, twice: 4n, state: null, fee: "2.00" }]);
    expect(await rows()).toEqual([{ id: 1n, at, day, twice: 2n, state: "new", fee: "1.50" }, { id: 2n, at, day, twice: 4n, state: null, fee: "2.00" }]);
  });

  test("refuses a generated value that is not what would be made, and one that cannot be made", async () => {
    await making();
    await expect(lake.append("rides.trips", [{ id: 1n, at }, { id: 2n, at, twice: 5n }])).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringMatching(/row 2: twice = 5, id = 2 breaks the generated column twice: id \* 2/) as string });
    await expect(lake.append("rides.trips", [{ id: 2n ** 62n, at }])).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining("64 bits") as string });
    expect([await versionNow(), await dataFiles()]).toEqual([1, 0]);
  });

  test("makes what a file lacks: generated values also where it has null, a default only where it has no such column", async () => {
    await making();
    const [without, withNulls] = [path.join(directory, "without.csv"), path.join(directory, "nulls.csv")];
    await writeFile(without, "id,at\n1,2026-08-01T23:59:59.5Z\n");
    await writeFile(withNulls, "id,at,day,state,fee\n2,2026-08-01T23:59:59.5Z,,,3\n");
    expect(await lake.load("rides.trips", without)).toMatchObject({ filledWithNull: [] });
    await lake.load("rides.trips", withNulls);
    expect(await rows()).toEqual([{ id: 1n, at, day, twice: 2n, state: "new", fee: "1.50" }, { id: 2n, at, day, twice: 4n, state: null, fee: "3.00" }]);
    const wrong = path.join(directory, "wrong.csv");
    await writeFile(wrong, "id,at,twice\n1,2026-08-01T23:59:59.5Z,3\n");
    await expect(lake.load("rides.trips", wrong)).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining("the generated column twice") as string });
  });

  test("makes generated values of a file that is judged by rows", async () => {
    const file = path.join(directory, "rows.csv");
    await writeFile(file, "id,at,state,fee\n1,2026-08-01T23:59:59.5Z,a,2\n");
    await making(byRows, { day: notes["day"] ?? {}, twice: notes["twice"] ?? {} });
    await lake.load("rides.trips", file);
    expect(await rows()).toEqual([{ id: 1n, at, day, twice: 2n, state: "a", fee: "2.00" }]);
  });

  test("refuses a file that is judged by rows where there are defaults", async () => {
    const file = path.join(directory, "rows.csv");
    await writeFile(file, "id,at,state,fee\n1,2026-08-01T23:59:59.5Z,a,2\n");
    await making(byRows);
    await expect(lake.load("rides.trips", file)).rejects.toMatchObject({ code: "DELTA_UNSUPPORTED_FEATURE", place: { value: "allowColumnDefaults" } });
  });

  test("makes them of messages, and refuses one of which nothing can be made", async () => {
    await making();
    const engine = await openEngine({ readable: [], temporary: directory });
    try {
      const message = (offset: number, id: bigint, more = "") => ({ partition: 0, offset, timestamp: 0, key: null, value: Buffer.from(`{"id": ${id}, "at": "2026-08-01T23:59:59.5Z"${more}}`) });
      const messages = [message(1, 1n), message(2, 2n ** 62n), message(3, 3n, ', "twice": 7'), message(4, 4n, ', "twice": 8, "fee": "9"'), { ...message(5, 5n), value: null }];
      const sifted = await createSieve(table, async () => engine)(messages, await readSnapshot(openFiles(path.join(directory, "lake")), "rides/trips"));
      expect([sifted.rows, sifted.refused.map(({ offset }) => offset)]).toEqual([2, [2, 3, 5]]);
    } finally {
      await engine.close();
    }
  });

  test.each([["twice", { "delta.generationExpression": "my_udf(id)" }, "generatedColumns"], ["fee", { CURRENT_DEFAULT: "rand()" }, "allowColumnDefaults"], ["fee", { CURRENT_DEFAULT: "1.555" }, "allowColumnDefaults"], ["id", { "delta.identity.start": 1 }, "identityColumns"]])(
    "whose %s cannot be made is refused by name: %j", async (name, note, feature) => {
      await making(table, { [name]: note });
      await expect(lake.append("rides.trips", [{ id: 1n, at, day, twice: 2n, state: null, fee: "1.00" }])).rejects.toMatchObject({ code: "DELTA_UNSUPPORTED_FEATURE", place: { value: feature } });
      expect(await dataFiles()).toBe(0);
    });
});

test("compaction and a checkpoint ask nothing of rows that are there", async () => {
  await ruled(trips, positive);
  for (const id of [1, 2]) await lake.append("rides.trips", [row(id, "1.00")]);
  expect((await lake.upkeep.compact("rides.trips", { growing: false })).commits).toHaveLength(1);
  expect(await lake.upkeep.checkpoint("rides.trips")).toMatchObject({ written: true });
});

test("messages that break a constraint are refused one by one", async () => {
  await ruled(trips, positive);
  const engine = await openEngine({ readable: [], temporary: directory });
  try {
    const sieve = createSieve(trips, async () => engine);
    const message = (offset: number, fare: string) => ({ partition: 0, offset, timestamp: 0, key: null, value: Buffer.from(`{"id": ${offset}, "fare": ${fare}, "city": "a"}`) });
    const sifted = await sieve([message(1, "1.00"), message(2, "-2.00"), message(3, "3.00"), message(4, "null")], await readSnapshot(openFiles(path.join(directory, "lake")), "rides/trips"));
    expect(sifted.rows).toBe(2);
    expect(sifted.refused.map(({ offset, reason }) => [offset, /fare = (-2\.00|null) breaks the constraint positive/.test(reason)])).toEqual([[2, true], [4, true]]);
  } finally {
    await engine.close();
  }
});
