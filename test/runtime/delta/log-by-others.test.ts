/** Logs of ours as others must use them: checkpoints of the second form, such with statistics as columns, and logs that were cleaned up, whose commits are gone; and our checksums, which Spark holds against what it reads and builds its own on. NEURALAKE_TORTURE=1 makes every kind of log. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { writeCheckpoint } from "../../../runtime/delta/checkpoints/checkpoint-writer.ts";
import { createTable } from "../../../runtime/delta/commit/create.ts";
import { commit } from "../../../runtime/delta/commit/transaction.ts";
import { cleanLog } from "../../../runtime/delta/maintenance/log-cleanup.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { verifyTable } from "../../../runtime/delta/snapshot/verify.ts";
import { openFiles } from "../../../runtime/storage/files.ts";
import type { Row } from "../../../runtime/values/value.ts";
import type { PeerRow } from "../../services/python.ts";
import { sparkRows } from "../../services/spark.ts";
import { withServices } from "../../services/with-services.ts";
import { append, committed, location } from "./rides.ts";
import { sameRows, spelledRows } from "./same-rows.ts";

const patienceMs = 600_000;
const isLong = process.env["NEURALAKE_TORTURE"] === "1";
const columns: readonly NamedType[] = [
  { name: "id", type: { kind: "int64" }, nullable: false }, { name: "name", type: { kind: "text" }, nullable: true }, { name: "price", type: { kind: "decimal", precision: 12, scale: 2 }, nullable: true },
  { name: "at", type: { kind: "timestamp" }, nullable: true }, { name: "part", type: { kind: "int32" }, nullable: true },
];
const rowOf = (id: number): Row => ({ id: BigInt(id), name: `name ${id}`, price: `${id}.25`, at: Temporal.Instant.from(`2026-08-01T00:00:0${id % 10}Z`), part: id % 2 });

const kinds: { readonly [kind: string]: { readonly properties: { readonly [name: string]: string }; readonly form: string } } = {
  "classic": { form: "classic", properties: {} },
  "classic, with its times in commits": { form: "classic", properties: { "delta.enableInCommitTimestamps": "true" } },
  "classic, statistics as columns alone": { form: "classic", properties: { "delta.checkpoint.writeStatsAsJson": "false" } },
  "second form": { form: "v2", properties: { "delta.checkpointPolicy": "v2" } },
  "second form, statistics as columns too": { form: "v2", properties: { "delta.checkpointPolicy": "v2", "delta.checkpoint.writeStatsAsStruct": "true", "delta.enableDeletionVectors": "true" } },
};

/** A table whose log holds a checkpoint of version 5, its checksum, its commit, and one commit behind it. */
async function cleanedTable(root: string, properties: { readonly [name: string]: string }, form: string): Promise<void> {
  const store = openFiles(root);
  let snapshot = committed(await createTable(store, location, { name: "t", description: "", columns, partitionColumns: ["part"], configuration: properties }));
  for (const id of [1, 2, 3, 4]) snapshot = committed(await append(store, snapshot, [rowOf(id), rowOf(id + 10)], { transactions: [{ appId: "app", version: id, lastUpdated: 1_000 }] }));
  snapshot = committed(await commit(store, location, snapshot, [{ remove: { ...tombstone([...snapshot.files][0]), deletionTimestamp: Date.now(), dataChange: true } }], { operation: "DELETE", parameters: {}, metrics: {} }));
  expect(await writeCheckpoint(store, location, snapshot, { perSidecar: 3 })).toMatchObject({ form, written: true, version: 5 });
  expect(await cleanLog(store, location, snapshot, { before: Number.POSITIVE_INFINITY })).toMatchObject({ removed: 5, oldest: 5 });
  committed(await append(store, snapshot, [rowOf(5)]));
}

function tombstone(file: { readonly path: string; readonly size: number; readonly partitionValues: { readonly [name: string]: string | null } } | undefined): { path: string; size: number; partitionValues: { readonly [name: string]: string | null }; extendedFileMetadata: boolean } {
  if (file === undefined) throw new Error("no file");
  return { path: file.path, size: file.size, partitionValues: file.partitionValues, extendedFileMetadata: true };
}

