/**
 * Version checksums (protocol, "Version Checksum File"): what a writer says that a version comes to. Read to be held against the log, never
 * instead of it: what it says can be believed only once that is read, which by then has told the same.
 */
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import type { DomainMetadata, Metadata, Protocol } from "../actions/actions.ts";
import { checksumPath } from "./log.ts";

/** What is known of a version, by names of the checksum's own: of each application and domain as well. */
export type ChecksumFacts = ReadonlyMap<string, number | string>;

export interface Checksum {
  readonly path: string;
  /** What it says; what it leaves out or has in another type is not there. */
  readonly says: ChecksumFacts;
  /** Whether it names all domains; of transactions it may leave out those that have expired. */
  readonly namesDomains: boolean;
}

/** What a version comes to by its log. */
export interface LoggedState {
  readonly protocol: Protocol;
  readonly metadata: Metadata;
  readonly files: { readonly length: number; readonly bytes: number };
  readonly transactions: ReadonlyMap<string, number>;
  readonly domains: ReadonlyMap<string, DomainMetadata>;
  /** What its commit says of its time; undefined where the table keeps none. */
  readonly inCommitTime: number | undefined;
}

/** The checksum of a version; undefined when nobody wrote one. DELTA_LOG_BROKEN when it is none. */
export async function readChecksum(store: Store, location: string, version: number): Promise<Checksum | undefined> {
  const path = checksumPath(location, version);
  if ((await store.head(path)) === undefined) return undefined;
  try {
    const json: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(await store.read(path)));
    if (typeof json !== "object" || json === null || Array.isArray(json)) throw new TypeError("it is no JSON object");
    return { path, says: saidBy(json), namesDomains: Array.isArray(Reflect.get(json, "domainMetadata")) };
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure("DELTA_LOG_BROKEN", `The checksum ${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { place: { file: path }, cause });
  }
}

/** What the log comes to, under the same names. */
export function loggedFacts({ protocol, metadata, files, transactions, domains, inCommitTime }: LoggedState): ChecksumFacts {
  return saidBy({
    numFiles: files.length, tableSizeBytes: files.bytes, numProtocol: 1, numMetadata: 1, inCommitTimestampOpt: inCommitTime, protocol, metadata,
    setTransactions: [...transactions].map(([appId, version]) => ({ appId, version })), domainMetadata: [...domains.values()],
  });
}

const numbers = ["numFiles", "tableSizeBytes", "numProtocol", "numMetadata", "inCommitTimestampOpt"];

function saidBy(json: object): ChecksumFacts {
  const facts = new Map<string, number | string>();
  const say = (name: string, value: unknown): void => {
    if (typeof value === "number" || typeof value === "string") facts.set(name, value);
  };
  for (const name of numbers) if (typeof partOf(json, name) === "number") say(name, partOf(json, name));
  const [protocol, metadata] = [partOf(json, "protocol"), partOf(json, "metadata")];
  for (const name of ["minReaderVersion", "minWriterVersion"]) say(`protocol.${name}`, partOf(protocol, name));
  // The order of features says nothing.
  for (const name of ["readerFeatures", "writerFeatures"]) say(`protocol.${name}`, wordsOf(partOf(protocol, name))?.toSorted().join(","));
  for (const name of ["id", "schemaString"]) say(`metadata.${name}`, partOf(metadata, name));
  say("metadata.partitionColumns", wordsOf(partOf(metadata, "partitionColumns"))?.join(","));
  const configuration = partOf(metadata, "configuration");
  if (typeof configuration === "object" && configuration !== null) say("metadata.configuration", JSON.stringify(Object.entries(configuration).toSorted(([left], [right]) => (left < right ? -1 : 1))));
  for (const one of listOf(json, "setTransactions")) say(`setTransactions.${String(partOf(one, "appId"))}`, partOf(one, "version"));
  for (const one of listOf(json, "domainMetadata")) say(`domainMetadata.${String(partOf(one, "domain"))}`, partOf(one, "configuration"));
  return facts;
}

function partOf(json: unknown, name: string): unknown {
  return typeof json === "object" && json !== null && Object.hasOwn(json, name) ? Reflect.get(json, name) : undefined;
}

function listOf(json: object, name: string): readonly unknown[] {
  const list = partOf(json, name);
  return Array.isArray(list) ? list : [];
}

function wordsOf(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((word) => typeof word === "string") ? value : undefined;
}
