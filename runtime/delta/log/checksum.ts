/** Version checksums (protocol, "Version Checksum File"): what a writer says that a version comes to. Read to be held against the log, never instead of it. */
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import { logDirectory } from "./log.ts";

export interface Checksum { readonly path: string; readonly numFiles: number | undefined; readonly tableSizeBytes: number | undefined }

/** The checksum of a version; undefined when nobody wrote one. DELTA_LOG_BROKEN when it is none. */
export async function readChecksum(store: Store, location: string, version: number): Promise<Checksum | undefined> {
  const path = `${logDirectory(location)}${String(version).padStart(20, "0")}.crc`;
  if ((await store.head(path)) === undefined) return undefined;
  try {
    const said = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(await store.read(path))) as { readonly numFiles?: unknown; readonly tableSizeBytes?: unknown };
    return { path, numFiles: numberOf(said.numFiles), tableSizeBytes: numberOf(said.tableSizeBytes) };
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure("DELTA_LOG_BROKEN", `The checksum ${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { place: { file: path }, cause });
  }
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
