/** How names are spelled: `TripEvents` and `cityPulse` in the author's file are `trip_events` and `city_pulse` in SQL. */
import type { Catalog, Database, Table } from "./catalog.ts";

/** The snake_case of a class or method name; digits stay with the word before them. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
}

/** `rides.trips`. */
export function fullName(table: Pick<Table, "database" | "name">): string {
  return `${table.database}.${table.name}`;
}

/** An SQL identifier, always quoted. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** An SQL string literal. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Every table of the catalog, databases and tables in order of name. */
export function allTables(catalog: Catalog): readonly Table[] {
  return catalog.databases.flatMap((database: Database) => database.tables);
}
