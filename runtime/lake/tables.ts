/** The Delta tables of a lake: where each lies and what its newest snapshot is. A commit's own snapshot is kept, so that the next look reads nothing twice. */
import type { Table } from "../../compiler/ir/catalog.ts";
import { fullName } from "../../compiler/ir/names.ts";
import { appendFiles, encodeRows, storeFiles } from "../delta/commit/append.ts";
import type { AppendOptions } from "../delta/commit/append.ts";
import type { JudgeRows, WrittenFile } from "../delta/engine.ts";
import { below } from "../delta/actions/file-paths.ts";
import { readSnapshot } from "../delta/snapshot/snapshot.ts";
import type { Snapshot } from "../delta/snapshot/snapshot.ts";
import { standBack } from "../delta/commit/stand-back.ts";
import type { AsOf } from "../query/request.ts";
import { Failure } from "../values/failure.ts";
import type { Row } from "../values/value.ts";
import { openCheckpoints } from "./checkpoints.ts";
import type { Place, Places } from "./places.ts";

export interface DeltaTables {
  readonly places: Places;
  /** The newest snapshot, or the one asked for. DELTA_TABLE_NOT_FOUND says what to run for a declared table. */
  read(table: Table, asOf?: AsOf): Promise<Snapshot>;
  /** The newest snapshot that rows may be written on, once nobody claims the table to change it. */
  readToWrite(table: Table): Promise<Snapshot>;
  /** The same of any directory. */
  readAt(place: Place, asOf?: AsOf): Promise<Snapshot>;
  /** The newest snapshot, or undefined when there is no table. */
  readIfThere(place: Place): Promise<Snapshot | undefined>;
  /** The snapshot that was read or made last, without a look at the store. */
  known(table: Table): Snapshot | undefined;
  /**
   * The snapshot an append to a remote store may build on without a look, which costs a request there: read or made a moment ago. Whatever
   * came since is met by the commit. Undefined where a look is due.
   */
  held(table: Table): Snapshot | undefined;
  /** Commits durable files; COMMIT_CONFLICT when others were in the way, COMMIT_UNKNOWN when it is not known what became of it. */
  append(table: Table, base: Snapshot, files: readonly WrittenFile[], options?: AppendOptions): Promise<Snapshot>;
  /** The same of rows, whose files are written first: VALUE_INVALID, ROWS_REFUSED with a row's place, and STORE_FAILED too. */
  appendRows(table: Table, base: Snapshot, rows: readonly Row[], judge: JudgeRows, place: (index: number) => string): Promise<Snapshot>;
  /** Once what goes on beside the commits is over: checkpoints being written. */
  settled(): Promise<void>;
}

/** Long enough for the next append of a stream, too short for a table to be removed and made anew. */
const heldMs = 2_000;

/** Tables at these places; nothing is read yet. */
export function openTables(places: Places): DeltaTables {
  const looks = openLooks();
  const checkpoints = openCheckpoints();
  const reads = openReads(places, looks);
  const append = openAppend(places, (place, snapshot) => {
    checkpoints.committed(place, snapshot);
    looks.keep(place, snapshot);
  });
  return {
    places,
    ...reads,
    known: (table) => looks.newest(places.table(table)),
    held: (table) => looks.held(places.table(table)),
    append,
    settled: checkpoints.settled,
    async appendRows(table, base, rows, judge, place) {
      const { store, location } = places.table(table);
      const files = await encodeRows(base, rows, fullName(table), judge, place);
      return await append(table, base, files, { after: storeFiles(store, location, files) });
    },
  };
}

/** The snapshots that were read or made last, by where their tables lie. */
interface Looks {
  keep(place: Place, snapshot: Snapshot): Snapshot;
  forget(place: Place): void;
  newest(place: Place): Snapshot | undefined;
  held(place: Place): Snapshot | undefined;
}

