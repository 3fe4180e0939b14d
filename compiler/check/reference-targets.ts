/** `@references(() => Airports, "iata")` names a column that exists and holds the same type. */
import { catalogFormat } from "../ir/catalog.ts";
import type { Catalog, Database, Table } from "../ir/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { suggest } from "../ir/nearest.ts";
import { allTables, fullName } from "../ir/names.ts";
import { remembered } from "../ir/remembered.ts";
import { typeName } from "../ir/type-name.ts";
import { placedWords } from "./placed-words.ts";

/** References to tables and columns that do not exist, or to columns of another type. */
export function referenceTargets(catalog: Catalog): Diagnostic[] {
  const find = (name: string): Table | undefined => catalog.databases.flatMap((database) => (name.startsWith(`${database.name}.`) ? byName(database).get(name) ?? [] : []))[0];
  return catalog.databases.flatMap(references).flatMap(({ column, word }) => {
    if (column.references === undefined) return [];
    const { table: name, column: key } = column.references;
    const table = find(name);
    if (table === undefined) return [diagnose("referenceTable", word.place, { table: name, suggestion: suggest(name, allTables(catalog).map(fullName)) })];
    const target = table.columns.find((other) => other.name === key);
    if (target === undefined) return [diagnose("referenceColumn", word.place, { table: name, column: key, suggestion: suggest(key, table.columns.map((other) => other.name)) })];
    const [own, other] = [typeName(column.type), typeName(target.type)];
    const alike = own === other || (column.type.kind === "enum" && target.type.kind === "text");
    return alike ? [] : [diagnose("referenceType", word.place, { column: column.name, own, target: `${name}.${key}`, other })];
  });
}

const byName = remembered((database: Database) => new Map(database.tables.map((table) => [fullName(table), table])));
const references = remembered((database: Database) => placedWords({ format: catalogFormat, databases: [database] }, "references"));
