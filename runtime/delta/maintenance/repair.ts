/**
 * What of a verified table can be mended, each in the way that loses nothing: `_last_checkpoint` is named anew; a damaged checkpoint is set aside and written anew where the commits
 * are there without it; a checksum that is wrong is removed, since none may be replaced (protocol, "Version Checksum File"). Files that are gone leave the log only when that is
 * asked for: their rows are lost.
 */
import { randomUUID } from "node:crypto";
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import type { AddFile } from "../actions/actions.ts";
import { fileKey } from "../actions/file-keys.ts";
import { physicalRecordsOf } from "../actions/records.ts";
import { placeOf } from "../checkpoints/checkpoint.ts";
import { writeCheckpoint } from "../checkpoints/checkpoint-writer.ts";
import { forgetDamage, noteDamage } from "../checkpoints/late-damage.ts";
import { weighCheckpoint } from "../checkpoints/whole-checkpoint.ts";
import { replaceFiles } from "../commit/replace.ts";
import { requireMaintainable } from "../features/features.ts";
import { hintState, hintPath, writeHint } from "../log/last-checkpoint.ts";
import { listLog, logDirectory } from "../log/log.ts";
import { missingFiles } from "../snapshot/missing-files.ts";
import { readSnapshot } from "../snapshot/snapshot.ts";
import type { Finding, Mend, Verification } from "../snapshot/verify.ts";

export interface RepairOptions {
  /** Drops live files that are gone from the log, in one commit; else they are only told. */
  readonly dropMissing?: boolean;
  /** Says what would be done, and does nothing. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

export interface Repair {
  readonly what: Mend["what"];
  /** Relative to the table. */
  readonly path: string;
  /** False where nothing was done: the message says why, or that it was only asked. */
  readonly done: boolean;
  readonly message: string;
}

export interface Repaired {
  readonly repairs: readonly Repair[];
  /** Rows of the files that were dropped, those that were deleted already left out; null where one did not say, 0 where none was. */
  readonly rowsLost: number | null;
  /** What was found and stays as it is. */
  readonly left: readonly Finding[];
}

/** Mends what was found of a table. DELTA_LOG_BROKEN, with nothing done, where its newest version cannot be put together; TABLE_NOT_WRITABLE, COMMIT_CONFLICT for files that are to be dropped. */
export async function repairTable(store: Store, location: string, { version, findings }: Verification, options: RepairOptions = {}): Promise<Repaired> {
  const where = store.locate(location);
  if (version === null) {
    throw new Failure("DELTA_LOG_BROKEN", `${where} cannot be repaired: its newest version cannot be put together. ${findings[0]?.message ?? ""}`, { hint: "Bring the files of the log that are missing or broken back from a copy; nothing was changed.", place: { file: findings[0]?.path ?? where } });
  }
  requireMaintainable(await readSnapshot(store, location), where);
  const repairs: Repair[] = [];
  for (const finding of findings) {
    options.signal?.throwIfAborted();
    if (finding.mend?.what === "checkpoint") repairs.push(await mendCheckpoint(store, location, finding.mend, options));
    if (finding.mend?.what === "checksum") repairs.push(await mendChecksum(store, location, finding, options));
  }
  repairs.push(...(await mendHint(store, location, options)));
  const dropped = await dropFiles(store, location, findings.filter(({ mend }) => mend?.what === "drop"), options);
  repairs.push(...dropped.repairs);
  const done = new Set(repairs.filter((repair) => repair.done).map(({ path }) => path));
  return { repairs, rowsLost: dropped.rowsLost, left: findings.filter(({ path, mend }) => mend === undefined || !done.has(mend.what === "checkpoint" ? pathOf(mend) : path)) };
}

function pathOf({ names: [first = ""] }: Extract<Mend, { what: "checkpoint" }>): string {
  return `${logDirectory("")}${first}`;
}

/** The damaged files are kept under names that no reader looks at. */
async function mendCheckpoint(store: Store, location: string, mend: Extract<Mend, { what: "checkpoint" }>, { dryRun = false }: RepairOptions): Promise<Repair> {
  const own = { what: "checkpoint", path: pathOf(mend) } as const;
  const place = placeOf(store, location, mend);
  noteDamage(place);
  const snapshot = await readSnapshot(store, location, { version: mend.version }).catch((error: unknown) => {
    if (error instanceof Failure && error.code.startsWith("DELTA_")) return undefined;
    throw error;
  });
  if (snapshot === undefined || snapshot.files.blocks.length > 0 && snapshot.checkpoint === mend.version) {
    return { ...own, done: false, message: `The checkpoint of version ${mend.version} stays as it is: the log has no other way to that version. Bring the commits before it back from a copy.` };
  }
  const aside = `_damaged/${randomUUID()}`;
  const told = `The checkpoint of version ${mend.version} ${dryRun ? "would be" : "was"} set aside (${logDirectory("")}${aside}) and ${dryRun ? "" : "was "}written anew from the commits.`;
  if (dryRun) return { ...own, done: false, message: told };
  for (const name of mend.names) await store.putIfAbsent(`${logDirectory(location)}${aside}/${name}`, await store.read(`${logDirectory(location)}${name}`));
  for (const name of mend.names) await store.remove(`${logDirectory(location)}${name}`);
  await writeCheckpoint(store, location, snapshot);
  forgetDamage(place);
  return { ...own, done: true, message: told };
}

