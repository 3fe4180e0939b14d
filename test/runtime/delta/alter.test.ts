/** Each alteration of a table, in its metadata and in what is read of files from before and after. */
import { describe, expect, test } from "vitest";
import { numberRows } from "../../../runtime/delta/commit/row-backfill.ts";
import { deleteRows } from "../../../runtime/delta/commit/delete.ts";
import { filesFor } from "../../../runtime/delta/statistics/skipping.ts";
import { changeRows } from "../../../runtime/query/change-rows.ts";
import { rowFinder } from "../../../runtime/query/find-rows.ts";
import { metaData, protocol } from "./log-builder.ts";
import { alter, append, fieldOf, fields, infoOf, row, schemaOf, struct, tableOf } from "./altered-table.ts";
import { table, tableEach } from "./table-each.ts";

tableEach();

describe("columns", () => {
  test("are added, nested ones through objects, arrays and maps, and older rows have none", async () => {
    const base = await tableOf([protocol(), metaData([...fields, { name: "deep", type: { type: "map", keyType: "string", valueType: struct({ name: "v", type: "integer" }), valueContainsNull: true } }])], [
      { id: 1, City: "c", trips: { n: 1, by: "x" }, tags: [{ x: 1 }, null], m: null, deep: new Map([["k", { v: 1 }]]) as never },
    ]);
    const { snapshot, versions } = await alter(base, { kind: "add", column: "note", type: "DECIMAL(5, 2) COMMENT 'of it'" }, { kind: "add", column: "TRIPS.more", type: "array<struct<a: int, b: map<string, date>>>" },
      { kind: "add", column: "tags.element.y", type: "string", comment: "why" }, { kind: "add", column: "deep.value.w", type: "bigint" });
    expect([versions, snapshot.version, snapshot.protocol, [...snapshot.files]]).toEqual([[2], 2, base.protocol, [...base.files]]);
    expect(await infoOf(2)).toMatchObject({ operation: "ADD COLUMNS", operationParameters: { columns: expect.stringContaining('{"column":{"name":"tags.element.y","type":"string","nullable":true,"metadata":{"comment":"why"}}}') as string } });
    expect(fieldOf(snapshot, "note")).toEqual({ name: "note", type: "decimal(5,2)", nullable: true, metadata: { comment: "of it" } });
    const after = await append(snapshot, { ...(await table.rows())[0], id: 2, note: "1.50" });
    expect(await table.rowsOf(after)).toMatchObject([
      { id: 1, note: null, trips: { n: 1, by: "x", more: null }, tags: [{ x: 1, y: null }, null] },
      { id: 2, note: "1.50" },
    ]);
  });

  test("are renamed and dropped by mapping, which comes first, in a commit of its own", async () => {
    const base = await tableOf([protocol(), metaData(fields, { partitionColumns: ["City"] })], [row(1), row(2)].map((one) => ({ ...one, m: null })));
    const { snapshot, versions } = await alter(base, { kind: "rename", column: "trips.N", to: "count" }, { kind: "rename", column: "city", to: "`town of it`" }, { kind: "drop", column: "tags" }, { kind: "add", column: "tags", type: "int" });
    expect(versions).toEqual([3, 4]);
    expect(await infoOf(3)).toMatchObject({ operation: "SET TBLPROPERTIES", operationParameters: { properties: '{"delta.columnMapping.mode":"name"}' } });
    expect(await infoOf(4)).toMatchObject({ operation: "ALTER TABLE", operationParameters: { changes: expect.stringContaining('{"operation":"RENAME COLUMN","parameters":{"oldColumnPath":"City","newColumnPath":"town of it"}}') as string } });
    expect(snapshot).toMatchObject({ mapping: "name", partitionColumns: ["town of it"], protocol: { minReaderVersion: 2, minWriterVersion: 7, writerFeatures: ["appendOnly", "invariants", "columnMapping"] } });
    expect(snapshot.metadata.configuration).toEqual({ "delta.columnMapping.mode": "name", "delta.columnMapping.maxColumnId": "9" });
    expect(snapshot.physical.map(({ name, fieldId }) => [name, fieldId])).toEqual([["id", 1], ["City", 2], ["trips", 3], ["m", 8], [expect.stringMatching(/^col-/) as string, 9]]);
    const after = await append(snapshot, { id: 3, "town of it": "c1", trips: { count: 3, by: "b" }, m: null, tags: 7 });
    expect(await table.rowsOf(after)).toEqual([
      { id: 1, "town of it": "c1", trips: { count: 1, by: "a" }, m: null, tags: null },
      { id: 2, "town of it": "c0", trips: { count: 2, by: "a" }, m: null, tags: null },
      { id: 3, "town of it": "c1", trips: { count: 3, by: "b" }, m: null, tags: 7 },
    ]);
    const again = await alter(after, { kind: "drop", column: "trips.by" }, { kind: "rename", column: "`town of it`", to: "city" });
    expect([again.versions, await table.rowsOf(again.snapshot).then((rows) => rows[2])]).toEqual([[6], { id: 3, city: "c1", trips: { count: 3 }, m: null, tags: 7 }]);
  });

  test("take the columns that statistics are kept of along", async () => {
    const base = await tableOf([protocol(), metaData(fields, { configuration: { "delta.dataSkippingStatsColumns": "id, trips.by,`City`" } })]);
    const { snapshot } = await alter(base, { kind: "rename", column: "trips", to: "`t.x`" }, { kind: "drop", column: "City" });
    expect(snapshot.metadata.configuration["delta.dataSkippingStatsColumns"]).toBe("id,`t.x`.by");
  });

  test("are widened with a note of what they were, and files of before and after are read and left out rightly", async () => {
    const first = [...fields, { name: "f", type: "float" }, { name: "d", type: "date" }, { name: "c", type: "decimal(5,2)" }, { name: "p", type: "byte" }];
    const base = await tableOf([protocol(), metaData(first, { partitionColumns: ["p"] })], [{ ...row(1), m: new Map([["k", 5]]) as never, f: 0.5, d: Temporal.PlainDate.from("2026-08-01"), c: "1.25", p: 7 }]);
    const { snapshot, versions } = await alter(base, { kind: "widen", column: "id", type: "bigint" }, { kind: "widen", column: "trips.n", type: "int" }, { kind: "widen", column: "m.value", type: "smallint" }, { kind: "widen", column: "m.value", type: "double" },
      { kind: "widen", column: "tags.element.x", type: "decimal(12, 1)" }, { kind: "widen", column: "f", type: "double" }, { kind: "widen", column: "d", type: "timestamp_ntz" }, { kind: "widen", column: "c", type: "decimal(20,4)" }, { kind: "widen", column: "p", type: "int" });
    expect(versions).toEqual([2, 3]);
    expect(await infoOf(2)).toMatchObject({ operation: "SET TBLPROPERTIES", operationParameters: { properties: '{"delta.enableTypeWidening":"true"}' } });
    expect(await infoOf(3)).toMatchObject({ operation: "CHANGE COLUMNS" });
    expect([...snapshot.files]).toEqual([...base.files]);
    expect(snapshot.protocol).toEqual({ minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ["typeWidening", "timestampNtz"], writerFeatures: ["appendOnly", "invariants", "typeWidening", "timestampNtz"] });
    expect(fieldOf(snapshot, "id")).toMatchObject({ type: "long", metadata: { "delta.typeChanges": [{ toType: "long", fromType: "integer" }] } });
    expect(fieldOf(snapshot, "m")).toMatchObject({ metadata: { "delta.typeChanges": [{ toType: "short", fromType: "byte", fieldPath: "value" }, { toType: "double", fromType: "short", fieldPath: "value" }] } });
    const late = { id: 5_000_000_000n, City: "x", trips: { n: 70_000, by: "b" }, tags: [{ x: "70000000000.5" }], m: new Map([["k", 0.25]]) as never, f: 1e300, d: Temporal.PlainDateTime.from("2026-08-01T12:00"), c: "99999999.0001", p: 70_000 };
    const after = await append(snapshot, late);
    const [old, young] = await table.rowsOf(after);
    expect(young).toEqual({ ...late, m: young?.["m"] });
    expect(old).toEqual({ id: 1n, City: "c1", trips: { n: 1, by: "a" }, tags: [{ x: "1.0" }], m: old?.["m"], f: 0.5, d: Temporal.PlainDateTime.from("2026-08-01T00:00"), c: "1.2500", p: 7 });
    const left = (column: string, type: "whole" | "number" | "local_timestamp", text: string): readonly number[] => (filesFor(after, [{ column, test: ">", values: [{ type, text }] }]) ?? [...after.files]).map(({ partitionValues }) => Number(partitionValues["p"]));
    expect([left("id", "whole", "1"), left("id", "whole", "0"), left("c", "number", "1.3"), left("d", "local_timestamp", "2026-08-01 00:00:01"), left("p", "whole", "6"), left("p", "whole", "7")]).toEqual([[70_000], [7, 70_000], [70_000], [70_000], [7, 70_000], [70_000]]);
  });

  test("are never null from now on once no row lacks them, and may be again", async () => {
    const base = await tableOf([protocol(), metaData(fields)], [row(1), { id: 2, City: null, trips: { n: 2, by: null } }].map((one) => ({ ...one, m: null })));
    await expect(alter(base, { kind: "notNull", column: "trips.by" })).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining("1 row has no value in the column trips.by") as string });
    await expect(alter(base, { kind: "notNull", column: "tags" }, { kind: "comment", text: "x" })).rejects.toMatchObject({ code: "ROWS_REFUSED" });
    await expect(alter(base, { kind: "notNull", column: "city" })).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringMatching(/was not altered: 1 row has no value in the column City: 1 in .*\.parquet\.$/) as string });
    await expect(alter(base, { kind: "rename", column: "City", to: "town" }, { kind: "notNull", column: "town" })).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining("town") as string });
    expect((await table.snapshot()).version).toBe(base.version);
    const { snapshot } = await alter(base, { kind: "notNull", column: "id" }, { kind: "notNull", column: "trips.n" }, { kind: "rename", column: "trips", to: "rides" });
    expect(fieldOf(snapshot, "rides")).toMatchObject({ nullable: true, type: { fields: [{ name: "n", nullable: false }, { name: "by", nullable: true }] } });
    await expect(append(snapshot, { id: null, City: "x" })).rejects.toMatchObject({ code: "VALUE_INVALID" });
    const free = await alter(snapshot, { kind: "nullable", column: "ID" });
    expect(await infoOf(free.snapshot.version)).toMatchObject({ operation: "CHANGE COLUMN", operationParameters: { column: expect.stringContaining('"name":"id","type":"integer","nullable":true') as string } });
    expect(await table.rowsOf(await append(free.snapshot, { id: null, City: "x" }), "City")).toHaveLength(3);
  });

  test("and the table are described in words, and what is so already makes no version", async () => {
    const base = await tableOf();
    const { snapshot } = await alter(base, { kind: "comment", column: "trips.by", text: "Who rode" }, { kind: "comment", text: "All rides" });
    expect([snapshot.metadata.description, schemaOf(snapshot)[2]]).toMatchObject(["All rides", { type: { fields: [{}, { metadata: { comment: "Who rode" } }] } }]);
    // Nor does it ask more of readers.
    expect(await alter(snapshot, { kind: "comment", column: "trips.by", text: "Who rode" }, { kind: "nullable", column: "id" }, { kind: "widen", column: "id", type: "int" }, { kind: "rename", column: "City", to: "City" })).toMatchObject({ versions: [], snapshot: { protocol: base.protocol } });
    const gone = await alter((await table.snapshot()), { kind: "comment", column: "trips.by", text: "" }, { kind: "unset", property: "comment" });
    expect([gone.snapshot.metadata.description, schemaOf(gone.snapshot)[2]]).toMatchObject([undefined, { type: { fields: [{}, { metadata: {} }] } }]);
    expect(await alter(gone.snapshot, { kind: "comment", text: "" })).toMatchObject({ versions: [] });
  });
});

