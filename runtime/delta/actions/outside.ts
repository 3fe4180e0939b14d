/**
 * Files that a log names by themselves, not below the table (protocol, "Add File": absolute paths): those of a shallow clone. A table on a
 * local disk may name any file of that disk; one elsewhere only what its own store holds.
 */
import { fileURLToPath } from "node:url";
import { openFiles } from "../../storage/files.ts";
import { schemeOf } from "../../storage/open-store.ts";
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import { decodePath } from "./file-paths.ts";

/** Where an absolute path of the log leads: into the table's own store, or to a file of the disk that the table lies on. DELTA_UNSUPPORTED_FEATURE for any other. */
export function outsidePlace(store: Store, path: string): { readonly inStore: string } | { readonly onDisk: string } {
  const decoded = decodePath(path).replace(/^s3[an]:/, "s3:");
  if (decoded.startsWith(`${store.root}/`)) return { inStore: decoded.slice(store.root.length + 1) };
  const onDisk = diskPath(path);
  if (onDisk === undefined || schemeOf(store.root) !== undefined) {
    throw new Failure("DELTA_UNSUPPORTED_FEATURE", `The log names a file at ${path}, which this version does not reach from ${store.root}.`, { place: { value: path } });
  }
  return onDisk.startsWith(`${store.root}/`) ? { inStore: onDisk.slice(store.root.length + 1) } : { onDisk };
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
  return "inStore" in place ? await store.read(place.inStore, range) : await openFiles("/").read(place.onDisk.slice(1), range);
}
