/**
 * Restoring: a commit that brings a table back to what it was at a version, as Spark's RESTORE does it: files that are gone since are named again, those
 * that came since are removed, schema and properties are the old ones. History goes on; marks of applications and the protocol never go back.
 */
import type { Store } from "../../storage/store.ts";
import type { AsOf } from "../../values/as-of.ts";
import { Failure } from "../../values/failure.ts";
import type { Action, AddFile, DomainMetadata, Metadata } from "../actions/actions.ts";
import { fileKey } from "../actions/file-keys.ts";
import { mergedProtocol } from "../features/features.ts";
import { isOn } from "../features/property.ts";
import { tracksRows } from "../features/row-tracking.ts";
import { withIdentityMarks } from "../schema/identity-marks.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { missingFiles, requireFiles } from "../snapshot/missing-files.ts";
import type { ReadFiles } from "./conflict.ts";
import { tombstoneOf } from "./replace.ts";
import { withoutClaim } from "./stand-back.ts";
import { commit } from "./transaction.ts";
import type { CommitFacts, CommitOptions, CommitOutcome } from "./transaction.ts";

export interface Restored {
  /** The table behind the restore; the base where there was nothing to do. */
  readonly snapshot: Snapshot;
  /** False where the table is as it was at that version already; then nothing was committed. */
  readonly changed: boolean;
  /** Files that are the table's again, and such as are no longer. */
  readonly restored: FileSum;
  readonly removed: FileSum;
}

export interface FileSum { readonly files: number; readonly bytes: number }

/** What a restore asks of the commit: rows that go, and rows that come back. */
export interface Reversal { readonly add: readonly AddFile[]; readonly remove: readonly AddFile[]; readonly dataChange: boolean; readonly more: readonly Action[] }

/**
 * Restores the table as of `base` to the `target`, an older snapshot of it that was `asked` for. FILE_NOT_FOUND names files of it that are gone; COMMIT_CONFLICT when
 * anything of the table was changed meanwhile; TABLE_NOT_WRITABLE for a table that only grows; DELTA_UNSUPPORTED_FEATURE; COMMIT_UNKNOWN.
 */
export async function restoreTable(store: Store, location: string, base: Snapshot, target: Snapshot, asked: AsOf): Promise<Restored> {
  const where = store.locate(location);
  const [add, remove] = [filesBeside(target, base), filesBeside(base, target)];
  const protocol = mergedProtocol(base.protocol, target.protocol);
  if (!tracksRows(base) && tracksRows({ protocol, metadata: target.metadata })) throw untracked(where, target.version);
  const metadata = restoredMetadata(base, target);
  const more: Action[] = [
    ...(sameText(protocol, base.protocol) ? [] : [{ protocol }]),
    ...(sameText(metadata, base.metadata) ? [] : [{ metaData: metadata }]),
    ...clusteringOf(base, target).map((domainMetadata) => ({ domainMetadata })),
  ];
  if (add.length + remove.length + more.length === 0) return { snapshot: base, changed: false, restored: sumOf(add), removed: sumOf(remove) };
  return await reverse(store, location, base, { add, remove, dataChange: true, more }, {
    version: "version" in asked ? asked.version : null, timestamp: "timestamp" in asked ? asked.timestamp : null,
  }, { about: `version ${target.version} of ${where}`, options: { overAppends: false, reads: everyFile(base) }, after: { files: target.files.length, bytes: target.files.bytes } });
}

/** Each file was looked at, so none may go meanwhile, and any that came would have been. */
function everyFile({ files }: Snapshot): ReadFiles {
  return { keys: new Set(files[Symbol.iterator]().map(fileKey)), mayHold: async ([added]) => added };
}

interface ReverseFacts { readonly about: string; readonly options: CommitOptions; readonly after: FileSum }

/** Commits what brings files back, in the words of Spark's RESTORE, once they are known to be there. */
export async function reverse(store: Store, location: string, base: Snapshot, { add, remove, dataChange, more }: Reversal, parameters: CommitFacts["parameters"], { about, options, after }: ReverseFacts): Promise<Restored> {
  const where = store.locate(location);
  if (remove.length > 0 && dataChange && isOn(base.metadata, "delta.appendOnly")) {
    throw new Failure("TABLE_NOT_WRITABLE", `${where} has the property delta.appendOnly: its rows are neither changed nor removed.`, { hint: "Set the property to false first, if that is meant.", place: { value: "delta.appendOnly" } });
  }
  await requireFiles(store, location, add, about);
  const [restored, removed] = [sumOf(add), sumOf(remove)];
  const now = Date.now();
  const actions: Action[] = [...more, ...remove.map((file) => ({ remove: tombstoneOf(file, dataChange, now) })), ...add.map((file) => ({ add: { ...file, dataChange } }))];
  const outcome = await commit(store, location, base, actions, {
    operation: "RESTORE", parameters,
    metrics: {
      numRestoredFiles: restored.files, restoredFilesSize: restored.bytes, numRemovedFiles: removed.files, removedFilesSize: removed.bytes,
      numOfFilesAfterRestore: after.files, tableSizeAfterRestore: after.bytes,
    },
  }, options);
  const snapshot = committedOf(where, outcome);
  await requireTaken(store, location, snapshot, add);
  return { snapshot, changed: true, restored, removed };
}

