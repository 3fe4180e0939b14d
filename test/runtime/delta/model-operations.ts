/** What can be done to a table, each done to the table and to the model of it. An operation is told in words, for whoever has to find out what went wrong. */
import { expect } from "vitest";
import { writeCheckpoint } from "../../../runtime/delta/checkpoints/checkpoint-writer.ts";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import { deleteRows } from "../../../runtime/delta/commit/delete.ts";
import { overwriteRows } from "../../../runtime/delta/commit/overwrite.ts";
import { restoreTable } from "../../../runtime/delta/commit/restore.ts";
import { undoVersion } from "../../../runtime/delta/commit/undo.ts";
import { updateRows } from "../../../runtime/delta/commit/update.ts";
import { cloneTable } from "../../../runtime/delta/maintenance/clone.ts";
import { compact } from "../../../runtime/delta/maintenance/compaction.ts";
import { cleanLog } from "../../../runtime/delta/maintenance/log-cleanup.ts";
import { optimizeTable } from "../../../runtime/delta/maintenance/optimize.ts";
import { vacuum } from "../../../runtime/delta/maintenance/vacuum.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { changeRows } from "../../../runtime/query/change-rows.ts";
import { rowFinder } from "../../../runtime/query/find-rows.ts";
import { rowJudge } from "../../../runtime/query/judge-rows.ts";
import { rewriteFiles } from "../../../runtime/query/rewrite.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { below, chance, oneOf } from "../../random.ts";
import { alter } from "./model-alterations.ts";
import { randomCondition, randomRow, randomValues } from "./model-conditions.ts";
import type { Condition } from "./model-conditions.ts";
import { merge } from "./model-merge.ts";
import { moved, moveOn, newest, recorded, texts } from "./model-table.ts";
import type { Model, ModelVersion, Told } from "./model-table.ts";
import { committed } from "./rides.ts";

export type Operation = (model: Model) => Promise<string>;

const changing = ({ place, engine }: Model) => ({ ...place, finder: rowFinder(async () => engine), change: changeRows });

const judge = ({ engine }: Model) => rowJudge(async () => engine);

const newRows = (model: Model, count: number): readonly Row[] => Array.from({ length: count }, () => randomRow(model.random, newest(model).columns, model.nextId++, model.snapshot.partitionColumns));

/** Now and then it speaks of partitions alone. */
function condition(model: Model): Condition {
  const { random, nextId, snapshot } = model;
  const { columns } = newest(model);
  const partitions = columns.filter(({ name }) => snapshot.partitionColumns.includes(name));
  return randomCondition(random, partitions.length > 0 && chance(random, 0.3) ? partitions : columns, nextId);
}

const parted = (rows: readonly Row[], { holds }: Condition): readonly [met: readonly Row[], others: readonly Row[]] => [rows.filter((row) => holds(row) === true), rows.filter((row) => holds(row) !== true)];

async function append(model: Model): Promise<string> {
  const { place: { store, location }, snapshot } = model;
  // Rows one after another in ids, so that statistics leave files out.
  const rows = newRows(model, 1 + below(model.random, 6));
  const after = committed(await appendFiles(store, location, snapshot, await writeRows(store, location, snapshot, rows, judge(model))));
  moved(model, after, [...newest(model).rows, ...rows], rows.map((row) => ["insert", row]));
  return `append ${rows.length}`;
}

async function remove(model: Model): Promise<string> {
  const which = condition(model);
  const { snapshot, change } = await deleteRows(changing(model), model.snapshot, which.sql);
  const [met, others] = parted(newest(model).rows, which);
  expect(change?.rows ?? 0, which.sql).toBe(met.length);
  if (change !== undefined) moved(model, snapshot, others, met.map((row) => ["delete", row]));
  return `delete ${which.sql}`;
}

