/** A table of rides that becomes another: what tests of its evolution have in common. */
import { readdir } from "node:fs/promises";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import type { RewriteFiles } from "../../../runtime/delta/engine.ts";
import { evolve } from "../../../runtime/delta/commit/evolution.ts";
import type { EvolutionOutcome } from "../../../runtime/delta/commit/evolution.ts";
import type { SchemaTarget, TargetColumn } from "../../../runtime/delta/commit/evolve.ts";
import { readable } from "../../../runtime/delta/snapshot/read.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { openEngine } from "../../../runtime/query/engine.ts";
import { readAll } from "../../../runtime/query/read-all.ts";
import { snapshotSql } from "../../../runtime/query/relation.ts";
import { rewriteFiles } from "../../../runtime/query/rewrite.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { append, committed, createRides, location, rideColumns, rides } from "./rides.ts";
import { store } from "./store-each.ts";

/** The columns that the table has, as they are. */
export const kept = rideColumns.map((column): TargetColumn => ({ ...column, kept: column.name }));
/** A column with a value for older rows, and one without. */
export const seats: TargetColumn = { name: "seats", type: { kind: "int32" }, nullable: false, kept: undefined, fill: 4 };
export const note: TargetColumn = { name: "note", type: { kind: "text" }, nullable: true, kept: undefined };
/** The same with another name for the city. */
export const renamed = kept.map((column): TargetColumn => (column.name === "city" ? { ...column, name: "town" } : column));
/** The table as it is to be. */
export const to = (...columns: readonly TargetColumn[]): SchemaTarget => ({ columns, description: "Finished rides.", properties: { "neuralake.migration": "0002-abc" } });
/** Of the commit. */
export const facts = { operation: "ALTER TABLE", parameters: {} };

/** Becomes the target as of a snapshot. */
export async function change(base: Snapshot, target: SchemaTarget, rewrite: RewriteFiles = rewriteFiles): Promise<EvolutionOutcome> {
  return await evolve(store, location, base, target, rewrite, facts);
}

/** The outcome's snapshot; any other outcome fails the test. */
export function evolved(outcome: EvolutionOutcome): Snapshot {
  if (outcome.kind !== "evolved") throw new Error(`not evolved: ${outcome.kind}`);
  return outcome.snapshot;
}

/** All rows of a snapshot, in order of ids. */
export async function rowsOf(snapshot: Snapshot): Promise<readonly Row[]> {
  const engine = await openEngine({ readable: [store.local], temporary: store.local });
  try {
    return await readAll(engine, `SELECT * FROM (${await snapshotSql(engine, await readable(store, location, snapshot))}) ORDER BY "id"`, snapshot.columns);
  } finally {
    await engine.close();
  }
}

/** Two files with rides 1 and 2. */
export async function twoFiles(columns: readonly NamedType[] = rideColumns, partitions: readonly string[] = []): Promise<Snapshot> {
  return committed(await append(store, committed(await append(store, await createRides(store, columns, partitions), rides(1))), rides(2)));
}

/** Parquet files in the table's directory, whether a version names them or not. */
export const dataFiles = async (): Promise<number> => (await readdir(store.locate(location), { recursive: true })).filter((name) => name.endsWith(".parquet")).length;

/** A rewrite that lets something happen once the files are written, the first so many times. */
export function meanwhile(times: number, act: () => Promise<unknown>): RewriteFiles {
  let left = times;
  return async (rewrite) => {
    const files = await rewriteFiles(rewrite);
    if (left-- > 0) await act();
    return files;
  };
}

/** Appends a ride behind the newest version. */
export async function appendNow(id: number): Promise<void> {
  committed(await append(store, await readSnapshot(store, location), rides(id)));
}
