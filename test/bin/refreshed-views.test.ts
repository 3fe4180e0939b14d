/** Views refreshed one after the other, one of which cannot be: what is in the lake, and what is told of each. */
import { rm } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { refreshViews, type Refreshed } from "../../bin/refreshed-views.ts";
import type { Lake } from "../../runtime/lake.ts";
import { column, newDirectory } from "../runtime/query/fixture.ts";
import { openViews, rowTexts, viewCatalog } from "../runtime/lake/refresh-views.ts";

const id = [column("id", "int64")];
/** `m.bad` has no value for a text; `m.over` reads it, and `m.far` through the view `now.over`. */
const declared = {
  bad: { sql: "SELECT CAST(k AS BIGINT) AS id FROM d.a", columns: id, reads: ["d.a"] },
  far: { sql: "SELECT id FROM now.over", columns: id, reads: ["now.over"] },
  over: { sql: "SELECT id FROM m.bad", columns: id, reads: ["m.bad"] },
  picked: { sql: "SELECT id, upper(k) AS k FROM d.a", columns: [...id, column("k", "text")], reads: ["d.a"] },
};

let directory: string;
let lake: Lake;
beforeEach(async () => {
  directory = await newDirectory();
  lake = await openViews(directory, viewCatalog(declared));
  for (const name of ["d.a", "d.b", "m.bad", "m.over", "m.far", "m.picked"]) await lake.create(name);
});
afterEach(async () => {
  await lake.close();
  await rm(directory, { recursive: true });
});

const append = (k: string): Promise<unknown> => lake.append("d.a", [{ id: 1n, k, n: 10, x: null, d: null }]);
async function refreshed(names: readonly string[], how: { readonly check?: boolean; readonly signal?: AbortSignal } = {}): Promise<readonly Refreshed[]> {
  const found: Refreshed[] = [];
  for await (const each of refreshViews(lake, names, { signal: new AbortController().signal, ...how })) found.push(each);
  return found;
}
const told = (results: readonly Refreshed[]): readonly string[] => results.map((each) => `${each.table} ${each.mode}`);

test("where one fails, the others have their turn, and those that stand on it keep their rows", async () => {
  await append("7");
  expect(told(await refreshed([]))).toEqual(["m.bad full", "m.far full", "m.over full", "m.picked full"]);
  await append("seven");
  const results = await refreshed([]);
  expect(told(results)).toEqual(["m.bad failed", "m.far skipped", "m.over skipped", "m.picked incremental"]);
  expect(results[0]).toMatchObject({ table: "m.bad", mode: "failed", error: { code: "SQL_INVALID", message: expect.stringContaining("seven") } });
  expect(results[2]).toEqual({ table: "m.over", mode: "skipped", why: "it stands on m.bad, which was not refreshed" });
  expect([await rowTexts(lake, "SELECT id FROM m.far"), await rowTexts(lake, "SELECT k FROM m.picked")]).toEqual([['{"id":7}'], ['{"k":"7"}', '{"k":"SEVEN"}']]);
  expect(told(await refreshed(["M.Bad", "m.picked"]))).toEqual(["m.bad failed", "m.picked none"]);
});

test("of one alone that is named its failure is thrown, and a wrong name before any is refreshed", async () => {
  await append("seven");
  await expect(refreshed(["m.bad"])).rejects.toMatchObject({ code: "SQL_INVALID" });
  await expect(refreshed(["m.picked", "m.pickd"])).rejects.toMatchObject({ code: "TABLE_NOT_FOUND" });
  await expect(refreshed(["m.picked", "d.a"])).rejects.toMatchObject({ code: "TABLE_NOT_REFRESHABLE" });
  expect(await lake.refreshed("m.picked")).toEqual({ rows: "none", refreshed: null });
});

test("asked what would be done, one that stands on others without rows waits for them", async () => {
  await append("7");
  expect(await refreshed([], { check: true })).toMatchObject([
    { table: "m.bad", mode: "full" },
    { table: "m.far", mode: "skipped", why: "it stands on m.bad, which would be refreshed first" },
    { table: "m.over", mode: "skipped" },
    { table: "m.picked", mode: "full" },
  ]);
});

test("one that was not created is passed over where none is named, and told by those that read it", async () => {
  await append("7");
  await rm(`${directory}/lake/m/bad`, { recursive: true });
  const results = await refreshed([]);
  expect(told(results)).toEqual(["m.far failed", "m.over failed", "m.picked full"]);
  expect(results[0]).toMatchObject({ error: { code: "DELTA_TABLE_NOT_FOUND", message: "m.bad is declared and was not created yet." } });
  expect(told(await refreshed(["m.bad", "m.picked"]))).toEqual(["m.bad failed", "m.picked none"]);
});

test("who stops it stops all", async () => {
  const reason = new Error("stopped");
  await expect(refreshed([], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});