async function update(model: Model): Promise<string> {
  const { columns, rows } = newest(model);
  const [which, values] = [condition(model), randomValues(model.random, columns, model.nextId, model.snapshot.partitionColumns)];
  const what = `update ${values.map(({ column, sql }) => `${column} = ${sql}`).join(", ")} where ${which.sql}`;
  const { snapshot, change } = await updateRows(changing(model), model.snapshot, values, which.sql).catch((error: unknown) => { throw new Error(what, { cause: error }); });
  const told: Told[] = [];
  const after = rows.map((row) => {
    if (which.holds(row) !== true) return row;
    const became = { ...row, ...Object.fromEntries(values.map((value) => [value.column, value.of(row)])) };
    told.push(["update_preimage", row], ["update_postimage", became]);
    return became;
  });
  expect(change?.rows ?? 0, what).toBe(told.length / 2);
  if (change !== undefined) moved(model, snapshot, after, told);
  return what;
}

/** Of all rows, or of those that meet a condition, by such as meet it too. */
async function overwrite(model: Model): Promise<string> {
  const { place: { store, location }, random } = model;
  const which = chance(random, 0.25) ? undefined : condition(model);
  const rows = newRows(model, below(random, 8)).filter((row) => which === undefined || which.holds(row) === true);
  const files = await writeRows(store, location, model.snapshot, rows, judge(model));
  const { snapshot, change } = await overwriteRows(changing(model), model.snapshot, { files, ...(which === undefined ? {} : { where: which.sql }) });
  const [met, others] = which === undefined ? [newest(model).rows, []] : parted(newest(model).rows, which);
  expect(change?.rows, which?.sql).toBe(met.length);
  moved(model, snapshot, [...others, ...rows], [...met.map((row): Told => ["delete", row]), ...rows.map((row): Told => ["insert", row])]);
  return `overwrite ${which?.sql ?? "all"} by ${rows.length}`;
}

async function pack(model: Model): Promise<string> {
  const { store, location } = model.place;
  await compact(store, location, model.snapshot, { targetBytes: oneOf(model.random, [1_000_000, 3_000]), filesMin: 2, growing: false }, rewriteFiles);
  await moveOn(model);
  return "compact";
}

/** Small files together, rows in an order or clustered, or without those that vectors delete. */
async function optimize(model: Model): Promise<string> {
  const { place, random, snapshot } = model;
  const near = newest(model).columns.filter(({ name, type }) => ["int32", "int64", "text", "day"].includes(type.kind) && !snapshot.partitionColumns.includes(name)).map(({ name }) => name);
  const partitions = newest(model).columns.filter(({ name }) => snapshot.partitionColumns.includes(name));
  const goal = oneOf(random, [{}, { zOrderBy: near.slice(0, 1 + below(random, 2)) }, { purge: true }, partitions.length === 0 ? { clusterBy: near.slice(0, 1 + below(random, 2)) } : { where: randomCondition(random, partitions, 0).sql }]);
  try {
    await optimizeTable({ ...place, finder: rowFinder(async () => model.engine), rewrite: rewriteFiles }, snapshot, goal);
  } catch (error) {
    // A column that nothing is known of orders nothing.
    if (!(error instanceof Failure) || error.code !== "PARAMETER_INVALID" || !("zOrderBy" in goal || "clusterBy" in goal)) throw error;
    return `optimize: ${error.message}`;
  }
  await moveOn(model);
  return `optimize ${JSON.stringify(goal)}`;
}

/** All of the log that the newest version does not need goes. */
async function cleanUp(model: Model): Promise<string> {
  const { oldest, removed } = await cleanLog(model.place.store, model.place.location, model.snapshot, { before: Number.POSITIVE_INFINITY });
  if (oldest !== null) model.safeFrom = Math.max(model.safeFrom, oldest);
  return `clean the log up: ${removed} files, from ${oldest}`;
}

/** In the form that the table asks for. */
async function checkpoint({ place: { store, location }, snapshot, random }: Model): Promise<string> {
  const { form, written } = await writeCheckpoint(store, location, snapshot, { perSidecar: 1 + below(random, 5) });
  return `checkpoint, ${form}${written ? "" : ", there already"}`;
}

