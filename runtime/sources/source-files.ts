/** Where the rows of a table that is not Delta lie: the files behind a location, found anew at each query. */
import { realpathSync } from "node:fs";
import { glob, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Failure } from "../values/failure.ts";

/** An existing file by its real, absolute path; size in bytes, time of change in milliseconds since 1970. */
export interface SourceFile {
  readonly file: string;
  readonly size: number;
  readonly modified: number;
  /** Where it lies, when `file` is a copy. */
  readonly origin?: string;
}

const wildcard = /[*?[\]{}]/;

/** The files of a location relative to `project`, in order of name: one file, or all that a pattern matches. FILE_NOT_FOUND when there is none. */
export async function findFiles(project: string, location: string): Promise<readonly SourceFile[]> {
  const absolute = absolutePath(project, location);
  const single = await fileAt(absolute);
  if (single !== undefined) return [single];
  const found: SourceFile[] = [];
  if (wildcard.test(location)) {
    for await (const name of glob(absolute)) {
      const file = await fileAt(name);
      if (file !== undefined) found.push(file);
    }
  }
  if (found.length === 0) {
    throw new Failure("FILE_NOT_FOUND", `There is no file ${location}.`, { hint: `It was looked for at ${absolute}; locations are relative to the project.`, place: { file: location } });
  }
  return found.toSorted((a, b) => (a.file < b.file ? -1 : 1));
}

/** The path an engine must be let at to read a location: the file itself, or the directory a pattern begins in. */
export function readablePath(project: string, location: string): string {
  const absolute = absolutePath(project, location);
  if (!wildcard.test(location)) return realPath(absolute);
  const segments = absolute.split(path.sep);
  return realPath(segments.slice(0, segments.findIndex((segment) => wildcard.test(segment))).join(path.sep) || path.sep);
}

/** A path with its links followed as far as it exists. */
function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch (error) {
    if (isAbsent(error)) return file;
    throw error;
  }
}

async function fileAt(name: string): Promise<SourceFile | undefined> {
  try {
    const facts = await stat(name);
    return facts.isFile() ? { file: await realpath(name), size: facts.size, modified: facts.mtimeMs } : undefined;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw new Failure("STORE_FAILED", `The file ${name} cannot be read: ${String(error)}`, { cause: error, place: { file: name } });
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

function absolutePath(project: string, location: string): string {
  if (location.startsWith("file://")) return fileURLToPath(location);
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(location)?.[1];
  if (scheme !== undefined) {
    throw new Failure("CONFIG_INVALID", `${location}: files are read from disks and from S3, not from ${scheme}://`, { hint: "Give a path, or s3://bucket/name." });
  }
  return path.resolve(project, location);
}
