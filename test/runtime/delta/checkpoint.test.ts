import { rm } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ColumnType, NamedType, ObjectField } from "../../../compiler/ir/column-type.ts";
import { checkpointPath, commitPath, logDirectory } from "../../../runtime/delta/log/log.ts";
import { noFiles } from "../../../runtime/delta/actions/live-files.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { buildBatch } from "../../../runtime/parquet/arrow-build.ts";
import { encodeParquet } from "../../../runtime/parquet/parquet-file.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { append, committed, createRides, location, newStore, rides } from "./rides.ts";

let store: Store;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ store, remove } = await newStore());
});

afterEach(async () => {
  await remove();
});

const texts: ColumnType = { kind: "map", key: { kind: "text" }, value: { kind: "text" }, valueNullable: true };
const list: ColumnType = { kind: "array", element: { kind: "text" }, elementNullable: true };
const object = (...fields: readonly (readonly [string, ColumnType])[]): ColumnType => ({ kind: "object", fields: fields.map(([name, type]): ObjectField => ({ name, type, nullable: true })) });
const column = (name: string, type: ColumnType): NamedType => ({ name, type, nullable: true });
const text: ColumnType = { kind: "text" };
const long: ColumnType = { kind: "int64" };

/** The columns of a classic checkpoint (protocol, "Checkpoint Schema"). */
const actionColumns: readonly NamedType[] = [
  column("txn", object(["appId", text], ["version", long], ["lastUpdated", long])),
  column("add", object(["path", text], ["partitionValues", texts], ["size", long], ["modificationTime", long], ["dataChange", { kind: "bool" }], ["stats", text])),
  column("remove", object(["path", text], ["deletionTimestamp", long], ["dataChange", { kind: "bool" }])),
  column("metaData", object(["id", text], ["name", text], ["format", object(["provider", text], ["options", texts])], ["schemaString", text], ["partitionColumns", list], ["configuration", texts], ["createdTime", long])),
  column("protocol", object(["minReaderVersion", { kind: "int32" }], ["minWriterVersion", { kind: "int32" }])),
];

/** A checkpoint of a snapshot, as another writer would leave it, tombstone and all. */
async function putCheckpoint(snapshot: Snapshot, columns: readonly NamedType[] = actionColumns, more: readonly Row[] = []): Promise<void> {
  const { protocol, metadata } = snapshot;
  const rows: Row[] = [
    { protocol: { minReaderVersion: protocol.minReaderVersion, minWriterVersion: protocol.minWriterVersion } },
    { metaData: { id: metadata.id, name: metadata.name ?? null, format: metadata.format, schemaString: metadata.schemaString, partitionColumns: metadata.partitionColumns, configuration: metadata.configuration, createdTime: BigInt(metadata.createdTime ?? 0) } },
    ...[...snapshot.files].map((file) => ({ add: { path: file.path, partitionValues: file.partitionValues, size: BigInt(file.size), modificationTime: BigInt(file.modificationTime), dataChange: false, stats: file.stats ?? null } })),
    { remove: { path: "gone.parquet", deletionTimestamp: 1n, dataChange: true } },
    ...[...snapshot.transactions].map(([appId, version]) => ({ txn: { appId, version: BigInt(version), lastUpdated: null } })),
    ...more,
  ];
  await store.putIfAbsent(checkpointPath(location, snapshot.version), encodeParquet(buildBatch(columns, rows)));
}

/** Versions 0 to 4, a checkpoint at 2, the commits up to it removed. */
async function cleanedTable(): Promise<{ readonly full: Snapshot }> {
  let snapshot = await createRides(store);
  for (let id = 1; id <= 2; id++) snapshot = committed(await append(store, snapshot, rides(id), { transactions: [{ appId: "loader", version: id }] }));
  await putCheckpoint(snapshot);
  for (let id = 3; id <= 4; id++) snapshot = committed(await append(store, snapshot, rides(id)));
  for (let version = 0; version <= 1; version++) await rm(store.locate(commitPath(location, version)));
  return { full: snapshot };
}

describe("a classic checkpoint", () => {
  test("stands for the commits before it", async () => {
    const { full } = await cleanedTable();
    const read = await readSnapshot(store, location);
    expect(read).toMatchObject({ version: 4, checkpoint: 2, protocol: full.protocol, columns: full.columns, transactions: new Map([["loader", 2]]) });
    expect([...read.files].map((file) => [file.path, file.size, file.stats])).toEqual([...full.files].map((file) => [file.path, file.size, file.stats]));
  });

  test("is where the oldest version that can be had is", async () => {
    await cleanedTable();
    expect((await readSnapshot(store, location, { version: 2 })).files).toHaveLength(2);
    await expect(readSnapshot(store, location, { version: 1 })).rejects.toMatchObject({ code: "DELTA_VERSION_NOT_FOUND" });
  });

  test("is followed by further appends", async () => {
    await cleanedTable();
    const after = committed(await append(store, await readSnapshot(store, location), rides(5)));
    expect(after.files).toHaveLength(5);
    expect([...(await readSnapshot(store, location)).files]).toEqual([...after.files]);
  });

  test("with a gap behind it is DELTA_LOG_BROKEN", async () => {
    await cleanedTable();
    await rm(store.locate(commitPath(location, 3)));
    await expect(readSnapshot(store, location)).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN", message: expect.stringContaining("lacks version 3") });
  });
});

