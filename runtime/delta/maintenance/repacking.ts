/**
 * Bins of files into others that hold the same rows, beside running writers: a commit for each group of bins (Delta's OPTIMIZE). Appends that come first are
 * followed; of files that somebody else replaced first the bin is dropped, and the run goes on (protocol, "Add File and Remove File").
 */
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import type { AddFile } from "../actions/actions.ts";
import { storedColumns } from "../schema/column-mapping.ts";
import type { NearColumn, PartitionValues, RewriteFiles, WrittenFile } from "../engine.ts";
import { indexedColumns } from "../statistics/indexed-columns.ts";
import { below } from "../actions/file-paths.ts";
import { recordsOf, rewriteInputs } from "../snapshot/read.ts";
import { replaceFiles } from "../commit/replace.ts";
import { standBack } from "../commit/stand-back.ts";
import type { CommitFacts } from "../commit/transaction.ts";
import { fileKey } from "../actions/file-keys.ts";
import { liveKeys } from "../actions/live-files.ts";
import { readSnapshot } from "../snapshot/snapshot.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { standsUnder } from "./same-rows.ts";

/** Files of one partition that give way to others together, in the order of the log. */
export interface Bin { readonly partitionValues: PartitionValues; readonly files: readonly AddFile[] }

/** One commit: how many files gave way to how many. */
export interface RepackedCommit {
  readonly version: number;
  readonly before: number;
  readonly after: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** Of the files that gave way, those that had rows deleted by a vector. */
  readonly vectors: number;
  readonly seconds: number;
}

export interface RepackedRun {
  readonly commits: readonly RepackedCommit[];
  /** Bins whose files somebody else replaced first. */
  readonly dropped: number;
  /** The table behind the last commit; the base when there was none. */
  readonly snapshot: Snapshot;
}

export interface RepackOptions {
  /** Ends the run behind the commit that is being made. */
  readonly signal?: AbortSignal;
  readonly tell?: (commit: RepackedCommit) => void;
}

/** What is to become of the bins. */
export interface Repacking {
  readonly store: Store;
  readonly location: string;
  readonly rewrite: RewriteFiles;
  /** Bytes of a file. */
  readonly targetBytes: number;
  /** Bytes and bins of a commit, at most: work that a crash or a stop may cost. */
  readonly groupBytes: number;
  readonly groupBins: number;
  /** Rows of a bin are put in order, so that what is near in these columns is in few files; else they stay in the order of its files. */
  readonly near?: readonly NearColumn[];
  /** What the log says of the files that came out of one bin, beside all else. */
  readonly marks?: () => Pick<AddFile, "tags" | "clusteringProvider">;
  facts(removed: readonly AddFile[], added: readonly WrittenFile[]): CommitFacts;
  /** Stops at once, what is not committed is removed, and the signal's reason is thrown. */
  readonly abort?: AbortSignal;
}

/** A bin and the durable files that hold its rows now. */
interface Repacked { readonly bin: Bin; readonly files: readonly Marked[] }
type Marked = WrittenFile & { readonly marks?: Pick<AddFile, "tags" | "clusteringProvider"> };

/** Times that one commit is tried anew behind others that took some of its bins. */
const triesMax = 10;

/** Rounds that come to nothing since others replaced every bin first; each has fewer bins a commit than the one before, so that less time goes by from reading files to their commit. */
const roundsMax = 4;
const fewer = 6;

