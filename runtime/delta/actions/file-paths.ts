/** Paths of data files: as a log spells them (URI-encoded), as the store knows them, and the directories of partitions (protocol, "Add File and Remove File"). */
import { randomUUID } from "node:crypto";
import { Failure } from "../../values/failure.ts";
import type { PartitionValues } from "../engine.ts";

/** The store's path of something in a table. */
export function below(location: string, path: string): string {
  return location === "" ? path : `${location}/${path}`;
}

/** The decoded form of a path in the log. DELTA_LOG_BROKEN when it is no URI. */
export function decodePath(path: string): string {
  if (!path.includes("%")) return path;
  try {
    return decodeURIComponent(path);
  } catch (error) {
    throw new Failure("DELTA_LOG_BROKEN", `The log names a file "${path}", which is not URI-encoded.`, { place: { value: path }, cause: error });
  }
}

/**
 * A decoded path as the log spells it: the characters stay that java.net.URI leaves as they are, letters beyond ASCII among them, for Spark's vacuum
 * compares spellings and removes a live file whose path is encoded further than that.
 */
export function encodePath(path: string): string {
  return path.replaceAll(/(?![\w\-!.~'()*;:@&=+$,/])[\0-\x7f]|[\x80-\x9f\p{Z}\p{Cs}]/gu, encodeURIComponent);
}

/** Whether a path of the log stands by itself, not below the table. */
export function isAbsolute(path: string): boolean {
  return path.startsWith("/") || /^[a-z][a-z0-9+.-]*:/i.test(path);
}

/** Bytes of a file name that every file system takes. */
const nameBytesMax = 255;

/** A new data file of a partition: decoded, relative to the table. A value too long for a directory's name gets no directory: values are read from the log. */
export function newDataPath(values: PartitionValues): string {
  return [...partitionDirectories(values), `part-00000-${randomUUID()}.parquet`].join("/");
}

/** A new file of changed rows of a partition (protocol, "Change Data Files"). */
export function newChangePath(values: PartitionValues): string {
  return ["_change_data", ...partitionDirectories(values), `cdc-00000-${randomUUID()}.parquet`].join("/");
}

function partitionDirectories(values: PartitionValues): readonly string[] {
  const directories = Object.entries(values).map(([column, value]) => `${hiveEscape(column)}=${value === null || value === "" ? "__HIVE_DEFAULT_PARTITION__" : hiveEscape(value)}`);
  return directories.filter((directory) => Buffer.byteLength(directory) <= nameBytesMax);
}

/**
 * Hive's escape of what a directory's name may not hold, taken further: what is left is spelled in one way by every engine that names a file again in a log, and engines
 * compare spellings. Readers take values from the log, never from here.
 */
function hiveEscape(text: string): string {
  return text.replaceAll(/[^\w\-. ]/gu, (character) => encodeURIComponent(character).replace(/^[!'()*~]$/, (plain) => `%${plain.charCodeAt(0).toString(16).toUpperCase()}`));
}