describe("properties", () => {
  test("bring the features that they need, listed with all that the versions stood for", async () => {
    const base = await tableOf();
    const set = (property: string, value = "true") => ({ kind: "set", property, value }) as const;
    const { snapshot } = await alter(base, set("delta.enableChangeDataFeed"), set("mine", "x=y"));
    expect([snapshot.protocol, snapshot.metadata.configuration]).toEqual([{ minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ["appendOnly", "invariants", "changeDataFeed"] }, { "delta.enableChangeDataFeed": "true", mine: "x=y" }]);
    expect(await infoOf(3)).toMatchObject({ operation: "SET TBLPROPERTIES", operationParameters: { properties: '{"delta.enableChangeDataFeed":"true","mine":"x=y"}' } });
    const more = await alter(snapshot, set("delta.enableDeletionVectors"), set("delta.checkpointPolicy", "v2"), set("delta.appendOnly"), set("delta.feature.vacuumProtocolCheck", "supported"));
    expect(more.snapshot.protocol).toEqual({
      minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ["deletionVectors", "v2Checkpoint", "vacuumProtocolCheck"], writerFeatures: ["appendOnly", "invariants", "changeDataFeed", "deletionVectors", "v2Checkpoint", "vacuumProtocolCheck"],
    });
    expect(more.snapshot.metadata.configuration).not.toHaveProperty("delta.feature.vacuumProtocolCheck");
    const less = await alter(more.snapshot, { kind: "unset", property: "mine" }, { kind: "unset", property: "delta.appendOnly" });
    expect(less.snapshot.metadata.configuration).toEqual({ "delta.enableChangeDataFeed": "true", "delta.enableDeletionVectors": "true", "delta.checkpointPolicy": "v2" });
    expect(await infoOf(5)).toMatchObject({ operation: "UNSET TBLPROPERTIES", operationParameters: { properties: '["mine","delta.appendOnly"]', ifExists: false } });
  });

  test.each([
    [{ minReaderVersion: 1, minWriterVersion: 2 }, { kind: "check", name: "a", sql: "id > 0" }, { minReaderVersion: 1, minWriterVersion: 3 }],
    // A name of before is a name.
    [{ minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ["timestampWithoutTimezone"], writerFeatures: ["timestampWithoutTimezone"] }, { kind: "add", column: "at", type: "timestamp_ntz" }, { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ["timestampWithoutTimezone"], writerFeatures: ["timestampWithoutTimezone"] }],
    [{ minReaderVersion: 1, minWriterVersion: 4 }, { kind: "set", property: "delta.enableChangeDataFeed", value: "true" }, { minReaderVersion: 1, minWriterVersion: 4 }],
    [{ minReaderVersion: 1, minWriterVersion: 4 }, { kind: "set", property: "delta.columnMapping.mode", value: "name" }, { minReaderVersion: 2, minWriterVersion: 5 }],
    [{ minReaderVersion: 1, minWriterVersion: 1 }, { kind: "notNull", column: "id" }, { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ["invariants"] }],
    [{ minReaderVersion: 2, minWriterVersion: 5 }, { kind: "add", column: "at", type: "timestamp_ntz" }, {
      minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ["columnMapping", "timestampNtz"],
      writerFeatures: ["appendOnly", "invariants", "checkConstraints", "changeDataFeed", "generatedColumns", "columnMapping", "timestampNtz"],
    }],
  ] as const)("raise a protocol as far as it takes: %j", async (before, alteration, after) => {
    const { snapshot } = await alter(await tableOf([{ protocol: before }, metaData([{ name: "id", type: "integer" }])], []), alteration);
    expect(snapshot.protocol).toEqual(after);
  });

  test("that make a table keep commit times note since when", async () => {
    const { snapshot } = await alter(await tableOf(), { kind: "set", property: "delta.enableInCommitTimestamps", value: "true" });
    const time = (await infoOf(3)) as { readonly inCommitTimestamp: number };
    expect(snapshot.metadata.configuration).toEqual({ "delta.enableInCommitTimestamps": "true", "delta.inCommitTimestampEnablementVersion": "3", "delta.inCommitTimestampEnablementTimestamp": String(time.inCommitTimestamp) });
    const after = await append(snapshot, { id: 9 });
    expect(((await infoOf(after.version)) as typeof time).inCommitTimestamp).toBeGreaterThan(time.inCommitTimestamp);
    expect((await table.snapshot({ timestamp: new Date(time.inCommitTimestamp).toISOString() })).version).toBe(3);
    const off = await alter(after, { kind: "set", property: "delta.enableInCommitTimestamps", value: "false" });
    const on = await alter(off.snapshot, { kind: "set", property: "delta.enableInCommitTimestamps", value: "true" });
    expect(on.snapshot.metadata.configuration).toMatchObject({ "delta.inCommitTimestampEnablementVersion": "6" });
  });

  test("that make a table track its rows number those that are there first", async () => {
    const { snapshot, versions } = await alter(await tableOf(), { kind: "set", property: "delta.enableRowTracking", value: "true" });
    expect(versions).toEqual([3, 4, 5]);
    expect(await Promise.all([3, 4, 5].map(infoOf))).toMatchObject([{ operation: "UPGRADE PROTOCOL" }, { operation: "ROW TRACKING BACKFILL", operationParameters: { batchId: "0" } }, { operation: "SET TBLPROPERTIES" }]);
    expect([...snapshot.files].map(({ baseRowId, defaultRowCommitVersion }) => [baseRowId, defaultRowCommitVersion]).toSorted()).toEqual([[0, 4], [1, 4]]);
    expect(snapshot.domains.get("delta.rowTracking")?.configuration).toBe('{"rowIdHighWaterMark":1}');
    expect(snapshot.metadata.configuration["delta.rowTracking.materializedRowIdColumnName"]).toMatch(/^_row-id-col-/);
    expect(snapshot.protocol.writerFeatures).toEqual(["appendOnly", "invariants", "domainMetadata", "rowTracking"]);
    const after = await append(snapshot, { id: 3 });
    expect([...after.files].map(({ baseRowId }) => baseRowId).toSorted()).toEqual([0, 1, 2]);
    expect(await table.rowsOf(after)).toHaveLength(3);
  });

  test("that the protocol does not enable are no more than words, until it does", async () => {
    const base = await tableOf([protocol(), metaData(fields, { configuration: { "delta.columnMapping.mode": "name", "delta.enableRowTracking": "true" } })]);
    const { snapshot, versions } = await alter(base, { kind: "rename", column: "id", to: "number" });
    expect([versions, snapshot.mapping]).toEqual([[3, 4], "name"]);
    expect((await table.rowsOf(snapshot)).map(({ number }) => number)).toEqual([1, 2]);
    const tracked = await alter(snapshot, { kind: "set", property: "delta.enableRowTracking", value: "true" });
    expect([tracked.versions, [...tracked.snapshot.files].map(({ baseRowId }) => baseRowId).toSorted()]).toEqual([[5, 6, 7, 8], [0, 1]]);
    expect(tracked.snapshot.metadata.configuration["delta.rowTracking.materializedRowIdColumnName"]).toMatch(/^_row-id-col-/);
  });

  test("number files in as many commits as it takes", async () => {
    const base = await tableOf(undefined, [1, 2, 3].map((id) => ({ id })));
    const { snapshot, versions } = await numberRows(table.store, "", base, undefined, 2);
    expect([versions, [...snapshot.files].map(({ baseRowId }) => baseRowId).toSorted()]).toEqual([[4, 5, 6], [0, 1, 2]]);
    expect(await infoOf(6)).toMatchObject({ operation: "ROW TRACKING BACKFILL", operationParameters: { batchId: "1" } });
    expect(await numberRows(table.store, "", snapshot)).toMatchObject({ versions: [] });
  });

  test.each([
    ["delta.enableDeletionVector", "true", "PARAMETER_INVALID", /Did you mean delta\.enableDeletionVectors\?/],
    ["delta.enableDeletionVectors", "yes", "PARAMETER_INVALID", /true or false/],
    ["delta.logRetentionDuration", "30d", "PARAMETER_INVALID", /interval 7 days/],
    ["delta.columnMapping.mode", "id", "DELTA_UNSUPPORTED_FEATURE", /Set it to name/],
    ["delta.columnMapping.maxColumnId", "7", "PARAMETER_INVALID", /Leave it/],
    ["delta.enableIcebergCompatV2", "true", "DELTA_UNSUPPORTED_FEATURE", /engine that does/],
    ["delta.constraints.a", "id > 0", "PARAMETER_INVALID", /--check/],
    ["delta.minWriterVersion", "7", "PARAMETER_INVALID", /raised/],
    ["delta.feature.catalogManaged", "supported", "DELTA_UNSUPPORTED_FEATURE", /vacuumProtocolCheck/],
    ["delta.feature.deletionVectors", "yes", "PARAMETER_INVALID", /supported/],
    ["delta.dataSkippingStatsColumns", "id, trips.nope", "PARAMETER_INVALID", /Known here: n, by/],
    ["neuralake.schema", "x", "PARAMETER_INVALID", /Leave it/],
  ])("%s = %s is refused", async (property, value, code, hint) => {
    await expect(alter(await tableOf([protocol(), metaData(fields)], []), { kind: "set", property, value })).rejects.toMatchObject({ code, hint: expect.stringMatching(hint) as string });
  });
});

