/** A version undone across what was asked of rows since: those that come back are held against it, and a schema under which they would be read otherwise is in the way. */
import { describe, expect, test } from "vitest";
import { alterTable } from "../../../runtime/delta/commit/alter.ts";
import type { Alteration } from "../../../runtime/delta/commit/alteration.ts";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import { deleteRows } from "../../../runtime/delta/commit/delete.ts";
import { evolve } from "../../../runtime/delta/commit/evolution.ts";
import { undoVersion } from "../../../runtime/delta/commit/undo.ts";
import { verifyTable } from "../../../runtime/delta/snapshot/verify.ts";
import { changeRows } from "../../../runtime/query/change-rows.ts";
import { countRows } from "../../../runtime/query/count-rows.ts";
import { rowFinder } from "../../../runtime/query/find-rows.ts";
import { rowJudge } from "../../../runtime/query/judge-rows.ts";
import { rewriteFiles } from "../../../runtime/query/rewrite.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { metaData, protocol } from "./log-builder.ts";
import { committed } from "./rides.ts";
import { table, tableEach } from "./table-each.ts";

tableEach();

const changing = () => ({ store: table.store, location: "", finder: rowFinder(async () => table.engine), change: changeRows });
const fields = [{ name: "id", type: "long" }, { name: "n", type: "integer" }, { name: "o", type: { type: "struct", fields: [{ name: "x", type: "integer", nullable: true, metadata: {} }] } }];

/** Rows in a file of their own, of which version 2 deletes those that a condition is true of; then the table is altered. */
async function deletedAndAltered(given: readonly Row[], where: string, ...alterations: readonly Alteration[]): Promise<void> {
  await table.commit(0, { protocol: { minReaderVersion: 1, minWriterVersion: 3 } }, metaData(fields));
  const base = await table.snapshot();
  const one = committed(await appendFiles(table.store, "", base, await writeRows(table.store, "", base, given)));
  const { snapshot } = await deleteRows(changing(), one, where);
  await alterTable(changing(), snapshot, alterations);
}

async function undoTwo(): Promise<readonly unknown[]> {
  await undoVersion(changing(), await table.snapshot(), 2);
  expect((await verifyTable(table.store, "", countRows(table.engine))).findings.filter(({ kind }) => kind !== "orphaned")).toEqual([]);
  return (await table.rows()).map(({ id, n }) => [Number(id), n]);
}

const row = (id: number, n: number | null, x: number | null = 1): Row => ({ id: BigInt(id), n, o: { x } });
const two = [row(1, 10), row(2, -1)];

describe("a rule that came since", () => {
  test.each<[string, readonly Row[], Alteration, string]>([
    ["a constraint", two, { kind: "check", name: "positive", sql: "n > 0" }, "the constraint positive (n > 0)"],
    ["a constraint that is unknown of null", [row(1, 10), row(2, null)], { kind: "check", name: "positive", sql: "n > 0" }, "the constraint positive (n > 0)"],
    ["NOT NULL", [row(1, 10), row(2, null)], { kind: "notNull", column: "n" }, "NOT NULL of the column n"],
    ["NOT NULL of a field", [row(1, 10), row(2, 2, null)], { kind: "notNull", column: "o.x" }, "NOT NULL of the column o.x"],
  ])("that a row which would come back breaks is named, and nothing is changed: %s", async (_name, rows, alteration, rule) => {
    await deletedAndAltered(rows, "id = 2", alteration);
    const before = await table.snapshot();
    await expect(undoTwo()).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining(`cannot be undone: 1 row that it removed breaks ${rule}, which came since`), hint: expect.stringContaining("restore --version 1") });
    expect((await table.snapshot()).version).toBe(before.version);
    expect((await table.rows()).map(({ id }) => id)).toEqual([1n]);
  });

  test("and that the rows meet is in nobody's way", async () => {
    await deletedAndAltered([row(1, 10), row(2, 20)], "id = 2", { kind: "check", name: "positive", sql: "n > 0" }, { kind: "notNull", column: "n" }, { kind: "notNull", column: "o.x" });
    expect(await undoTwo()).toEqual([[1, 10], [2, 20]]);
  });

  test("is nothing to rows of a version that only added some, which go", async () => {
    await deletedAndAltered(two, "id = 2", { kind: "check", name: "positive", sql: "n > 0" });
    const newest = await table.snapshot();
    const more = committed(await appendFiles(table.store, "", newest, await writeRows(table.store, "", newest, [row(3, 30)], rowJudge(async () => table.engine))));
    await undoVersion(changing(), more, more.version);
    expect((await table.rows()).map(({ id }) => id)).toEqual([1n]);
  });

  test("that was there before is not asked again, nor what only words say", async () => {
    await deletedAndAltered(two, "id = 2", { kind: "comment", text: "words" });
    expect(await undoTwo()).toEqual([[1, 10], [2, -1]]);
  });
});

describe("a schema that came since", () => {
  test("with a column more, a column mapped and renamed, or one dropped lets the rows come back", async () => {
    await deletedAndAltered(two, "id = 2", { kind: "add", column: "more", type: "string" }, { kind: "rename", column: "n", to: "m" }, { kind: "drop", column: "o" });
    await undoVersion(changing(), await table.snapshot(), 2);
    expect(await table.rows()).toEqual([{ id: 1n, m: 10, more: null }, { id: 2n, m: -1, more: null }]);
  });

  test("with a wider type, which the table says that it reads of narrower files, lets the rows come back", async () => {
    await deletedAndAltered(two, "id = 2", { kind: "widen", column: "n", type: "long" });
    expect(await undoTwo()).toEqual([[1, 10n], [2, -1n]]);
  });

  test("for which all files were written anew with another type is in the way", async () => {
    await table.commit(0, protocol(), metaData([{ name: "id", type: "integer" }]), await table.add("a.parquet", "SELECT 1::INTEGER AS id"), await table.add("b.parquet", "SELECT 2::INTEGER AS id"));
    const one = await table.snapshot();
    const { snapshot } = await deleteRows(changing(), one, "id = 2");
    await evolve(table.store, "", snapshot, { columns: [{ name: "id", type: { kind: "int64" }, nullable: true, kept: "id" }], description: "", properties: {} }, rewriteFiles, { operation: "CHANGE COLUMNS", parameters: {} });
    await expect(undoVersion(changing(), await table.snapshot(), snapshot.version)).rejects.toMatchObject({ code: "COMMIT_CONFLICT", message: expect.stringContaining("the column id is stored as another type since") });
    expect((await table.rows()).map(({ id }) => id)).toEqual([1n]);
  });
});