test("columns of a checkpoint that nobody reads may hold anything", async () => {
  const snapshot = committed(await append(store, await createRides(store), rides(1)));
  const wide = actionColumns.map((one) => (one.name === "add" && one.type.kind === "object" ? { ...one, type: { ...one.type, fields: [...one.type.fields, { name: "stats_parsed", type: object(["x", long]), nullable: true }] } } : one));
  const [file] = snapshot.files;
  const add = { path: "b.parquet", partitionValues: { p: null }, size: 1n, modificationTime: 0n, dataChange: true, stats: null, stats_parsed: { x: 2n ** 63n - 1n } };
  await putCheckpoint(snapshot, [...wide, column("checkpointMetadata", object(["version", long]))], [{ add }]);
  const { files } = await readSnapshot(store, location);
  expect([...files]).toEqual([{ ...file, dataChange: false }, { path: "b.parquet", partitionValues: { p: null }, size: 1, modificationTime: 0, dataChange: true }]);
});

test("statistics that a checkpoint keeps as columns of their own alone are taken from there, with every digit", async () => {
  const snapshot = committed(await append(store, await createRides(store), rides(1)));
  const bounds = object(["id", long], ["at", { kind: "timestamp" }], ["day", { kind: "day" }], ["fare", { kind: "decimal", precision: 30, scale: 2 }], ["city", text], ["x", { kind: "float64" }], ["s", object(["b", { kind: "bool" }])]);
  const parsed = object(["numRecords", long], ["minValues", bounds], ["maxValues", bounds], ["nullCount", object(["id", long])]);
  const columns = actionColumns.map((one) => (one.name === "add" && one.type.kind === "object" ? { ...one, type: { ...one.type, fields: [...one.type.fields.filter(({ name }) => name !== "stats"), { name: "stats_parsed", type: parsed, nullable: true }] } } : one));
  const values = { id: 2n ** 63n - 1n, at: Temporal.Instant.from("2026-08-01T12:00:00.000001Z"), day: Temporal.PlainDate.from("1969-12-31"), fare: "9007199254740993.25", city: 'é"', x: Number.NaN, s: { b: true } };
  const add = { path: "b.parquet", partitionValues: {}, size: 1n, modificationTime: 0n, dataChange: true, stats_parsed: { numRecords: 7n, minValues: values, maxValues: null, nullCount: { id: 0n } } };
  const { files, ...rest } = snapshot;
  await putCheckpoint({ ...rest, files: noFiles }, columns, [{ add }]);
  expect(files).toHaveLength(1);
  expect([...(await readSnapshot(store, location)).files].map(({ stats }) => stats)).toEqual([
    '{"numRecords":7,"minValues":{"id":9223372036854775807,"at":"2026-08-01T12:00:00.000001Z","day":"1969-12-31","fare":9007199254740993.25,"city":"é\\"","s":{"b":true}},"nullCount":{"id":0}}',
  ]);
});

test("a checkpoint that is damaged is DELTA_LOG_BROKEN and named when nothing stands for it", async () => {
  await createRides(store);
  await store.putIfAbsent(checkpointPath(location, 0), new TextEncoder().encode("PAR1"));
  await rm(store.locate(commitPath(location, 0)));
  await expect(readSnapshot(store, location)).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN", message: expect.stringContaining(checkpointPath(location, 0)) });
});

test("a checkpoint of the second form under a classic name is read, and one that is of another version is not", async () => {
  const snapshot = committed(await append(store, await createRides(store), rides(1)));
  const marked = [...actionColumns, column("checkpointMetadata", object(["version", long]))];
  await putCheckpoint(snapshot, marked, [{ checkpointMetadata: { version: 1n } }]);
  await rm(store.locate(commitPath(location, 0)));
  const read = await readSnapshot(store, location);
  expect([read.checkpoint, [...read.files].map(({ path }) => path)]).toEqual([1, [...snapshot.files].map(({ path }) => path)]);
  await rm(store.locate(checkpointPath(location, 1)));
  await putCheckpoint(snapshot, marked, [{ checkpointMetadata: { version: 2n } }]);
  await expect(readSnapshot(store, location)).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN", message: expect.stringContaining("of version 2") });
});

test("parts of a checkpoint that lacks others are passed over, and a damaged one is named", async () => {
  committed(await append(store, await createRides(store), rides(1)));
  const put = async (name: string): Promise<unknown> => await store.putIfAbsent(`${logDirectory(location)}00000000000000000001.checkpoint.${name}`, new TextEncoder().encode("x"));
  await put("0000000001.0000000002.parquet");
  expect(await readSnapshot(store, location)).toMatchObject({ checkpoint: null, version: 1 });
  await put("80a083e8-7026-4e79-81be-64bd76c43a11.json");
  await rm(store.locate(commitPath(location, 0)));
  await expect(readSnapshot(store, location)).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN", message: expect.stringContaining("80a083e8") });
});
