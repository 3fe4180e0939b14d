/** What several emitters ask of a table: its parameters, what it reads and who reads it, the name of its row's type. */
import type { Column, Parameter, Table } from "../ir/catalog.ts";
import { fullName } from "../ir/names.ts";
import { pascalCase } from "./typescript-text.ts";

/** The parameters of a function table; none for every other kind. */
export function parametersOf(table: Table): readonly Parameter[] {
  return table.source.kind === "sql" || table.source.kind === "rows" ? table.source.parameters : [];
}

/** Whether a row to append need not name the column: null, or what follows from another, is filled in. */
export function mayBeLeftOut(column: Column): boolean {
  return column.nullable || column.dayOf !== undefined;
}

/** The tables a view or function of SQL names, sorted. */
export function readsOf(table: Table): readonly string[] {
  return table.source.kind === "sql" || table.source.kind === "view" ? table.source.reads ?? [] : [];
}

/** By table, the tables that name it, sorted. */
export function readersOf(tables: readonly Table[]): ReadonlyMap<string, readonly string[]> {
  const readers = new Map<string, string[]>();
  for (const table of tables) {
    for (const read of readsOf(table)) readers.set(read, [...(readers.get(read) ?? []), fullName(table)]);
  }
  return readers;
}

/** By table, the Delta tables its rows come from: itself, or those beneath its SQL, through views. */
export function versionedSources(tables: readonly Table[]): ReadonlyMap<string, ReadonlySet<string>> {
  const byName = new Map(tables.map((table) => [fullName(table), table]));
  const known = new Map<string, ReadonlySet<string>>();
  const visit = (name: string): ReadonlySet<string> => {
    const done = known.get(name);
    if (done !== undefined) return done;
    const table = byName.get(name);
    if (table === undefined) return new Set();
    const sources = table.source.kind === "delta" ? new Set([name]) : new Set(readsOf(table).flatMap((read) => [...visit(read)]));
    known.set(name, sources);
    return sources;
  };
  for (const name of byName.keys()) visit(name);
  return known;
}

/** By table, the name of its row's TypeScript type: `FlightsDepartures`; two that would be one are told apart by an underscore. */
export function rowTypeNames(tables: readonly Table[]): ReadonlyMap<string, string> {
  const reserved = ["Tables", "Calls", "Appends", "Lake", "ClientLake"];
  const plain = new Map(tables.map((table) => [fullName(table), pascalCase(table.database) + pascalCase(table.name)]));
  const times = Map.groupBy([...reserved, ...plain.values()], (name) => name);
  return new Map(tables.map((table) => {
    const name = plain.get(fullName(table)) ?? "";
    return [fullName(table), (times.get(name)?.length ?? 0) > 1 ? `${pascalCase(table.database)}_${pascalCase(table.name)}` : name];
  }));
}
