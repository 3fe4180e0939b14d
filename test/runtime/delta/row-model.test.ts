/**
 * Appends, deletions, updates, overwrites, compactions and checkpoints at random, on tables of every kind, against rows in memory: every version holds what the model
 * held then, and the change feed tells what became of each row. NEURALAKE_TORTURE=1 makes sequences of 50, and many.
 */
import { expect, test } from "vitest";
import { writeCheckpoint } from "../../../runtime/delta/checkpoints/checkpoint-writer.ts";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import { deleteRows } from "../../../runtime/delta/commit/delete.ts";
import { overwriteRows } from "../../../runtime/delta/commit/overwrite.ts";
import { updateRows } from "../../../runtime/delta/commit/update.ts";
import { compact } from "../../../runtime/delta/maintenance/compaction.ts";
import { readChanges } from "../../../runtime/delta/snapshot/changes.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { verifyTable } from "../../../runtime/delta/snapshot/verify.ts";
import { changeRows } from "../../../runtime/query/change-rows.ts";
import { countRows } from "../../../runtime/query/count-rows.ts";
import { rowFinder } from "../../../runtime/query/find-rows.ts";
import { readAll } from "../../../runtime/query/read-all.ts";
import { snapshotSql } from "../../../runtime/query/relation.ts";
import { rewriteFiles } from "../../../runtime/query/rewrite.ts";
import { rowJson } from "../../../runtime/values/json.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { buildTable, metaData, protocol } from "./log-builder.ts";
import type { BuiltTable } from "./log-builder.ts";
import { committed } from "./rides.ts";
import { below, modelFields, newRow, oneOf, randomCondition, randomOf, randomValues } from "./row-model.ts";
import type { Random } from "./row-model.ts";

const isLong = process.env["NEURALAKE_TORTURE"] === "1";
const [sequences, operations] = isLong ? [400, 50] : [6, 9];

/** A row and what became of it in a version. */
type Told = readonly [change: string, row: Row];

interface Model { readonly table: BuiltTable; readonly random: Random; snapshot: Snapshot; rows: readonly Row[]; nextId: number; readonly versions: (readonly Row[])[]; readonly told: Told[][] }

test(`${sequences} tables, each changed ${operations} times at random, hold what a model holds`, { timeout: isLong ? 7_200_000 : 300_000 }, async () => {
  const counts: { [operation: string]: number } = {};
  for (let seed = 1; seed <= sequences; seed++) await sequence(seed, counts);
  console.log(`row model: ${sequences} tables, ${JSON.stringify(counts)}`);
  expect(Object.keys(counts).toSorted()).toEqual(["append", "checkpoint", "compact", "delete", "overwrite", "update"]);
});

async function sequence(seed: number, counts: { [operation: string]: number }): Promise<void> {
  const table = await buildTable();
  const random = randomOf(seed);
  try {
    const model: Model = { table, random, snapshot: await created(table, random), rows: [], nextId: 0, versions: [[]], told: [[]] };
    for (let k = 0; k < operations; k++) {
      const name = k === 0 ? "append" : oneOf(random, ["append", "append", "delete", "delete", "delete", "update", "update", "update", "overwrite", "compact", "checkpoint"]);
      counts[name] = (counts[name] ?? 0) + 1;
      const what = `seed ${seed}, operation ${k}: ${await act[name]?.(model)}`;
      expect(model.snapshot.version, what).toBe(model.versions.length - 1);
      expect(texts(model, await table.rowsOf(await table.snapshot())), what).toEqual(texts(model, model.rows));
    }
    await everyVersion(model, `seed ${seed}`);
  } finally {
    await table.close();
  }
}

async function created(table: BuiltTable, random: Random): Promise<Snapshot> {
  const isMapped = random() < 0.3;
  const fields = modelFields.map((field, k) => (isMapped ? { ...field, metadata: { "delta.columnMapping.id": k + 1, "delta.columnMapping.physicalName": `col-${k}` } } : field));
  const configuration = {
    "delta.enableChangeDataFeed": "true", ...(random() < 0.5 ? { "delta.enableDeletionVectors": "true" } : {}), ...(isMapped ? { "delta.columnMapping.mode": oneOf(random, ["name", "id"]), "delta.columnMapping.maxColumnId": "9" } : {}),
    ...(random() < 0.3 ? { "delta.enableRowTracking": "true", "delta.rowTracking.materializedRowIdColumnName": "_id", "delta.rowTracking.materializedRowCommitVersionColumnName": "_version" } : {}),
  };
  const readers = ["deletionVectors", "columnMapping"];
  await table.commit(0, protocol(readers, [...readers, "changeDataFeed", "rowTracking", "domainMetadata"]), metaData(fields, { configuration, partitionColumns: random() < 0.5 ? ["d"] : [] }));
  return await table.snapshot();
}

