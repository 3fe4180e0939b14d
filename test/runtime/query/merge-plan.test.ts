/** What is read out of a merge's clauses: columns that a clause sets to what they are already, so that no row moves for their sake. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import type { MergeClauses } from "../../../runtime/delta/merge-engine.ts";
import { readMerge } from "../../../runtime/query/merge-plan.ts";
import { buildTable } from "../delta/log-builder.ts";
import type { BuiltTable } from "../delta/log-builder.ts";

let table: BuiltTable;
beforeAll(async () => {
  table = await buildTable();
});
afterAll(async () => await table.close());

const columns = (types: { readonly [name: string]: NamedType["type"] }): readonly NamedType[] => Object.entries(types).map(([name, type]) => ({ name, type, nullable: true }));
const target = columns({ id: { kind: "int64" }, part: { kind: "text" }, day: { kind: "day" }, rate: { kind: "float64" }, code: { kind: "uuid" }, "A b": { kind: "int32" } });
const source = columns({ id: { kind: "int32" }, part: { kind: "text" }, other: { kind: "text" }, day: { kind: "timestamp" }, rate: { kind: "float64" }, code: { kind: "uuid" }, "a B": { kind: "int64" } });

const keeps = async (clauses: MergeClauses, from: readonly NamedType[] = source): Promise<readonly (readonly string[])[]> => (await readMerge(table.engine, target, from, clauses)).clauses.map((clause) => clause.keeps);
const updating = (on: MergeClauses["on"], update: { readonly [column: string]: string }): MergeClauses => ({ on, matched: [{ update }] });

test("a column keeps its value where it is set to the source's that it equals, however that is written", async () => {
  expect(await keeps({ on: ["ID", "part", "a b"] })).toEqual([["id", "part", "A b"], []]);
  for (const on of ["source.part = target.part", "target.id = source.id AND (SOURCE.\"PART\" = target.part) AND true", "target.part = other AND target.part = source.part"]) {
    expect(await keeps(updating(on, { part: " ( Source . \"Part\" ) " })), on).toEqual([["part"]]);
  }
});

test("and not where it may get another: by another column, a condition that says less, or a value that equals others", async () => {
  const set = { part: "source.part" };
  for (const on of ["target.part <= source.part", "target.part = source.part OR target.id = source.id", "lower(target.part) = source.part", "target.part = source.other", "target.id = source.id", "NOT (target.part = source.part)"]) expect(await keeps(updating(on, set)), on).toEqual([[]]);
  for (const value of ["other", "source.part || ''", "'a'", "upper(source.part)"]) expect(await keeps(updating(["id", "part"], { part: value })), value).toEqual([[]]);
  for (const name of ["day", "rate", "code"]) expect(await keeps(updating([name], { [name]: `source.${name}` })), name).toEqual([[]]);
  expect(await keeps({ on: ["part"], matched: [{ delete: true }], notMatched: [{ insert: "all" }], notMatchedBySource: [{ update: { part: "target.part" } }] })).toEqual([[], [], []]);
});

test("all columns are read by as many statements as there are clauses, and only records one by one", async () => {
  const wide = (count: number, more: readonly NamedType[] = []): readonly NamedType[] => [...columns(Object.fromEntries(Array.from({ length: count }, (_, k) => [`c${k}`, { kind: "int64" }]))), ...more];
  const record: NamedType = { name: "o", type: { kind: "object", fields: columns({ a: { kind: "text" } }) }, nullable: true };
  const prepared = async (all: readonly NamedType[]): Promise<number> => {
    const prepare = vi.spyOn(table.engine.control, "prepare");
    const { clauses } = await readMerge(table.engine, all, all, { on: ["c0"] });
    expect(clauses.map(({ set }) => set)).toEqual([0, 1].map(() => all.map(({ name }) => ({ column: name, sql: `source."${name}"` }))));
    const { length } = prepare.mock.calls;
    prepare.mockRestore();
    return length;
  };
  const few = await prepared(wide(2));
  expect(await prepared(wide(40))).toBe(few);
  expect(await prepared(wide(40, [record]))).toBeGreaterThan(few);
});
