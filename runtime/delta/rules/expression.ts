/** An expression over a row that means the same to Spark and to the engine: every type is told, every conversion written down. The engine prints it as its own SQL (protocol, "Column Invariants", "CHECK Constraints", "Generated Columns"). */
import type { ColumnType } from "../../../compiler/ir/column-type.ts";

/** "null" is the type of a bare NULL. */
export type ValueType = ColumnType | { readonly kind: "null" };

/** What is done with values that are all of the types it wants; `like` has a pattern without escapes, `in` a value and a list. */
export type Operation =
  | "and" | "or" | "not" | "=" | "<>" | "<" | "<=" | ">" | ">=" | "is not distinct from" | "is null" | "is true" | "is false" | "in" | "like"
  | "+" | "-" | "*" | "/" | "%" | "negate" | "abs" | "coalesce" | "if" | "is nan" | "length" | "upper" | "lower" | "trim" | "concat" | "substring" | "year" | "month" | "day";

export type Expression =
  | { readonly kind: "column"; readonly path: readonly string[]; readonly type: ValueType }
  /** `text` as JSON or ISO 8601 has the value: digits, `true`, a day, a time with its zone where it has one. */
  | { readonly kind: "constant"; readonly text: string; readonly type: ValueType }
  | { readonly kind: "cast"; readonly of: Expression; readonly type: ValueType }
  | { readonly kind: "operation"; readonly operation: Operation; readonly of: readonly Expression[]; readonly type: ValueType };

/** A condition that every new row meets. */
export interface RowRule {
  /** `the constraint positive`. */
  readonly name: string;
  /** As the table has it. */
  readonly sql: string;
  readonly condition: Expression;
  readonly columns: readonly string[];
}

/** A column that a table makes where a row leaves it out. */
export interface MadeColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly kind: "default" | "generated";
  /** Of the column's type. */
  readonly expression: Expression;
  /** Those it speaks of. */
  readonly columns: readonly string[];
}

/** The columns that an expression speaks of, each once. */
export function columnsWithin(expression: Expression): readonly string[] {
  if (expression.kind === "column") return expression.path.slice(0, 1);
  if (expression.kind === "constant") return [];
  return [...new Set((expression.kind === "cast" ? [expression.of] : expression.of).flatMap(columnsWithin))];
}
