/**
 * A process that changes the table of the race in one way, one commit after another, until its input ends; it prints the versions that it committed. What it does goes by a
 * number that its commit tells (`race-intents.ts`). Who appends goes by the transaction in the same commit, so that the next of its name goes on where it was killed.
 */
import { randomInt } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import { deleteRows } from "../../../runtime/delta/commit/delete.ts";
import { alterTable } from "../../../runtime/delta/commit/alter.ts";
import type { Alteration } from "../../../runtime/delta/commit/alteration.ts";
import { standBack } from "../../../runtime/delta/commit/stand-back.ts";
import { updateRows } from "../../../runtime/delta/commit/update.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { changeRows } from "../../../runtime/query/change-rows.ts";
import { openEngine } from "../../../runtime/query/engine.ts";
import { rowFinder } from "../../../runtime/query/find-rows.ts";
import { openStores } from "../../../runtime/storage/open-store.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import { mergeInto } from "./merging.ts";
import { appendedRows, deletedRows, mergedRows, mergeOn, raceColumns, updatedRows } from "./race-intents.ts";

const [root = "", location = "", role = "", name = "", cache = "", everyMs = "0"] = process.argv.slice(2);
const table = process.env["NEURALAKE_DYNAMODB_TABLE"];
const store = openStores({ directory: cache, bytesMax: 1_000_000_000, ...(table === undefined ? {} : { logTable: { table } }) })(root);
const stop = new AbortController();
process.stdin.once("end", () => stop.abort()).resume();
const engine = role === "append" || role === "merge" ? undefined : await openEngine({ readable: [store.local], temporary: cache });
const finder = rowFinder(async () => engine ?? Promise.reject(new Error(`${role} needs no engine`)));
const changing = { store, location, finder, change: changeRows };

let snapshot = await readSnapshot(store, location);

/** Of the commit; undefined where there was nothing to do. */
type Turn = () => Promise<number | undefined>;

async function append(): Promise<number> {
  const last = snapshot.transactions.get(name);
  const number = (last ?? 0) + 1;
  const files = await writeRows(store, location, snapshot, appendedRows(number, Number(name)).map((row) => Object.fromEntries(snapshot.columns.map((column) => [column.name, row[column.name] ?? null]))));
  const outcome = await appendFiles(store, location, snapshot, files, { transactions: [{ appId: name, version: number }], expects: new Map([[name, last]]) });
  if (outcome.kind === "unknown") throw new Error(`${name} ${number}: ${JSON.stringify(outcome)}`);
  if (outcome.kind === "conflict") {
    // Under another schema the rows are written anew.
    if (outcome.about !== "metadata" && outcome.about !== "protocol") throw new Error(`${name} ${number}: ${outcome.reason}`);
    for (const file of files) await store.remove(`${location}/${file.path}`);
    const read = async (): Promise<typeof snapshot> => (snapshot = await readSnapshot(store, location, undefined, snapshot));
    snapshot = await standBack(await read(), read);
    return await append();
  }
  snapshot = outcome.snapshot;
  return outcome.version;
}

async function remove(): Promise<number | undefined> {
  snapshot = await readSnapshot(store, location, undefined, snapshot);
  const outcome = await deleteRows(changing, snapshot, deletedRows(randomInt(1, 2 ** 31)).sql);
  snapshot = outcome.snapshot;
  return outcome.change === undefined ? undefined : snapshot.version;
}

async function update(): Promise<number | undefined> {
  snapshot = await readSnapshot(store, location, undefined, snapshot);
  const { where, values } = updatedRows(randomInt(1, 2 ** 31));
  const outcome = await updateRows(changing, snapshot, values, where.sql);
  snapshot = outcome.snapshot;
  return outcome.change === undefined ? undefined : snapshot.version;
}

/** One of the columns beside those that all write: another comes, one goes, one has another name; or other words about the table. */
async function alter(): Promise<number | undefined> {
  snapshot = await readSnapshot(store, location, undefined, snapshot);
  const more = snapshot.columns.map((column) => column.name).filter((name) => name.startsWith("more_"));
  const [name = "", fresh] = [more[randomInt(0, Math.max(1, more.length))], `more_${randomInt(1, 1_000_000)}`];
  const all: readonly Alteration[] = [
    { kind: "comment", text: fresh }, ...(more.length < 6 ? [{ kind: "add", column: fresh, type: "string" } as const] : []),
    ...(more.length > 1 ? [{ kind: "drop", column: name } as const, { kind: "rename", column: name, to: fresh } as const] : []),
  ];
  const outcome = await alterTable(changing, snapshot, [all[randomInt(0, all.length)] as Alteration]);
  snapshot = outcome.snapshot;
  return outcome.versions.at(-1);
}

/** Rows that it alone has, some of them for the second time. */
async function merge(): Promise<number | undefined> {
  const number = randomInt(1, 2 ** 31);
  snapshot = await readSnapshot(store, location, undefined, snapshot);
  const outcome = await mergeInto(store, location, snapshot, { columns: raceColumns.map((column) => ({ ...column, nullable: true })), rows: mergedRows(number) }, { on: mergeOn(number) });
  snapshot = outcome.snapshot;
  return outcome.change === undefined ? undefined : snapshot.version;
}

const turns: { readonly [role: string]: Turn } = { append, delete: remove, update, merge, alter };

while (!stop.signal.aborted) {
  try {
    const version = await turns[role]?.();
    if (version !== undefined) process.stdout.write(`${version}\n`);
  } catch (error) {
    // Who gave up has changed nothing.
    if (!(error instanceof Failure) || error.code !== "COMMIT_CONFLICT") throw error;
  }
  await wait(Number(everyMs), undefined, { signal: stop.signal }).catch(() => undefined);
}
await engine?.close();
