import { appendFile, rm, truncate } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { verifyTable } from "../../../runtime/delta/snapshot/verify.ts";
import type { Verification } from "../../../runtime/delta/snapshot/verify.ts";
import { countRows } from "../../../runtime/query/count-rows.ts";
import { buildTable, lines, logName, metaData, protocol } from "./log-builder.ts";
import type { BuiltTable } from "./log-builder.ts";
import { logStates } from "./log-states.ts";
import { inlineVector } from "./roaring-writer.ts";

let table: BuiltTable;
beforeEach(async () => {
  table = await buildTable();
  await table.commit(0, protocol(["deletionVectors", "v2Checkpoint"]), metaData([{ name: "id", type: "long" }]));
  for (let version = 1; version <= 4; version += 1) {
    await table.commit(version, await table.add(`${version}.parquet`, `SELECT unnest([${version}, 9]) AS id`, { stats: '{"numRecords":2}', ...(version === 1 ? { deletionVector: inlineVector([1]) } : {}) }));
  }
});
afterEach(async () => await table.close());

const verify = async (): Promise<Verification> => await verifyTable(table.store, "", countRows(table.engine));
const findings = async (): Promise<unknown[]> => (await verify()).findings.map(({ kind, path: where }) => [kind, where]);
const file = (name: string): string => path.join(table.directory, name);

test.each(["commits alone", "a checkpoint in parts", "checkpoints of several forms at one version", "a second-form checkpoint in JSON with sidecars", "compacted commits that overlap"])("a table is whole with %s", async (state) => {
  await logStates[state]?.(table, 4);
  const verification = await verify();
  expect(verification).toMatchObject({ version: 4, files: 4, rows: 7, findings: [] });
  expect(verification.logFiles).toBeGreaterThanOrEqual(3);
});

test("what is missing, broken or orphaned is found, each file by its name", async () => {
  await rm(file("1.parquet"));
  await truncate(file("2.parquet"), 50);
  await appendFile(file("3.parquet"), "");
  await table.write("stray.parquet", "x");
  await table.write("_change_data/stray.parquet", "x");
  await table.write("_hidden/kept.txt", "x");
  await table.write(logName(4, "crc"), '{"numFiles":5}');
  await table.commit(5, { ...(await table.add("wrong-count.parquet", "SELECT 1 AS id", { stats: '{"numRecords":2}' })) });
  const garbage = { add: { path: "garbage.parquet", size: 4, partitionValues: {}, modificationTime: 0, dataChange: true } };
  await table.write("garbage.parquet", "PARX");
  await table.commit(6, garbage, { add: { ...garbage.add, path: "wrong-vector.parquet", deletionVector: { ...inlineVector([1]), cardinality: 2 } } });
  await table.write("wrong-vector.parquet", "PARX");
  expect((await findings()).toSorted()).toEqual([
    ["broken", "2.parquet"], ["broken", "garbage.parquet"], ["broken", "wrong-count.parquet"], ["broken", "wrong-vector.parquet"],
    ["missing", "1.parquet"], ["orphaned", "_change_data/stray.parquet"], ["orphaned", "stray.parquet"],
  ]);
});

test("a file that an older version still names is no orphan, although a checkpoint left its tombstone out", async () => {
  await table.commit(3, { remove: { path: "1.parquet", deletionTimestamp: 5, dataChange: true, deletionVector: inlineVector([1]) } }, await table.add("3.parquet", "SELECT 3 AS id", { stats: '{"numRecords":1}' }));
  await logStates["a hint that is stale"]?.(table, 4);
  expect(await verify()).toMatchObject({ version: 4, files: 3, findings: [] });
});

test("nor is a file of changes, of a log that was cleaned behind its checkpoint", async () => {
  await table.write("_change_data/own.parquet", "x");
  await table.commit(3, await table.add("3.parquet", "SELECT 3 AS id", { stats: '{"numRecords":1}' }), { cdc: { path: "_change_data/own.parquet", partitionValues: {}, size: 1, dataChange: false } });
  await logStates["a classic checkpoint, the log cleaned behind it"]?.(table, 4);
  expect(await verify()).toMatchObject({ version: 4, files: 4, findings: [] });
});

