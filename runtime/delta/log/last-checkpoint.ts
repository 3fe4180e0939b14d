/** `_last_checkpoint` (protocol, "Last Checkpoint File"): which version to begin with. Advice only: it may be absent, late or broken. */
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import type { AsOf } from "../../values/as-of.ts";
import type { Action, Sidecar } from "../actions/actions.ts";
import { listLog, logDirectory, newestOf } from "./log.ts";
import type { LogListing } from "./log.ts";

/** What the file says of a checkpoint. */
export interface LastCheckpoint {
  readonly version: number;
  /** Actions in it. */
  readonly size: number;
  readonly sizeInBytes: number;
  readonly numOfAddFiles: number;
  /** Files of one in parts. */
  readonly parts?: number;
  /** Of the second form (protocol, "V2 Spec"): its main file by name, and what it holds where that is little. */
  readonly v2Checkpoint?: {
    readonly path: string;
    readonly sizeInBytes: number;
    /** Milliseconds since 1970. */
    readonly modificationTime: number;
    readonly nonFileActions?: readonly Action[];
    readonly sidecarFiles?: readonly Sidecar[];
  };
}

/** The version that the file names, and how many actions its checkpoint has (0 when it does not say); undefined when it names none. */
export async function readHint(store: Store, location: string): Promise<Pick<LastCheckpoint, "version" | "size"> | undefined> {
  try {
    const { version, size } = JSON.parse(new TextDecoder().decode(await store.read(hintPath(location)))) as { readonly version?: unknown; readonly size?: unknown };
    if (typeof version !== "number" || !Number.isSafeInteger(version) || version < 0) return undefined;
    return { version, size: typeof size === "number" ? size : 0 };
  } catch (error) {
    // What is no JSON is as good as nothing: the log is listed whole.
    if (error instanceof SyntaxError || error instanceof TypeError || (error instanceof Failure && error.code === "FILE_NOT_FOUND")) return undefined;
    throw error;
  }
}

/** What the file is to readers of this log: "broken" where it can be read by nobody, or names a checkpoint that is not there. */
export async function hintState(store: Store, location: string, { checkpoints }: LogListing): Promise<"whole" | "missing" | "broken"> {
  if ((await store.head(hintPath(location))) === undefined) return "missing";
  const hint = await readHint(store, location);
  return hint !== undefined && checkpoints.some(({ version }) => version === hint.version) ? "whole" : "broken";
}

/** Names a checkpoint as the last. The store replaces nothing, so for a moment there is none, and readers list the log. */
export async function writeHint(store: Store, location: string, last: LastCheckpoint): Promise<void> {
  await store.remove(hintPath(location));
  await store.putIfAbsent(hintPath(location), new TextEncoder().encode(JSON.stringify(last)));
}

/** The log from its last checkpoint on where that is enough for what is asked, else all of it. */
export async function listRecent(store: Store, location: string, asOf?: AsOf): Promise<LogListing> {
  return (await listFromHint(store, location, asOf)) ?? (await listLog(store, location));
}

/** Undefined when the checkpoint is not there, or what is asked for is not behind it. */
async function listFromHint(store: Store, location: string, asOf: AsOf | undefined): Promise<LogListing | undefined> {
  if (asOf !== undefined && !("version" in asOf)) return undefined;
  const hint = (await readHint(store, location))?.version;
  if (hint === undefined || (asOf !== undefined && asOf.version < hint)) return undefined;
  const listing = await listLog(store, location, { version: hint, modified: Number.NEGATIVE_INFINITY });
  const found = asOf === undefined || asOf.version <= (newestOf(listing)?.version ?? -1);
  return found && listing.checkpoints.some(({ version }) => version === hint) ? listing : undefined;
}

/** The path of the file. */
export function hintPath(location: string): string {
  return `${logDirectory(location)}_last_checkpoint`;
}