function openLooks(): Looks {
  const newest = new Map<string, Snapshot>();
  const looked = new Map<string, number>();
  return {
    // A lower version may follow a higher one: a table can be removed and made anew.
    keep({ directory }, snapshot) {
      newest.set(directory, snapshot);
      looked.set(directory, Date.now());
      return snapshot;
    },
    forget: ({ directory }) => void newest.delete(directory),
    newest: ({ directory }) => newest.get(directory),
    held({ store, directory }) {
      const isRemote = store.local !== store.root;
      return isRemote && (looked.get(directory) ?? 0) > Date.now() - heldMs ? newest.get(directory) : undefined;
    },
  };
}

function openReads(places: Places, looks: Looks): Pick<DeltaTables, "read" | "readToWrite" | "readAt" | "readIfThere"> {
  const readAt: DeltaTables["readAt"] = async (place, asOf) => {
    try {
      const snapshot = await readSnapshot(place.store, place.location, asOf, looks.newest(place));
      return asOf === undefined ? looks.keep(place, snapshot) : snapshot;
    } catch (error) {
      if (isAbsent(error)) looks.forget(place);
      throw error;
    }
  };
  const read: DeltaTables["read"] = async (table, asOf) => await readAt(places.table(table), asOf).catch((error: unknown) => { throw isAbsent(error) ? notCreated(table, error) : error; });
  return {
    read,
    readAt,
    async readToWrite(table) {
      const newest = async (): Promise<Snapshot> => await read(table);
      return await standBack(await newest(), newest);
    },
    readIfThere: async (place) => await readAt(place).catch((error: unknown) => {
      if (isAbsent(error)) return undefined;
      throw error;
    }),
  };
}

/** `committed` is told of each commit of ours. */
function openAppend(places: Places, committed: (place: Place, snapshot: Snapshot) => void): DeltaTables["append"] {
  return async (table, base, files, options = {}) => {
    const place = places.table(table);
    try {
      const outcome = await appendFiles(place.store, place.location, base, files, options);
      if (outcome.kind === "conflict") throw conflict(table, outcome.reason);
      if (outcome.kind === "unknown") throw unknownOutcome(table, outcome.version, outcome.cause);
      committed(place, outcome.snapshot);
      return outcome.snapshot;
    } catch (error) {
      // Unless the commit may stand after all, no version names these files.
      if (!isUnknown(error) && (await isDone(options.after))) await removeFiles(place, files);
      throw error;
    }
  };
}

/** Whether files became durable; those of which one did not are taken back already. */
async function isDone(durable: Promise<unknown> | undefined): Promise<boolean> {
  const [settled] = await Promise.allSettled([durable]);
  return settled.status === "fulfilled";
}

function isAbsent(error: unknown): boolean {
  return error instanceof Failure && error.code === "DELTA_TABLE_NOT_FOUND";
}

function notCreated(table: Table, cause: unknown): Failure {
  const aside = table.name.endsWith("__dead") ? "It is made when a row is first set aside." : "Run `neuralake apply`.";
  return new Failure("DELTA_TABLE_NOT_FOUND", `${fullName(table)} is declared and was not created yet.`, { hint: aside, cause });
}

function conflict(table: Table, reason: string): Failure {
  return new Failure("COMMIT_CONFLICT", `The rows were not committed to ${fullName(table)}: ${reason}.`, { hint: "Nothing was written; try again.", retry: true });
}

function unknownOutcome(table: Table, version: number, cause: unknown): Failure {
  const name = fullName(table);
  return new Failure("COMMIT_UNKNOWN", `It is not known whether version ${version} of ${name} was committed.`, { hint: `Look at \`neuralake history ${name}\` before you try again.`, cause });
}

function isUnknown(error: unknown): boolean {
  return error instanceof Failure && error.code === "COMMIT_UNKNOWN";
}

/** Whether others were in the way of a commit. */
export function isConflict(error: unknown): boolean {
  return error instanceof Failure && error.code === "COMMIT_CONFLICT";
}

/** Removes data files that no commit names. */
export async function removeFiles({ store, location }: Place, files: readonly WrittenFile[]): Promise<void> {
  for (const file of files) await store.remove(below(location, file.path));
}
