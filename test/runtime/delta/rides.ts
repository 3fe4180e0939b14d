/** A small Delta table in a directory of its own, for the tests of this room. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import type { AppendOptions } from "../../../runtime/delta/commit/append.ts";
import { createTable } from "../../../runtime/delta/commit/create.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { CommitOutcome } from "../../../runtime/delta/commit/transaction.ts";
import { openFiles } from "../../../runtime/storage/files.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import type { Row } from "../../../runtime/values/value.ts";

export const location = "rides/trips";
export const rideColumns: readonly NamedType[] = [
  { name: "id", type: { kind: "int64" }, nullable: false, doc: "Never reused." },
  { name: "city", type: { kind: "text" }, nullable: true },
];

/** A store in a new directory, and what removes it. */
export async function newStore(): Promise<{ readonly store: Store; remove(): Promise<void> }> {
  const directory = await mkdtemp(path.join(tmpdir(), "delta-"));
  return { store: openFiles(directory), remove: () => rm(directory, { recursive: true }) };
}

/** The outcome's snapshot; an outcome other than committed fails the test. */
export function committed(outcome: CommitOutcome): Snapshot {
  if (outcome.kind !== "committed") throw new Error(`not committed: ${JSON.stringify(outcome)}`);
  return outcome.snapshot;
}

/** A new, empty table. */
export async function createRides(store: Store, columns: readonly NamedType[] = rideColumns, partitionColumns: readonly string[] = []): Promise<Snapshot> {
  return committed(await createTable(store, location, { name: "rides.trips", description: "Finished rides.", columns, partitionColumns }));
}

/** One append as of a snapshot. */
export async function append(store: Store, base: Snapshot, rows: readonly Row[], options?: AppendOptions): Promise<CommitOutcome> {
  return appendFiles(store, location, base, await writeRows(store, location, base, rows), options);
}

/** Rows with these ids. */
export function rides(...ids: readonly number[]): Row[] {
  return ids.map((id) => ({ id: BigInt(id), city: `city ${id}` }));
}
