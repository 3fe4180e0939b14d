/**
 * Checkpoints (protocol, "Checkpoints"), read: Parquet with a row for each action, in one file or in parts; or of the second form (V2 Spec),
 * Parquet or JSON, whose files may stand in sidecars.
 */
import { openParquet } from "../../parquet/parquet-footer.ts";
import type { OpenParquet } from "../../parquet/parquet-footer.ts";
import { heldBytes } from "../../storage/held-object.ts";
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import type { Action, Sidecar } from "../actions/actions.ts";
import type { FileBlock } from "../actions/file-block.ts";
import { decodePath } from "../actions/file-paths.ts";
import { logDirectory, readActions } from "../log/log.ts";
import type { LoggedCheckpoint } from "../log/log.ts";
import { checkpointBlock } from "./checkpoint-block.ts";
import type { CheckpointAction } from "./checkpoint-columns.ts";
import { brokenCheckpoint, decodeActions, intact } from "./checkpoint-decode.ts";
import { passingNames } from "./checkpoint-names.ts";
import type { NamingAction } from "./checkpoint-names.ts";
import { watched } from "./late-damage.ts";

type Named = Pick<LoggedCheckpoint, "version" | "names">;

/** What comes of a checkpoint, a part at a time: actions, or many files in one block. */
export type CheckpointPart = { readonly actions: readonly Action[] } | { readonly block: FileBlock };

/** The names of files and tombstones alone, where no more is asked for. */
interface NamesPart { readonly names: readonly NamingAction[] }

/** Gives the parts of a Parquet file of a checkpoint, or of its sidecar, which has files alone. */
type ReadParquet<Part> = (file: OpenParquet, isSidecar: boolean) => Iterable<Part>;

/** The actions of these kinds in a checkpoint, some at a time. A damaged one is DELTA_LOG_BROKEN. */
export async function* readCheckpoint(store: Store, location: string, checkpoint: Named, kinds: readonly CheckpointAction[]): AsyncGenerator<readonly Action[]> {
  const read: ReadParquet<CheckpointPart> = function* (file, isSidecar) {
    for (const actions of decodeActions(file, isSidecar ? kinds.filter((kind) => kind === "add" || kind === "remove") : kinds)) yield { actions };
  };
  for await (const part of partsOf(store, location, checkpoint, read)) {
    if ("actions" in part) yield part.actions.filter((action) => kinds.some((kind) => action[kind] !== undefined));
  }
}

/** Which files a checkpoint names and which it says are gone, some at a time. DELTA_LOG_BROKEN likewise. */
export async function* readCheckpointNames(store: Store, location: string, checkpoint: Named): AsyncGenerator<readonly NamingAction[]> {
  const read: ReadParquet<CheckpointPart | NamesPart> = function* (file, isSidecar) {
    if (!isSidecar) for (const actions of decodeActions(file, [])) yield { actions };
    const passing = intact(file.name, () => passingNames(file));
    for (const names of passing ?? decodeActions(file, ["add", "remove"])) yield { names: names.filter(isNaming) };
  };
  for await (const part of partsOf(store, location, checkpoint, read)) {
    if ("names" in part) yield part.names;
    else if ("actions" in part) yield part.actions.filter(isNaming);
  }
}

function isNaming({ add, remove }: NamingAction): boolean {
  return add !== undefined || remove !== undefined;
}

/** What a snapshot is made of; tombstones say nothing of its files. DELTA_LOG_BROKEN likewise. */
export async function* loadCheckpoint(store: Store, location: string, checkpoint: Named): AsyncGenerator<CheckpointPart> {
  yield* partsOf(store, location, checkpoint, function* (file, isSidecar): Generator<CheckpointPart> {
    if (!isSidecar) for (const actions of decodeActions(file, ["protocol", "metaData", "txn", "domainMetadata"])) yield { actions };
    const block = checkpointBlock(file);
    if (block !== undefined) yield { block: watched(block, placeOf(store, location, checkpoint)) };
  });
}

