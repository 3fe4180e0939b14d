import { expect, test } from "vitest";
import { emitMigration } from "../../../compiler/emit/migration.ts";
import type { Catalog, Column } from "../../../compiler/ir/catalog.ts";
import { formerNamesIn, headsOf, nextMigration, replay } from "../../../compiler/plan/migrations.ts";
import type { NamedMigration } from "../../../compiler/plan/migrations.ts";
import { riddlesOf } from "../../../compiler/plan/riddles.ts";
import { catalogOf, column, table } from "./declared.ts";

const id = column("id", "int64");
const trips = (...columns: readonly Column[]): Catalog => catalogOf(table([id, ...columns]));

/** The history with the migration that leads to the catalog, as it is read back from its file. */
function step(history: readonly NamedMigration[], catalog: Catalog): readonly NamedMigration[] {
  const migration = nextMigration(history, catalog);
  if (migration === undefined) return history;
  const { path, parts } = emitMigration(migration);
  return [...history, { name: path.slice("migrations/".length, -".json".length), migration: JSON.parse(parts.join("")) as typeof migration }];
}

/** The last migration's steps. */
function edits(history: readonly NamedMigration[]): readonly object[] {
  return history.at(-1)?.migration.edits ?? [];
}

test("the first compile records every Delta table, and another finds nothing new", () => {
  const files = table([id], { name: "files", source: { kind: "parquet", location: "x.parquet" } });
  const catalog = catalogOf(table([id, column("day", "day", { doc: "Local." })], { partitionBy: ["day"], doc: "Rides." }), files);
  const history = step([], catalog);
  expect(history).toHaveLength(1);
  expect(history[0]?.name).toMatch(/^0001-[0-9a-f]{12}$/);
  expect(history[0]?.migration).toEqual({
    format: 1, after: [],
    edits: [{ edit: "create-table", table: "rides.trips", as: { doc: "Rides.", partitionBy: ["day"] }, columns: { id: { type: { kind: "int64" }, nullable: false }, day: { type: { kind: "day" }, nullable: false, doc: "Local." } } }],
  });
  expect(nextMigration(history, catalog)).toBeUndefined();
});

test("a table that was declared with former names records them at once", () => {
  const catalog = trips(column("fare", "int32", { was: "fee" }));
  const history = step([], catalog);
  expect(formerNamesIn(history)("rides.trips", "fare")).toEqual(["fee"]);
  expect(nextMigration(history, catalog)).toBeUndefined();
});

test("each kind of change is a step, and nothing but changes is", () => {
  const first = step([], trips(column("fee", "int32"), column("gone", "text")));
  const second = step(first, trips(column("fare", "int64", { was: "fee" }), column("seats", "int32", { initially: 4 })));
  expect(edits(second)).toEqual([
    { edit: "rename-column", table: "rides.trips", column: "fare", from: "fee" },
    { edit: "change-column", table: "rides.trips", column: "fare", as: { type: { kind: "int64" }, nullable: false } },
    { edit: "add-column", table: "rides.trips", column: "seats", as: { type: { kind: "int32" }, nullable: false }, initially: 4 },
    { edit: "drop-column", table: "rides.trips", column: "gone" },
  ]);
  // Words that have done their work may stay or go, and columns may change places.
  expect(nextMigration(second, trips(column("seats", "int32"), column("fare", "int64")))).toBeUndefined();
  expect(edits(step(second, catalogOf()))).toEqual([{ edit: "drop-table", table: "rides.trips" }]);
  expect(edits(step(second, catalogOf(table([id, column("fare", "int64"), column("seats", "int32")], { source: { kind: "delta", location: "s3://b/x" } }))))).toEqual([{ edit: "change-table", table: "rides.trips", as: { location: "s3://b/x", partitionBy: [] } }]);
});

