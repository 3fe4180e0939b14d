/** All that can be done to a table, on one that is always the same, and what its rows are then: for tests in which something happens at each step on the way. */
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { writeCheckpoint } from "../../../runtime/delta/checkpoints/checkpoint-writer.ts";
import { alterTable } from "../../../runtime/delta/commit/alter.ts";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import { createTable } from "../../../runtime/delta/commit/create.ts";
import { deleteRows } from "../../../runtime/delta/commit/delete.ts";
import { evolve } from "../../../runtime/delta/commit/evolution.ts";
import { overwriteRows } from "../../../runtime/delta/commit/overwrite.ts";
import { restoreTable } from "../../../runtime/delta/commit/restore.ts";
import type { CommitOutcome } from "../../../runtime/delta/commit/transaction.ts";
import { undoVersion } from "../../../runtime/delta/commit/undo.ts";
import { updateRows } from "../../../runtime/delta/commit/update.ts";
import { cloneTable } from "../../../runtime/delta/maintenance/clone.ts";
import { erase } from "../../../runtime/delta/maintenance/erase.ts";
import { compact } from "../../../runtime/delta/maintenance/compaction.ts";
import { cleanLog } from "../../../runtime/delta/maintenance/log-cleanup.ts";
import { optimizeTable } from "../../../runtime/delta/maintenance/optimize.ts";
import { vacuum } from "../../../runtime/delta/maintenance/vacuum.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { changeRows } from "../../../runtime/query/change-rows.ts";
import type { Engine } from "../../../runtime/query/engine.ts";
import { rowFinder } from "../../../runtime/query/find-rows.ts";
import { rowTexts } from "../../../runtime/query/row-texts.ts";
import { rewriteFiles } from "../../../runtime/query/rewrite.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import { mergeInto } from "./merging.ts";
import { committed, location, rideColumns, rides } from "./rides.ts";

/** `base` is the table as it was prepared. */
export interface Acting { readonly store: Store; readonly base: Snapshot; readonly engine: Engine }

export interface TableOperation {
  readonly name: string;
  /** Of the table. */
  readonly properties?: { readonly [name: string]: string };
  /** The table's rows behind it, in order; as before when left out. */
  readonly after?: readonly string[];
  /** It is two changes, of which the first alone may stand. */
  readonly twofold?: boolean;
  /** What it promises of what lies in the table's folder once it has come to its end, or was done again; what is wrong with it. */
  leaves?(acting: Acting): Promise<readonly string[]>;
  /** Fails with a `Failure` where it did not come to its end. */
  act(acting: Acting): Promise<unknown>;
}

/** The rows of a table that is prepared: `id city`, in order. */
export const preparedRows: readonly string[] = [1, 2, 3, 4, 5].map((id) => `${id} city ${id}`);

/** A clone's place. */
export const cloneLocation = "rides/clone";

/** A table of five rows in two files, of which a third was deleted, at version 4; a checkpoint stands amid its log. */
export async function prepareTable(store: Store, engine: Engine, properties: TableOperation["properties"] = {}): Promise<Snapshot> {
  let snapshot = committed(await createTable(store, location, { description: "", columns: rideColumns, partitionColumns: [], configuration: properties }));
  for (const ids of [[1, 2, 3], [4, 5], [6]]) snapshot = committed(await appendFiles(store, location, snapshot, await writeRows(store, location, snapshot, rides(...ids))));
  await writeCheckpoint(store, location, snapshot);
  return (await deleteRows(changing({ store, engine }), snapshot, "id = 6")).snapshot;
}

const changing = ({ store, engine }: Pick<Acting, "store" | "engine">) => ({ store, location, finder: rowFinder(async () => engine), change: changeRows });
const vectors = { "delta.enableDeletionVectors": "true" };
const feed = { "delta.enableChangeDataFeed": "true" };
const without = (...ids: readonly number[]): readonly string[] => preparedRows.filter((row) => !ids.some((id) => row.startsWith(`${id} `)));

/** What an outcome that is none to go on from says, as commands say it. */
function settled(outcome: CommitOutcome): void {
  if (outcome.kind === "unknown") throw new Failure("COMMIT_UNKNOWN", `version ${outcome.version}`, { cause: outcome.cause });
  if (outcome.kind === "conflict") throw new Failure("COMMIT_CONFLICT", outcome.reason);
}

async function overwrite(acting: Acting, id: number, where?: string): Promise<void> {
  const { store, base } = acting;
  await overwriteRows(changing(acting), base, { files: await writeRows(store, location, base, [{ id: BigInt(id), city: "new" }]), ...(where === undefined ? {} : { where }) });
}

const merge: TableOperation["act"] = async ({ store, base }) => await mergeInto(store, location, base, { columns: rideColumns, rows: [{ id: 2n, city: "new" }, { id: 7n, city: "new" }] }, { on: ["id"] });
const optimize = (goal: Parameters<typeof optimizeTable>[2]): TableOperation["act"] => async ({ store, base, engine }) => await optimizeTable({ store, location, finder: rowFinder(async () => engine), rewrite: rewriteFiles }, base, goal);
const alter = (...alterations: Parameters<typeof alterTable>[2]): TableOperation["act"] => async (acting) => await alterTable(changing(acting), acting.base, alterations);

