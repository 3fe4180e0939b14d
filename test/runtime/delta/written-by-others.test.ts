/** Tables that delta-rs wrote, and files that pyarrow wrote in older ways, as we read them: held against what their own engine reads. */
import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readChanges } from "../../../runtime/delta/snapshot/changes.ts";
import { sizeOf } from "../../../runtime/delta/snapshot/read.ts";
import { verifyTable } from "../../../runtime/delta/snapshot/verify.ts";
import { countRows } from "../../../runtime/query/count-rows.ts";
import { compact } from "../../../runtime/delta/maintenance/compaction.ts";
import { readAll } from "../../../runtime/query/read-all.ts";
import { rewriteFiles } from "../../../runtime/query/rewrite.ts";
import { snapshotSql } from "../../../runtime/query/relation.ts";
import { rowJson } from "../../../runtime/values/json.ts";
import { parseJson } from "../../../runtime/values/json-text.ts";
import { peerRows, type PeerRow } from "../../services/python.ts";
import { withServices } from "../../services/with-services.ts";
import { buildTable, metaData, protocol } from "./log-builder.ts";
import type { BuiltTable } from "./log-builder.ts";
import { sameRows, spelledRows } from "./same-rows.ts";

let table: BuiltTable;
beforeEach(async () => {
  table = await buildTable();
});
afterEach(async () => await table.close());

/**
 * data/old-lists.parquet, made by Parquet's Java library: rows 1 (values), 2 (nulls), 3 (empty) of
 * plain (LIST) { repeated int32 array }; texts (LIST) { repeated binary element }; records (LIST) { repeated group array { x, y } };
 * single (LIST) { repeated group single_tuple { x } }; one (LIST) { repeated group array { y } }; mid (LIST) { repeated group bag { array } };
 * deep (LIST) { repeated group array (LIST) { repeated int32 array } }; repeated int32 bare; m (MAP) { repeated group map (MAP_KEY_VALUE) { key, value } }
 */
const oldLists = new URL("../../data/old-lists.parquet", import.meta.url);
const list = (elementType: unknown) => ({ type: "array", containsNull: true, elementType });
const struct = (...fields: readonly (readonly [string, unknown])[]) => ({ type: "struct", fields: fields.map(([name, type]) => ({ name, type, nullable: true, metadata: {} })) });

test("lists of two levels are read as the rules for older files say, whatever their groups are called", async () => {
  for (const name of ["old.parquet", "old-too.parquet"]) await table.write(name, await readFile(oldLists));
  const add = (path: string) => ({ add: { path, size: 1, partitionValues: {}, modificationTime: 0, dataChange: true, stats: '{"numRecords":3}' } });
  await table.commit(0, protocol(), metaData([
    { name: "id", type: "long" }, { name: "plain", type: list("integer") }, { name: "texts", type: list("string") }, { name: "records", type: list(struct(["x", "integer"], ["y", "string"])) },
    { name: "single", type: list(struct(["late", "date"], ["x", "long"])) }, { name: "one", type: list(struct(["y", "string"])) }, { name: "mid", type: list("integer") }, { name: "deep", type: list(list("integer")) },
    { name: "bare", type: list("integer") }, { name: "m", type: { type: "map", keyType: "string", valueType: "long", valueContainsNull: true } },
  ]), add("old.parquet"));
  const rows = [
    { id: 1n, plain: [1, 2], texts: ["a", "b"], records: [{ x: 3, y: "c" }, { x: 4, y: null }], single: [{ late: null, x: 5n }, { late: null, x: null }], one: [{ y: "d" }], mid: [11, null], deep: [[6, 7], []], bare: [8, 9], m: { k: 10n } },
    { id: 2n, plain: null, texts: null, records: null, single: null, one: null, mid: null, deep: null, bare: [], m: null },
    { id: 3n, plain: [], texts: [], records: [], single: [], one: [], mid: [], deep: [], bare: [], m: {} },
  ];
  expect(await table.rows()).toEqual(rows);
  await table.commit(1, add("old-too.parquet"));
  // And written in the newer form when they are put together.
  const compacted = await compact(table.store, "", await table.snapshot(), { targetBytes: 1_000_000, filesMin: 2, growing: false }, rewriteFiles);
  expect(compacted.snapshot.files.length).toBe(1);
  expect(await table.rows()).toEqual(rows.flatMap((row) => [row, row]));
});