test("two branches that each add a column give the same in either order, and need no migration more", () => {
  const base = step([], trips());
  const [left, right] = [step(base, trips(column("a", "text"))), step(base, trips(column("b", "text")))];
  const merged = [...base, ...left.slice(1), ...right.slice(1)];
  expect(headsOf(merged)).toHaveLength(2);
  const both = trips(column("a", "text"), column("b", "text"));
  expect(nextMigration(merged, both)).toBeUndefined();
  expect(nextMigration(merged.toReversed(), both)).toBeUndefined();
  const next = step(merged, trips(column("a", "text"), column("b", "text"), column("c", "text")));
  expect(next.at(-1)?.migration.after).toEqual(headsOf(merged));
  expect(next.at(-1)?.name).toMatch(/^0003-/);
  expect(headsOf(next)).toEqual([next.at(-1)?.name]);
});

test("what two branches disagree about is settled by the migration after both, whichever comes first", () => {
  const base = step([], trips(column("fee", "int32")));
  const [left, right] = [step(base, trips(column("fare", "int32", { was: "fee" }))), step(base, trips(column("price", "int32", { was: "fee" })))];
  for (const merged of [[...base, ...left.slice(1), ...right.slice(1)], [...base, ...right.slice(1), ...left.slice(1)]]) {
    const settled = step(merged, trips(column("fare", "int32", { was: "fee" })));
    expect(nextMigration(settled, trips(column("fare", "int32")))).toBeUndefined();
    expect([...(replay(settled).get("rides.trips")?.columns.keys() ?? [])].toSorted()).toEqual(["fare", "id"]);
  }
});

test("former names are remembered through every rename, also when the author says them later", () => {
  const first = step(step(step([], trips(column("a", "int32"))), trips(column("b", "int32", { was: "a" }))), trips(column("c", "int32", { was: "b" })));
  expect(formerNamesIn(first)("rides.trips", "c")).toEqual(["b", "a"]);
  expect(formerNamesIn(first)("rides.trips", "id")).toEqual([]);
  const late = step(step([], trips(column("fee", "int32"))), trips(column("fare", "int32")));
  const said = step(late, trips(column("fare", "int32", { was: "fee" })));
  expect(edits(said)).toEqual([{ edit: "name-former", table: "rides.trips", column: "fare", from: "fee" }]);
  expect(formerNamesIn(said)("rides.trips", "fare")).toEqual(["fee"]);
  expect(nextMigration(said, trips(column("fare", "int32", { was: "fee" })))).toBeUndefined();
});

test("a former name that is not recorded is kept with the column that claims it, once", () => {
  const catalog = trips(column("note", "text", { was: "remark" }));
  const history = step(step([], trips()), catalog);
  expect(edits(history).map((edit) => "edit" in edit && edit.edit)).toEqual(["add-column", "name-former"]);
  expect(nextMigration(history, catalog)).toBeUndefined();
});

test("a column that may be another under a new name is asked about once", () => {
  const first = step([], trips(column("fee", "int32")));
  const catalog = trips(column("fare", "int64", { nullable: true }));
  const next = nextMigration(first, catalog);
  if (next === undefined) throw new Error("nothing changed");
  expect(riddlesOf(next, replay(first), catalog)).toMatchObject([{ code: "NL4011", severity: "warning", message: "fare: Int64 | null is new in rides.trips, and fee is gone." }]);
  const renamed = nextMigration(first, trips(column("fare", "int64", { was: "fee" })));
  expect(renamed === undefined ? undefined : riddlesOf(renamed, replay(first), trips(column("fare", "int64", { was: "fee" })))).toEqual([]);
});

test("each step is looked at for its own table alone, however many tables there are", () => {
  const catalog = catalogOf(...Array.from({ length: 40 }, (_, index) => table([id], { name: `trips_${index}` })));
  let looks = 0;
  const counted = (nextMigration([], catalog)?.edits ?? []).map((edit) => new Proxy(edit, {
    get(target, name) {
      looks++;
      return Reflect.get(target, name) as unknown;
    },
  }));
  expect(riddlesOf({ format: 1, after: [], edits: counted }, replay([]), catalog)).toEqual([]);
  expect(counted).toHaveLength(40);
  expect(looks).toBeLessThanOrEqual(5 * counted.length);
});
