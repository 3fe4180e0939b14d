/** Where tables lie: somewhere, and no two Delta tables in one place. */
import type { Catalog, Database, Table } from "../ir/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { fullName } from "../ir/names.ts";
import { remembered } from "../ir/remembered.ts";
import { isKept } from "../ir/sources.ts";

/** Locations that are empty or taken, and delimiters that are no single character. */
export function locations(catalog: Catalog): Diagnostic[] {
  const taken = new Map<string, string>();
  return catalog.databases.flatMap(located).flatMap(({ table, name, location, found }) => {
    if (location === undefined) return found;
    const first = taken.get(location);
    if (first === undefined) taken.set(location, name);
    return first === undefined || first === name ? found : [...found, diagnose("locationTaken", placeOf(table), { table: name, first, location })];
  });
}

/** A table, where it lies when it is a Delta table, and what is wrong with that alone. */
interface Located { readonly table: Table; readonly name: string; readonly location: string | undefined; readonly found: readonly Diagnostic[] }

const located = remembered((database: Database) => database.tables.map(locate));
const locate = remembered((table: Table): Located => {
  const { source } = table;
  const name = fullName(table);
  return {
    table, name, location: isKept(source) ? normal(source.location ?? name.replace(".", "/")) : undefined,
    found: [
      ...("location" in source && source.location?.trim() === "" ? [diagnose("locationEmpty", placeOf(table), { table: name })] : []),
      ...(source.kind === "csv" && [...source.delimiter].length !== 1 ? [diagnose("delimiter", placeOf(table), { delimiter: source.delimiter })] : []),
    ],
  };
});

/** `./a//b/` and `a/b` are one place. */
function normal(location: string): string {
  return location.replace(/^(\.\/)+/, "").replace(/(?<!:)\/{2,}/g, "/").replace(/\/+$/, "");
}

/** The word that gives the location. */
function placeOf(table: Table): Table["place"] {
  return table.words.find((word) => word.name.endsWith("Table") || word.name === "materializedView")?.place ?? table.place;
}
