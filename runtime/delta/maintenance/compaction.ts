/**
 * Small files into large, beside running writers: the same rows in other files, a commit for each group of bins (Delta's OPTIMIZE).
 * Appends that come first are followed; of files that somebody else replaced first the bin is dropped, and the run goes on (protocol, "Add File and Remove File").
 */
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import type { AddFile } from "../actions/actions.ts";
import { storedColumns } from "../schema/column-mapping.ts";
import { planCompaction } from "./compaction-plan.ts";
import type { Bin, CompactionGoal } from "./compaction-plan.ts";
import type { RewriteFiles, WrittenFile } from "../engine.ts";
import { indexedColumns } from "../statistics/indexed-columns.ts";
import { requireWritable } from "../features/features.ts";
import { below } from "../actions/file-paths.ts";
import { recordsOf, rewriteInputs } from "../snapshot/read.ts";
import { replaceFiles } from "../commit/replace.ts";
import { fileKey } from "../actions/file-keys.ts";
import { liveKeys } from "../actions/live-files.ts";
import { readSnapshot } from "../snapshot/snapshot.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { throughDamage } from "../snapshot/through-damage.ts";

/** One commit: how many files gave way to how many. */
export interface CompactionCommit { readonly version: number; readonly before: number; readonly after: number; readonly bytesBefore: number; readonly bytesAfter: number; readonly seconds: number }

export interface CompactionResult {
  readonly commits: readonly CompactionCommit[];
  /** Bins whose files somebody else replaced first. */
  readonly dropped: number;
  /** The table behind the last commit; `base` when there was none. */
  readonly snapshot: Snapshot;
}

export interface CompactionOptions {
  /** Ends the run behind the commit that is being made. */
  readonly signal?: AbortSignal;
  readonly tell?: (commit: CompactionCommit) => void;
}

interface Compacting { readonly store: Store; readonly location: string; readonly rewrite: RewriteFiles; readonly goal: CompactionGoal }

/** A bin and the durable files that hold its rows now. */
interface Repacked { readonly bin: Bin; readonly files: readonly WrittenFile[] }

/** Bins of one commit, at most; fewer when they are large. */
const binsMax = 32;
/** Times that one commit is tried anew behind others that took some of its bins. */
const triesMax = 10;

/** Compacts the table as of `base`, once over. DELTA_UNSUPPORTED_FEATURE for a table that must not be written to; COMMIT_UNKNOWN, STORE_FAILED. */
export async function compact(store: Store, location: string, base: Snapshot, goal: CompactionGoal, rewrite: RewriteFiles, options: CompactionOptions = {}): Promise<CompactionResult> {
  requireWritable(base, store.locate(location));
  const compacting = { store, location, rewrite, goal };
  const commits: CompactionCommit[] = [];
  let snapshot = base;
  let dropped = 0;
  for (const bins of groupBins(await throughDamage(store, location, base, ({ files }) => planCompaction(files, goal)), goal.targetBytes)) {
    if (options.signal?.aborted === true) break;
    const started = performance.now();
    const { repacked, lost } = await repack(compacting, snapshot, bins);
    const done = await commitRepacked(compacting, snapshot, repacked, started);
    snapshot = done.snapshot;
    dropped += lost + done.dropped;
    if (done.commit === undefined) continue;
    commits.push(done.commit);
    options.tell?.(done.commit);
  }
  return { commits, dropped, snapshot };
}

/** Bins that go into one commit: work that a lost race or a crash may cost. */
function groupBins(bins: readonly Bin[], bytesMax: number): readonly (readonly Bin[])[] {
  const groups: Bin[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const bin of bins) {
    const size = bytesOf(bin.files);
    if (bytes + size > bytesMax || (groups.at(-1)?.length ?? 0) >= binsMax) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)?.push(bin);
    bytes += size;
  }
  return groups;
}

