/** What somebody wants changed in rows, as it was written: SQL with the values of its parameters, and values as they are; made SQL alone, which is what the Delta room is told. */
import type { NamedType } from "../../compiler/ir/column-type.ts";
import type { ChangeOptions } from "../delta/commit/changed-files.ts";
import type { Assignment } from "../delta/engine.ts";
import { closedSql, requireAllUsed } from "../query/closed-sql.ts";
import type { ClosedSql } from "../query/closed-sql.ts";
import type { SqlParameter } from "../query/request.ts";
import { valueSql } from "../query/value-sql.ts";
import { Failure } from "../values/failure.ts";
import type { Value } from "../values/value.ts";

/** A column and what it becomes: SQL over the row as it was, or this very value, which must be one of the column's type. */
export type GivenValue = Assignment | { readonly column: string; readonly value: Value };

export interface RowChangeOptions extends ChangeOptions {
  /** Values of `$1`, `$2`, … in the condition and in new values, which count together. */
  readonly parameters?: readonly SqlParameter[];
}

interface ClosedChange {
  readonly where: string;
  /** VALUE_INVALID for a value that its column cannot hold exactly. */
  assignments(columns: readonly NamedType[]): readonly Assignment[];
  /** Does it; what fails tells its place in what was written. */
  told<T>(act: () => Promise<T>): Promise<T>;
}

/** A change with the values of its parameters in it. PARAMETER_INVALID for one too few, or too many. */
export function closedChange(set: readonly GivenValue[], where: string, parameters: readonly SqlParameter[] = []): ClosedChange {
  const condition = closedSql(where, parameters);
  const news = set.map((given) => ("sql" in given ? { column: given.column, closed: closedSql(given.sql, parameters) } : given));
  const closed = new Map(news.flatMap((given) => ("closed" in given ? [[given.column.toLowerCase(), given.closed] as const] : [])));
  requireAllUsed([condition, ...closed.values()], parameters);
  return {
    where: condition.sql,
    assignments: (columns) => news.map((given) => ({ column: given.column, sql: "closed" in given ? given.closed.sql : givenSql(columns, given.column, given.value) })),
    async told(act) {
      try {
        return await act();
      } catch (error) {
        throw textOf(error, condition, closed).told(error);
      }
    },
  };
}

/** Which text a failure is about. */
function textOf(error: unknown, condition: ClosedSql, closed: ReadonlyMap<string, ClosedSql>): ClosedSql {
  const column = error instanceof Failure ? error.place?.parameter?.toLowerCase() : undefined;
  return (column === undefined ? undefined : closed.get(column)) ?? condition;
}

/** The SQL of a value of a column; what is no column is told by who reads the assignments. */
export function givenSql(columns: readonly NamedType[], name: string, value: Value): string {
  const column = columns.find((known) => known.name.toLowerCase() === name.toLowerCase());
  return column === undefined ? "NULL" : valueSql(column.name, column.type, value);
}
