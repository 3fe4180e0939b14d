/** What must be true of a table once an operation on it came to its end, or to any other: it is as it was or as it was to be, is whole, and hinders nobody. */
import { expect } from "vitest";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import { listLog, newestOf } from "../../../runtime/delta/log/log.ts";
import { vacuum } from "../../../runtime/delta/maintenance/vacuum.ts";
import { readable } from "../../../runtime/delta/snapshot/read.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { verifyTable } from "../../../runtime/delta/snapshot/verify.ts";
import { countRows } from "../../../runtime/query/count-rows.ts";
import type { Engine } from "../../../runtime/query/engine.ts";
import { rowJudge } from "../../../runtime/query/judge-rows.ts";
import { readAll } from "../../../runtime/query/read-all.ts";
import { snapshotSql } from "../../../runtime/query/relation.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import { committed, location, rides } from "./rides.ts";
import { cloneLocation, preparedRows } from "./table-operations.ts";
import type { Acting, TableOperation } from "./table-operations.ts";

/** How an operation ended, as far as anybody was told. */
export type Ended = "done" | Failure | "killed";

/** What is so afterwards: whether its commit stands. */
export type Stands = "before" | "after";

/** Holds the table against what it may be. `store` fails no more. What was left behind is removed by a vacuum, and another append is made. */
export async function checkEnd(operation: TableOperation, { store, engine, ended, what }: { readonly store: Store; readonly engine: Engine; readonly ended: Ended; readonly what: string }): Promise<Stands> {
  const { name, after = preparedRows, twofold = false } = operation;
  let found = await rowsAt(store, engine, location);
  const stands: Stands = JSON.stringify(found) === JSON.stringify(after) ? "after" : "before";
  expect(found, what).toEqual(stands === "after" ? after : preparedRows);
  if (ended === "done") expect(stands, what).toBe("after");
  // Who is told of a failure that is none of the commit's may do it all again.
  if (ended instanceof Failure && ended.code !== "COMMIT_UNKNOWN" && !twofold && after !== preparedRows) expect([what, ended.code, stands]).toEqual([what, ended.code, "before"]);
  if (operation.leaves !== undefined) found = await doneAgain(operation, { store, engine, ended, what });
  if (name.includes("clone")) await checkClone(store, engine, what);
  const snapshot = await readSnapshot(store, location);
  const next = committed(await appendFiles(store, location, snapshot, await writeRows(store, location, snapshot, rides(8).map((row) => withAll(snapshot, row)), rowJudge(async () => engine))));
  const all = [...found, "8 city 8"].toSorted();
  if (!name.includes("shallow")) await vacuum(store, location, next, { retainMs: 0, allowShort: true, seenAt: Date.now() + 60_000 });
  expect(await rowsAt(store, engine, location), what).toEqual(all);
  expect((await verifyTable(store, location, countRows(engine))).findings.filter(({ kind }) => kind !== "orphaned" || !name.includes("shallow")), what).toEqual([]);
  return stands;
}

/** What was promised is so where it was done, and where it was not once it is done again; the rows then. */
async function doneAgain({ act, leaves, after = preparedRows }: TableOperation, { store, engine, ended, what }: { readonly store: Store; readonly engine: Engine; readonly ended: Ended; readonly what: string }): Promise<readonly string[]> {
  const acting = async (): Promise<Acting> => ({ store, engine, base: await readSnapshot(store, location) });
  if (ended === "done") expect(await leaves?.(await acting()), what).toEqual([]);
  await act(await acting());
  expect(await leaves?.(await acting()), `${what}, and done again`).toEqual([]);
  const found = await rowsAt(store, engine, location);
  expect(found, what).toEqual(after);
  return found;
}

const withAll = ({ columns }: Snapshot, row: ReturnType<typeof rides>[number]) => Object.fromEntries(columns.map(({ name }) => [name, row[name] ?? null]));

/** A clone is whole or is none, and one that is none can be made. */
async function checkClone(store: Store, engine: Engine, what: string): Promise<void> {
  if (newestOf(await listLog(store, cloneLocation)) === undefined) return;
  expect(await rowsAt(store, engine, cloneLocation), what).toEqual(preparedRows);
  expect((await verifyTable(store, cloneLocation, countRows(engine))).findings, what).toEqual([]);
}

/** `id city` of each row, in order. */
async function rowsAt(store: Store, engine: Engine, at: string): Promise<readonly string[]> {
  const snapshot = await readSnapshot(store, at);
  const rows = await readAll(engine, await snapshotSql(engine, await readable(store, at, snapshot)), snapshot.columns);
  return rows.map((row) => `${String(row["id"])} ${String(row["city"])}`).toSorted();
}