/** The names of the sidecars that a checkpoint refers to, of which none is read. DELTA_LOG_BROKEN likewise. */
export async function sidecarsOf(store: Store, location: string, { names }: Named): Promise<readonly string[]> {
  const found = await Promise.all(names.map(async (name) => {
    const path = `${logDirectory(location)}${name}`;
    const actions = name.endsWith(".json") ? await readActions(store, path) : [...decodeActions(await openFile(store, path), [])].flat();
    return actions.flatMap(({ sidecar }) => (sidecar === undefined ? [] : [sidecarName(decodePath(sidecar.path))]));
  }));
  return found.flat();
}

/** By what a checkpoint is known in this process: its first file, as messages name it. */
export function placeOf(store: Store, location: string, { names: [first = ""] }: Pick<LoggedCheckpoint, "names">): string {
  return store.locate(`${logDirectory(location)}${first}`);
}

async function* partsOf<Part extends CheckpointPart | NamesPart>(store: Store, location: string, checkpoint: Named, read: ReadParquet<Part>): AsyncGenerator<Part | CheckpointPart> {
  const sidecars: Sidecar[] = [];
  let marks = 0;
  for (const name of checkpoint.names) {
    const path = `${logDirectory(location)}${name}`;
    for await (const part of name.endsWith(".json") ? [{ actions: await readActions(store, path) }] : read(await openFile(store, path), false)) {
      for (const { sidecar, checkpointMetadata } of "actions" in part ? part.actions : []) {
        if (sidecar) sidecars.push(sidecar);
        if (checkpointMetadata) requireVersion(path, checkpointMetadata.version, checkpoint.version);
        if (checkpointMetadata) marks += 1;
      }
      yield part;
    }
  }
  requireForm(checkpoint, marks, sidecars.length);
  for (const sidecar of sidecars) yield* readSidecar(store, location, sidecar, read);
}

/** Files alone stand in a sidecar. */
async function* readSidecar<Part>(store: Store, location: string, { path: encoded, sizeInBytes }: Sidecar, read: ReadParquet<Part>): AsyncGenerator<Part> {
  const name = sidecarName(decodePath(encoded));
  const path = `${logDirectory(location)}_sidecars/${name}`;
  const file = await openFile(store, path, (size) => {
    if (size !== sizeInBytes) throw brokenCheckpoint(path, `it has ${size} bytes, and the checkpoint says ${sizeInBytes}`);
  });
  yield* read(file, true);
}

/** Sidecars lie in one place; some writers name it (protocol, "Sidecar File Information"). */
function sidecarName(path: string): string {
  const parts = path.split("/");
  const name = parts.pop() ?? "";
  const above = parts.slice(-2).join("/");
  const isThere = parts.length === 0 || above === "_delta_log/_sidecars" || above === "_sidecars";
  if (isThere && name !== "" && name !== ".." && !name.includes("\\")) return name;
  throw brokenCheckpoint(path, "a sidecar is no file of _delta_log/_sidecars");
}

/** So few bytes are read at once. */
const wholeMax = 4 << 20;

/** A Parquet file, of which parts are read as they are needed where the store has them at hand; `check` looks at its size first. */
async function openFile(store: Store, path: string, check: (size: number) => void = () => undefined): Promise<OpenParquet> {
  const object = await found(path, async () => {
    const held = await store.hold?.(path);
    return held !== undefined && held.size > wholeMax ? held : heldBytes(await store.read(path));
  });
  check(object.size);
  return intact(path, () => openParquet(object, path));
}

async function found<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Failure && error.code === "FILE_NOT_FOUND") throw brokenCheckpoint(path, "it is not there", error);
    throw error;
  }
}

function requireVersion(path: string, found: number, version: number): void {
  if (found !== version) throw brokenCheckpoint(path, `it says that it is of version ${found}, and its name says ${version}`);
}

/** The second form says so of itself, once; its own names and sidecars belong to no other. */
function requireForm({ names: [first = ""] }: Pick<LoggedCheckpoint, "names">, marks: number, sidecars: number): void {
  const second = /\.checkpoint\.[0-9a-f-]{36}\./.test(first) || sidecars > 0;
  if (marks === (second ? 1 : 0) || (marks === 1 && !second)) return;
  throw brokenCheckpoint(first, `it has ${marks} rows of checkpointMetadata, and needs one`);
}
