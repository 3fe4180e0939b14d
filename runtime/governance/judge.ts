/**
 * Judges rows in JavaScript, before they are encoded: unknown and missing columns, nulls, the kind of each value, enums, `@between`,
 * `@matches`, `@dayOf`. What a kind allows within (digits, nested values) the encoder refuses by itself; `@check` is SQL and the engine's.
 */
import type { Column, Table } from "../../compiler/ir/catalog.ts";
import { matchKind } from "../../compiler/ir/column-type.ts";
import type { ByKind } from "../../compiler/ir/column-type.ts";
import { typeName } from "../../compiler/ir/type-name.ts";
import type { Row, Value } from "../values/value.ts";
import { dayOf } from "./day-of.ts";
import { namedRefusals } from "./refusal.ts";
import type { Refusal, Refusals } from "./refusal.ts";
import { columnRules } from "./rules.ts";

export interface Judged {
  /** The rows that stand, each with all the table's columns: nulls and days filled in. */
  readonly rows: readonly Row[];
  readonly refusals: Refusals;
}

/** Judges rows of one table; `place` names the row of an index in what is refused. */
export type Judge = (rows: readonly Row[], place: (index: number) => string) => Judged;

/** The judge of a table; make it once, use it often. */
export function createJudge(table: Table): Judge {
  const judgeOne = createRowJudge(table);
  return (rows, place) => {
    const kept: Row[] = [];
    const first: Refusal[] = [];
    let refused = 0;
    for (const [index, row] of rows.entries()) {
      const verdict = judgeOne(row);
      if ("row" in verdict) kept.push(verdict.row);
      else if (++refused <= namedRefusals) first.push({ where: place(index), ...verdict });
    }
    return { rows: kept, refusals: { rows: refused, first } };
  };
}

/** What one row breaks. */
export type Broken = Omit<Refusal, "where">;

/** The judge of single rows: each stands, with all the table's columns, or breaks something. */
export function createRowJudge(table: Table): (row: Row) => { readonly row: Row } | Broken {
  const columns = table.columns.map(columnJudge);
  const known: ReadonlySet<string> = new Set(table.columns.map((column) => column.name));
  return (row) => judgeRow(columns, known, row);
}

/** What is wrong with the value, in words; undefined when it stands. */
type ValueJudge = (value: Value) => string | undefined;

interface ColumnJudge {
  readonly column: Column;
  readonly judge: ValueJudge;
  /** What the column is when the row leaves it out. */
  readonly missing: (row: Row) => Value | undefined;
}

function columnJudge(column: Column): ColumnJudge {
  const isKind = matchKind(kinds, column.type);
  const rules = columnRules(column);
  const type = typeName(column.type, column.nullable);
  const source = column.dayOf;
  return {
    column,
    judge: (value) => {
      if (value === null) return column.nullable ? undefined : "the column is never null";
      if (!isKind(value)) return `is not ${type}`;
      const rule = rules.find(({ test }) => !test(value));
      return rule === undefined ? undefined : `breaks the rule: ${rule.text}`;
    },
    // The source that is left out is null, and so is its day; whether either may be is judged as of any null.
    missing: (row) => (source !== undefined ? dayOf(row[source] ?? null) : column.nullable ? null : undefined),
  };
}

function judgeRow(columns: readonly ColumnJudge[], known: ReadonlySet<string>, row: Row): { readonly row: Row } | Broken {
  // A program without types may give anything.
  if (typeof row !== "object" || (row as Row | null) === null) return { value: String(row), rule: "is no object with the row's columns" };
  let whole: { [column: string]: Value } | undefined;
  for (const { column, judge, missing } of columns) {
    let value = row[column.name];
    if (value === undefined) {
      value = missing(row);
      if (value === undefined) return { column: column.name, rule: "is missing" };
      whole ??= { ...row };
      whole[column.name] = value;
    }
    const broken = judge(value) ?? wrongDay(column, value, row);
    if (broken !== undefined) return { column: column.name, value: shown(value), rule: broken };
  }
  for (const name in row) if (!known.has(name)) return { column: name, rule: "there is no such column" };
  return { row: whole ?? row };
}

/** A day that does not follow from its source. */
function wrongDay(column: Column, value: Value, row: Row): string | undefined {
  if (column.dayOf === undefined) return undefined;
  const day = dayOf(row[column.dayOf] ?? null);
  const same = day instanceof Temporal.PlainDate && value instanceof Temporal.PlainDate ? day.equals(value) : day === value;
  return same ? undefined : `is not the day of ${column.dayOf} (${String(day)})`;
}

function shown(value: Value): string {
  const text = typeof value === "string" ? JSON.stringify(value) : value instanceof Uint8Array ? `${value.length} bytes` : isPlain(value) ? JSON.stringify(value, bigintText) : String(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function isPlain(value: Value): boolean {
  return Array.isArray(value) || (typeof value === "object" && value !== null && !(value instanceof Temporal.PlainDate || value instanceof Temporal.Instant || value instanceof Temporal.PlainDateTime));
}

function bigintText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

const integer = (value: Value): boolean => Number.isInteger(value);
const number = (value: Value): boolean => typeof value === "number";
const text = (value: Value): boolean => typeof value === "string";

/** Whether a value is of the kind at all. */
const kinds: ByKind<(value: Value) => boolean> = {
  int8: () => integer,
  int16: () => integer,
  int32: () => integer,
  int64: () => (value) => typeof value === "bigint",
  float32: () => number,
  float64: () => number,
  text: () => text,
  bool: () => (value) => typeof value === "boolean",
  bytes: () => (value) => value instanceof Uint8Array,
  uuid: () => text,
  day: () => (value) => value instanceof Temporal.PlainDate,
  timestamp: () => (value) => value instanceof Temporal.Instant,
  local_timestamp: () => (value) => value instanceof Temporal.PlainDateTime,
  decimal: () => (value) => typeof value === "string" && /^[+-]?\d+(\.\d*)?$/.test(value),
  enum: () => text,
  array: () => Array.isArray,
  map: () => (value) => typeof value === "object",
  object: () => (value) => typeof value === "object",
};
