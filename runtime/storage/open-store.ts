/** From a root to its store: a local directory, or a prefix of an S3 bucket. */
import path from "node:path";
import { Failure } from "../values/failure.ts";
import { openFiles } from "./files.ts";
import type { Store } from "./store.ts";

/** The store of a root: an absolute path or `s3://bucket/prefix`. CONFIG_INVALID for another scheme. Nothing is reached yet. */
export function openStore(root: string): Store {
  if (schemeOf(root) === undefined) return openFiles(path.resolve(root));
  throw new Failure("CONFIG_INVALID", `${root}: this version keeps tables in local directories.`, { hint: "Give the path of a directory." });
}

/** The scheme of a URI, in lower case; undefined for a path. */
export function schemeOf(root: string): string | undefined {
  return /^([a-z][a-z0-9+.-]+):\/\//i.exec(root)?.[1]?.toLowerCase();
}
