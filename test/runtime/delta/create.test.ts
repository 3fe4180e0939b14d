/** New tables with properties asked for: kept right from version 0 on, in the words of Spark, which reads them, writes to them and makes the same. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { JsonValue } from "../../../compiler/ir/catalog.ts";
import type { Action } from "../../../runtime/delta/actions/actions.ts";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import { createTable } from "../../../runtime/delta/commit/create.ts";
import { readCommit } from "../../../runtime/delta/log/log.ts";
import { compact } from "../../../runtime/delta/maintenance/compaction.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { rewriteFiles } from "../../../runtime/query/rewrite.ts";
import { openFiles } from "../../../runtime/storage/files.ts";
import { parseJson } from "../../../runtime/values/json-text.ts";
import { sparkRows } from "../../services/spark.ts";
import { withServices } from "../../services/with-services.ts";
import { buildTable } from "./log-builder.ts";
import type { BuiltTable } from "./log-builder.ts";
import { committed, rideColumns, rides } from "./rides.ts";
import { sameRows, spelledRows } from "./same-rows.ts";

const isLong = process.env["NEURALAKE_TORTURE"] === "1";

let table: BuiltTable;
beforeEach(async () => {
  table = await buildTable();
});
afterEach(async () => await table.close());

type Properties = { readonly [name: string]: string };

const times = { "delta.enableInCommitTimestamps": "true" };
const ids = { "delta.enableRowTracking": "true" };
const names = { "delta.columnMapping.mode": "name" };
const all = { ...times, ...ids, ...names, "delta.appendOnly": "true", "my.own": "1" };

const create = async (configuration: Properties, description = "") => committed(await createTable(table.store, "", { description, columns: rideColumns, partitionColumns: [], configuration }));
const append = async (base: Snapshot, ...of: readonly number[]) => committed(await appendFiles(table.store, "", base, await writeRows(table.store, "", base, rides(...of))));

interface Told { readonly info: { readonly [name: string]: unknown }; readonly protocol: NonNullable<Action["protocol"]>; readonly metaData: NonNullable<Action["metaData"]>; readonly kinds: readonly string[] }

/** What a table's version 0 says. */
async function told(directory = table.directory): Promise<Told> {
  const actions = await readCommit(openFiles(directory), "", 0);
  const { commitInfo = {} } = actions[0] ?? {};
  const [protocol, metaData] = [actions.find((action) => action.protocol)?.protocol, actions.find((action) => action.metaData)?.metaData];
  if (protocol === undefined || metaData === undefined) throw new Error("version 0 lacks an action");
  return { info: commitInfo, protocol, metaData, kinds: actions.flatMap((action) => Object.keys(action)).toSorted() };
}

test("a table that keeps commit times tells its first, and is found by it", async () => {
  const before = Date.now();
  const made = await create(times);
  const { info, protocol } = await told();
  expect(protocol).toEqual({ minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ["appendOnly", "invariants", "inCommitTimestamp"] });
  expect(info["inCommitTimestamp"]).toBe(made.committed);
  expect(made.committed).toBeGreaterThanOrEqual(before);
  const next = await append(made, 1);
  expect(next.committed).toBeGreaterThan(made.committed);
  expect((await table.snapshot()).committed).toBe(next.committed);
  for (const snapshot of [made, next]) expect((await table.snapshot({ timestamp: new Date(snapshot.committed).toISOString() })).version).toBe(snapshot.version);
});

test("a table that numbers its rows begins at 0, and rows keep their numbers when files are put together", async () => {
  const made = await create(ids);
  expect(await told()).toMatchObject({ protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ["appendOnly", "invariants", "domainMetadata", "rowTracking"] }, kinds: ["commitInfo", "metaData", "protocol"] });
  const written = await append(await append(made, 1, 2), 3);
  expect([...written.files].map(({ baseRowId, defaultRowCommitVersion }) => [baseRowId, defaultRowCommitVersion])).toEqual([[0, 1], [2, 2]]);
  expect(JSON.parse(written.domains.get("delta.rowTracking")?.configuration ?? "null")).toEqual({ rowIdHighWaterMark: 2 });
  await compact(table.store, "", written, { targetBytes: 1_000_000, filesMin: 2, growing: false }, rewriteFiles);
  const { files, version } = await table.snapshot();
  expect([files.length, version]).toEqual([1, 3]);
  expect((await table.rows()).map((row) => row["id"])).toEqual([1n, 2n, 3n]);
});

test.each(["name", "id"])("a table that maps its columns by %s keeps them under names of its own", async (mode) => {
  const made = await create({ "delta.columnMapping.mode": mode });
  expect(await told()).toMatchObject({ protocol: { minReaderVersion: 2, minWriterVersion: 5 }, metaData: { configuration: { "delta.columnMapping.maxColumnId": "2" } } });
  expect(made.mapping).toBe(mode);
  expect(made.physical.map(({ name, fieldId }) => [name.startsWith("col-"), fieldId])).toEqual([[true, 1], [true, 2]]);
  const written = await append(made, 1, 2);
  expect(Object.keys((parseJson([...written.files][0]?.stats ?? "{}") as { minValues: object }).minValues)).toEqual(made.physical.map(({ name }) => name));
  expect(await table.rows()).toEqual(rides(1, 2));
});

