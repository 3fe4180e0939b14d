import { expect, test } from "vitest";
import type { Column, Table } from "../../../compiler/ir/catalog.ts";
import type { LakeTable, Change } from "../../../compiler/plan/change.ts";
import { planLake } from "../../../compiler/plan/plan.ts";
import { column, kept, place, table } from "./declared.ts";

const [id, day] = [column("id", "int64"), column("day", "day")];

function changes(before: readonly Column[], after: readonly Column[], lake: Partial<LakeTable> = {}, more: Partial<Table> = {}, engine: "duckdb" | "spark" = "duckdb"): readonly Change[] {
  const view = table(after, { source: { kind: "materialized", sql: { parts: ["SELECT 1"], place }, declared: true, refresh: "1h", engine }, ...more });
  const plan = planLake([view], [kept(before, { rowsOf: "current", ...lake })]);
  // Whatever is declared otherwise can be worked out anew.
  expect(plan.problems).toEqual([]);
  return plan.changes;
}
const cost = { rows: 1_000, files: 3, bytes: 40_000 };

test("one that is not there is created; one that is as declared needs nothing, refreshed or not", () => {
  const view = table([id], { source: { kind: "materialized", sql: { parts: ["SELECT 1"], place }, declared: true, refresh: "1h", engine: "duckdb" } });
  expect(planLake([view], []).changes).toMatchObject([{ kind: "create-table", table: "rides.trips" }]);
  expect([changes([id], [id]), changes([id], [id], { rowsOf: "none" })]).toEqual([[], []]);
});

test("another comment is a change of its own", () => {
  expect(changes([id], [id], {}, { doc: "Rides." })).toMatchObject([{ kind: "change-comment", risk: "safe" }]);
});

test("rows of another query are worked out anew, which only Spark can for what it works out", () => {
  expect(changes([id], [id], { rowsOf: "outdated" })).toEqual([{ kind: "remake-table", table: "rides.trips", risk: "safe", text: "work its rows out anew: its query is another one", cost }]);
  expect(changes([id], [id], { rowsOf: "outdated" }, {}, "spark")).toEqual([]);
});

test("other columns, types, nulls and partitions are one change, as risky for callers as they are, and nothing is lost", () => {
  expect(changes([id, day], [column("id", "text"), column("day", "day", { nullable: true })])).toEqual([{ kind: "remake-table", table: "rides.trips", risk: "breaking", text: "work its rows out anew: id becomes Text, which was Int64; let day be null", callers: "values of id are of another type; who reads day may meet null", cost }]);
  expect(changes([id, day], [id])).toMatchObject([{ kind: "remake-table", risk: "breaking", text: "work its rows out anew: drop day: Day, which is not declared", callers: "who asks for day is refused" }]);
  expect(changes([column("id", "int64", { nullable: true })], [id])).toMatchObject([{ kind: "remake-table", risk: "safe", text: "work its rows out anew: id is never null" }]);
  expect(changes([id], [id, column("n", "int32")], { rowsOf: "outdated" })).toMatchObject([{ kind: "remake-table", risk: "additive", text: "work its rows out anew: its query is another one; add n: Int32" }]);
  expect(changes([id, day], [id, day], {}, { partitionBy: ["day"] })).toMatchObject([{ kind: "remake-table", risk: "safe", text: "work its rows out anew: partition it by day" }]);
  expect(changes([id], [column("id", "text")], {}, {}, "spark")).toEqual([{ kind: "remake-table", table: "rides.trips", risk: "breaking", text: "make it anew, empty until Spark fills it: id becomes Text, which was Int64", callers: "values of id are of another type" }]);
});
