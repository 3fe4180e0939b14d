/** Any Delta table without a catalog, as a program uses it: on every store, and beside other engines. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Field, Int32, RecordBatch, Schema, Table, Utf8, makeBuilder } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import { createTable, openTable, types } from "../../../../runtime/lake.ts";
import type { DeltaTable, RowOf } from "../../../../runtime/lake.ts";
import { commit } from "../../../../runtime/delta/commit/transaction.ts";
import { readSnapshot } from "../../../../runtime/delta/snapshot/snapshot.ts";
import { arrowSchema } from "../../../../runtime/parquet/arrow-schema.ts";
import { awsEnvironment } from "../../../services/s3-server.ts";
import { peerRows } from "../../../services/python.ts";
import { withServices } from "../../../services/with-services.ts";
import { onEveryStore, storeAt } from "../../../stores.ts";
import { buildTable, metaData, protocol } from "../../delta/log-builder.ts";

const trips = {
  trip_id: types.long.notNull().comment("One ride"),
  city: types.string,
  fare: types.decimal(20, 2),
  left: types.timestamp,
  day: types.date,
  stops: types.array(types.struct({ name: types.string.notNull(), wait: types.integer })),
  tags: types.map(types.string, types.string),
};
type Trip = RowOf<typeof trips>;

const trip = (id: bigint): Trip => ({
  trip_id: id, city: id % 2n === 0n ? "Oslo" : null, fare: `${id}.50`, left: Temporal.Instant.from("2026-08-01T12:00:00.000001Z"), day: Temporal.PlainDate.from("2026-08-01"),
  stops: [{ name: "a", wait: 3 }, { name: "b", wait: null }], tags: { k: "v" },
});

let directory: string;
beforeAll(async () => { directory = await mkdtemp(path.join(tmpdir(), "open-table-")); });
afterAll(async () => await rm(directory, { recursive: true }));
const cache = (): { readonly cache: { readonly directory: string } } => ({ cache: { directory: path.join(directory, "copies") } });

await onEveryStore(({ newRoot }) => {
  const create = async (more: object = {}): Promise<DeltaTable<Trip>> => await createTable(newRoot(directory), { schema: trips, ...cache(), ...more });

  test("is created, appended to and read, each value exactly as it was", async () => {
    await using table = await create({ partitionBy: ["city"], name: "trips", properties: { "own.note": "x" } });
    expect([table.version, table.protocol, table.metadata.partitionColumns, table.metadata.configuration, table.metadata.name]).toEqual([0, { minReaderVersion: 1, minWriterVersion: 2 }, ["city"], { "own.note": "x" }, "trips"]);
    expect(table.schema.fields[0]).toEqual({ name: "trip_id", type: "long", nullable: false, metadata: { comment: "One ride" } });
    const rows = [1n, 2n, 9_007_199_254_740_993n].map(trip);
    expect(await table.append(rows)).toEqual({ kind: "committed", version: 1, rows: 3 });
    expect(await table.rows({ where: "trip_id > 0" }).toArray().then((read) => read.toSorted((a, b) => (a.trip_id < b.trip_id ? -1 : 1)))).toEqual(rows);
    expect(await table.describe()).toMatchObject({ location: table.location, version: 1, rows: 3, files: 2 });
    expect((await table.history()).map(({ version, operation }) => [version, operation])).toEqual([[1, "WRITE"], [0, "CREATE TABLE"]]);
    expect(await table.verify()).toMatchObject({ version: 1, rows: 3, findings: [] });
  });

  test("its rows come by columns, condition, parameters, limit, version and time, as rows and as Arrow", async () => {
    await using table = await create();
    for (const id of [1n, 2n, 3n]) await table.append([trip(id)]);
    const read = table.rows({ columns: ["trip_id", "fare"], where: "trip_id >= $1", parameters: [2n] });
    expectTypeOf(await read.toArray()).toEqualTypeOf<Pick<Trip, "trip_id" | "fare">[]>();
    expect(await read.toArray()).toEqual([{ trip_id: 2n, fare: "2.50" }, { trip_id: 3n, fare: "3.50" }]);
    expect((await read.toArrow()).numRows).toBe(2);
    expect((await Array.fromAsync(read.batches())).reduce((sum, batch) => sum + batch.numRows, 0)).toBe(2);
    expect(await table.rows({ limit: 0 }).toArray()).toEqual([]);
    expect((await table.rows({ version: 1 }).toArray()).map((row) => row.trip_id)).toEqual([1n]);
    const [{ timestamp } = { timestamp: "" }] = await table.history();
    expect(await table.rows({ timestamp }).toArray()).toHaveLength(3);
    expect(await table.rows({ timestamp: Temporal.Instant.from("2999-01-01T00:00:00Z") }).toArray()).toHaveLength(3);
    let seen = 0;
    for await (const row of table.rows()) {
      seen += row.trip_id > 0n ? 1 : 0;
      break;
    }
    expect(seen).toBe(1);
  });

  test("stands at one version until it is refreshed or commits itself", async () => {
    await using ours = await create();
    await using theirs = await openTable<Trip>(ours.location, cache());
    await theirs.append([trip(1n)]);
    expect([ours.version, await ours.rows().toArray()]).toEqual([0, []]);
    expect([await ours.refresh(), (await ours.rows().toArray()).length]).toEqual([1, 1]);
    await theirs.append([trip(2n)]);
    expect(await ours.append([trip(3n)])).toMatchObject({ kind: "committed", version: 3 });
    expect(await ours.rows().toArray()).toHaveLength(3);
  });

  test("a transaction is appended once, also by another", async () => {
    await using ours = await create();
    await using theirs = await openTable<Trip>(ours.location, cache());
    const transaction = { appId: "feed", version: 7 };
    const outcomes = await Promise.all([ours.append([trip(1n)], { transaction }), theirs.append([trip(1n)], { transaction })]);
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(["committed", "repeated"]);
    expect(await ours.append([trip(1n)], { transaction: { appId: "feed", version: 6 } })).toMatchObject({ kind: "repeated" });
    expect(await ours.append([], { transaction: { appId: "feed", version: 8 } })).toMatchObject({ kind: "committed", rows: 0 });
    await ours.refresh();
    expect([(await ours.rows().toArray()).length, (await ours.describe()).transactions]).toEqual([1, { feed: 8 }]);
    expect(await ours.append([])).toEqual({ kind: "committed", version: ours.version, rows: 0 });
  });

  test("its upkeep: small files into one, a checkpoint, and what no version needs", async () => {
    await using table = await create();
    for (const id of [1n, 2n, 3n]) await table.append([trip(id)]);
    expect(await table.compact()).toMatchObject({ version: 4, files: 1, commits: [{ before: 3, after: 1 }] });
    expect([table.version, await table.checkpoint(), await table.checkpoint()]).toMatchObject([4, { version: 4, written: true }, { version: 4, written: false }]);
    expect(await table.vacuum()).toMatchObject({ removed: [] });
    await expect(table.vacuum({ retainMs: 0 })).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    expect((await table.vacuum({ retainMs: 0, allowShort: true, dryRun: true })).removed).toHaveLength(3);
    expect(await table.rows().toArray()).toHaveLength(3);
  });

  test("its changes are told where it records them", async () => {
    await using table = await create({ properties: { "delta.enableChangeDataFeed": "true" } });
    expect(table.protocol).toEqual({ minReaderVersion: 1, minWriterVersion: 4 });
    await table.append([trip(1n)]);
    const changes = await table.changes({ from: 1, columns: ["trip_id", "_change_type", "_commit_version"] }).toArray();
    expect(changes).toEqual([{ trip_id: 1n, _change_type: "insert", _commit_version: 1n }]);
    await using without = await create();
    await expect(without.changes({ from: 0 }).toArray()).rejects.toMatchObject({ code: "DELTA_CHANGES_NOT_RECORDED" });
  });

  test("what others change meanwhile is met: rows are judged again by the new schema", async () => {
    await using table = await create();
    const store = storeAt(table.location);
    const base = await readSnapshot(store, "");
    const renamed = { ...base.metadata, configuration: { "delta.constraints.small": "trip_id < 10" } };
    const facts = { operation: "SET TBLPROPERTIES", parameters: {}, metrics: {} };
    expect(await commit(store, "", base, [{ metaData: renamed }, { protocol: { minReaderVersion: 1, minWriterVersion: 3 } }], facts)).toMatchObject({ kind: "committed" });
    expect(await table.append([trip(9n)])).toMatchObject({ kind: "committed", version: 2 });
    await expect(table.append([trip(9n), trip(10n)])).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining("row 2: trip_id = 10 breaks the constraint small") });
    expect(await table.verify()).toMatchObject({ version: 2, rows: 1, findings: [] });
  });
});

describe("rows", () => {
  const local = async (more: object = {}) => await createTable(await mkdtemp(path.join(directory, "t-")), { schema: { id: types.long.notNull(), name: types.string }, ...more });

  test("by an async generator, more than are held at once, are one commit, and one that breaks a rule leaves nothing", async () => {
    await using table = await local();
    async function* many(count: number, bad?: number) {
      for (let id = 0; id < count; id += 1) yield id === bad ? { id: null as unknown as bigint } : { id: BigInt(id) };
    }
    expect(await table.append(many(250_000))).toEqual({ kind: "committed", version: 1, rows: 250_000 });
    await expect(table.append(many(250_000, 240_000))).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining("row 240001, column id: null the column is never null") });
    await expect(table.append((async function* () {
      yield* many(150_000);
      throw new Error("the source broke off");
    })())).rejects.toThrow("the source broke off");
    expect(await table.verify()).toMatchObject({ version: 1, rows: 250_000, findings: [] });
  });

  test("by Arrow, a batch or a table, columns in any order and of narrower types", async () => {
    await using table = await local();
    const ids = makeBuilder({ type: new Int32() });
    const names = makeBuilder({ type: new Utf8() });
    for (const id of [1, 2]) {
      ids.append(id);
      names.append(`n${id}`);
    }
    const arrow = new Table({ name: names.finish().toVector(), id: ids.finish().toVector() });
    expect(await table.append(arrow)).toMatchObject({ kind: "committed", rows: 2 });
    expect(await table.append(arrow.batches[0] as RecordBatch)).toMatchObject({ kind: "committed", rows: 2 });
    expect(await table.rows({ where: "id = 2" }).toArray()).toEqual([{ id: 2n, name: "n2" }, { id: 2n, name: "n2" }]);
    await using again = await openTable(table.location);
    const back = await again.rows().toArrow();
    expect(await table.append(back)).toMatchObject({ kind: "committed", rows: 4 });
  });

  test.each<[string, object, string]>([
    ["of a column that is not there", { id: 1n, nmae: "x" }, "row 1, column nmae: there is no such column"],
    ["that lack a column which is never null", { name: "x" }, "row 1, column id: is missing"],
    ["with null in it", { id: null }, "the column is never null"],
    ["with a value of another type", { id: 1 }, "row 1, column id: 1 is not Int64"],
  ])("%s are refused with their place, and nothing is written", async (_name, row, told) => {
    await using table = await local();
    await expect(table.append([row as { id: bigint }])).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining(told) });
    expect(await table.verify()).toMatchObject({ version: 0, findings: [] });
  });

  test("types: what may be null may be left out, and nothing else", async () => {
    await using table = await local();
    expectTypeOf(table).toEqualTypeOf<DeltaTable<{ readonly id: bigint; readonly name: string | null }>>();
    // @ts-expect-error: the column is never null
    await expect(table.append([{ name: "x" }])).rejects.toMatchObject({ code: "ROWS_REFUSED" });
    // @ts-expect-error: there is no such column
    await expect(table.rows({ columns: ["nmae"] }).toArray()).rejects.toMatchObject({ code: "SQL_INVALID", message: expect.stringContaining("nmae") });
    await table.append([{ id: 1n }]);
    interface Named { readonly id: bigint; readonly name: string | null }
    await using again = await openTable<Named>(table.location);
    expectTypeOf(await again.rows().toArray()).toEqualTypeOf<Pick<Named, "id" | "name">[]>();
  });
});

describe("what is wrong is told by its code", () => {
  const schema = { id: types.long };
  const fresh = async () => await mkdtemp(path.join(directory, "wrong-"));

  test("a place without a table, another scheme, a table that is there", async () => {
    await expect(openTable(path.join(directory, "nothing"))).rejects.toMatchObject({ code: "DELTA_TABLE_NOT_FOUND", message: expect.stringContaining("nothing"), hint: expect.stringContaining("createTable") });
    await expect(openTable("gs://bucket/table")).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    const place = await fresh();
    await using first = await createTable(place, { schema });
    await expect(createTable(place, { schema })).rejects.toMatchObject({ code: "DELTA_TABLE_EXISTS" });
    await first.append([{ id: 1n }]);
    await using second = await createTable(place, { schema, ifExists: "open" });
    expect(second.version).toBe(1);
    await expect(createTable(place, { schema: { id: types.string }, ifExists: "open" })).rejects.toMatchObject({ code: "SCHEMA_DIFFERS", message: expect.stringContaining("column id is declared") });
    await expect(createTable(place, { schema: { id: types.long, p: types.string }, partitionBy: ["p"], ifExists: "open" })).rejects.toMatchObject({ code: "SCHEMA_DIFFERS" });
  });

  test.each<[string, object, string, string]>([
    ["no columns", { schema: {} }, "PARAMETER_INVALID", "no columns"],
    ["a name that Parquet may not hold", { schema: { "a b": types.long } }, "PARAMETER_INVALID", "a b"],
    ["one within", { schema: { s: types.struct({ "x=y": types.long }) } }, "PARAMETER_INVALID", "s.x=y"],
    ["variants, which would become records", { schema: { type: "struct", fields: [{ name: "v", type: "variant", nullable: true, metadata: {} }] } }, "DELTA_UNSUPPORTED_FEATURE", "type variant"],
    ["columns of no type, within", { schema: { type: "struct", fields: [{ name: "l", type: { type: "array", elementType: "void", containsNull: true }, nullable: true, metadata: {} }] } }, "DELTA_UNSUPPORTED_FEATURE", "type void"],
    ["two names alike", { schema: { id: types.long, ID: types.long } }, "PARAMETER_INVALID", "two columns ID"],
    ["a partition that is not there", { schema, partitionBy: ["q"] }, "PARAMETER_INVALID", "no column q"],
    ["a nested partition", { schema: { id: types.long, l: types.array(types.long) }, partitionBy: ["l"] }, "PARAMETER_INVALID", "partitioned by l"],
    ["all columns as partitions", { schema, partitionBy: ["id"] }, "PARAMETER_INVALID", "all its columns"],
    ["a property with another value", { schema, properties: { "delta.appendOnly": "maybe" } }, "PARAMETER_INVALID", "delta.appendOnly"],
    ["a property that is not honoured", { schema, properties: { "delta.enableIcebergCompatV2": "true" } }, "DELTA_UNSUPPORTED_FEATURE", "delta.enableIcebergCompatV2"],
    ["a constraint that cannot be judged", { schema, properties: { "delta.constraints.odd": "sha2(id, 256) = 'x'" } }, "DELTA_UNSUPPORTED_FEATURE", "odd"],
    ["a field that asks for more", { schema: { type: "struct", fields: [{ name: "id", type: "long", nullable: true, metadata: { "delta.identity.start": 1 } }] } }, "DELTA_UNSUPPORTED_FEATURE", "delta.identity.start"],
  ])("a table of %s is not created", async (_name, options, code, told) => {
    const place = await fresh();
    await expect(createTable(place, options as { schema: typeof schema })).rejects.toMatchObject({ code, message: expect.stringContaining(told) });
    await expect(openTable(place)).rejects.toMatchObject({ code: "DELTA_TABLE_NOT_FOUND" });
  });

  test("a version that is none, two states at once, a time that is none, SQL that is none", async () => {
    await using table = await createTable(await fresh(), { schema });
    await expect(table.rows({ version: 3 }).toArray()).rejects.toMatchObject({ code: "DELTA_VERSION_NOT_FOUND", hint: expect.stringContaining("newest 0") });
    await expect(table.rows({ version: 1.5 }).toArray()).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    await expect(table.rows({ limit: -1 }).toArray()).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    await expect(table.rows({ version: 0, timestamp: "2026-01-01T00:00:00Z" }).toArray()).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    await expect(table.rows({ timestamp: "yesterday" }).toArray()).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    await expect(table.rows({ where: "idd > 1" }).toArray()).rejects.toMatchObject({ code: "SQL_INVALID", message: expect.stringContaining("idd") });
    await expect(table.rows({ where: "id IN (SELECT * FROM read_csv('/etc/passwd'))" }).toArray()).rejects.toMatchObject({ code: "SQL_FORBIDDEN" });
    await table.close();
    await expect(table.rows().toArray()).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  test("what a table asks of its readers and writers is refused by name", async () => {
    const built = await buildTable();
    try {
      await built.commit(0, protocol(["somethingNew"]), metaData([{ name: "id", type: "long" }]));
      await expect(openTable(built.directory)).rejects.toMatchObject({ code: "DELTA_UNSUPPORTED_FEATURE", message: expect.stringContaining("somethingNew") });
      await built.commit(0, protocol([], ["somethingNew"]), metaData([{ name: "id", type: "long" }]));
      await using table = await openTable(built.directory);
      expect(await table.rows().toArray()).toEqual([]);
      await expect(table.append([{ id: 1n }])).rejects.toMatchObject({ code: "DELTA_UNSUPPORTED_FEATURE", message: expect.stringContaining("somethingNew") });
    } finally {
      await built.close();
    }
  });
});

test("a schema is said as Delta's JSON or Arrow's too, and comes to the same", async () => {
  const place = async () => await mkdtemp(path.join(directory, "schema-"));
  await using byTypes = await createTable(await place(), { schema: { ...trips, wall: types.timestampNtz } });
  await using byJson = await createTable(await place(), { schema: byTypes.schema });
  expect([byJson.schema, byJson.protocol]).toEqual([byTypes.schema, byTypes.protocol]);
  expect(byJson.protocol).toMatchObject({ minReaderVersion: 3, readerFeatures: ["timestampNtz"] });
  await using byArrow = await createTable(await place(), { schema: new Schema([new Field("id", new Int32(), false), new Field("name", new Utf8(), true)]) });
  expect(byArrow.schema.fields).toMatchObject([{ name: "id", type: "integer", nullable: false }, { name: "name", type: "string", nullable: true }]);
  await using ours = await createTable(await place(), { schema: arrowSchema([{ name: "id", type: { kind: "uuid" }, nullable: true }]) });
  expect(ours.schema.fields).toMatchObject([{ type: "string", metadata: { "neuralake.type": "uuid" } }]);
  await using likeColumns = await createTable(await place(), { schema: { type: types.string, fields: types.long } });
  expect(await likeColumns.append([{ type: "x", fields: 1n }])).toMatchObject({ kind: "committed" });
});

await withServices(["python", "minio"], "beside delta-rs", ({ python, minio }) => {
  test("a table of its is opened, appended to, and read by it again", async () => {
    const place = path.join(directory, "theirs");
    await mkdir(place);
    await python.run(`import sys, pyarrow as pa
from deltalake import write_deltalake
write_deltalake(sys.argv[1], pa.table({"id": pa.array([1, 2], pa.int64()), "p": ["a/b", None]}), partition_by=["p"])
print(1)`, [place]);
    await using table = await openTable<{ id: bigint; p: string | null }>(place);
    expect(await table.append([{ id: 3n, p: "é" }, { id: 4n }])).toMatchObject({ kind: "committed", version: 1 });
    expect((await table.rows().toArray()).map((row) => row.id).toSorted()).toEqual([1n, 2n, 3n, 4n]);
    expect(await peerRows(python, "delta-rs", place, { orderBy: "id" })).toMatchObject([{ p: "a/b" }, { p: null }, { p: "é" }, { p: null }]);
  });

  test("a table of ours on S3 is read by it", async () => {
    const before = process.env;
    process.env = { ...before, ...awsEnvironment(minio) };
    try {
      const { makeBucket } = await import("../../../services/s3-server.ts");
      const location = `s3://${await makeBucket(minio, "face")}/trips`;
      await using table = await createTable(location, { schema: { id: types.long, fare: types.decimal(9, 2) }, properties: { "delta.constraints.paid": "fare > 0" }, ...cache() });
      await table.append([{ id: 1n, fare: "0.10" }]);
      await expect(table.append([{ id: 2n, fare: "-1.00" }])).rejects.toMatchObject({ code: "ROWS_REFUSED" });
      expect(await peerRows(python, "delta-rs", location, { env: awsEnvironment(minio) })).toHaveLength(1);
    } finally {
      process.env = before;
    }
  });
});

test("a relative path counts from the working directory", async () => {
  const place = await mkdtemp(path.join(directory, "relative-"));
  await using made = await createTable(path.relative(process.cwd(), place), { schema: { id: types.long } });
  expect(made.location).toBe(place);
  await writeFile(path.join(place, "_delta_log", "note.txt"), "not of the log");
  await using again = await openTable(`file://${place}`);
  expect(again.version).toBe(0);
});
