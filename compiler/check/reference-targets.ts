/** `@references(() => Airports, "iata")` names a column that exists and holds the same type. */
import type { Catalog } from "../ir/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { suggest } from "../ir/nearest.ts";
import { allTables, fullName } from "../ir/names.ts";
import { typeName } from "../ir/type-name.ts";
import { placedWords } from "./placed-words.ts";

/** References to tables and columns that do not exist, or to columns of another type. */
export function referenceTargets(catalog: Catalog): Diagnostic[] {
  const tables = new Map(allTables(catalog).map((table) => [fullName(table), table]));
  return placedWords(catalog, "references").flatMap(({ column, word }) => {
    if (column.references === undefined) return [];
    const { table: name, column: key } = column.references;
    const table = tables.get(name);
    if (table === undefined) return [diagnose("referenceTable", word.place, { table: name, suggestion: suggest(name, [...tables.keys()]) })];
    const target = table.columns.find((other) => other.name === key);
    if (target === undefined) return [diagnose("referenceColumn", word.place, { table: name, column: key, suggestion: suggest(key, table.columns.map((other) => other.name)) })];
    const [own, other] = [typeName(column.type), typeName(target.type)];
    const alike = own === other || (column.type.kind === "enum" && target.type.kind === "text");
    return alike ? [] : [diagnose("referenceType", word.place, { column: column.name, own, target: `${name}.${key}`, other })];
  });
}
