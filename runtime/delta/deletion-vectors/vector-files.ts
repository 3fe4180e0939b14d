/**
 * Deletion vectors written into files of the table (protocol, "Deletion Vectors"; the layout stands in `deletion-vector.ts`): those of one commit
 * share a file up to a size, as Delta's own engine does it, so that few objects are made.
 */
import { randomUUID } from "node:crypto";
import { crc32 } from "node:zlib";
import { putFresh } from "../../storage/put-fresh.ts";
import type { Store } from "../../storage/store.ts";
import type { DeletionVector } from "../actions/actions.ts";
import { below } from "../actions/file-paths.ts";
import { writeRoaringArray } from "./roaring-writer.ts";
import { encodeZ85 } from "./z85.ts";

/** Bytes of a file behind which another is begun. */
const fileBytesMax = 2 * 1024 * 1024;

export interface VectorFiles {
  /** The vector of deleted rows' places, rising; its file is durable only once `finish` says so. */
  add(places: Float64Array): Promise<DeletionVector>;
  finish(): Promise<void>;
  /** Files made so far, relative to the table. */
  readonly paths: readonly string[];
}

/** Vectors below a table's directory. */
export function openVectorFiles(store: Store, location: string): VectorFiles {
  const paths: string[] = [];
  let parts: Uint8Array[] = [];
  let size = 1;
  let uuid = randomUUID();
  const finish = async (): Promise<void> => {
    if (parts.length === 0) return;
    const name = `deletion_vector_${uuid}.bin`;
    await putFresh(store, below(location, name), Buffer.concat([Uint8Array.of(1), ...parts]));
    paths.push(name);
    [parts, size, uuid] = [[], 1, randomUUID()];
  };
  return {
    paths,
    finish,
    async add(places) {
      if (size > fileBytesMax) await finish();
      const set = writeRoaringArray(places);
      const part = new Uint8Array(set.length + 8);
      const view = new DataView(part.buffer);
      view.setInt32(0, set.length);
      part.set(set, 4);
      view.setUint32(set.length + 4, crc32(set));
      const vector = { storageType: "u", pathOrInlineDv: encodeZ85(Buffer.from(uuid.replaceAll("-", ""), "hex")), offset: size, sizeInBytes: set.length, cardinality: places.length };
      parts.push(part);
      size += part.length;
      return vector;
    },
  };
}
