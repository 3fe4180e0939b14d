/**
 * Cloning, as Spark's CLONE does it: a new table with the rows, schema, properties and protocol of one version of another. A deep clone has copies of the files,
 * also in another store; a shallow one names the files where they lie. Its first commit comes last: before that there is no table, and what a clone left that was
 * killed is in nobody's way.
 */
import { randomUUID } from "node:crypto";
import { atMost } from "../../storage/at-most.ts";
import { schemeOf } from "../../storage/open-store.ts";
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import type { Action, AddFile, Metadata } from "../actions/actions.ts";
import { below } from "../actions/file-paths.ts";
import { withoutClaim } from "../commit/stand-back.ts";
import { commitFirst } from "../commit/transaction.ts";
import { tracksRows, withRowIds } from "../features/row-tracking.ts";
import { listLog, newestOf } from "../log/log.ts";
import { requireFiles } from "../snapshot/missing-files.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { keepsCommitTimes } from "../snapshot/time-travel.ts";
import { markClone } from "./clone-marks.ts";
import { copyPlan, isCopy, shallowFile } from "./cloned-files.ts";
import { copyObject } from "./copy-object.ts";

/** A table's place. */
interface Place { readonly store: Store; readonly location: string }

export interface CloneOptions {
  readonly shallow?: boolean;
  /** Ends the clone, and takes back what was copied, until its commit begins. */
  readonly signal?: AbortSignal;
}

/** Files of the new table, and how many of them are copies; `marked` is whether the source knows of its shallow clone: where nothing may be written there, a vacuum of it does not. */
export interface Cloned { readonly files: number; readonly bytes: number; readonly copied: number; readonly marked?: boolean }

const copiesAtOnce = 4;

/** Clones a snapshot of `from` to `to`. DELTA_TABLE_EXISTS where anything else lies; FILE_NOT_FOUND names files of the source that are gone; PARAMETER_INVALID for a shallow clone on another kind of store; STORE_FAILED, COMMIT_UNKNOWN. */
export async function cloneTable(from: Place, snapshot: Snapshot, to: Place, { shallow = false, signal }: CloneOptions = {}): Promise<Cloned> {
  const where = to.store.locate(to.location);
  if (newestOf(await listLog(to.store, to.location)) !== undefined) throw taken(where, "a Delta table");
  if (shallow && schemeOf(from.store.root) !== schemeOf(to.store.root)) throw unreachable(from.store.locate(from.location), where);
  const files = [...snapshot.files];
  await requireFiles(from.store, from.location, files, `version ${snapshot.version} of ${from.store.locate(from.location)}`);
  const plan = shallow ? { adds: files.map((file) => shallowFile(from.store, from.location, file)), copies: new Map<string, string>() } : copyPlan(files);
  await requireNothing(to);
  const made: string[] = [];
  let kept = false;
  const unmark = shallow ? await markClone(from, to).catch(unmarkable) : undefined;
  try {
    await copyAll(from, to, plan.copies, made, signal);
    signal?.throwIfAborted();
    const outcome = await commitFirst(to.store, to.location, firstActions(snapshot, plan.adds, where), factsOf(from, snapshot, shallow), keepsCommitTimes(snapshot.protocol, snapshot.metadata) ? Date.now() : undefined);
    kept = outcome.kind !== "lost";
    if (outcome.kind === "lost") throw taken(where, "a Delta table");
    if (outcome.kind === "unknown") throw new Failure("COMMIT_UNKNOWN", `It is not known whether ${where} was made.`, { hint: "Look at it before you try again; its files are there.", cause: outcome.cause });
  } finally {
    if (!kept) for (const path of made) await to.store.remove(path);
    if (!kept) await unmark?.();
  }
  // A vacuum that had looked before the mark was there may have been at work.
  if (shallow) await requireFiles(to.store, to.location, plan.adds, `the clone ${where}, which was made and can be removed,`);
  return { files: files.length, bytes: snapshot.files.bytes, copied: shallow ? 0 : files.length, ...(shallow ? { marked: unmark !== undefined } : {}) };
}