/** Appends in awkward partitions, rows deleted and updated, a column added, a checkpoint and the log behind it cleaned. */
const written = `
import sys, json, datetime, decimal, pyarrow as pa
from deltalake import DeltaTable, write_deltalake
path, places = sys.argv[1], json.loads(sys.argv[2])
def rows(first, count, extra=False):
    ids = list(range(first, first + count))
    data = {
        "id": pa.array(ids, pa.int64()),
        "p": pa.array([places[i % 4] for i in ids], pa.string()),
        "day": pa.array([datetime.date(2026, 8, 1 + i % 3) for i in ids], pa.date32()),
        "fare": pa.array([decimal.Decimal(i) / 4 for i in ids], pa.decimal128(20, 2)),
        "at": pa.array([datetime.datetime(2026, 8, 1, 12, 0, 0, i, tzinfo=datetime.timezone.utc) for i in ids], pa.timestamp("us", "UTC")),
        "x": pa.array([float("nan") if i % 5 == 0 else i / 3 for i in ids], pa.float64()),
        "tags": pa.array([[str(i), None] if i % 2 else None for i in ids], pa.list_(pa.string())),
        "s": pa.array([{"a": i, "b": {"c": str(i)}} for i in ids], pa.struct([("a", pa.int32()), ("b", pa.struct([("c", pa.string())]))])),
    }
    if extra:
        data["late"] = pa.array(ids, pa.int16())
    return pa.table(data)
write_deltalake(path, rows(0, 20), partition_by=["p", "day"], configuration={"delta.enableChangeDataFeed": "true"})
write_deltalake(path, rows(20, 20), mode="append")
DeltaTable(path).delete("id % 7 = 0")
DeltaTable(path).update(updates={"x": "0.5"}, predicate="id = 11")
write_deltalake(path, rows(40, 5, True), mode="append", schema_mode="merge")
t = DeltaTable(path)
t.create_checkpoint()
t.optimize.compact()
write_deltalake(path, rows(60, 3, True), mode="append")
print(DeltaTable(path).version())
`;

const awkward = JSON.stringify(["a/b=c%20 é", "it's", "", null]);
/** Merges, overwrites (a part, all, another schema), a constraint, rows put along a curve, a version restored, the log cleaned and files vacuumed: what it read of each version while it could. */
const reworked = `
import sys, json, datetime, pyarrow as pa, peers
from deltalake import CommitProperties, DeltaTable, write_deltalake
path = sys.argv[1]
def rows(first, count, extra=None):
    data = {"id": pa.array(range(first, first + count), pa.int64()), "g": pa.array([i % 3 for i in range(first, first + count)], pa.int32()), "t": pa.array([f"n{i}" for i in range(first, first + count)])}
    return pa.table({**data, **(extra or {})})
write_deltalake(path, rows(0, 9), configuration={"delta.checkpointInterval": "3"}, partition_by=["g"])
DeltaTable(path).merge(rows(6, 6), "t.id = s.id", source_alias="s", target_alias="t").when_matched_delete("t.id = 7").when_matched_update({"t": "'merged'"}).when_not_matched_insert_all().execute()
write_deltalake(path, rows(30, 1), mode="overwrite", predicate="g = 0")
DeltaTable(path).alter.add_constraint({"small": "id < 1000"})
write_deltalake(path, rows(100, 2), mode="append", commit_properties=CommitProperties(custom_metadata={"by": "them"}))
DeltaTable(path).optimize.z_order(["id"])
DeltaTable(path).restore(4)
write_deltalake(path, rows(200, 2, {"wall": pa.array([datetime.datetime(2026, 8, 1, 0, 0, 0, 5)] * 2, pa.timestamp("us"))}), mode="append", schema_mode="merge")
DeltaTable(path).alter.drop_constraint("small")
write_deltalake(path, pa.table({"id": pa.array(["a", None]), "m": pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int32()))}), mode="overwrite", schema_mode="overwrite", partition_by=[])
DeltaTable(path).delete()
DeltaTable(path).restore(DeltaTable(path).version() - 1)
last = DeltaTable(path).version()
seen = [peers.rows_of(peers.delta_rs(path, version)) for version in range(last + 1)]
if sys.argv[2] == "cleaned":
    DeltaTable(path).vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False, full=True)
    DeltaTable(path).create_checkpoint()
print(json.dumps(seen, ensure_ascii=False))
`;

/** delta-rs does not find files of awkward partitions again when it reads changes. */
const plain = JSON.stringify(["a", "b", "c", null]);

const spelled = (rows: readonly object[]): string[] => rows.map((row) => JSON.stringify(row, (_name, value: unknown) => (typeof value === "bigint" ? Number(value) : value)));

