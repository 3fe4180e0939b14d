/** Which files versions of a table need that are still kept: live ones, those removed within a time, and the deletion vectors of both (protocol, "Action Reconciliation"). */
import type { Store, StoredObject } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import type { DeletionVector } from "../actions/actions.ts";
import { decodePath, encodePath, isAbsolute } from "../actions/file-paths.ts";
import type { NamingAction } from "../checkpoints/checkpoint-names.ts";
import { reconciledNames } from "../checkpoints/reconcile.ts";
import { vectorFile } from "../deletion-vectors/deletion-vector.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";

export interface NeededFiles {
  /** Paths, relative to the table and decoded; also as the log spells them, for writers that do not encode. */
  readonly needed: ReadonlySet<string>;
  /** Of files that were removed before the time, as the log spells them: what it tells of each, where it tells that. */
  readonly expired: ReadonlyMap<string, Removed | undefined>;
}

/** A removed file: its bytes, and when it was removed, which is not before it was last written. */
export type Removed = Pick<StoredObject, "size" | "modified">;

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
  const expired = new Map<string, Removed | undefined>();
  for await (const actions of reconciledNames(store, location, version)) {
    for (const action of actions) {
      const { path: own, deletionTimestamp: modified = 0, size } = action.remove ?? {};
      if (own === undefined || modified >= before) keepNamed(needed, store, location, action);
      else for (const path of pathsOf(action)) expired.set(isAbsolute(path) ? withinTable(store, location, path) : path, path === own && size !== undefined && modified > 0 ? { size, modified } : undefined);
    }
  }
  return { needed, expired };
}

/** Adds the files that an action names, with their deletion vectors, as a listing of the table spells them. */
export function keepNamed(names: Set<string>, store: Store, location: string, action: NamingAction): void {
  for (const path of pathsOf(action)) {
    for (const spelled of path.includes("%") ? [path, decodePath(path)] : [path]) names.add(isAbsolute(path) ? withinTable(store, location, spelled) : spelled);
  }
}

/** The files of an action as a log spells them: of data, and of its deletion vector, where that stands in one. */
export function pathsOf({ add, remove }: NamingAction): readonly string[] {
  const file = add ?? remove;
  if (file === undefined) return [];
  const vector = file.deletionVector === undefined ? undefined : vectorOf(file.deletionVector);
  return vector === undefined ? [file.path] : [file.path, vector];
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