/** What was removed long ago goes, which is nothing; or all that the newest version does not need. */
async function clean(model: Model): Promise<string> {
  const { place: { store, location }, random } = model;
  const isShort = !model.isShared && chance(random, 0.4);
  const lite = chance(random, 0.3);
  const { removed } = await vacuum(store, location, model.snapshot, { lite, inHistory: store.local === store.root, ...(isShort ? { retainMs: 0, allowShort: true } : {}) });
  if (!isShort) expect(removed).toEqual([]);
  if (removed.length > 0) model.safeFrom = model.snapshot.version;
  await moveOn(model);
  return `vacuum ${isShort ? "short" : "long"}${lite ? " lite" : ""}: ${removed.length}`;
}

async function restore(model: Model): Promise<string> {
  const { place: { store, location }, random, versions, safeFrom } = model;
  const version = safeFrom + below(random, versions.length - safeFrom);
  const target = await readSnapshot(store, location, { version });
  const { snapshot, changed } = await restoreTable(store, location, model.snapshot, target, { version });
  const then = versions[version] as ModelVersion;
  if (changed) moved(model, snapshot, then.rows, "net", then.columns);
  else expect(texts(newest(model).columns, newest(model).rows)).toEqual(texts(then.columns, then.rows));
  return `restore ${version}`;
}

/** One version's changes alone, where nothing stands on them. */
async function undo(model: Model): Promise<string> {
  const { random, versions, safeFrom } = model;
  const since = Math.max(safeFrom + 1, versions.findLastIndex(({ columns }) => columns !== newest(model).columns) + 2);
  if (since >= versions.length) return "undo nothing";
  const version = Math.max(since, versions.length - 1 - below(random, 4));
  const [before, after] = [versions[version - 1] as ModelVersion, versions[version] as ModelVersion];
  try {
    const { snapshot } = await undoVersion(changing(model), model.snapshot, version);
    const { rows, columns } = newest(model);
    moved(model, snapshot, [...without(columns, rows, without(columns, after.rows, before.rows)), ...without(columns, before.rows, after.rows)], "net");
    return `undo ${version}`;
  } catch (error) {
    if (error instanceof Failure && error.code === "COMMIT_CONFLICT") return `undo ${version}: ${error.message}`;
    throw error;
  }
}

/** Rows less others, each of which goes once. */
function without(columns: ModelVersion["columns"], rows: readonly Row[], others: readonly Row[]): readonly Row[] {
  const counts = new Map<string, number>();
  for (const text of texts(columns, others)) counts.set(text, (counts.get(text) ?? 0) + 1);
  return rows.filter((row) => {
    const [text = ""] = texts(columns, [row]);
    const count = counts.get(text) ?? 0;
    counts.set(text, count - 1);
    return count <= 0;
  });
}

/** The clone goes on, or is left and is to stay as it is. */
async function clone(model: Model): Promise<string> {
  const { place, random, left } = model;
  const [to, shallow, goesOn] = [model.newPlace(), chance(random, 0.5), chance(random, 0.5)];
  await cloneTable(place, model.snapshot, to, { shallow });
  const version = newest(model);
  left.push({ place: goesOn ? place : to, version });
  // Files that only others name go with a vacuum that is let to be too short.
  model.isShared ||= shallow && !goesOn;
  if (goesOn) {
    model.place = to;
    model.snapshot = await readSnapshot(to.store, to.location);
    model.versions = [{ ...version, told: recorded(model.snapshot, version.rows.map((row) => ["insert", row])) }];
    model.safeFrom = 0;
    model.isShared = false;
  }
  return `clone ${shallow ? "shallow" : "deep"}, ${goesOn ? "and go on there" : "and leave it"}`;
}

/** As often as they are named. */
export const operations: readonly (readonly [name: string, times: number, act: Operation])[] = [
  ["append", 4, append], ["delete", 4, remove], ["update", 5, update], ["merge", 4, merge], ["overwrite", 2, overwrite], ["compact", 2, pack], ["optimize", 2, optimize], ["checkpoint", 2, checkpoint], ["clean-up", 1, cleanUp], ["alter", 4, alter], ["vacuum", 1, clean], ["restore", 1, restore], ["undo", 1, undo], ["clone", 1, clone],
];
