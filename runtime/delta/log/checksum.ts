/** Version checksums (protocol, "Version Checksum File"): what a writer says that a version comes to. Read to be held against the log, never instead of it. */
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import { logDirectory } from "./log.ts";

export interface Checksum {
  readonly path: string;
  /** What it says, by names of its own; what it leaves out or has in another type is not there. */
  readonly says: { readonly [fact in ChecksumFact]?: number | string };
}

/** Of a version: files and their bytes, its protocol and its metadata. */
export type ChecksumFact = "numFiles" | "tableSizeBytes" | "protocol.minReaderVersion" | "protocol.minWriterVersion" | "metadata.id" | "metadata.schemaString";

const facts: { readonly [fact in ChecksumFact]: "number" | "string" } = {
  "numFiles": "number", "tableSizeBytes": "number", "protocol.minReaderVersion": "number", "protocol.minWriterVersion": "number", "metadata.id": "string", "metadata.schemaString": "string",
};

/** The checksum of a version; undefined when nobody wrote one. DELTA_LOG_BROKEN when it is none. */
export async function readChecksum(store: Store, location: string, version: number): Promise<Checksum | undefined> {
  const path = `${logDirectory(location)}${String(version).padStart(20, "0")}.crc`;
  if ((await store.head(path)) === undefined) return undefined;
  try {
    const json: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(await store.read(path)));
    const said = Object.entries(facts).flatMap(([fact, type]) => {
      const value = fact.split(".").reduce<unknown>((part, name) => (typeof part === "object" && part !== null ? Reflect.get(part, name) : undefined), json);
      return typeof value === type ? [[fact, value] as const] : [];
    });
    return { path, says: Object.fromEntries(said) as Checksum["says"] };
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure("DELTA_LOG_BROKEN", `The checksum ${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { place: { file: path }, cause });
  }
}
