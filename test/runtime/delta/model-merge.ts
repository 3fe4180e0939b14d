/** A merge made at random, on the table and on the model of it. */
import { expect } from "vitest";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { quoteName } from "../../../compiler/ir/names.ts";
import type { MergeClauses } from "../../../runtime/delta/merge-engine.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { below, chance, shuffled } from "../../random.ts";
import { mergeInto } from "./merging.ts";
import { randomCondition, randomRow, randomValues } from "./model-conditions.ts";
import type { Condition } from "./model-conditions.ts";
import { moved, newest } from "./model-table.ts";
import type { Model, Told } from "./model-table.ts";

/** A clause as the table is told it, and what it does: to a row of the table, or with one of the source, or both. */
interface Clause<Told> { readonly told: Told; readonly when: (target: Row, source: Row) => boolean; readonly act: (target: Row, source: Row) => Row | undefined }
type Matched = NonNullable<MergeClauses["matched"]>[number];
type NotMatched = NonNullable<MergeClauses["notMatched"]>[number];
type BySource = NonNullable<MergeClauses["notMatchedBySource"]>[number];

const conditional = (condition: Condition | undefined): { readonly if?: string } => (condition === undefined ? {} : { if: condition.sql });
const nobody: Row = {};

export async function merge(model: Model): Promise<string> {
  const { place: { store, location }, random, snapshot } = model;
  const { columns, rows } = newest(model);
  const source = sourceRows(model);
  const only = chance(random, 0.3) ? randomCondition(random, columns, model.nextId, { depth: 1, of: "target." }) : undefined;
  const matched = some(model, () => matchedClause(model));
  const notMatched = some(model, () => notMatchedClause(model));
  const bySource = chance(random, 0.3) ? some(model, () => bySourceClause(model)) : [];
  const isBare = matched.length + notMatched.length + bySource.length === 0;
  const on = only === undefined ? (chance(random, 0.5) ? ["id"] : "target.id = source.id") : `target.id = source.id AND (${only.sql})`;
  const clauses: MergeClauses = { on, ...(isBare ? {} : { matched: matched.map(({ told }) => told), notMatched: notMatched.map(({ told }) => told), notMatchedBySource: bySource.map(({ told }) => told) }) };
  const what = `merge ${source.length} rows ${JSON.stringify(clauses)}`;
  const outcome = await mergeInto(store, location, snapshot, { columns: columns.map((column) => ({ ...column, nullable: true })), rows: source }, clauses).catch((error: unknown) => { throw new Error(what, { cause: error }); });
  const meets = (target: Row): Row | undefined => (only === undefined || only.holds(target) === true ? source.find(({ id }) => id === target["id"]) : undefined);
  const found = merged(rows, source, meets, isBare ? { matched: [{ told: { update: "all" }, when: () => true, act: (_target, row) => row }], notMatched: [{ told: { insert: "all" }, when: () => true, act: (_target, row) => row }], bySource } : { matched, notMatched, bySource });
  const count = (change: string): number => found.told.filter(([each]) => each === change).length;
  const { inserted = 0, updated = 0, deleted = 0 } = outcome.change ?? {};
  expect([inserted, updated, deleted], what).toEqual([count("insert"), count("update_postimage"), count("delete")]);
  if (outcome.change !== undefined) moved(model, outcome.snapshot, found.rows, found.told);
  return what;
}

/** Clauses of a kind; behind one without a condition there is none. */
function some<T extends { readonly if?: string }>({ random }: Model, draw: () => Clause<T>): readonly Clause<T>[] {
  const drawn = Array.from({ length: below(random, 3) }, draw);
  const last = drawn.findIndex(({ told }) => told.if === undefined);
  return last === -1 ? drawn : drawn.slice(0, last + 1);
}

/** Rows of the table's ids, each once, and new ones. */
function sourceRows(model: Model): readonly Row[] {
  const { random, snapshot } = model;
  const { columns, rows } = newest(model);
  const known = shuffled(random, [...new Set(rows.map(({ id }) => Number(id)))]).slice(0, below(random, 5));
  const fresh = Array.from({ length: below(random, 4) }, () => model.nextId++);
  const ids = known.length + fresh.length === 0 ? [model.nextId++] : [...known, ...fresh];
  return ids.map((id) => randomRow(random, columns, id, snapshot.partitionColumns));
}