describe("constraints", () => {
  test("are added once all rows that are there meet them, under any schema, and dropped", async () => {
    const base = await tableOf();
    await expect(alter(base, { kind: "check", name: "big", sql: "id > 1" })).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringMatching(/1 row breaks the constraint big \(id > 1\): 1 in /) as string });
    // Neither false nor null is true.
    await expect(alter(base, { kind: "check", name: "none", sql: "trips.n > 0" })).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining("2 rows") as string });
    const { snapshot } = await alter(base, { kind: "check", name: "Small", sql: "id BETWEEN 0 AND 10" }, { kind: "add", column: "more", type: "int" }, { kind: "check", name: "absent", sql: "more IS NULL OR more > id" });
    expect(snapshot.metadata.configuration).toEqual({ "delta.constraints.small": "id BETWEEN 0 AND 10", "delta.constraints.absent": "more IS NULL OR more > id" });
    await expect(append(snapshot, { id: 11 })).rejects.toMatchObject({ code: "ROWS_REFUSED" });
    await expect(append(snapshot, { id: 3, more: 2 })).rejects.toMatchObject({ code: "ROWS_REFUSED" });
    const less = await alter(snapshot, { kind: "dropCheck", name: "SMALL" });
    expect(await infoOf(less.snapshot.version)).toMatchObject({ operation: "DROP CONSTRAINT", operationParameters: { name: "SMALL", expr: "id BETWEEN 0 AND 10", existed: "true" } });
    expect(await table.rowsOf(await append(less.snapshot, { id: 11, more: 12 }))).toHaveLength(3);
  });

  test("are not held against rows that a deletion vector takes away", async () => {
    const { snapshot: base } = await alter(await tableOf([protocol(), metaData(fields)], []), { kind: "set", property: "delta.enableDeletionVectors", value: "true" });
    const filled = await append(base, { id: 1, City: "a" }, { id: 20, City: null });
    const { snapshot } = await deleteRows({ store: table.store, location: "", finder: rowFinder(async () => table.engine), change: changeRows }, filled, "id = 20");
    expect([...snapshot.files].map(({ deletionVector }) => deletionVector?.cardinality)).toEqual([1]);
    const { versions } = await alter(snapshot, { kind: "check", name: "low", sql: "id < 9" }, { kind: "notNull", column: "City" });
    expect(versions).toEqual([4]);
  });

  test("and partitions are asked without a look at their files", async () => {
    const base = await tableOf([protocol(), metaData(fields, { partitionColumns: ["City"] })]);
    for (const { path } of base.files) await table.store.remove(decodeURIComponent(path));
    await expect(alter(base, { kind: "check", name: "c", sql: "City = 'c1'" })).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining("1 row breaks") as string });
    expect(await alter(base, { kind: "check", name: "c", sql: "City LIKE 'c%'" }, { kind: "notNull", column: "City" })).toMatchObject({ versions: [3] });
  });

  test("of rows that are read by the names of before and after a rename", async () => {
    const base = await tableOf();
    await expect(alter(base, { kind: "rename", column: "id", to: "number" }, { kind: "check", name: "big", sql: "number > 1" })).rejects.toMatchObject({ code: "ROWS_REFUSED" });
    expect((await table.snapshot()).version).toBe(2);
    const { versions } = await alter(base, { kind: "rename", column: "id", to: "number" }, { kind: "check", name: "big", sql: "number > 0" });
    expect(versions).toEqual([3, 4]);
  });
});