/** A source that may only be read is cloned all the same. */
function unmarkable(error: unknown): undefined {
  if (error instanceof Failure && (error.code === "STORE_FAILED" || error.code === "STORE_UNSAFE")) return undefined;
  throw error;
}

/** DELTA_TABLE_EXISTS for anything but what a clone left that was killed. */
async function requireNothing({ store, location }: Place): Promise<void> {
  const directory = location === "" ? "" : `${location}/`;
  for await (const { path } of store.list(directory, { recursive: true })) if (!isCopy(path)) throw taken(store.locate(location), `something else (${path.slice(directory.length)})`);
}

/** Copies files; `made` are those that are there. After a failure no copy is on its way any more. */
async function copyAll(from: Place, to: Place, copies: ReadonlyMap<string, string>, made: string[], signal: AbortSignal | undefined): Promise<void> {
  const turn = atMost(copiesAtOnce);
  const stop = new AbortController();
  const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const copied = await Promise.allSettled([...copies].map(([source, path]) => turn(async () => {
    both.throwIfAborted();
    const name = below(to.location, path);
    try {
      await copyObject(from, source, to.store, name, both);
      made.push(name);
    } catch (error) {
      stop.abort(error);
      throw error;
    }
  })));
  const failed = copied.find((copy) => copy.status === "rejected");
  if (failed !== undefined) throw signal?.aborted === true ? signal.reason : failed.reason;
}

/** Properties that tell of the other table's log. */
const ofTheLog = new Set(["delta.inCommitTimestampEnablementVersion", "delta.inCommitTimestampEnablementTimestamp", "delta.requireCheckpointProtectionBeforeVersion"]);

/** The first commit: a table of its own, whose rows have ids of their own. */
function firstActions({ protocol, metadata, domains }: Snapshot, adds: readonly AddFile[], where: string): readonly Action[] {
  const own = cloneMetadata(metadata);
  const clustering = domains.get("delta.clustering");
  const actions: readonly Action[] = [{ protocol }, { metaData: own }, ...(clustering === undefined ? [] : [{ domainMetadata: clustering }]), ...adds.map((add) => ({ add }))];
  return tracksRows({ protocol, metadata: own }) ? withRowIds(actions, new Map(), 0, where) : actions;
}

/** Columns with ids of rows are called anew: those in the files are of the other table. */
const idColumns: { readonly [property: string]: string } = { "delta.rowTracking.materializedRowIdColumnName": "_row-id-col-", "delta.rowTracking.materializedRowCommitVersionColumnName": "_row-commit-version-col-" };

function cloneMetadata(metadata: Metadata): Metadata {
  const { name: _name, ...kept } = withoutClaim(metadata);
  const configuration = Object.entries(kept.configuration).filter(([property]) => !ofTheLog.has(property)).map(([property, value]) => [property, property in idColumns ? `${idColumns[property]}${randomUUID()}` : value]);
  return { ...kept, id: randomUUID(), configuration: Object.fromEntries(configuration) as Metadata["configuration"] };
}

/** As Spark's CLONE says it. */
function factsOf(from: Place, { version, files }: Snapshot, shallow: boolean): Parameters<typeof commitFirst>[3] {
  const source = from.store.locate(from.location);
  return {
    operation: "CLONE",
    parameters: { source: `delta.\`${schemeOf(source) === undefined ? `file:${source}` : source}\``, sourceVersion: version, isShallow: shallow },
    metrics: { sourceTableSize: files.bytes, sourceNumOfFiles: files.length, numRemovedFiles: 0, removedFilesSize: 0, numCopiedFiles: shallow ? 0 : files.length, copiedFilesSize: shallow ? 0 : files.bytes },
  };
}

function taken(where: string, what: string): Failure {
  return new Failure("DELTA_TABLE_EXISTS", `There is ${what} at ${where} already; nothing was cloned.`, { hint: "Clone to a place where nothing is." });
}

function unreachable(source: string, where: string): Failure {
  return new Failure("PARAMETER_INVALID", `A shallow clone at ${where} cannot name the files of ${source}: they are of different kinds of stores.`, { hint: "Leave --shallow out, and the files are copied.", place: { parameter: "shallow" } });
}
