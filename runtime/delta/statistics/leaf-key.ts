/** Leaf columns of files, told apart (protocol, "Per-file Statistics"). */

/** Leaf columns by their keys. */
export type IndexedColumns = ReadonlySet<string>;

/** What a leaf column is known by: the names on the way to it, as files have them. */
export function leafKey(path: readonly string[]): string {
  return JSON.stringify(path);
}
