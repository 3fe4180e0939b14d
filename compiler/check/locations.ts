/** Where tables lie: somewhere, and no two Delta tables in one place. */
import type { Catalog, Table } from "../ir/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { allTables, fullName } from "../ir/names.ts";

/** Locations that are empty or taken, and delimiters that are no single character. */
export function locations(catalog: Catalog): Diagnostic[] {
  const taken = new Map<string, string>();
  return allTables(catalog).flatMap((table) => {
    const { source } = table;
    const found: Diagnostic[] = [];
    if ("location" in source && source.location?.trim() === "") found.push(diagnose("locationEmpty", placeOf(table), { table: fullName(table) }));
    if (source.kind === "csv" && [...source.delimiter].length !== 1) found.push(diagnose("delimiter", placeOf(table), { delimiter: source.delimiter }));
    if (source.kind !== "delta") return found;
    const location = normal(source.location ?? `${table.database}/${table.name}`);
    const first = taken.get(location);
    if (first !== undefined && first !== fullName(table)) found.push(diagnose("locationTaken", placeOf(table), { table: fullName(table), first, location }));
    taken.set(location, first ?? fullName(table));
    return found;
  });
}

/** `./a//b/` and `a/b` are one place. */
function normal(location: string): string {
  return location.replace(/^(\.\/)+/, "").replace(/(?<!:)\/{2,}/g, "/").replace(/\/+$/, "");
}

/** The word that gives the location. */
function placeOf(table: Table): Table["place"] {
  return table.words.find((word) => word.name.endsWith("Table"))?.place ?? table.place;
}