/** Repacks the bins that are planned of the table as of `base`, and where others were quicker each time those of the newer table. COMMIT_UNKNOWN, STORE_FAILED, DELTA_LOG_BROKEN; groups that were committed before stay. */
export async function repack(repacking: Repacking, base: Snapshot, plan: (snapshot: Snapshot) => Promise<readonly Bin[]>, options: RepackOptions = {}): Promise<RepackedRun> {
  let { groupBins: most } = repacking;
  let dropped = 0;
  let snapshot = await standBack(base, async () => await newestFree(repacking, base));
  for (let rounds = 1; ; rounds++) {
    const run = await repackBins({ ...repacking, groupBins: most }, snapshot, await plan(snapshot), options);
    dropped += run.dropped;
    if (run.commits.length > 0 || run.dropped === 0 || rounds === roundsMax || options.signal?.aborted === true) return { ...run, dropped };
    snapshot = await newestFree(repacking, run.snapshot);
    most = Math.ceil(most / fewer);
  }
}

/** Once over. */
async function repackBins(repacking: Repacking, base: Snapshot, bins: readonly Bin[], options: RepackOptions): Promise<RepackedRun> {
  const commits: RepackedCommit[] = [];
  let snapshot = base;
  let dropped = 0;
  for (const group of groupBins(bins, repacking)) {
    if (options.signal?.aborted === true) break;
    repacking.abort?.throwIfAborted();
    const started = performance.now();
    // Commits of others that a group before came behind are not looked at again: what they took of this one is left out.
    const live = snapshot === base ? group : liveOf(snapshot, group, (bin) => bin);
    const { repacked, lost } = await repackGroup(repacking, snapshot, live);
    const done = await commitRepacked(repacking, snapshot, repacked, started);
    snapshot = done.snapshot;
    dropped += group.length - live.length + lost + done.dropped;
    if (done.commit === undefined) continue;
    commits.push(done.commit);
    options.tell?.(done.commit);
  }
  return { commits, dropped, snapshot };
}

/** Bins that go into one commit. */
function groupBins(bins: readonly Bin[], { groupBytes, groupBins: most }: Repacking): readonly (readonly Bin[])[] {
  const groups: Bin[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const bin of bins) {
    const size = bytesOf(bin.files);
    if (bytes + size > groupBytes || (groups.at(-1)?.length ?? 0) >= most) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)?.push(bin);
    bytes += size;
  }
  return groups;
}

/** Writes the rows of each bin anew; a bin that cannot be read since its files are no longer the table's is lost. */
async function repackGroup(repacking: Repacking, base: Snapshot, bins: readonly Bin[]): Promise<{ readonly repacked: readonly Repacked[]; readonly lost: number }> {
  const repacked: Repacked[] = [];
  for (const bin of bins) {
    try {
      repacking.abort?.throwIfAborted();
      repacked.push({ bin, files: await rewriteBin(repacking, base, bin) });
    } catch (error) {
      if (repacking.abort?.aborted === true || liveOf(await readSnapshot(repacking.store, repacking.location, undefined, base), [bin], (one) => one).length > 0) {
        await discard(repacking, repacked);
        repacking.abort?.throwIfAborted();
        throw error;
      }
    }
  }
  return { repacked, lost: bins.length - repacked.length };
}

async function rewriteBin({ store, location, rewrite, targetBytes, near, marks, abort }: Repacking, snapshot: Snapshot, { partitionValues, files }: Bin): Promise<readonly Marked[]> {
  const inputs = await rewriteInputs(store, location, snapshot, files, false);
  const columns = storedColumns(snapshot).physical.map((column) => ({ ...column, from: { kind: "stored" } as const }));
  const rows = files.reduce((sum, file) => sum + (recordsOf(file) ?? Number.NaN), 0);
  const written = await rewrite({
    store, location, ...inputs, partitionValues, columns, byFieldId: snapshot.mapping === "id", indexed: indexedColumns(snapshot), targetBytes,
    ...(near === undefined ? {} : { near }), ...(Number.isNaN(rows) ? {} : { rows }), ...(abort === undefined ? {} : { signal: abort }),
  });
  requireSameRows(store.locate(location), files, written);
  const marked = marks?.();
  return marked === undefined ? written : written.map((file) => ({ ...file, marks: marked }));
}