const eraseTwo: TableOperation["act"] = async (acting) => {
  const { erased } = await erase({ ...changing(acting), texts: rowTexts(async () => acting.engine) }, acting.base, "id = 2", { allowShort: true });
  if (erased.look.found.length > 0) throw new Error(`an erase left ${JSON.stringify(erased.look.found)}`);
};

/** One version's commit and its files are all there is, and no text of the row is in any of them. */
const nothingElse: TableOperation["leaves"] = async ({ store, base }) => {
  const files = new Set(base.files[Symbol.iterator]().map(({ path: file }) => `${location}/${file}`));
  const wrong: string[] = [];
  for (const { path: name } of await Array.fromAsync(store.list(`${location}/`, { recursive: true }))) {
    const inLog = name.startsWith(`${location}/_delta_log/`);
    const isOld = inLog ? /\/\d{20}\./.test(name) && Number(/(\d{20})\./.exec(name)?.[1]) < base.version : !files.has(name);
    if (isOld) wrong.push(`${name} is there`);
    else if (Buffer.from(await store.read(name)).includes("city 2")) wrong.push(`${name} has the text`);
  }
  return wrong;
};

const deleteTwo: TableOperation["act"] = async (acting) => await deleteRows(changing(acting), acting.base, "id = 2");
const update: TableOperation["act"] = async (acting) => await updateRows(changing(acting), acting.base, [{ column: "city", sql: "'new'" }], "id IN (2, 4)");
const updated = preparedRows.map((row) => (/^[24] /.test(row) ? `${row.slice(0, 2)}new` : row));
const note: NamedType = { name: "note", type: { kind: "text" }, nullable: true };

export const tableOperations: readonly TableOperation[] = [
  { name: "append", after: [...preparedRows, "7 city 7"], act: async ({ store, base }) => settled(await appendFiles(store, location, base, await writeRows(store, location, base, rides(7)))) },
  { name: "delete", after: without(2), act: deleteTwo },
  { name: "delete by vector", properties: { ...vectors, ...feed }, after: without(2), act: deleteTwo },
  { name: "update", properties: feed, after: updated, act: update },
  { name: "update by vector", properties: { ...vectors, ...feed }, after: updated, act: update },
  { name: "overwrite", after: ["9 new"], act: async (acting) => await overwrite(acting, 9) },
  { name: "overwrite by condition", properties: feed, after: ["1 new", ...without(1, 2)], act: async (acting) => await overwrite(acting, 1, "id <= 2") },
  { name: "merge", properties: feed, after: [...preparedRows.with(1, "2 new"), "7 new"], act: merge },
  { name: "merge by vector", properties: { ...vectors, ...feed }, after: [...preparedRows.with(1, "2 new"), "7 new"], act: merge },
  { name: "alter", act: alter({ kind: "notNull", column: "city" }, { kind: "check", name: "positive", sql: "id > 0" }) },
  // Columns are mapped in a commit before it.
  { name: "alter in two commits", act: alter({ kind: "add", column: "more", type: "string" }, { kind: "rename", column: "more", to: "other" }) },
  { name: "optimize", act: optimize({ zOrderBy: ["id"] }) },
  { name: "purge", twofold: true, properties: { ...vectors, "delta.enableRowTracking": "true" }, act: async (acting) => await optimize({ purge: true })({ ...acting, base: (await deleteRows(changing(acting), acting.base, "id = 2")).snapshot }), after: without(2) },
  // Its first commit takes the row, and all that comes then takes what is left of it.
  { name: "erase", twofold: true, properties: { ...vectors, ...feed }, after: without(2), leaves: nothingElse, act: eraseTwo },
  { name: "cluster", act: optimize({ clusterBy: ["id"] }) },
  { name: "compact", act: async ({ store, base }) => await compact(store, location, base, { targetBytes: 1_000_000, filesMin: 2, growing: false }, rewriteFiles) },
  { name: "evolve", act: async ({ store, base }) => await evolve(store, location, base, { columns: [...base.columns.map((column) => ({ ...column, kept: column.name })), { ...note, kept: undefined, fill: "none" }], description: "", properties: {} }, rewriteFiles, { operation: "CHANGE COLUMNS", parameters: {} }) },
  { name: "restore", after: without(4, 5), act: async ({ store, base }) => await restoreTable(store, location, base, await readSnapshot(store, location, { version: 1 }), { version: 1 }) },
  { name: "undo", after: without(4, 5), act: async (acting) => await undoVersion(changing(acting), acting.base, 2) },
  { name: "clone", act: async ({ store, base }) => await cloneTable({ store, location }, base, { store, location: cloneLocation }) },
  { name: "shallow clone", act: async ({ store, base }) => await cloneTable({ store, location }, base, { store, location: cloneLocation }, { shallow: true }) },
  { name: "vacuum", act: async ({ store, base }) => await vacuum(store, location, base, { retainMs: 0, allowShort: true, inHistory: store.local === store.root }) },
  { name: "vacuum lite", act: async ({ store, base }) => await vacuum(store, location, base, { retainMs: 0, allowShort: true, lite: true }) },
  { name: "log clean-up", act: async ({ store, base }) => await cleanLog(store, location, base, { before: Number.POSITIVE_INFINITY }) },
  { name: "checkpoint", act: async ({ store, base }) => await writeCheckpoint(store, location, base) },
  { name: "checkpoint of the second form", properties: { "delta.checkpointPolicy": "v2" }, act: async ({ store, base }) => await writeCheckpoint(store, location, base, { perSidecar: 1 }) },
];