async function mendChecksum(store: Store, location: string, { path }: Finding, { dryRun = false }: RepairOptions): Promise<Repair> {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (!dryRun) await store.remove(`${logDirectory(location)}${name}`);
  return { what: "checksum", path, done: !dryRun, message: `The checksum ${name} ${dryRun ? "would be" : "was"} removed: readers do without one, and none may be replaced.` };
}

/** The newest whole checkpoint is named, where none is, or one that is not there. */
async function mendHint(store: Store, location: string, { dryRun = false }: RepairOptions): Promise<readonly Repair[]> {
  const listing = await listLog(store, location);
  if (listing.checkpoints.length === 0 ? (await hintState(store, location, listing)) === "missing" : (await hintState(store, location, listing)) === "whole") return [];
  const own = { what: "last-checkpoint", path: hintPath("") } as const;
  for (const checkpoint of listing.checkpoints.toReversed()) {
    const last = await weighCheckpoint(store, location, checkpoint);
    if (last === undefined) continue;
    if (!dryRun) await writeHint(store, location, last);
    return [{ ...own, done: !dryRun, message: `${hintPath("")} ${dryRun ? "would name" : "names"} the checkpoint of version ${last.version}.` }];
  }
  if (!dryRun) await store.remove(hintPath(location));
  return [{ ...own, done: !dryRun, message: `${hintPath("")} ${dryRun ? "would be" : "was"} removed: there is no checkpoint that it could name.` }];
}

/** One commit, which says whose rows are lost; a file that came back meanwhile stays. */
async function dropFiles(store: Store, location: string, findings: readonly Finding[], { dropMissing = false, dryRun = false }: RepairOptions): Promise<Pick<Repaired, "repairs" | "rowsLost">> {
  if (findings.length === 0) return { repairs: [], rowsLost: 0 };
  const base = await readSnapshot(store, location);
  const named = new Set(findings.map(({ path }) => path));
  const live = base.files[Symbol.iterator]().filter(({ path }) => named.has(path)).toArray();
  const gone = new Set(await missingFiles(store, location, live.map(({ deletionVector: _vector, ...file }) => file)));
  const lost = live.filter(({ path }) => gone.has(path));
  const rows = rowsOf(lost);
  const told = (path: string, done: boolean): Repair => ({ what: "drop", path, done, message: `${path} is gone${rowsText(rowsOf(lost.filter((file) => file.path === path)))}; ${done ? "it was dropped from the log" : dropMissing ? "it would be dropped from the log" : "bring it back from a copy, or have it dropped from the log (drop missing files)"}.` });
  if (!dropMissing || dryRun || lost.length === 0) return { repairs: lost.map(({ path }) => told(path, false)), rowsLost: 0 };
  const outcome = await replaceFiles(store, location, base, { remove: lost, add: [], dataChange: true }, {
    operation: "FSCK", parameters: { dryRun: false }, metrics: { numRemovedFiles: lost.length, removedFilesSize: lost.reduce((sum, { size }) => sum + size, 0), ...(rows === null ? {} : { numLostRows: rows }) },
  }, { overAppends: true, reads: { keys: new Set(lost.map(fileKey)), mayHold: async () => undefined } });
  if (outcome.kind === "conflict") throw new Failure("COMMIT_CONFLICT", `Nothing was dropped from ${store.locate(location)}: ${outcome.reason} in version ${outcome.version}, meanwhile.`, { hint: "Repair it again.", retry: true });
  if (outcome.kind === "unknown") throw new Failure("COMMIT_UNKNOWN", `It is not known whether version ${outcome.version} of ${store.locate(location)} was committed.`, { hint: "Look at `neuralake history` before you try again.", cause: outcome.cause });
  return { repairs: lost.map(({ path }) => told(path, true)), rowsLost: rows };
}

function rowsOf(files: readonly AddFile[]): number | null {
  let rows = 0;
  for (const file of files) {
    const physical = physicalRecordsOf(file);
    if (physical === undefined) return null;
    rows += physical - (file.deletionVector?.cardinality ?? 0);
  }
  return rows;
}

function rowsText(rows: number | null): string {
  return rows === null ? ", and nobody knows how many rows it held" : ` with ${rows} ${rows === 1 ? "row" : "rows"}`;
}
