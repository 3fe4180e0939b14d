/**
 * Files that a log names by themselves, not below the table (protocol, "Add File": absolute paths): those of a shallow clone. A table on a
 * local disk may name any file of that disk, one on S3 any object that is reached with the same access.
 */
import { fileURLToPath } from "node:url";
import { openFiles } from "../../storage/files.ts";
import { schemeOf } from "../../storage/open-store.ts";
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import { decodePath } from "./file-paths.ts";

/** Where an absolute path of the log leads: a store and a path in it. DELTA_UNSUPPORTED_FEATURE for one that the table's own store does not lead to. */
export function outsidePlace(store: Store, path: string): { readonly store: Store; readonly path: string } {
  const decoded = decodePath(path).replace(/^s3[an]:/, "s3:");
  if (decoded.startsWith(`${store.root}/`)) return { store, path: decoded.slice(store.root.length + 1) };
  const [, bucket, key] = /^(s3:\/\/[^/]+)\/(.+)$/.exec(decoded) ?? [];
  if (bucket !== undefined && key !== undefined && store.beside !== undefined) return { store: store.beside(bucket), path: key };
  const onDisk = diskPath(path);
  if (onDisk === undefined || schemeOf(store.root) !== undefined) {
    throw new Failure("DELTA_UNSUPPORTED_FEATURE", `The log names a file at ${path}, which this version does not reach from ${store.root}.`, { place: { value: path } });
  }
  return onDisk.startsWith(`${store.root}/`) ? { store, path: onDisk.slice(store.root.length + 1) } : { store: openFiles("/"), path: onDisk.slice(1) };
}

function diskPath(path: string): string | undefined {
  if (path.startsWith("/")) return decodePath(path);
  if (!path.startsWith("file:")) return undefined;
  try {
    // `file:/a` is `file:///a`.
    return fileURLToPath(path);
  } catch (cause) {
    throw new Failure("DELTA_LOG_BROKEN", `The log names a file at ${path}, which is no file of this machine: ${cause instanceof Error ? cause.message : String(cause)}`, { place: { value: path }, cause });
  }
}

/** Bytes of a file that the log names by an absolute path. */
export async function readOutside(store: Store, path: string, range?: { readonly offset: number; readonly length: number }): Promise<Uint8Array> {
  const place = outsidePlace(store, path);
  return await place.store.read(place.path, range);
}
