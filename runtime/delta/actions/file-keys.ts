/** What tells a file of the log from all others, and a short hash of it, so that many are compared without a text for each (protocol, "Action Reconciliation"). */
import type { DeletionVector } from "./actions.ts";
import { decodePath } from "./file-paths.ts";

/** `file:/a`, `file:///a` and `/a` are one, and a file with another deletion vector is another. */
export function fileKey(file: { readonly path: string; readonly deletionVector?: DeletionVector }): string {
  const path = decodePath(file.path).replace(/^file:\/+/, "/");
  const vector = file.deletionVector;
  return vector === undefined ? path : `${path}\u0000${vector.storageType}${vector.pathOrInlineDv}@${vector.offset ?? ""}`;
}

/** Words of four bytes at the end of a key that count: names of data files differ there. */
const hashedWords = 10;

/** Of the bytes of a key between two places (FNV-1a, by words). */
export function keyHash(bytes: DataView, start: number, end: number): number {
  let hash = 0x811c9dc5 | 0;
  let at = end;
  for (let words = 0; words < hashedWords && at - 4 >= start; words++, at -= 4) hash = Math.imul(hash ^ bytes.getInt32(at - 4, true), prime);
  for (; at > start && at > end - hashedWords * 4; at--) hash = Math.imul(hash ^ bytes.getUint8(at - 1), prime);
  return hash;
}

const prime = 0x01000193;
