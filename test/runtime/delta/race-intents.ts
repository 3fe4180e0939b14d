/** What each writer of the race means to do, told by a number that stands in its commit: who reads the log does the same to rows in memory. */
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import type { Action } from "../../../runtime/delta/actions/actions.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { below, chance, randomOf } from "../../random.ts";
import { and, randomCondition, randomRow, randomValues } from "./model-conditions.ts";
import type { Condition, NewValue } from "./model-conditions.ts";

/** Of the table when it is made; others come beside them. */
export const raceColumns: readonly NamedType[] = [
  { name: "id", type: { kind: "int64" }, nullable: false }, { name: "n", type: { kind: "int32" }, nullable: true }, { name: "t", type: { kind: "text" }, nullable: true },
  { name: "f", type: { kind: "float64" }, nullable: true }, { name: "d", type: { kind: "day" }, nullable: true },
];
const partitionColumns = ["d"];
export const raceDefinition = { description: "", columns: raceColumns, partitionColumns };
const others = raceColumns.slice(1);

/** Rows that nobody else appends: those of a writer's commit, by its number. */
export function appendedRows(number: number, writer: number): readonly Row[] {
  const random = randomOf(number * 64 + writer);
  return Array.from({ length: 1 + below(random, 6) }, (_, k) => randomRow(random, raceColumns, (number * 64 + writer) * 8 + k, partitionColumns));
}

/** Some rows of many. */
export function deletedRows(number: number): Condition {
  const random = randomOf(number);
  const [which, share] = [randomCondition(random, others, 0, { depth: 1 }), randomCondition(random, others.slice(0, 1), 0, { depth: 0 })];
  return told(number, { sql: `(${which.sql}) AND (${share.sql})`, holds: (row) => and(which.holds(row), share.holds(row)) });
}

/** Mostly of some rows that are merged: who may change any row at all has to read all that is appended meanwhile. */
export function updatedRows(number: number): { readonly where: Condition; readonly values: readonly NewValue[] } {
  const random = randomOf(number);
  const low = -1 - below(random, 60);
  const merged: Condition = { sql: `id BETWEEN ${low} AND ${low + 15} AND id < 0`, holds: ({ id }) => Number(id) >= low && Number(id) <= low + 15 && Number(id) < 0 };
  const where = chance(random, 0.8) ? merged : randomCondition(random, others, 0);
  return { where: told(number, where), values: randomValues(random, raceColumns, 0, partitionColumns) };
}

/** Rows of few ids below zero, each once. */
export function mergedRows(number: number): readonly Row[] {
  const random = randomOf(number);
  const ids = new Set(Array.from({ length: 1 + below(random, 6) }, () => -1 - below(random, 60)));
  return [...ids].map((id) => randomRow(random, raceColumns, id, partitionColumns));
}

export const mergeOn = (number: number): string => `target.id = source.id /* ${number} */`;

/** The number stands in the text of the condition, which the commit tells. */
function told(number: number, { sql, holds }: Condition): Condition {
  return { sql: `${sql} /* ${number} */`, holds };
}

/** What a commit did to the rows before it, by what it tells. */
export function replay(actions: readonly Action[], rows: readonly Row[]): { readonly kind: string; readonly rows: readonly Row[] } {
  const info = actions.find(({ commitInfo }) => commitInfo !== undefined)?.commitInfo;
  const kind = String(info?.["operation"]);
  const parameters = (info?.["operationParameters"] ?? {}) as { readonly [name: string]: unknown };
  const number = Number(/\/\* (\d+) \*\//.exec(String(parameters["predicate"]))?.[1] ?? Number.NaN);
  const act = deeds[kind];
  if (act === undefined) throw new Error(`nobody in the race does ${kind}: ${JSON.stringify(info)}`);
  return { kind, rows: act(rows, number, actions) };
}

type Deed = (rows: readonly Row[], number: number, actions: readonly Action[]) => readonly Row[];

const same: Deed = (rows) => rows;
const deeds: { readonly [operation: string]: Deed } = {
  WRITE: (rows, _number, actions) => [...rows, ...actions.flatMap(({ txn }) => (txn === undefined ? [] : appendedRows(txn.version, Number(txn.appId))))],
  DELETE: (rows, number) => {
    const { holds } = deletedRows(number);
    return rows.filter((row) => holds(row) !== true);
  },
  UPDATE: (rows, number) => {
    const { where, values } = updatedRows(number);
    return rows.map((row) => (where.holds(row) === true ? { ...row, ...Object.fromEntries(values.map((value) => [value.column, value.of(row)])) } : row));
  },
  MERGE: (rows, number) => {
    const source = new Map(mergedRows(number).map((row) => [row["id"], row]));
    const known = new Set(rows.map(({ id }) => id));
    return [...rows.map((row) => source.get(row["id"] ?? null) ?? row), ...[...source.values()].filter(({ id }) => !known.has(id ?? null))];
  },
  OPTIMIZE: same,
  "VACUUM START": same,
  "VACUUM END": same,
  "ADD COLUMNS": same,
  "DROP COLUMNS": same,
  "RENAME COLUMN": same,
  "SET TBLPROPERTIES": same,
  "UNSET TBLPROPERTIES": same,
};