describe("a checksum", () => {
  /** Version 4, which has a property, a transaction and a domain; what its checksum should say. */
  async function said() {
    await logStates["a classic checkpoint in the middle"]?.(table, 4);
    const { metadata } = await table.snapshot();
    const protocol = { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ["deletionVectors", "timestampNtz"], writerFeatures: ["deletionVectors", "domainMetadata", "timestampNtz"] };
    await table.commit(5, { protocol }, { metaData: { ...metadata, configuration: { a: "1", b: "2" } } }, { txn: { appId: "loader", version: 7 } }, { txn: { appId: "old", version: 1 } }, { domainMetadata: { domain: "d", configuration: "{}", removed: false } });
    const { files } = await table.snapshot();
    return {
      tableSizeBytes: files.bytes, numFiles: files.length, numMetadata: 1, numProtocol: 1, protocol: { ...protocol, readerFeatures: protocol.readerFeatures.toReversed() }, metadata: { ...metadata, configuration: { b: "2", a: "1" } },
      setTransactions: [{ appId: "loader", version: 7 }], domainMetadata: [{ domain: "d", configuration: "{}", removed: false }],
    };
  }

  /** What is found of a checksum, which changes nothing of what is read. */
  async function told(crc: string): Promise<unknown> {
    const before = await table.snapshot();
    await table.write(logName(5, "crc"), crc);
    const { metadata, protocol, transactions, domains, files } = await table.snapshot();
    expect([metadata, protocol, transactions, domains, [...files]]).toEqual([before.metadata, before.protocol, before.transactions, before.domains, [...before.files]]);
    return (await verify()).findings.filter(({ path }) => path === logName(5, "crc")).map(({ message }) => /says (\S+)/.exec(message)?.[1] ?? /cannot be read/.exec(message)?.[0]);
  }

  test("that agrees is told nothing of", async () => {
    expect(await told(JSON.stringify(await said()))).toEqual([]);
  });

  test("that says anything else than the log is told, and never believed", async () => {
    const { protocol, metadata, ...rest } = await said();
    const whole = { protocol, metadata, ...rest };
    const wrong: readonly (readonly [string, object])[] = [
      ["numFiles", { numFiles: 1 }], ["tableSizeBytes", { tableSizeBytes: 1 }], ["numMetadata", { numMetadata: 2 }], ["inCommitTimestampOpt", { inCommitTimestampOpt: 5 }],
      ["protocol.minReaderVersion", { protocol: { ...protocol, minReaderVersion: 9 } }], ["protocol.readerFeatures", { protocol: { ...protocol, readerFeatures: ["deletionVectors"] } }],
      ["metadata.id", { metadata: { ...metadata, id: "other" } }], ["metadata.schemaString", { metadata: { ...metadata, schemaString: "{}" } }],
      ["metadata.partitionColumns", { metadata: { ...metadata, partitionColumns: ["id"] } }], ["metadata.configuration", { metadata: { ...metadata, configuration: { a: "1", b: "3" } } }],
      ["setTransactions.loader", { setTransactions: [{ appId: "loader", version: 8 }] }], ["domainMetadata.d", { domainMetadata: [] }], ["domainMetadata.e", { domainMetadata: [...rest.domainMetadata, { domain: "e", configuration: "" }] }],
    ];
    for (const [fact, change] of wrong) expect(await told(JSON.stringify({ ...whole, ...change }))).toEqual([fact]);
  });

  test("that is cut short or malformed is told, and in nobody's way", async () => {
    const whole = JSON.stringify(await said());
    for (const crc of ["", whole.slice(0, 100), whole.slice(0, -1), "[]", "7", "null"]) expect(await told(crc)).toEqual(["cannot be read"]);
    expect(await told("{}")).toEqual([]);
    expect(await told(JSON.stringify({ numFiles: "many", protocol: 7, metadata: null, setTransactions: {}, domainMetadata: {} }))).toEqual([]);
  });
});

test("a log that has a gap or a broken file, and a checkpoint or checksum that says otherwise, are found", async () => {
  await logStates["a classic checkpoint in the middle"]?.(table, 4);
  const action = { add: { path: "2.parquet", size: 1, partitionValues: {}, modificationTime: 0, dataChange: true } };
  await table.commit(1, action);
  expect(await findings()).toContainEqual(["broken", logName(2, "checkpoint.parquet")]);
  await table.write(logName(4, "crc"), '{"numFiles":5}');
  expect(await findings()).toContainEqual(["broken", logName(4, "crc")]);
  await table.write(logName(2), lines([action]) + "{");
  await rm(file(logName(3)));
  expect(await verify()).toMatchObject({ version: null, findings: expect.arrayContaining([expect.objectContaining({ kind: "broken", path: logName(2) }), expect.objectContaining({ kind: "missing", path: logName(3) })]) });
});
