/** Files of a table as old as they are wanted, and a vacuum of it: what tests of vacuums have in common. */
import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Action } from "../../../runtime/delta/actions/actions.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { commit } from "../../../runtime/delta/commit/transaction.ts";
import { vacuum } from "../../../runtime/delta/maintenance/vacuum.ts";
import type { VacuumOptions, VacuumResult } from "../../../runtime/delta/maintenance/vacuum.ts";
import { append, committed, createRides, location, rides } from "./rides.ts";
import { store } from "./store-each.ts";

/** In milliseconds. */
export const hour = 3_600_000;
/** Of commits that take files away. */
export const facts = { operation: "DELETE", parameters: {}, metrics: {} };
/** The path of a file of the table. */
export const file = (name: string): string => path.join(store.locate(location), name);

/** Makes a file of the table's directory as old as it says, empty where there is none. */
export async function age(name: string, hours: number): Promise<string> {
  await mkdir(path.dirname(file(name)), { recursive: true });
  await writeFile(file(name), "", { flag: "a" });
  const seconds = (Date.now() - hours * hour) / 1_000;
  await utimes(file(name), seconds, seconds);
  return name;
}

/** Takes files away, some hours ago. */
export async function removeFiles(base: Snapshot, count: number, hours: number): Promise<Snapshot> {
  const actions = [...base.files].slice(0, count).map((one): Action => ({ remove: { path: one.path, deletionTimestamp: Date.now() - hours * hour, dataChange: true } }));
  return committed(await commit(store, location, base, actions, facts));
}

/** A vacuum of the newest version. */
export async function run(options: VacuumOptions = {}): Promise<VacuumResult> {
  return await vacuum(store, location, await readSnapshot(store, location), options);
}

/** Everything in the table's directory but its log, sorted. */
export async function found(): Promise<string[]> {
  const entries = await readdir(store.locate(location), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => path.relative(store.locate(location), path.join(entry.parentPath, entry.name))).filter((name) => !name.startsWith("_delta_log")).toSorted();
}

/** Three rides in three files of 200 hours, the log's order. */
export async function threeOld(): Promise<{ readonly snapshot: Snapshot; readonly names: readonly string[] }> {
  let snapshot = await createRides(store);
  for (let id = 1; id <= 3; id++) snapshot = committed(await append(store, snapshot, rides(id)));
  const names = await Promise.all([...snapshot.files].map((one) => age(one.path, 200)));
  return { snapshot, names };
}
