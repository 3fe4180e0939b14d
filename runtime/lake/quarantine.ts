/** Sets rows aside in a table's dead table, which is created with the first of them. */
import type { Table } from "../../compiler/ir/catalog.ts";
import { fullName } from "../../compiler/ir/names.ts";
import { writeRows } from "../delta/commit/append.ts";
import type { Txn } from "../delta/actions/actions.ts";
import { createTable } from "../delta/commit/create.ts";
import type { Snapshot } from "../delta/snapshot/snapshot.ts";
import { deadRows, deadTable } from "../governance/dead-letters.ts";
import type { DeadRow } from "../governance/dead-letters.ts";
import { Failure } from "../values/failure.ts";
import type { DeltaTables } from "./tables.ts";

/** Commits the rows; those of a load already set aside under the same transaction are left as they are. */
export async function setAside(tables: DeltaTables, table: Table, rows: readonly DeadRow[], transactions: readonly Txn[] = []): Promise<void> {
  const dead = deadTable(table);
  if (dead === undefined || rows.length === 0) return;
  const base = await deadSnapshot(tables, dead);
  if (transactions.some(({ appId, version }) => (base.transactions.get(appId) ?? -1) >= version)) return;
  const place = tables.places.table(dead);
  const files = await writeRows(place.store, place.location, base, deadRows(rows, Temporal.Now.instant()));
  await tables.append(dead, base, files, { transactions });
}

/** Makes a dead table where there is none. */
export async function createDead(tables: DeltaTables, dead: Table): Promise<void> {
  await deadSnapshot(tables, dead);
}

async function deadSnapshot(tables: DeltaTables, dead: Table): Promise<Snapshot> {
  const place = tables.places.table(dead);
  const there = await tables.readIfThere(place);
  if (there !== undefined) return there;
  const outcome = await createTable(place.store, place.location, { name: fullName(dead), description: dead.doc, columns: dead.columns, partitionColumns: [] });
  // Somebody else may have been first with the same table.
  if (outcome.kind === "unknown") throw new Failure("STORE_FAILED", `${fullName(dead)} could not be created.`, { retry: true, cause: outcome.cause });
  return outcome.kind === "committed" ? outcome.snapshot : await tables.readAt(place);
}