/** Writes the rows of each bin anew; a bin that cannot be read since its files are no longer the table's is lost. */
async function repack(compacting: Compacting, base: Snapshot, bins: readonly Bin[]): Promise<{ readonly repacked: readonly Repacked[]; readonly lost: number }> {
  const repacked: Repacked[] = [];
  for (const bin of bins) {
    try {
      repacked.push({ bin, files: await rewriteBin(compacting, base, bin) });
    } catch (error) {
      if (areLive(await readSnapshot(compacting.store, compacting.location, undefined, base), bin)) {
        await discard(compacting, repacked);
        throw error;
      }
    }
  }
  return { repacked, lost: bins.length - repacked.length };
}

async function rewriteBin({ store, location, rewrite, goal }: Compacting, snapshot: Snapshot, { partitionValues, files }: Bin): Promise<readonly WrittenFile[]> {
  const inputs = await rewriteInputs(store, location, snapshot, files, false);
  const columns = storedColumns(snapshot).physical.map((column) => ({ ...column, from: { kind: "stored" } as const }));
  const written = await rewrite({ store, location, ...inputs, partitionValues, columns, byFieldId: snapshot.mapping === "id", indexed: indexedColumns(snapshot), targetBytes: goal.targetBytes });
  requireSameRows(store.locate(location), files, written);
  return written;
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
async function commitRepacked(compacting: Compacting, base: Snapshot, repacked: readonly Repacked[], started: number): Promise<{ readonly snapshot: Snapshot; readonly commit?: CompactionCommit; readonly dropped: number }> {
  const { store, location } = compacting;
  let snapshot = base;
  let standing = repacked;
  for (let tries = 0; tries < triesMax && standing.length > 0; tries++) {
    const [remove, add] = [standing.flatMap(({ bin }) => bin.files), standing.flatMap(({ files }) => files)];
    const commit = { before: remove.length, after: add.length, bytesBefore: bytesOf(remove), bytesAfter: bytesOf(add), seconds: (performance.now() - started) / 1_000 };
    const outcome = await replaceFiles(store, location, snapshot, { remove, add, dataChange: false }, factsOf(compacting.goal, commit));
    if (outcome.kind === "unknown") throw unknownOutcome(store.locate(location), outcome.version, outcome.cause);
    if (outcome.kind === "committed") return { snapshot: outcome.snapshot, commit: { version: outcome.version, ...commit, seconds: (performance.now() - started) / 1_000 }, dropped: repacked.length - standing.length };
    snapshot = await readSnapshot(store, location, undefined, snapshot);
    // Under another schema the files would have to be other ones.
    if (outcome.about === "protocol" || outcome.about === "metadata") break;
    const kept = standing.filter(({ bin }) => areLive(snapshot, bin));
    await discard(compacting, standing.filter((one) => !kept.includes(one)));
    standing = kept;
  }
  await discard(compacting, standing);
  return { snapshot, dropped: repacked.length };
}

function areLive({ files }: Snapshot, bin: Bin): boolean {
  const keys = new Set(bin.files.map(fileKey));
  return liveKeys(files, keys).size === keys.size;
}

/** Removes files that no version names. */
async function discard({ store, location }: Compacting, repacked: readonly Repacked[]): Promise<void> {
  for (const { files } of repacked) for (const file of files) await store.remove(below(location, file.path));
}

function bytesOf(files: readonly { readonly size: number }[]): number {
  return files.reduce((sum, file) => sum + file.size, 0);
}

/** As Spark's OPTIMIZE says it. */
function factsOf(goal: CompactionGoal, { before, after, bytesBefore, bytesAfter }: Omit<CompactionCommit, "version" | "seconds">): Parameters<typeof replaceFiles>[4] {
  return {
    operation: "OPTIMIZE",
    parameters: { predicate: "[]", zOrderBy: "[]", auto: goal.growing },
    metrics: { numRemovedFiles: before, numAddedFiles: after, numRemovedBytes: bytesBefore, numAddedBytes: bytesAfter },
  };
}

function unknownOutcome(where: string, version: number, cause: unknown): Failure {
  return new Failure("COMMIT_UNKNOWN", `It is not known whether version ${version} of ${where} was committed.`, { hint: "No row is lost either way; compacting again is safe.", retry: true, cause });
}
