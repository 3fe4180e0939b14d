/** Conditions and new values made at random over any columns, each as SQL and as what it means over a row in memory. */
import type { ColumnType, NamedType } from "../../../compiler/ir/column-type.ts";
import { quoteName } from "../../../compiler/ir/names.ts";
import type { Row, Value } from "../../../runtime/values/value.ts";
import { below, chance, oneOf } from "../../random.ts";
import type { Random } from "../../random.ts";
import { literal, order, randomValue } from "./model-values.ts";

/** True, false, or null where SQL knows neither. */
export interface Condition { readonly sql: string; holds(row: Row): boolean | null }

/** What can be compared in a row: a plain column, or a plain field of an object. */
interface Leaf { readonly sql: string; readonly type: ColumnType; of(row: Row): Value }

function leavesOf(columns: readonly NamedType[], of = ""): readonly Leaf[] {
  return columns.flatMap(({ name, type }) => leavesAt({ sql: `${of}${quoteName(name)}`, type, of: (row) => row[name] ?? null }));
}

function leavesAt(leaf: Leaf): readonly Leaf[] {
  const { sql, type } = leaf;
  if (type.kind === "array" || type.kind === "map") return [];
  if (type.kind !== "object") return [leaf];
  return type.fields.flatMap((field) => leavesAt({ sql: `${sql}.${quoteName(field.name)}`, type: field.type, of: (row) => (leaf.of(row) as { readonly [name: string]: Value } | null)?.[field.name] ?? null }));
}

type Compare = "=" | "<" | "<=" | ">" | ">=" | "<>";
const verdicts: { readonly [compare in Compare]: (order: number) => boolean } = { "=": (by) => by === 0, "<": (by) => by < 0, "<=": (by) => by <= 0, ">": (by) => by > 0, ">=": (by) => by >= 0, "<>": (by) => by !== 0 };

const not = (value: boolean | null): boolean | null => (value === null ? null : !value);
export const and = (left: boolean | null, right: boolean | null): boolean | null => (left === false || right === false ? false : left === null || right === null ? null : true);
const or = (left: boolean | null, right: boolean | null): boolean | null => not(and(not(left), not(right)));

/** A condition of a few tests; values of `id` are below `ids`. `of` stands before each column: `target.`. */
export function randomCondition(random: Random, columns: readonly NamedType[], ids: number, { depth = 2, of = "" } = {}): Condition {
  const shape = depth === 0 ? 0 : random();
  if (shape > 0.45) {
    const [left, right] = [randomCondition(random, columns, ids, { depth: depth - 1, of }), randomCondition(random, columns, ids, { depth: depth - 1, of })];
    if (shape > 0.9) return { sql: `NOT (${left.sql})`, holds: (row) => not(left.holds(row)) };
    if (shape > 0.65) return { sql: `(${left.sql}) AND (${right.sql})`, holds: (row) => and(left.holds(row), right.holds(row)) };
    return { sql: `(${left.sql}) OR (${right.sql})`, holds: (row) => or(left.holds(row), right.holds(row)) };
  }
  return randomTest(random, oneOf(random, leavesOf(columns, of)), ids);
}

function randomTest(random: Random, leaf: Leaf, ids: number): Condition {
  const { sql, type } = leaf;
  const value = (): Value => (sql.endsWith('"id"') ? BigInt(below(random, ids + 1)) : randomValue(random, type));
  const known = (holds: (value: Value) => boolean) => (row: Row): boolean | null => (leaf.of(row) === null ? null : holds(leaf.of(row)));
  const kind = random();
  if (kind < 0.12) return { sql: `${sql} IS NULL`, holds: (row) => leaf.of(row) === null };
  if (kind < 0.2) return { sql: `${sql} IS NOT NULL`, holds: (row) => leaf.of(row) !== null };
  if (kind < 0.32) {
    const items = Array.from({ length: 1 + below(random, 3) }, value);
    return { sql: `${sql} IN (${items.map((item) => literal(type, item)).join(", ")})`, holds: known((own) => items.some((item) => order(type, own, item) === 0)) };
  }
  if (kind < 0.42) {
    const [low, high] = [value(), value()];
    return { sql: `${sql} BETWEEN ${literal(type, low)} AND ${literal(type, high)}`, holds: known((own) => order(type, own, low) >= 0 && order(type, own, high) <= 0) };
  }
  const [compare, right] = [oneOf(random, Object.keys(verdicts) as Compare[]), value()];
  return { sql: `${sql} ${compare} ${literal(type, right)}`, holds: known((own) => verdicts[compare](order(type, own, right))) };
}

export interface NewValue { readonly column: string; readonly sql: string; of(row: Row): Value }

/** New values of one to three columns, never of `id`, nor an empty text where the table is partitioned by it. */
export function randomValues(random: Random, columns: readonly NamedType[], ids: number, partitionColumns: readonly string[], of = ""): readonly NewValue[] {
  const names = columns.map(({ name }) => name).filter((name) => name !== "id");
  const chosen = new Set(Array.from({ length: 1 + below(random, 3) }, () => oneOf(random, names)));
  return columns.filter(({ name }) => chosen.has(name)).map((column) => randomNewValue(random, column, { columns, ids, isPartition: partitionColumns.includes(column.name), of }));
}

interface Around { readonly columns: readonly NamedType[]; readonly ids: number; readonly isPartition: boolean; readonly of: string }

function randomNewValue(random: Random, { name, type, nullable }: NamedType, { columns, ids, isPartition, of }: Around): NewValue {
  const column = `${of}${quoteName(name)}`;
  const others = columns.filter((other) => other.name !== name && JSON.stringify(other.type) === JSON.stringify(type) && (nullable || !other.nullable) && !isPartition);
  const shape = random();
  if (nullable && shape < 0.15) return { column: name, sql: "NULL", of: () => null };
  if (others.length > 0 && shape < 0.35) {
    const from = oneOf(random, others);
    return { column: name, sql: `${of}${quoteName(from.name)}`, of: (row) => row[from.name] ?? null };
  }
  if (type.kind === "text" && shape < 0.5) return { column: name, sql: `${column} || '!'`, of: (row) => (typeof row[name] === "string" ? `${row[name]}!` : null) };
  if (type.kind === "bool" && shape < 0.6) return { column: name, sql: `NOT ${column}`, of: (row) => not((row[name] ?? null) as boolean | null) };
  if (type.kind === "int32" && shape < 0.6) return { column: name, sql: `${column} % 7`, of: (row) => (typeof row[name] === "number" ? (row[name] % 7) + 0 : null) };
  const [value, when] = [fitting(random, type, isPartition), randomCondition(random, columns, ids, { depth: 1, of })];
  if (shape < 0.75) return { column: name, sql: `CASE WHEN ${when.sql} THEN ${literal(type, value)} ELSE ${column} END`, of: (row) => (when.holds(row) === true ? value : row[name] ?? null) };
  return { column: name, sql: literal(type, value), of: () => value };
}

/** Of a column that may partition the table: Delta keeps an empty text there as null. */
function fitting(random: Random, type: ColumnType, isPartition: boolean): Value {
  for (;;) {
    const value = randomValue(random, type);
    if (!isPartition || value !== "") return value;
  }
}

/** A new row of a table. */
export function randomRow(random: Random, columns: readonly NamedType[], id: number, partitionColumns: readonly string[]): Row {
  return Object.fromEntries(columns.map(({ name, type, nullable }) => [name, name === "id" ? BigInt(id) : nullable && chance(random, 0.2) ? null : fitting(random, type, partitionColumns.includes(name))]));
}
