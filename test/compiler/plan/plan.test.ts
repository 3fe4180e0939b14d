import { describe, expect, test } from "vitest";
import { describeChange } from "../../../compiler/plan/change.ts";
import type { Change } from "../../../compiler/plan/change.ts";
import { planLake } from "../../../compiler/plan/plan.ts";
import type { Column } from "../../../compiler/ir/catalog.ts";
import { column, kept, table } from "./declared.ts";

const id = column("id", "int64");
const cost = { rows: 1_000, files: 3, bytes: 40_000 };

/** The changes of a table with rows, from the lake's columns to the declared ones; fails where there are problems. */
function changesOf(before: readonly Column[], after: readonly Column[]): readonly Change[] {
  const { changes, problems } = planLake([table(after)], [kept(before)]);
  expect(problems).toEqual([]);
  return changes;
}

/** Codes and ways out of what stands in the way. */
function problemsOf(before: readonly Column[], after: readonly Column[], options: Parameters<typeof planLake>[2] = {}, more: Parameters<typeof kept>[1] = {}): readonly (readonly [string, string | undefined])[] {
  return planLake([table(after)], [kept(before, more)], options).problems.map(({ code, message, hint }) => [`${code} ${message}`, hint] as const);
}

describe("tables", () => {
  test("a declared table that the lake does not have is created, which is safe; a dead table comes with its first row", () => {
    const trips = table([id, column("day", "day")], { partitionBy: ["day"] });
    expect(planLake([trips, { ...trips, name: "trips__dead" }], [])).toEqual({ changes: [{ kind: "create-table", table: "rides.trips", risk: "safe", text: "create the table: 2 columns, partitioned by day" }], problems: [] });
  });

  test("a table that is as declared needs no change, in whatever order its columns and partitions stand, and others have no place in the lake", () => {
    const [day, city] = [column("day", "day"), column("city", "text")];
    const places = table([id], { name: "places", source: { kind: "csv", location: "places.csv", header: true, delimiter: ",", nulls: [""] } });
    expect(planLake([table([id, day, city], { partitionBy: ["day", "city"] }), places], [kept([city, day, id], { partitionBy: ["city", "day"] })])).toEqual({ changes: [], problems: [] });
  });

  test("partitions of a table do not change", () => {
    expect(planLake([table([id], { partitionBy: ["id"] })], [kept([id])]).problems).toMatchObject([{ code: "NL4006", message: "rides.trips is declared partitioned by id, and kept partitioned by nothing." }]);
  });

  test("a renamed partition column partitions on", () => {
    const { changes, problems } = planLake([table([id, column("date", "day", { was: "day" })], { partitionBy: ["date"] })], [kept([id, column("day", "day")], { partitionBy: ["day"] })]);
    expect([changes.map(({ kind }) => kind), problems]).toEqual([["rename-column"], []]);
  });

  test("other words about a table are safe", () => {
    expect(planLake([table([id], { doc: "Rides." })], [kept([id], { description: "Trips." })]).changes).toEqual([{ kind: "change-comment", table: "rides.trips", risk: "safe", text: "describe the table as the catalog does" }]);
  });
});

