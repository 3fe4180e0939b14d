/** Whether files that a log names are there: data files and those of their deletion vectors (protocol, "Data Files"). */
import { atMost } from "../../storage/at-most.ts";
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import type { AddFile } from "../actions/actions.ts";
import { below, decodePath, encodePath, isAbsolute } from "../actions/file-paths.ts";
import { outsidePlace } from "../actions/outside.ts";
import { vectorFile } from "../deletion-vectors/deletion-vector.ts";

const looksAtOnce = 32;
const namedMax = 10;

/** FILE_NOT_FOUND names files that are gone, of what they are about: `version 3 of /lake/rides/trips`. */
export async function requireFiles(store: Store, location: string, files: readonly AddFile[], about: string): Promise<void> {
  const gone = await missingFiles(store, location, files);
  if (gone.length === 0) return;
  const more = gone.length > namedMax ? `, and ${gone.length - namedMax} more` : "";
  throw new Failure("FILE_NOT_FOUND", `${gone.length === 1 ? "A file" : `${gone.length} files`} of ${about} ${gone.length === 1 ? "is" : "are"} gone: ${gone.slice(0, namedMax).join(", ")}${more}.`, {
    hint: "Vacuum removes files that only old versions need: choose a newer version, or bring the files back from a copy.", place: { file: gone[0] ?? "" },
  });
}

/** Of these files, and the files of their deletion vectors, those that are not there; as the log spells them. */
export async function missingFiles(store: Store, location: string, files: readonly AddFile[]): Promise<readonly string[]> {
  const turn = atMost(looksAtOnce);
  const paths = new Set(files.flatMap((file) => [file.path, ...vectorPaths(file)]));
  const gone = await Promise.all([...paths].map((path) => turn(async () => ((await isThere(store, location, path)) ? [] : [path]))));
  return gone.flat();
}

function vectorPaths({ deletionVector: vector }: AddFile): readonly string[] {
  if (vector === undefined) return [];
  if (vector.storageType === "p") return [vector.pathOrInlineDv];
  const file = vectorFile(vector);
  return file === undefined ? [] : [encodePath(file)];
}

async function isThere(store: Store, location: string, path: string): Promise<boolean> {
  const place = isAbsolute(path) ? outsidePlace(store, path) : { store, path: below(location, decodePath(path)) };
  return (await place.store.head(place.path)) !== undefined;
}