await withServices(["python"], "a table that others wrote", ({ python }) => {
  test("by delta-rs is read as delta-rs reads it, at every version", async () => {
    const last = Number(await python.run(written, [table.directory, awkward]));
    // An empty partition value is null (protocol), which delta-rs takes for empty text.
    for (let version = 0; version <= last; version += 1) {
      const snapshot = await table.snapshot({ version });
      const ours = (await table.rowsOf(snapshot)).map((row) => parseJson(rowJson(snapshot.columns, row)) as object);
      const theirs = await peerRows(python, "delta-rs", table.directory, { version, orderBy: "id" });
      expect(spelled(ours), `version ${version}`).toEqual(spelled(theirs.map((row) => Object.fromEntries(snapshot.columns.map(({ name }) => [name, name === "p" && row[name] === "" ? null : (row[name] ?? null)])))));
      expect(sizeOf(snapshot).rows).toBe(theirs.length);
    }
    expect((await verifyTable(table.store, "", countRows(table.engine))).findings).toEqual([]);
  });

  test("by delta-rs in every way it has is read as delta-rs reads it, at every version", async () => {
    const seen = await python.run(reworked, [table.directory, "kept"]) as unknown as readonly (readonly PeerRow[])[];
    expect(seen.map((rows) => rows.length)).toEqual([9, 11, 8, 8, 10, 10, 10, 12, 12, 2, 0, 2]);
    for (const [version, theirs] of seen.entries()) {
      const snapshot = await table.snapshot({ version });
      sameRows(spelledRows(snapshot.columns, await table.rowsOf(snapshot)), theirs, `version ${version}`);
      expect(sizeOf(snapshot).rows).toBe(theirs.length);
    }
    expect((await verifyTable(table.store, "", countRows(table.engine))).findings.filter(({ kind }) => kind !== "orphaned")).toEqual([]);
  });

  test("by delta-rs and vacuumed is read at its newest version, and an older one tells that its files are gone", async () => {
    const seen = await python.run(reworked, [table.directory, "cleaned"]) as unknown as readonly (readonly PeerRow[])[];
    const snapshot = await table.snapshot();
    sameRows(spelledRows(snapshot.columns, await table.rowsOf(snapshot)), seen.at(-1) ?? [], "newest");
    await expect(table.rows({ version: 1 })).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
  });

  test("with a change feed gives delta-rs's changes", async () => {
    await python.run(written, [table.directory, plain]);
    const feed = await readChanges(table.store, "", { from: 0, to: 3 });
    const ours = await readAll(table.engine, await snapshotSql(table.engine, feed), feed.columns);
    const theirs = await python.run(`
import sys, json, pyarrow
from deltalake import DeltaTable
t = pyarrow.table(DeltaTable(sys.argv[1]).load_cdf(starting_version=0, ending_version=3).read_all())
print(json.dumps(sorted([r["_commit_version"], r["_change_type"], r["id"]] for r in t.select(["_commit_version", "_change_type", "id"]).to_pylist())))`, [table.directory]);
    const told = ours.map((row) => [Number(row["_commit_version"]), String(row["_change_type"]), Number(row["id"])] as const);
    expect(told.toSorted((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : a[2] - b[2]))).toEqual(theirs);
  });

  test("in files with 96-bit times, other names within lists and dictionaries is read", async () => {
    await python.run(`
import sys, datetime, pyarrow as pa, pyarrow.parquet as pq
t = pa.table({
    "id": pa.array([1, 2], pa.int64()),
    "at": pa.array([datetime.datetime(2026, 8, 1, 12, 0, 0, 5), None], pa.timestamp("us")),
    "n": pa.array([datetime.datetime(1890, 1, 1), None], pa.timestamp("us")),
    "l": pa.array([[{"x": 1}, None], []], pa.list_(pa.struct([("x", pa.int32())]))),
    "m": pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int64())),
    "d": pa.array(["a", None]).dictionary_encode(),
})
pq.write_table(t, sys.argv[1] + "/old.parquet", use_deprecated_int96_timestamps=True, use_compliant_nested_type=False, version="1.0", compression="gzip")
print("null")`, [table.directory]);
    const list = { type: "array", containsNull: true, elementType: { type: "struct", fields: [{ name: "x", type: "integer", nullable: true, metadata: {} }] } };
    await table.commit(0, protocol(["timestampNtz"]), metaData([
      { name: "id", type: "long" }, { name: "at", type: "timestamp" }, { name: "n", type: "timestamp_ntz" }, { name: "l", type: list }, { name: "m", type: { type: "map", keyType: "string", valueType: "long", valueContainsNull: true } }, { name: "d", type: "string" },
    ]), { add: { path: "old.parquet", size: 1, partitionValues: {}, modificationTime: 0, dataChange: true } });
    expect(await table.rows()).toEqual([
      { id: 1n, at: Temporal.Instant.from("2026-08-01T12:00:00.000005Z"), n: Temporal.PlainDateTime.from("1890-01-01T00:00"), l: [{ x: 1 }, null], m: { k: 1n }, d: "a" },
      { id: 2n, at: null, n: null, l: [], m: null, d: null },
    ]);
  });
});