/** A vacuum that looked before the commit may have removed what it names: that is told, and never found out by a query. */
async function requireTaken(store: Store, location: string, { version }: Snapshot, add: readonly AddFile[]): Promise<void> {
  const gone = await missingFiles(store, location, add);
  if (gone.length === 0) return;
  throw new Failure("FILE_NOT_FOUND", `Version ${version} of ${store.locate(location)} was committed, and a vacuum beside it removed ${gone.length === 1 ? "a file" : `${gone.length} files`} that it brought back: ${gone.slice(0, 10).join(", ")}${gone.length > 10 ? ", …" : ""}.`, {
    hint: `Restore the version before it, ${version - 1}; or keep what is left: neuralake verify --repair --drop-missing.`, place: { file: gone[0] ?? "" },
  });
}

function committedOf(where: string, outcome: CommitOutcome): Snapshot {
  if (outcome.kind === "committed") return outcome.snapshot;
  if (outcome.kind === "unknown") throw new Failure("COMMIT_UNKNOWN", `It is not known whether version ${outcome.version} of ${where} was committed.`, { hint: "Look at `neuralake history` before you try again.", cause: outcome.cause });
  throw new Failure("COMMIT_CONFLICT", `${where} was not restored: ${outcome.reason} in version ${outcome.version}, meanwhile.`, { hint: "Nothing was changed. See what came, and restore again if that may go too.", retry: true });
}

/** Live files of one snapshot that are not of the other. */
function filesBeside({ files }: Snapshot, other: Snapshot): readonly AddFile[] {
  const keys = new Set(other.files[Symbol.iterator]().map(fileKey));
  return files[Symbol.iterator]().filter((file) => !keys.has(fileKey(file))).toArray();
}

function sumOf(files: readonly AddFile[]): FileSum {
  return { files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) };
}

/** Properties that tell of the log and not of the rows: they stay as they are now. */
const ofTheLog = ["delta.enableInCommitTimestamps", "delta.inCommitTimestampEnablementVersion", "delta.inCommitTimestampEnablementTimestamp", "delta.requireCheckpointProtectionBeforeVersion"];
const maxColumnId = "delta.columnMapping.maxColumnId";

/** The older metadata; numbers that must never be given out again stay where they are now. */
function restoredMetadata(base: Snapshot, target: Snapshot): Metadata {
  const metadata = withoutClaim(target.metadata);
  const now = base.metadata.configuration;
  const configuration: { [name: string]: string } = Object.fromEntries(Object.entries(metadata.configuration).filter(([name]) => !ofTheLog.includes(name)));
  for (const name of ofTheLog) if (now[name] !== undefined) configuration[name] = now[name];
  const highest = Math.max(...[now[maxColumnId], configuration[maxColumnId]].filter((id) => id !== undefined).map(Number));
  if (Number.isSafeInteger(highest)) configuration[maxColumnId] = String(highest);
  return { ...metadata, configuration, schemaString: withIdentityMarks(metadata.schemaString, base.metadata.schemaString) };
}

const clustering = "delta.clustering";

/** The columns that the table is clustered by are the old ones; none, where it was not. */
function clusteringOf(base: Snapshot, target: Snapshot): readonly DomainMetadata[] {
  const [now, then] = [base.domains.get(clustering), target.domains.get(clustering)];
  if (now?.configuration === then?.configuration) return [];
  return [{ domain: clustering, configuration: then?.configuration ?? JSON.stringify({ clusteringColumns: [], domainName: clustering }), removed: false }];
}

function sameText(left: object, right: object): boolean {
  return sortedText(left) === sortedText(right);
}

/** As JSON with its names in order. */
function sortedText(value: object): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "object" && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).toSorted(([left], [right]) => (left < right ? -1 : 1))) : part));
}

function untracked(where: string, version: number): Failure {
  return new Failure("DELTA_UNSUPPORTED_FEATURE", `${where} numbered its rows at version ${version} and does not any more: the ids that it gave out since are not known.`, { hint: "Clone that version instead: neuralake clone --version.", place: { value: "rowTracking" } });
}
