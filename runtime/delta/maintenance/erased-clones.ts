/**
 * Shallow clones of a table that rows are to be erased from: a clone names files of the table, and a vacuum keeps what it needs. So an erase is refused, with nothing
 * changed, as long as a clone that the table knows of (`clone-marks.ts`) needs a file that holds such rows or that nobody can look into.
 */
import { Failure } from "../../values/failure.ts";
import type { AddFile } from "../actions/actions.ts";
import { decodePath, isAbsolute } from "../actions/file-paths.ts";
import type { ChangeOptions } from "../commit/changed-files.ts";
import { findPhysical, wholeFile } from "../commit/erase.ts";
import { clonesOf, keepCloned } from "./clone-marks.ts";
import type { MarkedClone } from "./clone-marks.ts";
import type { Erasing } from "./erased.ts";
import { keepNamed, pathsOf } from "./needed-files.ts";

/** The table's files that clones need, none of which holds such a row: paths as `neededFiles` gives them. TABLE_NOT_WRITABLE names a clone that needs others; as `clonesOf`. */
export async function requireCleanClones(erasing: Erasing, where: string, options: ChangeOptions): Promise<ReadonlySet<string>> {
  const { store, location } = erasing;
  const clean = new Set<string>();
  for await (const clone of clonesOf(store, location)) {
    const needed = new Set<string>();
    await keepCloned({ store, location }, clone, needed);
    const live = [...clone.snapshot.files].filter((file) => isOfTable(erasing, file));
    await requireWithout(erasing, clone, live, where, options);
    const seen = new Set<string>();
    for (const file of live) keepNamed(seen, store, location, { add: file });
    const older = [...needed].find((path) => isOwn(path) && !seen.has(path));
    if (older !== undefined) throw refused(erasing, clone, `an older version of it needs ${older}, which nobody looked into`);
    for (const path of seen) clean.add(path);
  }
  return clean;
}

const isOwn = (path: string): boolean => !isAbsolute(path);

/** Whether the file lies in the table, and not in the clone or elsewhere. */
function isOfTable({ store, location }: Erasing, file: AddFile): boolean {
  const names = new Set<string>();
  keepNamed(names, store, location, { add: file });
  return pathsOf({ add: file }).some(isAbsolute) && [...names].some(isOwn);
}

async function requireWithout(erasing: Erasing, clone: MarkedClone, files: readonly AddFile[], where: string, options: ChangeOptions): Promise<void> {
  if (files.length === 0) return;
  const { store, location, snapshot } = clone;
  const condition = await erasing.finder.read(snapshot.columns, where).catch((error: unknown) => {
    if (error instanceof Failure && error.code === "SQL_INVALID") throw refused(erasing, clone, `its rows cannot be asked for the same: ${error.message}`, error);
    throw error;
  });
  const found = await findPhysical({ ...erasing, store, location }, snapshot, condition, files.map(wholeFile), options);
  const holding = files.flatMap((file, k) => ((found[k]?.matching ?? 0) === 0 ? [] : [file]));
  const rows = found.reduce((sum, { matching }) => sum + matching, 0);
  if (holding.length > 0) throw refused(erasing, clone, `it needs ${holding.length === 1 ? `${decodePath(holding[0]?.path ?? "")}, which holds` : `${holding.length} files of the table, which hold`} ${rows === 1 ? "1 such row" : `${rows} such rows`}`);
}

function refused({ store, location }: Erasing, clone: MarkedClone, why: string, cause?: Failure): Failure {
  const address = clone.store.locate(clone.location);
  return new Failure("TABLE_NOT_WRITABLE", `No row of ${store.locate(location)} was erased, since it has a shallow clone at ${address}: ${why}.`, {
    hint: `Erase the rows from the clone first (neuralake erase ${address} --where … --allow-short), or remove the clone; then erase them here.`, place: { value: address }, ...(cause === undefined ? {} : { cause }),
  });
}
