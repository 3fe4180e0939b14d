/** What is otherwise in PostgreSQL than a table is declared: told by `plan` and `doctor`, and by a query that uses the column. */
import type { Column, Source, Table } from "../../compiler/ir/catalog.ts";
import { fullName } from "../../compiler/ir/names.ts";
import { suggest } from "../../compiler/ir/nearest.ts";
import { typeName } from "../../compiler/ir/type-name.ts";
import { Failure } from "../values/failure.ts";
import { liveTypeText } from "./postgres-columns.ts";
import type { LiveColumn, LiveTable } from "./postgres-columns.ts";
import { shownServer } from "./postgres-server.ts";
import type { PostgresServer } from "./postgres-server.ts";
import { fits } from "./postgres-types.ts";

export type PostgresSource = Extract<Source, { kind: "postgres" }>;

/** What is otherwise: with a column, or with the whole table; `kept` is what the server has, in its own words. */
export type Drift =
  | { readonly kind: "no-table" }
  | { readonly kind: "no-column"; readonly column: Column; readonly suggestion: string }
  | { readonly kind: "type" | "null"; readonly column: Column; readonly declared: string; readonly kept: string };

/** The name of a column in the server. */
export function serverName(column: Pick<Column, "name" | "from">): string {
  return column.from ?? column.name;
}

/** The live column of a declared one; names are told apart by case there. */
export function liveColumnOf(live: LiveTable, column: Pick<Column, "name" | "from">): LiveColumn | undefined {
  return live.columns.find(({ name }) => name === serverName(column));
}

/** All that is otherwise of these columns. Columns that are not declared are nobody's concern. */
export function driftOf(columns: readonly Column[], live: LiveTable | undefined): readonly Drift[] {
  if (live === undefined) return [{ kind: "no-table" }];
  return columns.flatMap((column): Drift[] => {
    const there = liveColumnOf(live, column);
    if (there === undefined) return [{ kind: "no-column", column, suggestion: suggest(serverName(column), live.columns.map(({ name }) => name)) }];
    const kept = `${liveTypeText(there)}${live.tellsNulls && there.nullable ? "" : live.tellsNulls ? " NOT NULL" : ""}`;
    const declared = typeName(column.type, column.nullable);
    if (!fits(column.type, there)) return [{ kind: "type", column, declared, kept }];
    return live.tellsNulls && there.nullable && !column.nullable ? [{ kind: "null", column, declared, kept }] : [];
  });
}

/** SCHEMA_DIFFERS with the first thing that keeps these columns from being read; a column that may be null is read, and a null in it refused. */
export function requireReadable(table: Table, source: PostgresSource, server: PostgresServer, columns: readonly Column[], live: LiveTable | undefined): asserts live is LiveTable {
  const drift = driftOf(columns, live).find(({ kind }) => kind !== "null");
  if (drift === undefined) return;
  throw new Failure("SCHEMA_DIFFERS", `${fullName(table)}: ${driftText(drift, source, server)}.`, { hint: driftHint(drift) });
}

/** In a sentence, without its end. */
export function driftText(drift: Drift, { schema, table }: PostgresSource, server: PostgresServer): string {
  const place = `${schema}.${table} of the ${shownServer(server)}`;
  switch (drift.kind) {
    case "no-table": return `there is no table ${place}`;
    case "no-column": return `${place} has no column ${serverName(drift.column)}`;
    case "type": return `column ${drift.column.name} is declared ${drift.declared}, and ${place} keeps ${drift.kept}`;
    case "null": return `column ${drift.column.name} is declared ${drift.declared}, and in ${place} it may be null (${drift.kept})`;
  }
}

/** The way out. */
export function driftHint(drift: Drift): string {
  switch (drift.kind) {
    case "no-table": return "See `schema` and `table` of @postgresTable, and whether the user may look into the schema.";
    case "no-column": return `${drift.suggestion} @from("…") tells the name it has there.`;
    case "type": return "Declare the type that holds what is there: `neuralake doctor` shows each.";
    case "null": return "Write `| null`, or make it NOT NULL there.";
  }
}