test("properties that bind readers are listed for them, with all others for writers", async () => {
  await create({ ...all, "delta.enableDeletionVectors": "true" });
  const { protocol } = await told();
  expect(protocol).toMatchObject({ minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ["columnMapping", "deletionVectors"] });
  expect(protocol.writerFeatures?.toSorted()).toEqual(["appendOnly", "columnMapping", "deletionVectors", "domainMetadata", "inCommitTimestamp", "invariants", "rowTracking"]);
});

test("properties that are off ask nothing of anybody", async () => {
  await create({ "delta.enableInCommitTimestamps": "false", "delta.enableRowTracking": "false", "delta.columnMapping.mode": "none" });
  expect((await told()).protocol).toEqual({ minReaderVersion: 1, minWriterVersion: 2 });
});

test.each([
  ["delta.rowTracking.materializedRowIdColumnName", "mine", "DELTA_UNSUPPORTED_FEATURE"],
  ["delta.columnMapping.maxColumnId", "7", "DELTA_UNSUPPORTED_FEATURE"],
  ["delta.enableIcebergCompatV2", "true", "DELTA_UNSUPPORTED_FEATURE"],
  ["delta.ofTomorrow", "1", "DELTA_UNSUPPORTED_FEATURE"],
  ["delta.columnMapping.mode", "place", "PARAMETER_INVALID"],
  ["delta.enableRowTracking", "yes", "PARAMETER_INVALID"],
])("a property %s of %s is refused by its name, and there is no table", async (name, value, code) => {
  await expect(create({ [name]: value })).rejects.toMatchObject({ code, message: expect.stringContaining(name) });
  await expect(table.snapshot()).rejects.toMatchObject({ code: "DELTA_TABLE_NOT_FOUND" });
});

await withServices(["spark"], "beside Spark", ({ spark }) => {
  const spelled = (configuration: Properties) => Object.entries(configuration).map(([name, value]) => `'${name}' = '${value}'`).join(", ");
  /** Without what no two tables share. */
  const common = ({ info, protocol, metaData, kinds }: Told): JsonValue => {
    const { operationParameters, timestamp: _time, inCommitTimestamp, txnId: _txn, engineInfo: _engine, ...rest } = info;
    const { properties, ...parameters } = operationParameters as { readonly properties: string };
    const plain = (text: string): JsonValue => JSON.parse(text.replaceAll(/col-[0-9a-f-]{36}/g, "col")) as JsonValue;
    const sorted = { ...protocol, ...(protocol.writerFeatures === undefined ? {} : { writerFeatures: protocol.writerFeatures.toSorted() }) };
    return {
      info: rest, parameters, isTimed: inCommitTimestamp !== undefined, properties: plain(properties), configuration: plain(JSON.stringify(metaData.configuration)), schema: plain(metaData.schemaString), protocol: sorted, kinds,
    } as unknown as JsonValue;
  };

  describe.each([["all of them", all, "words"], ...(isLong ? [["no properties", {}, ""] as const] : [])] as const)("a table with %s", (_name, configuration, words) => {
    test("is made as Spark makes it, read by it and written on", { timeout: 300_000 }, async () => {
      const theirs = `${table.directory}/../theirs`;
      await spark.run(`CREATE TABLE delta.\`${theirs}\` (id BIGINT NOT NULL COMMENT 'Never reused.', city STRING) USING delta${words === "" ? "" : ` COMMENT '${words}'`} TBLPROPERTIES (${spelled({ "delta.appendOnly": "true", ...configuration })})`);
      const made = await create({ "delta.appendOnly": "true", ...configuration }, words);
      expect(common(await told())).toEqual(common(await told(theirs)));
      await append(made, 1, 2);
      await spark.run(`INSERT INTO delta.\`${table.directory}\` VALUES (3, 'city 3')`);
      const after = await append(await table.snapshot(), 4);
      expect(after.version).toBe(3);
      sameRows(spelledRows(after.columns, await table.rows()), await sparkRows(spark, table.directory), "rows");
      expect(await table.rows()).toEqual(rides(1, 2, 3, 4));
      if (!("delta.enableRowTracking" in configuration)) return;
      const numbered = (await spark.run(`SELECT id, _metadata.row_id AS row, _metadata.row_commit_version AS version FROM delta.\`${table.directory}\` ORDER BY id`)).at(-1) ?? [];
      expect(numbered.map((row) => Object.values(row).map(Number))).toEqual([[1, 0, 1], [2, 1, 1], [3, 2, 2], [4, 3, 3]]);
    });
  });
});
