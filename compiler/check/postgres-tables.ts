/** What PostgreSQL can hold of a declared table, and whether its connection is one that the configuration names. What the server itself has is told by `plan` and `doctor`. */
import type { Catalog, Column, Table } from "../ir/catalog.ts";
import type { ColumnType } from "../ir/column-type.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { allTables } from "../ir/names.ts";
import { suggest } from "../ir/nearest.ts";
import { typeName } from "../ir/type-name.ts";

/** Types the server has nothing for, names that are empty, and, where the connections are known, one that is not among them. */
export function postgresTables(catalog: Catalog, connections: readonly string[] | undefined): Diagnostic[] {
  return allTables(catalog).flatMap((table) => (table.source.kind === "postgres" ? [...nameProblems(table, table.source, connections), ...table.columns.flatMap(typeProblem)] : []));
}

function nameProblems(table: Table, source: Extract<Table["source"], { kind: "postgres" }>, connections: readonly string[] | undefined): Diagnostic[] {
  const place = table.words.find(({ name }) => name === "postgresTable")?.place ?? table.place;
  const empty = (["connection", "schema", "table"] as const).filter((fact) => source[fact].trim() === "").map((fact) => diagnose("postgresName", place, { fact, symbol: table.symbol }));
  if (empty.length > 0 || connections === undefined || connections.includes(source.connection)) return empty;
  const suggestion = connections.length === 0 ? `Name it in neuralake.config.ts: postgres: { ${source.connection}: { … } }.` : suggest(source.connection, connections);
  return [diagnose("postgresConnection", place, { connection: source.connection, symbol: table.symbol, suggestion })];
}

function typeProblem({ name, type, nullable, place }: Column): Diagnostic[] {
  const instead = insteadOf(type);
  return instead === undefined ? [] : [diagnose("postgresType", place, { column: name, type: typeName(type, nullable), instead })];
}

/** What to declare instead of a type that no column of the server has; undefined for one that some have. */
function insteadOf(type: ColumnType): string | undefined {
  switch (type.kind) {
    case "int8": return "A whole number has two bytes or more there: declare Int16.";
    case "map": case "object": return "json and jsonb are read as Text.";
    case "array": return type.element.kind === "array" ? "An array there has no dimensions of its own: declare a plain list." : insteadOf(type.element);
    default: return undefined;
  }
}
