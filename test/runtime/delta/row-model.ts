/** Conditions and new values made at random, each as SQL and as what it means over a row in memory: a model that knows nothing of files. */
import type { Row, Value } from "../../../runtime/values/value.ts";
import { below, oneOf } from "../../random.ts";
import type { Random } from "../../random.ts";

/** True, false, or null where SQL knows neither. */
export interface Condition { readonly sql: string; holds(row: Row): boolean | null }

const words = ["", "a", "ab", "é", "zebra", "zebra and a tail that statistics cut off somewhere behind here"];
const days = ["2025-12-31", "2026-01-01", "2026-02-28", "2026-03-01"];
const floats = [0, -0, 0.5, -1e300, Number.NaN, Number.POSITIVE_INFINITY];

/** The columns of every table of the model: `d` partitions some. */
export const modelFields = [
  { name: "id", type: "long", nullable: false }, { name: "n", type: "integer" }, { name: "t", type: "string" }, { name: "f", type: "double" }, { name: "d", type: "date" },
];

export function newRow(random: Random, id: number): Row {
  const orNull = (value: Value): Value => (random() < 0.2 ? null : value);
  return { id: BigInt(id), n: orNull(below(random, 10)), t: orNull(oneOf(random, words)), f: orNull(oneOf(random, floats)), d: orNull(Temporal.PlainDate.from(oneOf(random, days))) };
}

type Compare = "=" | "<" | "<=" | ">" | ">=" | "<>";
const verdicts: { readonly [compare in Compare]: (order: number) => boolean } = { "=": (order) => order === 0, "<": (order) => order < 0, "<=": (order) => order <= 0, ">": (order) => order > 0, ">=": (order) => order >= 0, "<>": (order) => order !== 0 };

/** As the engine orders values: texts by their bytes, NaN above all numbers. */
function order(left: Value, right: Value): number {
  if (typeof left === "string" && typeof right === "string") return Buffer.compare(Buffer.from(left), Buffer.from(right));
  if (left instanceof Temporal.PlainDate && right instanceof Temporal.PlainDate) return Temporal.PlainDate.compare(left, right);
  const [one, other] = [Number(left), Number(right)];
  if (Number.isNaN(one) || Number.isNaN(other)) return Number(Number.isNaN(one)) - Number(Number.isNaN(other));
  return one === other ? 0 : one < other ? -1 : 1;
}

function literal(random: Random, column: string, ids: number): readonly [string, Value] {
  const number = below(random, column === "id" ? ids : 11);
  if (column === "id") return [String(number), BigInt(number)];
  if (column === "n") return [String(number), number];
  if (column === "f") return oneOf<readonly [string, Value]>(random, [["0", 0], ["0.25", 0.25], ["1e10", 1e10]]);
  const text = oneOf(random, column === "t" ? words : days);
  return column === "t" ? [`'${text}'`, text] : [`DATE '${text}'`, Temporal.PlainDate.from(text)];
}

/** A condition of a few tests; ids are below `ids`. */
export function randomCondition(random: Random, ids: number, depth = 2): Condition {
  const shape = depth === 0 ? 0 : random();
  if (shape > 0.45) {
    const [left, right] = [randomCondition(random, ids, depth - 1), randomCondition(random, ids, depth - 1)];
    if (shape > 0.9) return { sql: `NOT (${left.sql})`, holds: (row) => not(left.holds(row)) };
    if (shape > 0.65) return { sql: `(${left.sql}) AND (${right.sql})`, holds: (row) => and(left.holds(row), right.holds(row)) };
    return { sql: `(${left.sql}) OR (${right.sql})`, holds: (row) => not(and(not(left.holds(row)), not(right.holds(row)))) };
  }
  const column = oneOf(random, ["id", "n", "t", "f", "d", "d"]);
  if (random() < 0.15) return { sql: `${column} IS NULL`, holds: (row) => row[column] === null };
  if (random() < 0.1) return { sql: `${column} IS NOT NULL`, holds: (row) => row[column] !== null };
  const compare = oneOf(random, Object.keys(verdicts) as Compare[]);
  const [sql, value] = literal(random, column, ids);
  return { sql: `${column} ${compare} ${sql}`, holds: (row) => ((row[column] ?? null) === null ? null : verdicts[compare](order(row[column] ?? null, value))) };
}

const not = (value: boolean | null): boolean | null => (value === null ? null : !value);
const and = (left: boolean | null, right: boolean | null): boolean | null => (left === false || right === false ? false : left === null || right === null ? null : true);

export interface NewValue { readonly column: string; readonly sql: string; of(row: Row): Value }

const plus = (value: Value | undefined, more: number): Value => (typeof value === "number" ? value + more : null);

/** One to three columns with new values. */
export function randomValues(random: Random): readonly NewValue[] {
  const day = oneOf(random, days);
  const all: readonly NewValue[] = [
    { column: "n", sql: "n + 1", of: ({ n }) => plus(n, 1) }, { column: "t", sql: "t || '!'", of: ({ t }) => (typeof t === "string" ? `${t}!` : null) }, { column: "f", sql: "n", of: ({ n }) => n ?? null },
    { column: "d", sql: `CASE WHEN n > 4 THEN DATE '${day}' ELSE d END`, of: ({ n, d }) => (typeof n === "number" && n > 4 ? Temporal.PlainDate.from(day) : d ?? null) }, { column: "t", sql: "NULL", of: () => null },
  ];
  const chosen = new Map(Array.from({ length: 1 + below(random, 3) }, () => oneOf(random, all)).map((value) => [value.column, value]));
  return [...chosen.values()];
}
