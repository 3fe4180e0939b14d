/** What several emitters ask of a table: its parameters, what it reads and who reads it, the name of its row's type. */
import type { Catalog, Column, Database, Parameter, Table } from "../ir/catalog.ts";
import { fullName } from "../ir/names.ts";
import { remembered } from "../ir/remembered.ts";
import { isKept, isQuery } from "../ir/sources.ts";
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
export function sqlReadsOf(table: Table): readonly string[] {
  return isQuery(table.source) ? table.source.reads ?? [] : [];
}

const queries = remembered((database: Database) => database.tables.filter((table) => sqlReadsOf(table).length > 0));

/** By table, the tables that name it, sorted. */
export function readersOf(catalog: Catalog): ReadonlyMap<string, readonly string[]> {
  const readers = new Map<string, string[]>();
  for (const table of catalog.databases.flatMap(queries)) {
    for (const read of sqlReadsOf(table)) readers.getOrInsertComputed(read, () => []).push(fullName(table));
  }
  return readers;
}

const byName = remembered((database: Database) => new Map(database.tables.map((table) => [fullName(table), table])));

const itself = remembered((table: Table): ReadonlySet<string> => new Set([fullName(table)]));

/** The Delta tables that a table's rows come from: itself, or those beneath its SQL, through views. */
export function versionedSources({ databases }: Catalog): (table: Table) => ReadonlySet<string> {
  const byDatabase = new Map(databases.map((database) => [database.name, database]));
  const find = (name: string): Table | undefined => {
    const database = byDatabase.get(name.slice(0, name.indexOf(".")));
    return database === undefined ? undefined : byName(database).get(name);
  };
  const known = new Map<string, ReadonlySet<string>>();
  const visit = (table: Table): ReadonlySet<string> => {
    if (isKept(table.source)) return itself(table);
    const name = fullName(table);
    const done = known.get(name);
    if (done !== undefined) return done;
    const reads = sqlReadsOf(table).flatMap((read) => find(read) ?? []);
    const sources = new Set(reads.flatMap((read) => [...visit(read)]));
    known.set(name, sources);
    return sources;
  };
  return visit;
}

const plainName = remembered((table: Table) => pascalCase(table.database) + pascalCase(table.name));
const plainNames = remembered((database: Database) => database.tables.flatMap((table) => {
  const name = plainName(table);
  return [name, ...(hasCall(table) ? [`${name}Call`] : []), ...(hasNewRow(table) ? [`New${name}`] : [])];
}));

/** Whether a table is called with parameters. */
export function hasCall(table: Table): boolean {
  return parametersOf(table).length > 0;
}

/** Whether a row to append is of another type than a row that is read. */
export function hasNewRow(table: Table): boolean {
  return table.source.kind === "delta" && table.columns.some(mayBeLeftOut);
}

/** The names of the types of a table: its row's, its parameters' and that of a row to append to it. */
export interface TypeNames { readonly row: string; readonly call: string; readonly newRow: string }

/** The names of a table's types, `FlightsDepartures` its row's; where two would be one, underscores tell them apart. */
export function typeNames({ databases }: Catalog): (table: Table) => TypeNames {
  const names = ["Tables", "Calls", "Appends", "Lake", "ClientLake", "NewRow", "OpenSettings"];
  const once = new Set(names);
  const twice = new Set(names);
  for (const name of databases.flatMap(plainNames)) {
    if (once.has(name)) twice.add(name);
    once.add(name);
  }
  return (table) => {
    const plain = plainName(table);
    if (!twice.has(plain)) return { row: plain, call: `${plain}Call`, newRow: `New${plain}` };
    const apart = `${pascalCase(table.database)}_${pascalCase(table.name)}`;
    return { row: apart, call: `${apart}_Call`, newRow: `New_${apart}` };
  };
}
