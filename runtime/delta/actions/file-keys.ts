/** What tells a file of the log from all others, and a short hash of it, so that many are compared without a text for each. */
import type { DeletionVector } from "./actions.ts";
import { decodePath } from "./file-paths.ts";

/** `file:/a`, `file:///a` and `/a` are one, and a file with another deletion vector is another. */
export function fileKey(file: { readonly path: string; readonly deletionVector?: DeletionVector }): string {
  const path = decodePath(file.path).replace(/^file:\/+/, "/");
  const vector = file.deletionVector;
  return vector === undefined ? path : `${path}\u0000${vector.storageType}${vector.pathOrInlineDv}@${vector.offset ?? ""}`;
}

/** Bytes at the end of a key that count: names of data files differ there. */
const hashedBytes = 40;

/** Of the bytes of a key between two places. */
export function keyHash(bytes: Uint8Array, start: number, end: number): number {
  let hash = seed;
  for (let at = end - 1, stop = Math.max(start, end - hashedBytes); at >= stop; at--) hash = Math.imul(hash ^ (bytes[at] ?? 0), prime);
  return hash;
}

/** Of the key of a file that has no deletion vector, out of its path as the log spells it (URI-encoded): the same as `keyHash` of the key. */
export function pathHash(bytes: Uint8Array, start: number, end: number): number {
  let hash = seed;
  for (let at = end - 1, taken = 0; at >= start && taken < hashedBytes; at--, taken++) {
    let byte = bytes[at] ?? 0;
    // In a valid path a "%" two bytes before means that these two are its digits.
    if (at - 2 >= start && bytes[at - 2] === percent) {
      byte = (digitOf(bytes[at - 1] ?? 0) << 4) | digitOf(byte);
      at -= 2;
    }
    hash = Math.imul(hash ^ byte, prime);
  }
  return hash;
}

/** FNV-1a. */
const seed = 0x811c9dc5 | 0;
const prime = 0x01000193;
const percent = 0x25;

function digitOf(character: number): number {
  return character <= 0x39 ? character & 15 : (character & 15) + 9;
}