describe("a column", () => {
  test.each<[string, readonly Column[], readonly Column[], Partial<Change>]>([
    ["that is new and may be null is added", [id], [id, column("note", "text", { nullable: true })], { kind: "add-column", risk: "additive", text: "add note: Text | null" }],
    ["that is new with a value for older rows costs a copy of them", [id], [id, column("seats", "int32", { initially: 4 })], { kind: "add-column", risk: "breaking", text: "add seats: Int32, 4 in rows there are", callers: "who appends must give seats", cost }],
    ["that may be null and has a value for older rows costs the same", [id], [id, column("paid", "text", { initially: "cash", nullable: true })], { kind: "add-column", risk: "additive", text: 'add paid: Text | null, "cash" in rows there are', cost }],
    ["that is filled from another need not be given", [id], [id, column("day", "day", { dayOf: "at", initially: "2026-01-01" })], { kind: "add-column", risk: "additive", cost }],
    ["is renamed by @was, and no file is touched", [id, column("fee", "int32")], [id, column("fare", "int32", { was: "fee" })], { kind: "rename-column", from: "fee", column: "fare", risk: "breaking", text: "rename fee to fare", callers: "who asks for fee, or appends it, must say fare" }],
    ["is renamed by letters alone", [id, column("Fare", "int32")], [id, column("fare", "int32", { was: "Fare" })], { kind: "rename-column", text: "rename Fare to fare" }],
    ["is widened within JavaScript's numbers", [column("a", "int8")], [column("a", "int32")], { kind: "widen-column", risk: "additive", text: "widen a from Int8 to Int32", cost }],
    ["is widened beyond them", [column("a", "int32")], [column("a", "int64")], { kind: "widen-column", risk: "breaking", callers: "values of a become bigint in the client", cost }],
    ["gains precision", [column("a", "float32")], [column("a", "float64")], { kind: "widen-column", risk: "additive", cost }],
    ["gains digits before the point", [column("a", { kind: "decimal", precision: 10, scale: 2 })], [column("a", { kind: "decimal", precision: 12, scale: 2 })], { kind: "widen-column", risk: "additive", cost }],
    ["gains digits after the point", [column("a", { kind: "decimal", precision: 10, scale: 2 })], [column("a", { kind: "decimal", precision: 12, scale: 4 })], { kind: "widen-column", risk: "breaking", callers: "values of a have more digits after the point", cost }],
    ["is widened inside a list", [column("a", { kind: "array", element: { kind: "int16" }, elementNullable: false })], [column("a", { kind: "array", element: { kind: "int32" }, elementNullable: true })], { kind: "widen-column", cost }],
    ["gains a choice", [column("a", { kind: "enum", values: ["x"] })], [column("a", { kind: "enum", values: ["x", "y"] })], { kind: "restate-column", risk: "additive", text: 'take a for "x" | "y", which was "x"' }],
    ["loses a choice", [column("a", { kind: "enum", values: ["x", "y"] })], [column("a", { kind: "enum", values: ["x"] })], { kind: "restate-column", risk: "breaking" }],
    ["may be null from now on", [column("a", "text")], [column("a", "text", { nullable: true })], { kind: "relax-not-null", risk: "breaking", text: "let a be null", callers: "who reads a may meet null" }],
    ["is described otherwise", [column("a", "text")], [column("a", "text", { doc: "A letter." })], { kind: "change-comment", column: "a", risk: "safe" }],
    ["that is not declared is dropped", [id, column("note", "text")], [id], { kind: "drop-column", column: "note", risk: "destructive", text: "drop note: Text, which is not declared" }],
  ])("%s", (_, before, after, expected) => {
    const [change, ...more] = changesOf(before, after);
    expect(more).toEqual([]);
    expect(change).toMatchObject({ table: "rides.trips", ...expected });
    expect(change?.cost).toEqual(expected.cost);
  });

  test("may change in several ways at once", () => {
    const changes = changesOf([column("fee", "int32")], [column("fare", "int64", { was: "fee", nullable: true, doc: "Paid." })]);
    expect(changes.map(describeChange)).toEqual(["rides.trips: rename fee to fare", "rides.trips: widen fare from Int32 to Int64", "rides.trips: let fare be null", "rides.trips: describe fare as the catalog does"]);
  });

  test("that partitions the table is widened without a copy: its values stand in the log", () => {
    const { changes } = planLake([table([id, column("n", "int32")], { partitionBy: ["n"] })], [kept([id, column("n", "int16")], { partitionBy: ["n"] })]);
    expect(changes).toEqual([{ kind: "widen-column", table: "rides.trips", column: "n", risk: "additive", text: "widen n from Int16 to Int32" }]);
  });

  test("that the lake calls by an older name yet is found through the migrations, without @was", () => {
    const { changes, problems } = planLake([table([id, column("fare", "int32")])], [kept([id, column("fee", "int32")])], { formerNames: (_, name) => (name === "fare" ? ["price", "fee"] : []) });
    expect([changes.map(({ text }) => text), problems]).toEqual([["rename fee to fare"], []]);
  });

  test("that another hand left in the table says so before it goes", () => {
    expect(planLake([table([id])], [kept([id, column("x", "text")], { ours: false })]).changes).toMatchObject([{ risk: "destructive", text: "drop x: Text, which is not declared; another hand than ours changed the table last" }]);
  });
});

describe("no plan, and a way out, for", () => {
  test("a @was that names nothing", () => {
    expect(problemsOf([id, column("fee", "int32")], [id, column("fare", "text", { was: "fees" }), column("fee", "int32")])).toEqual([
      ["NL4001 fare was fees, says the catalog, and rides.trips in the lake has neither.", "Did you mean fee? A column that is new needs no @was."],
    ]);
  });

  test("a column gone beside one come: a rename, or not?", () => {
    const [before, after] = [[id, column("fee", "int32", { nullable: true })], [id, column("fare", "int64", { nullable: true })]];
    expect(problemsOf(before, after)).toEqual([[
      "NL4002 fare: Int64 | null is new in rides.trips, and fee: Int32 | null is gone: renamed, or dropped and added?",
      'Renamed: write @was("fee") over fare, and nothing is lost. Dropped, with its values: `--allow destructive`.',
    ]]);
    const allowed = planLake([table(after)], [kept(before)], { destructive: true });
    expect([allowed.changes.map(({ kind }) => kind), allowed.problems]).toEqual([["add-column", "drop-column"], []]);
  });

  test("no riddle where the types have nothing in common", () => {
    expect(changesOf([id, column("fee", "int32")], [id, column("note", "text", { nullable: true })]).map(({ kind }) => kind)).toEqual(["add-column", "drop-column"]);
  });

  test("a column never null, and rows without it; an empty table takes it", () => {
    expect(problemsOf([id], [id, column("seats", "int32")])).toEqual([["NL4003 seats is never null, and rides.trips has 1000 rows without it.", "Say what they get, @initially(…), or let it be null: `| null`."]]);
    expect(problemsOf([id], [id, column("seats", "int32")], {}, { rows: 0, files: 0, bytes: 0 })).toEqual([]);
  });

  test.each<[string, Column, Column]>([
    ["a narrower number", column("a", "int64"), column("a", "int32")],
    ["a whole number of a fraction", column("a", "float64"), column("a", "int64")],
    ["text of a number", column("a", "int64"), column("a", "text")],
    ["fewer digits before the point", column("a", { kind: "decimal", precision: 10, scale: 2 }), column("a", { kind: "decimal", precision: 10, scale: 3 })],
    ["another field inside", column("a", { kind: "object", fields: [{ name: "x", type: { kind: "text" }, nullable: true }] }), column("a", { kind: "object", fields: [{ name: "y", type: { kind: "text" }, nullable: true }] })],
    ["a list that no longer holds null", column("a", { kind: "array", element: { kind: "text" }, elementNullable: true }), column("a", { kind: "array", element: { kind: "text" }, elementNullable: false })],
  ])("%s", (_, before, after) => {
    expect(problemsOf([before], [after]).map(([text]) => text.slice(0, 6))).toEqual(["NL4004"]);
  });

  test("a column that no longer may be null", () => {
    expect(problemsOf([column("a", "text", { nullable: true })], [column("a", "text")]).map(([text]) => text)).toEqual(["NL4005 a is declared Text, and rides.trips keeps Text | null: rows may have null there."]);
  });
});