/** Spark holds the checksum of a version against the version before each commit behind it, and takes schema and protocol from it. */
const strict = [
  "SET spark.databricks.delta.checksum.mismatch.fatal = true", "SET spark.databricks.delta.versionChecksum.forcedValidationInterval = 0", "SET spark.databricks.delta.versionChecksum.forcedValidationMinTimeIntevalMinutes = 0",
  "SET spark.databricks.delta.readProtocolAndMetadataFromChecksum.enabled = true", "SET spark.databricks.delta.state.corruptionIsFatal = true",
];

await withServices(["python", "spark"], "logs of ours that were cleaned up", ({ python, spark }) => {
  test("are read by every engine with equal rows, and gone on with by Spark, which finds our checksums right", { timeout: patienceMs }, async () => {
    const root = await mkdtemp(path.join(tmpdir(), "log-by-others-"));
    try {
      const asked = Object.entries(kinds).filter((_, k) => isLong || k % 3 === 1);
      const tables = asked.map(([kind, { form }]) => ({ kind, form, base: path.join(root, kind.replaceAll(/\W+/g, "-")) }));
      for (const { kind, base, form } of tables) await cleanedTable(base, kinds[kind]?.properties ?? {}, form);
      // Polars knows no checkpoints of the second form.
      const reads = tables.flatMap(({ base, form }) => ["delta-rs", "duckdb", ...(form === "v2" ? [] : ["polars"])].map((engine) => [engine, path.join(base, location)]));
      const peers = await python.run("import sys, json, peers\nprint(json.dumps([peers.rows_of(peers.engines[engine](table)) for engine, table in json.loads(sys.argv[1])]))", [JSON.stringify(reads)]) as unknown as readonly (readonly PeerRow[])[];
      for (const { kind, base } of tables) {
        const table = path.join(base, location);
        const store = openFiles(base);
        const live = await readSnapshot(store, location);
        const expected = spelledRows(columns, [2, 3, 4, 5, 12, 13, 14].map(rowOf));
        sameRows(expected, await sparkRows(spark, table, { settings: strict }), `Spark, ${kind}`);
        for (const [k, [engine, own]] of reads.entries()) if (own === table) sameRows(expected, peers[k] ?? [], `${engine}, ${kind}`);
        const insert = (id: number): string => `INSERT INTO delta.\`${table}\` VALUES (${id}, 'name', 6.25, TIMESTAMP'2026-08-01 00:00:06Z', 0)`;
        const [found] = (await spark.run(...strict, `SELECT count(*) AS n FROM delta.\`${table}\` WHERE id >= 12 AND price < 14`, insert(6), insert(7))).slice(strict.length);
        expect(found, kind).toEqual([{ n: 2 }]);
        const after = await readSnapshot(store, location);
        expect([after.version, after.files.length], kind).toEqual([8, live.files.length + 2]);
        const verification = await verifyTable(store, location, async (urls) => urls.map(() => 1));
        expect(verification.findings.filter((one) => one.path.startsWith("_delta_log")), kind).toEqual([]);
      }
    } finally {
      await rm(root, { recursive: true });
    }
  });

  test("and a checksum that is wrong is noticed by Spark, which so does look at it", { timeout: patienceMs }, async () => {
    const root = await mkdtemp(path.join(tmpdir(), "log-by-others-"));
    try {
      const table = path.join(root, location);
      const store = openFiles(root);
      let snapshot = committed(await createTable(store, location, { name: "t", description: "", columns, partitionColumns: [], configuration: {} }));
      snapshot = committed(await append(store, snapshot, [rowOf(1)]));
      await writeCheckpoint(store, location, snapshot);
      const crc = path.join(table, "_delta_log", "00000000000000000001.crc");
      const added = `INSERT INTO delta.\`${table}\` VALUES (6, 'name 6', 6.25, TIMESTAMP'2026-08-01 00:00:06Z', 0)`;
      await writeFile(crc, (await readFile(crc, "utf8")).replace('"numFiles":1', '"numFiles":2'));
      await expect(spark.run(...strict, added)).rejects.toThrow(/checksum|numFiles|state/i);
    } finally {
      await rm(root, { recursive: true });
    }
  });
});
