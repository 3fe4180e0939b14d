/** Alterations that cannot be: refused by name, with nothing written; and those that come to their end beside other writers, or are told that they cannot. */
import { describe, expect, test } from "vitest";
import type { Alteration } from "../../../runtime/delta/commit/alteration.ts";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import { metaData, protocol } from "./log-builder.ts";
import { alter, append, fields, schemaOf, tableOf } from "./altered-table.ts";
import { table, tableEach } from "./table-each.ts";

tableEach();

describe("what cannot be is refused before anything is written, by name", () => {
  const constrained = metaData([...fields, { name: "g", type: "long", metadata: { "delta.generationExpression": "CAST(id AS BIGINT)" } }, { name: "odd", type: "integer" }, { name: "inv", type: "integer", metadata: { "delta.invariants": '{"expression":{"expression":"inv > 0"}}' } }], {
    configuration: { "delta.constraints.a": "trips.n > 0", "delta.constraints.b": "some_function(odd) = 1", "delta.columnMapping.mode": "none" }, partitionColumns: ["City"],
  });
  const clustered = { domainMetadata: { domain: "delta.clustering", configuration: '{"clusteringColumns":[["trips","by"]]}', removed: false } };

  test.each<readonly [Alteration, string, RegExp]>([
    [{ kind: "rename", column: "trips.n", to: "x" }, "DELTA_UNSUPPORTED_FEATURE", /cannot be renamed, for the constraint a speaks of it: trips\.n > 0/],
    [{ kind: "rename", column: "trips", to: "x" }, "DELTA_UNSUPPORTED_FEATURE", /the constraint a/],
    [{ kind: "drop", column: "odd" }, "DELTA_UNSUPPORTED_FEATURE", /the constraint b/],
    [{ kind: "widen", column: "id", type: "bigint" }, "DELTA_UNSUPPORTED_FEATURE", /the generated column g/],
    [{ kind: "widen", column: "g", type: "decimal(20,0)" }, "DELTA_UNSUPPORTED_FEATURE", /the generated column g/],
    [{ kind: "rename", column: "inv", to: "x" }, "DELTA_UNSUPPORTED_FEATURE", /the invariant of inv/],
    [{ kind: "drop", column: "City" }, "PARAMETER_INVALID", /it partitions the table/],
    [{ kind: "drop", column: "trips.by" }, "DELTA_UNSUPPORTED_FEATURE", /the table is clustered by it/],
    [{ kind: "drop", column: "tags.element.x" }, "PARAMETER_INVALID", /the only one there/],
    [{ kind: "drop", column: "m.value" }, "PARAMETER_INVALID", /no column of its own/],
    [{ kind: "drop", column: "towns" }, "PARAMETER_INVALID", /has no column towns/],
    [{ kind: "rename", column: "id", to: "CITY" }, "PARAMETER_INVALID", /differs in case alone/],
    [{ kind: "rename", column: "id", to: "a.b" }, "PARAMETER_INVALID", /no new name/],
    [{ kind: "add", column: "city", type: "int" }, "PARAMETER_INVALID", /differs in case alone/],
    [{ kind: "add", column: "`a b`", type: "int" }, "PARAMETER_INVALID", /has a blank/],
    [{ kind: "add", column: "tags.y", type: "int" }, "PARAMETER_INVALID", /is no object/],
    [{ kind: "add", column: "a", type: "struct<x: int, X: int>" }, "PARAMETER_INVALID", /a\.X: there is a\.x, which differs in case alone/],
    [{ kind: "add", column: "a", type: "int NOT NULL" }, "PARAMETER_INVALID", /cannot be NOT NULL/],
    [{ kind: "add", column: "a", type: "text" }, "PARAMETER_INVALID", /is no type/],
    [{ kind: "add", column: "a", type: "decimal(39,2)" }, "PARAMETER_INVALID", /1 to 38 digits/],
    [{ kind: "add", column: "a", type: "variant" }, "DELTA_UNSUPPORTED_FEATURE", /variant/],
    [{ kind: "widen", column: "trips.n", type: "tinyint" }, "PARAMETER_INVALID", /cannot be widened to tinyint/],
    [{ kind: "widen", column: "odd", type: "float" }, "PARAMETER_INVALID", /cannot be widened/],
    [{ kind: "widen", column: "tags", type: "array<int>" }, "PARAMETER_INVALID", /cannot be widened/],
    [{ kind: "notNull", column: "tags.element.x" }, "PARAMETER_INVALID", /arrays and maps/],
    [{ kind: "check", name: "A", sql: "id > 0" }, "PARAMETER_INVALID", /has a constraint a already/],
    [{ kind: "check", name: "c", sql: "some_function(id) = 1" }, "DELTA_UNSUPPORTED_FEATURE", /cannot be judged as Spark would/],
    [{ kind: "check", name: "c", sql: "id + 1" }, "DELTA_UNSUPPORTED_FEATURE", /no condition/],
    [{ kind: "dropCheck", name: "z" }, "PARAMETER_INVALID", /has no constraint z/],
    [{ kind: "unset", property: "mine" }, "PARAMETER_INVALID", /has no property mine/],
    [{ kind: "comment", column: "nope", text: "x" }, "PARAMETER_INVALID", /has no column nope/],
  ])("%j", async (alteration, code, message) => {
    const base = await tableOf([protocol([], ["invariants", "checkConstraints", "generatedColumns", "clustering", "domainMetadata"]), constrained, clustered], []);
    await expect(alter(base, { kind: "add", column: "fine", type: "int" }, alteration)).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
    expect((await table.snapshot()).version).toBe(0);
  });

  test("and what rules do not speak of is altered all the same", async () => {
    const base = await tableOf([protocol([], ["invariants", "checkConstraints", "generatedColumns", "clustering", "domainMetadata"]), constrained, clustered], []);
    const { snapshot } = await alter(base, { kind: "rename", column: "City", to: "town" }, { kind: "rename", column: "g", to: "made" }, { kind: "drop", column: "inv" }, { kind: "drop", column: "tags" }, { kind: "rename", column: "trips.by", to: "who" });
    expect(schemaOf(snapshot).map(({ name }) => name)).toEqual(["id", "town", "trips", "m", "made", "odd"]);
    expect(snapshot.domains.get("delta.clustering")).toEqual(base.domains.get("delta.clustering"));
    await expect(alter(snapshot, { kind: "drop", column: "trips.who" })).rejects.toMatchObject({ message: expect.stringContaining("clustered") as string });
  });

  test("columns of the feed, and numbers of more digits than a double, stay what they are", async () => {
    const identity = '{"type":"struct","fields":[{"name":"id","type":"long","nullable":true,"metadata":{"delta.identity.start":1,"delta.identity.step":1,"delta.identity.highWaterMark":9007199254740993,"delta.identity.allowExplicitInsert":false}},{"name":"a","type":"integer","nullable":true,"metadata":{}}]}';
    const base = await tableOf([{ protocol: { minReaderVersion: 1, minWriterVersion: 6 } }, { metaData: { ...metaData(fields)["metaData"], schemaString: identity } }], []);
    const { snapshot } = await alter(base, { kind: "set", property: "delta.enableChangeDataFeed", value: "true" }, { kind: "rename", column: "a", to: "b" });
    expect(snapshot.metadata.schemaString).toContain('"delta.identity.highWaterMark":9007199254740993,');
    await expect(alter(snapshot, { kind: "widen", column: "id", type: "decimal(20,0)" })).rejects.toMatchObject({ code: "DELTA_UNSUPPORTED_FEATURE", message: expect.stringContaining("it numbers the rows") as string });
    await expect(alter(snapshot, { kind: "add", column: "_Commit_Version", type: "int" })).rejects.toMatchObject({ code: "PARAMETER_INVALID", message: expect.stringContaining("feed of its changes") as string });
    await expect(alter(snapshot)).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
  });
});

