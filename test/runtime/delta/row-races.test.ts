/**
 * Appenders, deleters, updaters and a compactor at once on one table: each version is the one before it with what its writer did, so that the table
 * equals the changes one after the other in the order of their versions. NEURALAKE_TORTURE=1 lets each do many more.
 */
import { expect, test } from "vitest";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import { deleteRows } from "../../../runtime/delta/commit/delete.ts";
import { standBack } from "../../../runtime/delta/commit/stand-back.ts";
import { updateRows } from "../../../runtime/delta/commit/update.ts";
import { readCommit } from "../../../runtime/delta/log/log.ts";
import { compact } from "../../../runtime/delta/maintenance/compaction.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { verifyTable } from "../../../runtime/delta/snapshot/verify.ts";
import { changeRows } from "../../../runtime/query/change-rows.ts";
import { countRows } from "../../../runtime/query/count-rows.ts";
import { rowFinder } from "../../../runtime/query/find-rows.ts";
import { rewriteFiles } from "../../../runtime/query/rewrite.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import { rowJson } from "../../../runtime/values/json.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { below, randomOf } from "../../random.ts";
import type { Random } from "../../random.ts";
import { buildTable, metaData, protocol } from "./log-builder.ts";
import type { BuiltTable } from "./log-builder.ts";
import { committed } from "./rides.ts";
import { modelFields, newRow, randomCondition, randomValues } from "./row-model.ts";

const isLong = process.env["NEURALAKE_TORTURE"] === "1";
const rounds = isLong ? 150 : 6;

/** What a version did to the rows before it. */
type Change = (rows: readonly Row[]) => readonly Row[];

interface Race { readonly table: BuiltTable; readonly done: Map<number, Change>; ids: number; lost: number; again: number }

for (const vectors of [false, true]) {
  test(`changes at once ${vectors ? "with" : "without"} deletion vectors are changes one after the other`, { timeout: isLong ? 3_600_000 : 300_000 }, async () => {
    const table = await buildTable();
    try {
      await table.commit(0, protocol(["deletionVectors"]), metaData(modelFields, { partitionColumns: ["d"], configuration: { "delta.enableDeletionVectors": String(vectors) } }));
      const race: Race = { table, done: new Map(), ids: 0, lost: 0, again: 0 };
      await append(race, randomOf(9));
      await Promise.all([append, append, remove, remove, update, update, repack].map(async (act, k) => {
        const random = randomOf(100 + k);
        for (let round = 0; round < rounds; round++) await act(race, random);
      }));
      console.log(`race of row changes: ${race.done.size} versions, ${race.again} worked out again, ${race.lost} gave up`);
      await oneAfterTheOther(race);
      expect(race.again).toBeGreaterThan(0);
    } finally {
      await table.close();
    }
  });
}

const changing = ({ table }: Race) => ({ store: table.store, location: "", finder: rowFinder(async () => table.engine), change: changeRows });

async function append(race: Race, random: Random): Promise<void> {
  const { table, done } = race;
  const rows = Array.from({ length: 1 + below(random, 8) }, () => newRow(random, race.ids++));
  const base = await table.snapshot();
  const files = await writeRows(table.store, "", base, rows);
  let outcome = await appendFiles(table.store, "", base, files);
  // Somebody may have claimed the table meanwhile.
  while (outcome.kind === "conflict" && outcome.about === "metadata") outcome = await appendFiles(table.store, "", await standBack(await table.snapshot(), async () => await table.snapshot()), files);
  done.set(committed(outcome).version, (before) => [...before, ...rows]);
}

async function remove(race: Race, random: Random): Promise<void> {
  const condition = randomCondition(random, race.ids);
  await changed(race, async (base) => await deleteRows(changing(race), base, condition.sql), (rows) => rows.filter((row) => condition.holds(row) !== true));
}

async function update(race: Race, random: Random): Promise<void> {
  const [condition, values] = [randomCondition(random, race.ids), randomValues(random)];
  await changed(race, async (base) => await updateRows(changing(race), base, values, condition.sql), (rows) =>
    rows.map((row) => (condition.holds(row) === true ? { ...row, ...Object.fromEntries(values.map((value) => [value.column, value.of(row)])) } : row)));
}

/** One that gave up has changed nothing. */
async function changed(race: Race, act: (base: Snapshot) => ReturnType<typeof deleteRows>, change: Change): Promise<void> {
  try {
    const outcome = await act(await race.table.snapshot());
    race.again += outcome.again;
    if (outcome.change !== undefined) race.done.set(outcome.snapshot.version, change);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "COMMIT_CONFLICT") throw error;
    race.lost += 1;
  }
}

async function repack({ table, done }: Race): Promise<void> {
  const { commits } = await compact(table.store, "", await table.snapshot(), { targetBytes: 1_000_000, filesMin: 2, growing: false }, rewriteFiles);
  for (const { version } of commits) done.set(version, (rows) => rows);
}

async function oneAfterTheOther({ table, done }: Race): Promise<void> {
  const { version: last, columns } = await table.snapshot();
  const texts = (rows: readonly Row[]): readonly string[] => rows.map((row) => rowJson(columns, row)).toSorted();
  for (let version = 1; version <= last; version++) if (!done.has(version) && await isClaim(table, version)) done.set(version, (rows) => rows);
  expect([...done.keys()].toSorted((left, right) => left - right)).toEqual(Array.from({ length: last }, (_, k) => k + 1));
  let rows: readonly Row[] = [];
  for (let version = 1; version <= last; version++) {
    rows = done.get(version)?.(rows) ?? [];
    expect(texts(await table.rowsOf(await table.snapshot({ version }))), `version ${version}`).toEqual(texts(rows));
  }
  expect((await verifyTable(table.store, "", countRows(table.engine))).findings).toEqual([]);
}

/** Whether a version says no more than that somebody wants the table for himself, or no longer does. */
async function isClaim({ store }: BuiltTable, version: number): Promise<boolean> {
  const actions = await readCommit(store, "", version);
  return actions.every(({ commitInfo, metaData }) => commitInfo !== undefined || metaData !== undefined) && /^(UN)?SET TBLPROPERTIES$/.test(String(actions[0]?.commitInfo?.["operation"]));
}