const changing = ({ table }: Model) => ({ store: table.store, location: "", finder: rowFinder(async () => table.engine), change: changeRows });

function keep(model: Model, snapshot: Snapshot, rows: readonly Row[], told: readonly Told[]): void {
  model.snapshot = snapshot;
  model.rows = rows;
  model.versions.push(rows);
  model.told.push([...told]);
}

/** Each operation, on the table and on the model; what it was, in words. */
const act: { readonly [operation: string]: (model: Model) => Promise<string> } = {
  async append(model) {
    const { table, random, snapshot } = model;
    // Rows one after another in ids, so that statistics leave files out.
    const rows = Array.from({ length: 1 + below(random, 6) }, (): Row => ({ ...newRow(random, model.nextId++) }));
    const after = committed(await appendFiles(table.store, "", snapshot, await writeRows(table.store, "", snapshot, rows)));
    keep(model, after, [...model.rows, ...rows], rows.map((row) => ["insert", row]));
    return `append ${rows.length}`;
  },
  async delete(model) {
    const condition = randomCondition(model.random, model.nextId);
    const { snapshot, change } = await deleteRows(changing(model), model.snapshot, condition.sql);
    const [gone, left] = [model.rows.filter((row) => condition.holds(row) === true), model.rows.filter((row) => condition.holds(row) !== true)];
    expect(change?.rows ?? 0, condition.sql).toBe(gone.length);
    if (change !== undefined) keep(model, snapshot, left, gone.map((row) => ["delete", row]));
    return `delete ${condition.sql}`;
  },
  async update(model) {
    const [condition, values] = [randomCondition(model.random, model.nextId), randomValues(model.random)];
    const { snapshot, change } = await updateRows(changing(model), model.snapshot, values, condition.sql);
    const told: Told[] = [];
    const rows = model.rows.map((row) => {
      if (condition.holds(row) !== true) return row;
      const became = { ...row, ...Object.fromEntries(values.map((value) => [value.column, value.of(row)])) };
      told.push(["update_preimage", row], ["update_postimage", became]);
      return became;
    });
    expect(change?.rows ?? 0, condition.sql).toBe(told.length / 2);
    if (change !== undefined) keep(model, snapshot, rows, told);
    return `update ${values.map(({ column, sql }) => `${column} = ${sql}`).join(", ")} where ${condition.sql}`;
  },
  async overwrite(model) {
    const { table, random } = model;
    const condition = randomCondition(random, model.nextId);
    const rows = Array.from({ length: below(random, 4) }, (): Row => newRow(random, model.nextId++));
    const { snapshot, change } = await overwriteRows(changing(model), model.snapshot, { files: await writeRows(table.store, "", model.snapshot, rows), where: condition.sql });
    const [gone, left] = [model.rows.filter((row) => condition.holds(row) === true), model.rows.filter((row) => condition.holds(row) !== true)];
    expect(change?.rows, condition.sql).toBe(gone.length);
    keep(model, snapshot, [...left, ...rows], [...gone.map((row): Told => ["delete", row]), ...rows.map((row): Told => ["insert", row])]);
    return `overwrite ${condition.sql} by ${rows.length}`;
  },
  async compact(model) {
    const { snapshot, commits } = await compact(model.table.store, "", model.snapshot, { targetBytes: 1_000_000, filesMin: 2, growing: false }, rewriteFiles);
    for (const _ of commits) keep(model, snapshot, model.rows, []);
    return "compact";
  },
  async checkpoint({ table, snapshot }) {
    await writeCheckpoint(table.store, "", snapshot);
    return "checkpoint";
  },
};

function texts({ snapshot }: Pick<Model, "snapshot">, rows: readonly Row[]): readonly string[] {
  return rows.map((row) => rowJson(snapshot.columns, row)).toSorted();
}

/** Time travel, the change feed, and whether files and log agree. */
async function everyVersion(model: Model, what: string): Promise<void> {
  const { table, versions, told } = model;
  for (const [version, rows] of versions.entries()) expect(texts(model, await table.rowsOf(await table.snapshot({ version }))), `${what}, version ${version}`).toEqual(texts(model, rows));
  const feed = await readChanges(table.store, "", { from: 0 });
  const changes = Map.groupBy(await readAll(table.engine, await snapshotSql(table.engine, feed), feed.columns), (row) => Number(row["_commit_version"]));
  for (const [version, expected] of told.entries()) {
    const found = (changes.get(version) ?? []).map((row) => `${String(row["_change_type"])} ${rowJson(model.snapshot.columns, row)}`);
    expect(found.toSorted(), `${what}, changes of version ${version}`).toEqual(expected.map(([change, row]) => `${change} ${rowJson(model.snapshot.columns, row)}`).toSorted());
  }
  expect((await verifyTable(table.store, "", countRows(table.engine))).findings.filter(({ kind }) => kind !== "orphaned"), what).toEqual([]);
}