function either(model: Model): Condition | undefined {
  if (chance(model.random, 0.4)) return undefined;
  return randomCondition(model.random, newest(model).columns, model.nextId, { depth: 1, of: chance(model.random, 0.5) ? "target." : "source." });
}

const holdsOf = (condition: Condition | undefined) => (target: Row, source: Row): boolean => condition === undefined || condition.holds(condition.sql.includes("source.") ? source : target) === true;

function matchedClause(model: Model): Clause<Matched> {
  const condition = either(model);
  const when = holdsOf(condition);
  if (chance(model.random, 0.3)) return { told: { ...conditional(condition), delete: true }, when, act: () => undefined };
  if (chance(model.random, 0.4)) return { told: { ...conditional(condition), update: "all" }, when, act: (_target, source) => source };
  const isFromSource = chance(model.random, 0.5);
  const values = isFromSource ? taken(model) : randomValues(model.random, newest(model).columns, model.nextId, model.snapshot.partitionColumns, "target.");
  return {
    told: { ...conditional(condition), update: Object.fromEntries(values.map(({ column, sql }) => [column, sql])) }, when,
    act: (target, source) => ({ ...target, ...Object.fromEntries(values.map((value) => [value.column, value.of(isFromSource ? source : target)])) }),
  };
}

/** A column's value as the source has it. */
function taken(model: Model): ReturnType<typeof randomValues> {
  const others = newest(model).columns.filter(({ name }: NamedType) => name !== "id");
  return shuffled(model.random, others).slice(0, 1 + below(model.random, 2)).map(({ name }) => ({ column: name, sql: `source.${quoteName(name)}`, of: (row) => row[name] ?? null }));
}

function notMatchedClause(model: Model): Clause<NotMatched> {
  const condition = chance(model.random, 0.4) ? randomCondition(model.random, newest(model).columns, model.nextId, { depth: 1, of: "source." }) : undefined;
  return { told: { ...conditional(condition), insert: "all" }, when: holdsOf(condition), act: (_target, source) => source };
}

function bySourceClause(model: Model): Clause<BySource> {
  const condition = randomCondition(model.random, newest(model).columns, model.nextId, { depth: 1, of: "target." });
  const when = holdsOf(condition);
  if (chance(model.random, 0.5)) return { told: { if: condition.sql, delete: true }, when, act: () => undefined };
  const values = randomValues(model.random, newest(model).columns, model.nextId, model.snapshot.partitionColumns, "target.");
  return {
    told: { if: condition.sql, update: Object.fromEntries(values.map(({ column, sql }) => [column, sql])) }, when,
    act: (target) => ({ ...target, ...Object.fromEntries(values.map((value) => [value.column, value.of(target)])) }),
  };
}

interface Clauses { readonly matched: readonly Clause<Matched>[]; readonly notMatched: readonly Clause<NotMatched>[]; readonly bySource: readonly Clause<BySource>[] }

/** The rows as they become, and what becomes of each that changes. */
function merged(rows: readonly Row[], source: readonly Row[], meets: (target: Row) => Row | undefined, { matched, notMatched, bySource }: Clauses): { readonly rows: readonly Row[]; readonly told: readonly Told[] } {
  const told: Told[] = [];
  const met = new Set<Row>();
  const after = rows.flatMap((target) => {
    const match = meets(target);
    if (match !== undefined) met.add(match);
    const clause = (match === undefined ? bySource : matched).find(({ when }) => when(target, match ?? nobody));
    if (clause === undefined) return [target];
    const became = clause.act(target, match ?? nobody);
    if (became === undefined) {
      told.push(["delete", target]);
      return [];
    }
    told.push(["update_preimage", target], ["update_postimage", became]);
    return [became];
  });
  const inserted = source.filter((row) => !met.has(row) && notMatched.some(({ when }) => when(nobody, row)));
  return { rows: [...after, ...inserted], told: [...told, ...inserted.map((row): Told => ["insert", row])] };
}
