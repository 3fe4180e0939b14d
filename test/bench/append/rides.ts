/** The rows that the benches of appending write, 1,000 of 8 columns, and what they do alike. */
import assert from "node:assert/strict";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { appendFiles, encodeRows, storeFiles } from "../../../runtime/delta/commit/append.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { readRows } from "../../../runtime/parquet/arrow-rows.ts";
import { decodeParquet } from "../../../runtime/parquet/parquet-file.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import type { Row } from "../../../runtime/values/value.ts";

export const columns: readonly NamedType[] = [
  { name: "id", type: { kind: "int64" }, nullable: false },
  { name: "seen_at", type: { kind: "timestamp" }, nullable: false },
  { name: "day", type: { kind: "day" }, nullable: false },
  { name: "name", type: { kind: "text" }, nullable: true },
  { name: "fare", type: { kind: "decimal", precision: 10, scale: 2 }, nullable: false },
  { name: "distance", type: { kind: "float64" }, nullable: false },
  { name: "passengers", type: { kind: "int32" }, nullable: true },
  { name: "paid", type: { kind: "bool" }, nullable: false },
];

const day = Temporal.PlainDate.from("2026-08-01");
const start = Temporal.Instant.from("2026-08-01T00:00:00Z");
export const rows: readonly Row[] = Array.from({ length: 1_000 }, (_, index) => ({
  id: BigInt(index), seen_at: start.add({ milliseconds: index }), day, name: index % 10 === 0 ? null : `rider number ${index}`,
  fare: (index / 8).toFixed(2), distance: index * 1.1, passengers: index % 7 === 0 ? null : index % 5, paid: index % 2 === 0,
}));

export function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

/** The middle one of some times. */
export function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Appends the rows as the lake does; gives the snapshot after. */
export async function appendRides(store: Store, location: string, base: Snapshot): Promise<Snapshot> {
  const files = await encodeRows(base, rows, store.locate(location));
  const outcome = await appendFiles(store, location, base, files, { after: storeFiles(store, location, files) });
  assert(outcome.kind === "committed");
  return outcome.snapshot;
}

/** Every one of so many appends to a table is there, whole. */
export async function checkAppends(store: Store, location: string, appends: number): Promise<void> {
  const { files, version } = await readSnapshot(store, location);
  assert.equal(version, appends);
  assert.equal(files.length, appends);
  for (const file of files) {
    const [batch] = decodeParquet(await store.read(`${location}/${file.path}`), file.path);
    assert(batch !== undefined);
    assert.deepEqual(readRows(columns, batch), rows);
  }
}