/** Never trusts a copy: as many rows must have come out as the log says went in, else DELTA_LOG_BROKEN. */
export function requireSameRows(where: string, files: readonly AddFile[], written: readonly WrittenFile[]): void {
  const before = files.map(recordsOf).reduce((sum, rows) => (sum === undefined || rows === undefined ? undefined : sum + rows), 0);
  const after = written.reduce((sum, file) => sum + file.statistics.numRecords, 0);
  if (before === undefined || before === after) return;
  throw new Failure("DELTA_LOG_BROKEN", `${where}: the log says that ${files.length} files hold ${before} rows, and they hold ${after}.`, {
    hint: `Nothing was changed. Among them is ${files[0]?.path ?? ""}: its statistics or its contents are not what was committed.`, place: { file: files[0]?.path ?? "" },
  });
}

/** Commits what was repacked, without the bins that others took first. */
async function commitRepacked(repacking: Repacking, base: Snapshot, repacked: readonly Repacked[], started: number): Promise<{ readonly snapshot: Snapshot; readonly commit?: RepackedCommit; readonly dropped: number }> {
  const { store, location } = repacking;
  let snapshot = base;
  let standing = repacked;
  for (let tries = 0; tries < triesMax && standing.length > 0; tries++) {
    const [remove, add] = [standing.flatMap(({ bin }) => bin.files), standing.flatMap(({ files }) => files)];
    const outcome = await replaceFiles(store, location, snapshot, { remove, add, dataChange: false }, repacking.facts(remove, add));
    if (outcome.kind === "unknown") throw unknownOutcome(store.locate(location), outcome.version, outcome.cause);
    if (outcome.kind === "committed") return { snapshot: outcome.snapshot, commit: commitOf(outcome.version, remove, add, started), dropped: repacked.length - standing.length };
    snapshot = await newestFree(repacking, snapshot);
    if (!standsUnder(base, snapshot)) break;
    const kept = liveOf(snapshot, standing, ({ bin }) => bin);
    await discard(repacking, standing.filter((one) => !kept.includes(one)));
    standing = kept;
  }
  await discard(repacking, standing);
  return { snapshot, dropped: repacked.length };
}

/** The newest snapshot that nobody claims: who works at it loses to nobody for the sake of the same rows in other files. */
async function newestFree({ store, location }: Pick<Repacking, "store" | "location">, known: Snapshot): Promise<Snapshot> {
  let newest = known;
  const read = async (): Promise<Snapshot> => (newest = await readSnapshot(store, location, undefined, newest));
  return await standBack(await read(), read);
}

function commitOf(version: number, remove: readonly AddFile[], add: readonly WrittenFile[], started: number): RepackedCommit {
  const vectors = remove.filter(({ deletionVector }) => deletionVector !== undefined).length;
  return { version, before: remove.length, after: add.length, bytesBefore: bytesOf(remove), bytesAfter: bytesOf(add), vectors, seconds: (performance.now() - started) / 1_000 };
}

/** Those whose files are all of the table, as they were. */
function liveOf<T>({ files }: Snapshot, all: readonly T[], binOf: (one: T) => Bin): readonly T[] {
  const live = liveKeys(files, new Set(all.flatMap((one) => binOf(one).files.map(fileKey))));
  return all.filter((one) => binOf(one).files.every((file) => live.has(fileKey(file))));
}

/** Removes files that no version names. */
async function discard({ store, location }: Repacking, repacked: readonly Repacked[]): Promise<void> {
  for (const { files } of repacked) for (const file of files) await store.remove(below(location, file.path));
}

function bytesOf(files: readonly { readonly size: number }[]): number {
  return files.reduce((sum, file) => sum + file.size, 0);
}

function unknownOutcome(where: string, version: number, cause: unknown): Failure {
  return new Failure("COMMIT_UNKNOWN", `It is not known whether version ${version} of ${where} was committed.`, { hint: "No row is lost either way; to do it again is safe.", retry: true, cause });
}
