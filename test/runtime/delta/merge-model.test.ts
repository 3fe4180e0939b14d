/** Merges at random, on tables of every kind, against rows in memory: after each the table holds what the model holds, and its change feed tells what became of each row. NEURALAKE_TORTURE=1 makes 2,000; NEURALAKE_SEED repeats a table. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import { compact } from "../../../runtime/delta/maintenance/compaction.ts";
import { readChanges } from "../../../runtime/delta/snapshot/changes.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { verifyTable } from "../../../runtime/delta/snapshot/verify.ts";
import { countRows } from "../../../runtime/query/count-rows.ts";
import { readAll } from "../../../runtime/query/read-all.ts";
import { snapshotSql } from "../../../runtime/query/relation.ts";
import { rewriteFiles } from "../../../runtime/query/rewrite.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { below, oneOf, randomOf } from "../../random.ts";
import type { Random } from "../../random.ts";
import { buildTable, metaData } from "./log-builder.ts";
import type { BuiltTable } from "./log-builder.ts";
import { randomMerge, sourceRows } from "./merge-model.ts";
import { mergeInto } from "./merging.ts";
import { committed } from "./rides.ts";
import { modelFields, newRow } from "./row-model.ts";
import { sameRows, spelledRows } from "./same-rows.ts";

const isLong = process.env["NEURALAKE_TORTURE"] === "1";
const tables = isLong ? 200 : 5;
const merges = 10;
const onlySeed = Number(process.env["NEURALAKE_SEED"] ?? Number.NaN);
const seeds = Array.from({ length: tables }, (_, k) => k + 1).filter((seed) => Number.isNaN(onlySeed) || seed === onlySeed);

let table: BuiltTable;
beforeEach(async () => {
  table = await buildTable();
});
afterEach(async () => await table.close());

const total = { merges: 0, refused: 0, nothing: 0, rows: 0 };

test.each(seeds)("table %i holds after each merge what a model holds", { timeout: 300_000 }, async (seed) => {
  const random = randomOf(seed);
  let snapshot = await tableOf(random, seed);
  let rows: readonly Row[] = [];
  for (let k = 0; k < 3; k++) {
    const more = Array.from({ length: 4 + below(random, 8) }, () => newRow(random, below(random, 30)));
    snapshot = committed(await appendFiles(table.store, "", snapshot, await writeRows(table.store, "", snapshot, more)));
    rows = [...rows, ...more];
  }
  for (let k = 0; k < merges; k++) {
    const [merge, source] = [randomMerge(random, 30), sourceRows(random, 30)];
    const place = `seed ${seed}, merge ${k + 1}: ${JSON.stringify(merge.clauses)}`;
    const wanted = merge.merged(rows, source);
    const columns = snapshot.columns.map((column) => ({ ...column, nullable: true }));
    const outcome = await mergeInto(table.store, "", snapshot, { columns, rows: source }, merge.clauses).catch((error: unknown) => {
      if (error instanceof Failure && error.code === "ROWS_REFUSED") return "refused" as const;
      throw new Error(place, { cause: error });
    });
    total.merges += 1;
    expect(outcome === "refused", place).toBe(wanted === "refused");
    if (outcome === "refused" || wanted === "refused") total.refused += 1;
    else {
      expect(outcome.change === undefined, place).toBe(wanted.changes.length === 0);
      if (outcome.change === undefined) total.nothing += 1;
      else await sameChanges(outcome.snapshot, wanted.changes, place);
      [snapshot, rows] = [outcome.snapshot, wanted.rows];
      total.rows += wanted.changes.length;
    }
    sameRows(spelledRows(snapshot.columns, await table.rows()), spelledRows(snapshot.columns, rows), place);
    if (k === 5) await compact(table.store, "", snapshot, { targetBytes: 1_000_000, filesMin: 2, growing: false }, rewriteFiles);
    snapshot = await table.snapshot();
  }
  expect((await verifyTable(table.store, "", countRows(table.engine))).findings.filter(({ kind }) => kind !== "orphaned")).toEqual([]);
  if (seed === seeds.at(-1)) console.log(JSON.stringify(total));
});

/** By turns with vectors, mapped columns, partitions and row ids. */
async function tableOf(random: Random, seed: number): Promise<Snapshot> {
  const mapping = oneOf(random, ["none", "name", "id"]);
  const fields = modelFields.map((field, k) => (mapping === "none" ? field : { ...field, metadata: { "delta.columnMapping.id": k + 1, "delta.columnMapping.physicalName": `col-${k}` } }));
  const configuration = {
    "delta.enableChangeDataFeed": "true", ...(random() < 0.5 ? { "delta.enableDeletionVectors": "true" } : {}), ...(mapping === "none" ? {} : { "delta.columnMapping.mode": mapping, "delta.columnMapping.maxColumnId": "5" }),
    ...(random() < 0.3 ? { "delta.enableRowTracking": "true", "delta.rowTracking.materializedRowIdColumnName": "_id", "delta.rowTracking.materializedRowCommitVersionColumnName": "_version" } : {}),
  };
  const readers = ["deletionVectors", "columnMapping"];
  await table.commit(0, { protocol: { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: readers, writerFeatures: [...readers, "changeDataFeed", "rowTracking", "domainMetadata"] } }, metaData(fields, { configuration, partitionColumns: seed % 2 === 0 ? ["d"] : [] }));
  return await table.snapshot();
}

async function sameChanges({ version }: Snapshot, wanted: readonly Row[], place: string): Promise<void> {
  const feed = await readChanges(table.store, "", { from: version });
  const columns = feed.columns.filter(({ name }) => !name.startsWith("_commit"));
  const changes = await readAll(table.engine, `SELECT ${columns.map(({ name }) => `"${name}"`).join(", ")} FROM (${await snapshotSql(table.engine, feed)})`, columns);
  sameRows(spelledRows(columns, changes), spelledRows(columns, wanted), `the changes of ${place}`);
}
