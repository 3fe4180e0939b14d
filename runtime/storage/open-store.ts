/** From a root to its store: a local directory, or a prefix of an S3 bucket. */
import path from "node:path";
import { Failure } from "../values/failure.ts";
import { openCache } from "./cache.ts";
import type { Cache, CacheOptions } from "./cache.ts";
import { openFiles } from "./files.ts";
import { openS3 } from "./s3.ts";
import type { S3Options } from "./s3.ts";
import type { Store } from "./store.ts";

export interface StoreOptions extends CacheOptions, S3Options {}

/** Opens stores that share one cache: of an absolute path or `s3://bucket/prefix`. CONFIG_INVALID for another scheme. Nothing is reached yet. */
export function openStores(options: StoreOptions): (root: string) => Store {
  let cache: Cache | undefined;
  return (root) => {
    const scheme = schemeOf(root);
    if (scheme === undefined) return openFiles(path.resolve(root));
    if (scheme === "s3") return openS3(root, (cache ??= openCache(options)), options);
    throw new Failure("CONFIG_INVALID", `${root}: tables are kept in local directories and on S3, not at ${scheme}://`, { hint: "Give a path, or s3://bucket/prefix." });
  };
}

/** The scheme of a URI, in lower case; undefined for a path. */
export function schemeOf(root: string): string | undefined {
  return /^([a-z][a-z0-9+.-]+):\/\//i.exec(root)?.[1]?.toLowerCase();
}
