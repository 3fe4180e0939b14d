/** Where a deletion vector lies (protocol, "Deletion Vector Descriptor Schema"), for those who must not delete it. */
import type { DeletionVector } from "./actions.ts";

const alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
/** Characters of a UUID in Z85. */
const uuidLength = 20;

/** Its path as a log would spell it: relative to the table, or absolute; undefined for a vector that stands in the log itself. */
export function deletionVectorPath({ storageType, pathOrInlineDv }: DeletionVector): string | undefined {
  if (storageType === "p") return pathOrInlineDv;
  if (storageType !== "u") return undefined;
  const directory = pathOrInlineDv.slice(0, -uuidLength);
  const name = `deletion_vector_${uuidOf(pathOrInlineDv.slice(-uuidLength))}.bin`;
  return directory === "" ? name : `${directory}/${name}`;
}

/** Five characters of base 85 are four bytes, the greatest first. */
function uuidOf(z85: string): string {
  const words = z85.match(/.{5}/gs) ?? [];
  const hex = words.map((word) => [...word].reduce((sum, letter) => sum * 85 + alphabet.indexOf(letter), 0).toString(16).padStart(8, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
