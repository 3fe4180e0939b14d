/**
 * Deletion vectors (protocol, "Deletion Vectors"): which rows of a data file are no longer of the table. They stand in the log itself, or
 * in a file of their own, which is: version byte 1, then vectors one after another, each its size (int32, big-endian), its bytes and their
 * CRC-32 (big-endian).
 */
import { crc32 } from "node:zlib";
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import type { DeletionVector } from "../actions/actions.ts";
import { readOutside } from "../actions/outside.ts";
import { below } from "../actions/file-paths.ts";
import { readRoaringArray } from "./roaring.ts";
import { decodeZ85 } from "./z85.ts";

const fileVersion = 1;
const uuidLetters = 20;

/** Places of the deleted rows in their file, from 0, rising. DELTA_LOG_BROKEN when size, checksum, form or count is not what the log says; FILE_NOT_FOUND. */
export async function readDeletionVector(store: Store, location: string, vector: DeletionVector): Promise<Float64Array> {
  const bytes = vector.storageType === "i" ? inlineBytes(vector) : await storedBytes(store, location, vector);
  try {
    return readRoaringArray(bytes, vector.cardinality);
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    throw broken(vector, cause.message, cause);
  }
}

function inlineBytes(vector: DeletionVector): Uint8Array {
  const bytes = decodeZ85(vector.pathOrInlineDv);
  if (bytes === undefined) throw broken(vector, "its text is no Z85");
  // Z85 fills up to four bytes.
  if (bytes.length < vector.sizeInBytes || bytes.length - vector.sizeInBytes > 3) throw broken(vector, `it has ${bytes.length} bytes where the log says ${vector.sizeInBytes}`);
  return bytes.subarray(0, vector.sizeInBytes);
}

/** The bytes behind the size that stands at the offset, held against their checksum. */
async function storedBytes(store: Store, location: string, vector: DeletionVector): Promise<Uint8Array> {
  const { sizeInBytes } = vector;
  // Without an offset (or at 0, which is the place of the file's version) the first is meant, which is read with the version.
  const offset = vector.offset || 1;
  const start = offset === 1 ? 0 : offset;
  const length = offset - start + sizeInBytes + 8;
  const found = await readPart(store, location, vector, { offset: start, length });
  if (found.length < length) throw broken(vector, "its file ends too early");
  if (start === 0 && found[0] !== fileVersion) throw broken(vector, `its file is of version ${found[0]}`);
  const view = new DataView(found.buffer, found.byteOffset + offset - start, sizeInBytes + 8);
  if (view.getInt32(0) !== sizeInBytes) throw broken(vector, `its file has a vector of ${view.getInt32(0)} bytes there, and the log says ${sizeInBytes}`);
  const bytes = found.subarray(offset - start + 4, offset - start + 4 + sizeInBytes);
  if (crc32(bytes) !== view.getUint32(sizeInBytes + 4)) throw broken(vector, "its checksum is wrong");
  return bytes;
}

async function readPart(store: Store, location: string, vector: DeletionVector, range: { readonly offset: number; readonly length: number }): Promise<Uint8Array> {
  if (vector.storageType === "p") return await readOutside(store, vector.pathOrInlineDv, range);
  return await store.read(below(location, vectorPath(vector)), range);
}

/** Where a vector beside the table's files lies, relative to the table; undefined for one in the log or elsewhere. */
export function vectorFile(vector: DeletionVector): string | undefined {
  return vector.storageType === "u" ? vectorPath(vector) : undefined;
}

/** `<prefix>/deletion_vector_<uuid>.bin`: the last twenty letters are the uuid's, those before them the prefix. */
function vectorPath(vector: DeletionVector): string {
  const text = vector.pathOrInlineDv;
  const uuid = text.length < uuidLetters ? undefined : decodeZ85(text.slice(-uuidLetters));
  if (vector.storageType !== "u" || uuid === undefined) throw broken(vector, `"${vector.storageType}${text}" says no place`);
  const name = `deletion_vector_${uuid.toHex().replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")}.bin`;
  return text.length === uuidLetters ? name : `${text.slice(0, -uuidLetters)}/${name}`;
}

function broken({ storageType, pathOrInlineDv }: DeletionVector, what: string, cause?: unknown): Failure {
  const name = storageType === "i" ? "A deletion vector in the log" : `The deletion vector ${pathOrInlineDv}`;
  return new Failure("DELTA_LOG_BROKEN", `${name} cannot be used: ${what}.`, { hint: "Without it nobody knows which rows are deleted. Restore its file from a copy.", place: { value: pathOrInlineDv }, ...(cause === undefined ? {} : { cause }) });
}
