/** Folders that tell a value of all that lies in them, as Hive names them: `region=north%20sea`. */
import type { SourceFile } from "./source-files.ts";

/** Name and value of each such folder above a file, outermost first. */
export function namedFolders({ file, origin = file }: Pick<SourceFile, "file" | "origin">): readonly (readonly [name: string, value: string])[] {
  return origin.split(/[\\/]/).slice(0, -1).flatMap((folder) => {
    const equals = folder.indexOf("=");
    return equals === -1 ? [] : [[decoded(folder.slice(0, equals)), decoded(folder.slice(equals + 1))] as const];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A name with a sign of percent that encodes nothing.
    return text;
  }
}
