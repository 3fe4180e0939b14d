/**
 * Undoing one version alone, a bad load say: the files that it added go and those that it removed come back, while what was committed since stays. That
 * can be done as long as nobody has put its rows into other files, or removed some of them, and those that come back are what the table asks of its rows by now (protocol, "Add File and Remove File").
 */
import { Failure } from "../../values/failure.ts";
import type { Action, AddFile, RemoveFile } from "../actions/actions.ts";
import { fileKey } from "../actions/file-keys.ts";
import { readCommitIfThere } from "../log/log.ts";
import { readSnapshot } from "../snapshot/snapshot.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { reverse } from "./restore.ts";
import type { Restored } from "./restore.ts";
import type { Searching } from "./touched-files.ts";
import { requireFitting } from "./undo-rules.ts";

/**
 * Takes back what `version` did to the rows of the table as of `base`. DELTA_VERSION_NOT_FOUND; COMMIT_CONFLICT when later versions stand on what it did, or it did more than
 * change rows; ROWS_REFUSED names a rule that came since and that rows which would come back break; FILE_NOT_FOUND names files that it removed and that are gone; else as `restoreTable`.
 */
export async function undoVersion(searching: Searching, base: Snapshot, version: number, signal?: AbortSignal): Promise<Restored> {
  const { store, location } = searching;
  const where = store.locate(location);
  const actions = version > base.version ? undefined : await readCommitIfThere(store, location, version);
  if (actions === undefined) {
    throw new Failure("DELTA_VERSION_NOT_FOUND", `The log of ${where} does not have the commit of version ${version}, which is to be undone.`, { hint: `See neuralake history: the newest is ${base.version}.`, place: { value: String(version) } });
  }
  const added = actions.flatMap(({ add }) => add ?? []);
  const removed = actions.flatMap(({ remove }) => remove ?? []);
  requireRowsAlone(where, version, actions, added.length + removed.length);
  const live = new Map(base.files[Symbol.iterator]().map((file) => [fileKey(file), file]));
  const remove = await liveOnes({ store, location, base, version }, added, live);
  const before = removed.length === 0 ? undefined : await readSnapshot(store, location, { version: version - 1 });
  const add = before === undefined ? [] : formerOnes(before, removed);
  const paths = new Set(base.files[Symbol.iterator]().map(({ path }) => path)).difference(new Set(remove.map(({ path }) => path)));
  const twice = add.find(({ path }) => paths.has(path));
  if (twice !== undefined) throw standing(where, version, `${twice.path}, which it removed, is of the table again`);
  if (before !== undefined) await requireFitting(searching, { base, version, ...(signal === undefined ? {} : { signal }) }, before, add);
  const dataChange = [...added, ...removed].some((file) => file.dataChange !== false);
  const [gone, back] = [bytesOf(remove), bytesOf(add)];
  return await reverse(store, location, base, { add, remove, dataChange, more: [] }, { version: null, timestamp: null, undone: version }, {
    about: `version ${version - 1} of ${where}`, options: { overAppends: true },
    after: { files: base.files.length - remove.length + add.length, bytes: base.files.bytes - gone + back },
  });
}

/** Rows are what can be undone alone: everything since may stand on the table's schema or properties. */
function requireRowsAlone(where: string, version: number, actions: readonly Action[], files: number): void {
  const other = actions.some(({ metaData }) => metaData) ? "it changed the table's schema or properties" : actions.some(({ protocol }) => protocol) ? "it changed the table's protocol" : files === 0 ? "it changed no row" : undefined;
  if (other !== undefined) throw standing(where, version, other);
}

interface Undoing extends Pick<Searching, "store" | "location"> { readonly base: Snapshot; readonly version: number }

/** The live files that a version added, all of them. */
async function liveOnes(undoing: Undoing, added: readonly AddFile[], live: ReadonlyMap<string, AddFile>): Promise<readonly AddFile[]> {
  const found: AddFile[] = [];
  for (const file of added) {
    const own = live.get(fileKey(file));
    if (own === undefined) throw await replacedSince(undoing, file);
    found.push(own);
  }
  return found;
}

/** The files that a version removed, with all that was known of them before it. */
function formerOnes({ files }: Snapshot, removed: readonly RemoveFile[]): readonly AddFile[] {
  const keys = new Set(removed.map(fileKey));
  return files[Symbol.iterator]().filter((file) => keys.has(fileKey(file))).toArray();
}

async function replacedSince({ store, location, base, version }: Undoing, file: AddFile): Promise<Failure> {
  const key = fileKey(file);
  for (let later = version + 1; later <= base.version; later++) {
    const actions = (await readCommitIfThere(store, location, later)) ?? [];
    if (!actions.some(({ remove }) => remove !== undefined && fileKey(remove) === key)) continue;
    const operation: unknown = actions.find(({ commitInfo }) => commitInfo)?.commitInfo?.["operation"];
    return standing(store.locate(location), version, `version ${later}${typeof operation === "string" ? ` (${operation})` : ""} replaced or removed ${file.path}, which holds rows of it`);
  }
  return standing(store.locate(location), version, `${file.path}, which holds rows of it, is no longer of the table`);
}

function standing(where: string, version: number, why: string): Failure {
  return new Failure("COMMIT_CONFLICT", `Version ${version} of ${where} cannot be undone alone: ${why}.`, { hint: `Bring the table back to what it was before, and everything since goes too: neuralake restore --version ${Math.max(0, version - 1)}.`, place: { value: String(version) } });
}

function bytesOf(files: readonly AddFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}
