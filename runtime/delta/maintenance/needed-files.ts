/** Which files versions of a table need that are still kept: live ones, those removed within a time, and the deletion vectors of both (protocol, "Action Reconciliation"). */
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import type { Action, DeletionVector } from "../actions/actions.ts";
import { decodePath, encodePath, isAbsolute } from "../actions/file-paths.ts";
import { reconciledActions } from "../checkpoints/reconcile.ts";
import { vectorFile } from "../deletion-vectors/deletion-vector.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";

export interface NeededFiles {
  /** Paths, relative to the table and decoded; also as the log spells them, for writers that do not encode. */
  readonly needed: ReadonlySet<string>;
  /** Of files that were removed before the time, as the log spells them. */
  readonly expired: readonly string[];
}

/** What a version, and those before it back to a time (milliseconds since 1970), need. */
export async function neededFiles(store: Store, location: string, snapshot: Pick<Snapshot, "version">, before: number): Promise<NeededFiles> {
  try {
    return await collectNeeded(store, location, snapshot, before);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "DELTA_LOG_BROKEN") throw error;
    // Damage that was met half-way is gone around from the beginning, where there is a way.
    return await collectNeeded(store, location, snapshot, before);
  }
}

async function collectNeeded(store: Store, location: string, { version }: Pick<Snapshot, "version">, before: number): Promise<NeededFiles> {
  const needed = new Set<string>();
  const expired: string[] = [];
  for await (const actions of reconciledActions(store, location, version, 0, true)) {
    for (const action of actions) {
      if (action.remove !== undefined && (action.remove.deletionTimestamp ?? 0) < before) expired.push(...pathsOf(action).map((path) => (isAbsolute(path) ? withinTable(store, location, path) : path)));
      else keepNamed(needed, store, location, action);
    }
  }
  return { needed, expired };
}

/** Adds the files that an action names, with their deletion vectors, as a listing of the table spells them. */
export function keepNamed(names: Set<string>, store: Store, location: string, action: Action): void {
  for (const path of pathsOf(action)) for (const spelled of [path, decodePath(path)]) names.add(isAbsolute(path) ? withinTable(store, location, spelled) : spelled);
}

/** The files of an action as a log spells them: of data, and of its deletion vector, where that stands in one. */
export function pathsOf({ add, remove }: Action): readonly string[] {
  const file = add ?? remove;
  const vector = file?.deletionVector === undefined ? undefined : vectorOf(file.deletionVector);
  return [file?.path, vector].filter((path) => path !== undefined);
}

function vectorOf(vector: DeletionVector): string | undefined {
  if (vector.storageType === "p") return vector.pathOrInlineDv;
  const file = vectorFile(vector);
  return file === undefined ? undefined : encodePath(file);
}

/** An absolute path or URI as one relative to the table where it lies in it; else as it is, which no file of the table is called. */
function withinTable(store: Store, location: string, path: string): string {
  const table = `${store.locate(location).replace(/\/$/, "")}/`;
  const absolute = path.replace(/^file:\/+/, "/").replace(/^s3[an]:/, "s3:");
  return absolute.startsWith(table) ? absolute.slice(table.length) : absolute;
}
