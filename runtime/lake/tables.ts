/** The Delta tables of a lake: those that a catalog declares, and what their failures say. Where they lie, and their snapshots, are placed.ts. */
import type { Table } from "../../compiler/ir/catalog.ts";
import { fullName } from "../../compiler/ir/names.ts";
import { encodeRows, storeFiles } from "../delta/commit/append.ts";
import type { AppendOptions } from "../delta/commit/append.ts";
import type { JudgeRows, WrittenFile } from "../delta/engine.ts";
import type { Snapshot } from "../delta/snapshot/snapshot.ts";
import type { AsOf } from "../query/request.ts";
import { Failure } from "../values/failure.ts";
import type { Row } from "../values/value.ts";
import { isAbsent, openPlacedTables } from "./placed.ts";
import type { PlacedTables } from "./placed.ts";
import type { Places } from "./places.ts";

export interface DeltaTables extends PlacedTables {
  readonly places: Places;
  /** The newest snapshot, or the one asked for. DELTA_TABLE_NOT_FOUND says what to run for a declared table. */
  read(table: Table, asOf?: AsOf): Promise<Snapshot>;
  /** The newest snapshot that rows may be written on, once nobody claims the table to change it. */
  readToWrite(table: Table): Promise<Snapshot>;
  /** The snapshot that was read or made last, without a look at the store. */
  known(table: Table): Snapshot | undefined;
  /** The snapshot an append to a remote store may build on without a look; undefined where a look is due. */
  held(table: Table): Snapshot | undefined;
  /** Commits durable files; COMMIT_CONFLICT when others were in the way, COMMIT_UNKNOWN when it is not known what became of it. */
  append(table: Table, base: Snapshot, files: readonly WrittenFile[], options?: AppendOptions): Promise<Snapshot>;
  /** The same of rows, whose files are written first: VALUE_INVALID, ROWS_REFUSED with a row's place, and STORE_FAILED too. */
  appendRows(table: Table, base: Snapshot, rows: readonly Row[], judge: JudgeRows, place: (index: number) => string): Promise<Snapshot>;
}

/** Tables at these places; nothing is read yet. */
export function openTables(places: Places): DeltaTables {
  const placed = openPlacedTables();
  const told = (table: Table) => (error: unknown): never => { throw isAbsent(error) ? notCreated(table, error) : error; };
  const append: DeltaTables["append"] = async (table, base, files, options) => {
    const outcome = await placed.commitAt(places.table(table), base, files, options);
    if (outcome.kind === "committed") return outcome.snapshot;
    throw outcome.kind === "conflict" ? conflict(table, outcome.reason) : unknownOutcome(table, outcome.version, outcome.cause);
  };
  return {
    ...placed,
    places,
    known: (table) => placed.knownAt(places.table(table)),
    held: (table) => placed.heldAt(places.table(table)),
    read: async (table, asOf) => await placed.readAt(places.table(table), asOf).catch(told(table)),
    readToWrite: async (table) => await placed.readToWriteAt(places.table(table)).catch(told(table)),
    append,
    async appendRows(table, base, rows, judge, place) {
      const { store, location } = places.table(table);
      const files = await encodeRows(base, rows, fullName(table), judge, place);
      return await append(table, base, files, { after: storeFiles(store, location, files) });
    },
  };
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

/** Whether others were in the way of a commit. */
export function isConflict(error: unknown): boolean {
  return error instanceof Failure && error.code === "COMMIT_CONFLICT";
}