describe("beside others", () => {
  test("appends are no hindrance, and rows that come meanwhile are held against what is asked", async () => {
    const base = await tableOf();
    await append(base, { id: 3, City: "x" });
    const { snapshot, versions } = await alter(base, { kind: "notNull", column: "City" }, { kind: "check", name: "low", sql: "id < 9" });
    expect([versions, (await table.rowsOf(snapshot)).length]).toEqual([[4], 3]);
    const open = await alter(snapshot, { kind: "nullable", column: "City" }, { kind: "dropCheck", name: "low" });
    await append(open.snapshot, { id: 10, City: null });
    await expect(alter(open.snapshot, { kind: "check", name: "low", sql: "id < 9" })).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringMatching(/1 row breaks/) as string });
    await expect(alter(open.snapshot, { kind: "notNull", column: "City" })).rejects.toMatchObject({ code: "ROWS_REFUSED" });
    expect((await table.snapshot()).version).toBe(6);
  });

  test("another alteration is met by working this one out again, and one that has become impossible is refused", async () => {
    const base = await tableOf();
    await alter(base, { kind: "add", column: "a", type: "int" });
    const { snapshot } = await alter(base, { kind: "add", column: "b", type: "int" });
    expect(schemaOf(snapshot).map(({ name }) => name).slice(-2)).toEqual(["a", "b"]);
    await expect(alter(base, { kind: "add", column: "A", type: "int" })).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    const renamed = await alter(base, { kind: "rename", column: "a", to: "c" }).catch((error: unknown) => error);
    expect(renamed).toMatchObject({ code: "PARAMETER_INVALID", message: expect.stringContaining("has no column a") as string });
  });

  test("a column that the table comes to be clustered by meanwhile is not dropped", async () => {
    const base = await tableOf([protocol([], ["clustering", "domainMetadata"]), metaData(fields)]);
    const mapped = await alter(base, { kind: "set", property: "delta.columnMapping.mode", value: "name" });
    await table.commit(4, { domainMetadata: { domain: "delta.clustering", configuration: '{"clusteringColumns":[["id"]]}', removed: false } });
    await expect(alter(mapped.snapshot, { kind: "drop", column: "id" })).rejects.toMatchObject({ code: "DELTA_UNSUPPORTED_FEATURE", message: expect.stringContaining("clustered") as string });
    expect(await alter(mapped.snapshot, { kind: "drop", column: "City" })).toMatchObject({ versions: [5] });
  });

  test("an append by an older snapshot is told of the conflict, and stands on the newer one", async () => {
    const base = await tableOf();
    const files = await writeRows(table.store, "", base, [{ id: 3, City: "x" }]);
    const { snapshot } = await alter(base, { kind: "rename", column: "City", to: "town" });
    expect(await appendFiles(table.store, "", base, files)).toMatchObject({ kind: "conflict" });
    expect(await table.rowsOf(await append(snapshot, { id: 3, town: "x" }))).toHaveLength(3);
  });

  test("files are numbered though one is replaced meanwhile", async () => {
    const base = await tableOf();
    const [first] = [...base.files];
    await table.commit(3, { remove: { path: first?.path, dataChange: true, deletionTimestamp: 1 } });
    const { snapshot } = await alter(base, { kind: "set", property: "delta.enableRowTracking", value: "true" });
    expect([...snapshot.files].map(({ baseRowId }) => baseRowId)).toEqual([0]);
  });
});
