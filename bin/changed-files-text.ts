/** What a change of rows did to a table's files, in words. */
import { pluralText } from "./amounts.ts";

/** `(version 3; 1 file removed, 1 file written)`. */
export function changedFilesText({ version, filesRemoved, filesAdded, vectorsAdded }: { readonly version: number; readonly filesRemoved: number; readonly filesAdded: number; readonly vectorsAdded: number }): string {
  const files = [
    ...(filesRemoved === 0 ? [] : [`${pluralText(filesRemoved, "file")} removed`]),
    ...(filesAdded === 0 ? [] : [`${pluralText(filesAdded, "file")} written`]),
    ...(vectorsAdded === 0 ? [] : [`${pluralText(vectorsAdded, "deletion vector")} written`]),
  ];
  return `(version ${version}; ${files.join(", ")})`;
}
