/** What upkeep leaves, as delta-rs reads it and writes on to it: a compacted table whose commits are gone but for the checkpoint. */
import { rm } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { writeCheckpoint } from "../../../runtime/delta/checkpoints/checkpoint-writer.ts";
import { compact } from "../../../runtime/delta/maintenance/compaction.ts";
import { commitPath } from "../../../runtime/delta/log/log.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { rewriteFiles } from "../../../runtime/query/rewrite.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { withServices } from "../../services/with-services.ts";
import { append, committed, createRides, location, newStore } from "./rides.ts";

let store: Store;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ store, remove } = await newStore());
});

afterEach(async () => {
  await remove();
});

const columns: readonly NamedType[] = [
  { name: "id", type: { kind: "int64" }, nullable: false },
  { name: "p", type: { kind: "text" }, nullable: true },
  { name: "fare", type: { kind: "decimal", precision: 10, scale: 2 }, nullable: true },
  { name: "at", type: { kind: "timestamp" }, nullable: true },
  { name: "tags", type: { kind: "array", element: { kind: "text" }, elementNullable: true }, nullable: true },
];

/** Thirty appends to two partitions, compacted, with a checkpoint and without the commits before it. */
async function keptTable(): Promise<Snapshot> {
  const time = Temporal.Instant.from("2026-01-01T00:00:00.123456Z");
  let snapshot = await createRides(store, columns, ["p"]);
  for (let id = 1; id <= 30; id++) {
    const row: Row = { id: BigInt(id), p: id % 3 === 0 ? null : "a b", fare: "1.50", at: time, tags: ["x", null] };
    snapshot = committed(await append(store, snapshot, [row], { transactions: [{ appId: "peer", version: id }] }));
  }
  snapshot = (await compact(store, location, snapshot, { targetBytes: 1_000_000, filesMin: 2, growing: false }, rewriteFiles)).snapshot;
  expect(snapshot.files).toHaveLength(2);
  await writeCheckpoint(store, location, snapshot);
  for (let version = 0; version < snapshot.version; version++) await rm(store.locate(commitPath(location, version)));
  return snapshot;
}

await withServices(["python"], "engines of others", ({ python }) => {
  test("delta-rs knows our tombstones and transactions, and what it writes on is read by us", async () => {
    const before = await keptTable();
    const script = `import sys, json, deltalake
table = deltalake.DeltaTable(sys.argv[1])
old = table.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=True)
print(json.dumps({"tombstones": len(old), "transaction": table.transaction_version("peer")}))
table.optimize.compact()
table.create_checkpoint()`;
    expect(await python.run(script, [store.locate(location)])).toEqual({ tombstones: 30, transaction: 30 });
    const after = await readSnapshot(store, location, undefined, before);
    expect(after.files).toHaveLength(2);
    expect(after.transactions).toEqual(before.transactions);
    expect((await compact(store, location, after, { targetBytes: 1_000_000, filesMin: 2, growing: false }, rewriteFiles)).commits).toEqual([]);
  });
});
