/** The files of a clone: as a shallow one names them, or which are copied where, with their deletion vectors (protocol, "Add File and Remove File"). */
import { randomUUID } from "node:crypto";
import { pathToFileURL } from "node:url";
import type { Store } from "../../storage/store.ts";
import { schemeOf } from "../../storage/open-store.ts";
import type { AddFile, DeletionVector } from "../actions/actions.ts";
import { below, decodePath, encodePath, isAbsolute, newDataPath } from "../actions/file-paths.ts";
import { vectorFile } from "../deletion-vectors/deletion-vector.ts";
import { encodeZ85 } from "../deletion-vectors/z85.ts";

/** The file by its absolute address, and its vector's. Hadoop's engines know S3 as `s3a`. */
export function shallowFile(store: Store, location: string, file: AddFile): AddFile {
  const address = (path: string): string => {
    const located = store.locate(below(location, path));
    return schemeOf(located) === undefined ? pathToFileURL(located).href : located.replace(/^s3:\/\/([^/]+)\/(.*)$/s, (_, bucket: string, key: string) => `s3a://${bucket}/${encodePath(key)}`);
  };
  const vector = file.deletionVector;
  const inTable = vector === undefined ? undefined : vectorFile(vector);
  return {
    ...ownFile(file), path: isAbsolute(file.path) ? file.path : address(decodePath(file.path)),
    ...(vector === undefined || inTable === undefined ? {} : { deletionVector: { ...vector, storageType: "p", pathOrInlineDv: address(inTable) } }),
  };
}

/** What is copied: for each source as the log spells it, the decoded path of its copy, under a name that no other clone has. */
export function copyPlan(files: readonly AddFile[]): { readonly adds: readonly AddFile[]; readonly copies: ReadonlyMap<string, string> } {
  const copies = new Map<string, string>();
  const vectors = new Map<string, string>();
  const adds = files.map((file): AddFile => {
    const path = encodePath(copies.getOrInsertComputed(file.path, () => copyPath(file)));
    const vector = file.deletionVector;
    if (vector === undefined || vector.storageType === "i") return { ...ownFile(file), path };
    const uuid = vectors.getOrInsertComputed(vectorSource(vector), () => randomUUID());
    copies.set(vectorSource(vector), `deletion_vector_${uuid}.bin`);
    return { ...ownFile(file), path, deletionVector: { ...vector, storageType: "u", pathOrInlineDv: encodeZ85(Buffer.from(uuid.replaceAll("-", ""), "hex")) } };
  });
  return { adds, copies };
}

/** Whether a path is one that a clone gives: what one that was killed left is in nobody's way, and vacuum removes it. */
export function isCopy(path: string): boolean {
  return /(^|\/)(clone-[0-9a-f-]{36}\.parquet|deletion_vector_[0-9a-f-]{36}\.bin)$/.test(path);
}

/** A file of the new table: its rows have no ids yet. */
function ownFile({ baseRowId: _baseRowId, defaultRowCommitVersion: _defaultRowCommitVersion, ...file }: AddFile): AddFile {
  return { ...file, dataChange: true };
}

function copyPath({ partitionValues }: AddFile): string {
  return [...newDataPath(partitionValues).split("/").slice(0, -1), `clone-${randomUUID()}.parquet`].join("/");
}

function vectorSource(vector: DeletionVector): string {
  const inTable = vectorFile(vector);
  return inTable === undefined ? vector.pathOrInlineDv : encodePath(inTable);
}
