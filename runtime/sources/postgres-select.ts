/**
 * A scan as a SELECT of PostgreSQL's. Only conditions that are true there of every row of which they are true here are asked; values go as parameters.
 * `exact` is false where more rows may come than the scan needs, so that a limit would cut the wrong ones.
 */
import type { Column, Table } from "../../compiler/ir/catalog.ts";
import type { ColumnKind } from "../../compiler/ir/column-type.ts";
import { quoteName } from "../../compiler/ir/names.ts";
import { liveColumnOf, serverName } from "./postgres-drift.ts";
import type { PostgresSource } from "./postgres-drift.ts";
import type { LiveColumn, LiveTable } from "./postgres-columns.ts";
import type { PostgresParameter } from "./postgres.ts";
import type { Comparison, Condition, Scan, TextTest } from "./scan.ts";

export interface Select { readonly sql: string; readonly parameters: readonly PostgresParameter[] }

interface Asked { readonly sql: string | undefined; readonly exact: boolean }
interface Printing { readonly table: Table; readonly live: LiveTable; readonly parameters: PostgresParameter[] }

/** The declared types whose values both sides compare alike, by the type that a parameter is read as. */
const casts: { readonly [Kind in ColumnKind]?: string } = {
  int16: "int2", int32: "int4", int64: "int8", float32: "float4", float64: "float8", decimal: "numeric", bool: "bool",
  day: "date", timestamp: "timestamptz", local_timestamp: "timestamp", text: "text", enum: "text", uuid: "uuid",
};
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const nothing: Asked = { sql: undefined, exact: false };

/** The SELECT of these columns, of rows that meet the scan's condition as far as it can be asked. */
export function selectOf(table: Table, { schema, table: name }: PostgresSource, live: LiveTable, columns: readonly Column[], scan: Scan): Select {
  const printing: Printing = { table, live, parameters: [] };
  const asked = scan.where === undefined ? { sql: undefined, exact: true } : conditionSql(scan.where, printing);
  const limit = scan.limit === undefined || !asked.exact ? "" : ` LIMIT ${parameter(printing, scan.limit)}::int8`;
  const list = columns.map((column) => quoteName(serverName(column))).join(", ");
  return { sql: `SELECT ${list} FROM ${quoteName(schema)}.${quoteName(name)}${asked.sql === undefined ? "" : ` WHERE ${asked.sql}`}${limit}`, parameters: printing.parameters };
}

function conditionSql(condition: Condition, printing: Printing): Asked {
  if (condition.kind === "and" || condition.kind === "or") return joined(condition.kind, condition.of, printing);
  const column = printing.table.columns.find(({ name }) => name === condition.column);
  const live = column === undefined ? undefined : liveColumnOf(printing.live, column);
  if (column === undefined || live === undefined) return nothing;
  if (condition.kind === "text") return textSql(column, live, condition.test, condition.value, printing);
  if (condition.kind === "null") return { sql: `${quoteName(live.name)} IS ${condition.not ? "NOT " : ""}NULL`, exact: true };
  const operator: Comparison = condition.kind === "in" ? (condition.not ? "<>" : "=") : condition.operator;
  const values = condition.kind === "in" ? condition.values : [condition.value];
  const side = sideOf(column, live, operator, values, printing.live.utf8);
  if (side === undefined) return nothing;
  if (condition.kind === "compare") return { sql: `${side.sql} ${operator} ${parameter(printing, condition.value)}::${side.cast}`, exact: side.exact };
  return { sql: `${side.sql} ${operator} ${condition.not ? "ALL" : "ANY"} (${parameter(printing, values)}::${side.cast}[])`, exact: side.exact };
}

/** By bytes, as it is meant here, whatever the column's collation says; only of texts. */
function textSql(column: Column, live: LiveColumn, test: TextTest, value: string, printing: Printing): Asked {
  const side = sideOf(column, live, "<", [value], printing.live.utf8);
  if (side?.cast !== "text") return nothing;
  const text = `${parameter(printing, value)}::text`;
  const tests: { readonly [Test in TextTest]: string } = {
    begins: `starts_with(${side.sql}, ${text})`, ends: `right(${side.sql}, char_length(${text})) = ${text}`, contains: `strpos(${side.sql}, ${text}) > 0`,
    like: `${side.sql} LIKE ${text} ESCAPE ''`, unlike: `${side.sql} NOT LIKE ${text} ESCAPE ''`,
  };
  return { sql: tests[test], exact: side.exact };
}

/** Of several that must all hold any may be left out; of those of which one must hold, none. */
function joined(kind: "and" | "or", conditions: readonly Condition[], printing: Printing): Asked {
  const before = printing.parameters.length;
  const parts = conditions.map((condition) => conditionSql(condition, printing));
  const known = parts.flatMap(({ sql }) => sql ?? []);
  if (known.length === 0 || (kind === "or" && known.length < parts.length)) {
    printing.parameters.length = before;
    return nothing;
  }
  return { sql: `(${known.join(kind === "and" ? " AND " : " OR ")})`, exact: parts.every(({ exact }) => exact) };
}

interface Side { readonly sql: string; readonly cast: string; readonly exact: boolean }

/** How a column stands in a comparison; undefined for one that the server might judge false where it is true here. */
function sideOf({ type }: Column, live: LiveColumn, operator: Comparison, values: readonly string[], utf8: boolean): Side | undefined {
  const name = quoteName(live.name);
  const cast = casts[type.kind];
  if (cast === undefined || live.array || live.base === "json" || live.base === "jsonb") return undefined;
  const same = operator === "=" || operator === "<>";
  if (cast === "uuid") return values.every((value) => uuid.test(value)) ? { sql: name, cast, exact: true } : undefined;
  if (cast !== "text") return { sql: name, cast, exact: true };
  // Bytes have one order, and in UTF-8 it is ours; in another encoding a value may not even be sayable.
  if (!utf8) return undefined;
  // What pads it with blanks counts for nothing there, and for something here.
  if (live.base === "character") return operator === "=" ? { sql: name, cast: "bpchar", exact: false } : undefined;
  if (live.labels !== undefined) return { sql: `${name}::text COLLATE "C"`, cast, exact: true };
  return { sql: live.deterministic && same ? name : `${name} COLLATE "C"`, cast, exact: true };
}

function parameter({ parameters }: Printing, value: PostgresParameter): string {
  parameters.push(value);
  return `$${parameters.length}`;
}
