/** A table whose rows are changed, and appends to it: what tests of updates and merges have in common. */
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import { withMade } from "../../../runtime/delta/commit/made-rows.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { rowJudge } from "../../../runtime/query/judge-rows.ts";
import { valueMaker } from "../../../runtime/query/make-values.ts";
import type { Row } from "../../../runtime/values/value.ts";
import type { LogAction } from "./log-builder.ts";
import { committed } from "./rides.ts";
import { table } from "./table-each.ts";

/** Of a table of few columns. */
export const fields = [{ name: "id", type: "long", nullable: false }, { name: "n", type: "integer" }, { name: "p", type: "string" }];
/** A row of it. */
export const row = (id: number, p: string | null = "a"): Row => ({ id: BigInt(id), n: id * 10, p });

/** A table that begins with these actions, and has a file of each of these rows. */
export async function tableOf(first: readonly LogAction[], ...files: readonly (readonly Row[])[]): Promise<Snapshot> {
  await table.commit(0, ...first);
  let snapshot = await table.snapshot();
  for (const rows of files) snapshot = await append(snapshot, rows);
  return snapshot;
}

/** Rows as the table asks, behind a snapshot. */
export async function append(base: Snapshot, rows: readonly Row[]): Promise<Snapshot> {
  const whole = await withMade(base, rows, "table", valueMaker(async () => table.engine));
  return committed(await appendFiles(table.store, "", base, await writeRows(table.store, "", base, whole, rowJudge(async () => table.engine))));
}
