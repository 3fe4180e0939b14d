/** Databases and the tables of one are told apart without regard to case. */
import type { Catalog, Database } from "../ir/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { fullName } from "../ir/names.ts";
import { remembered } from "../ir/remembered.ts";
import { fileOf } from "./file-of.ts";
import { repeated } from "./repeated.ts";

/** Each name that was given before, at its second bearer. */
export function uniqueNames({ databases }: Catalog): Diagnostic[] {
  const alike = Map.groupBy(databases, (database) => database.name.toLowerCase());
  return [
    ...repeated(databases.map((database) => ({ name: database.name, said: database.name, place: fileOf(database) })))
      .map(([second, first]) => diagnose("databaseTwice", second.place, { name: second.said, first: first.said })),
    ...[...alike.values()].flatMap((own) => (own[0] !== undefined && own.length === 1 ? tablesTwice(own[0]) : repeatedTables(own))),
  ];
}

const tablesTwice = remembered((database: Database) => repeatedTables([database]));

function repeatedTables(databases: readonly Database[]): Diagnostic[] {
  return repeated(databases.flatMap(({ tables }) => tables).map((table) => ({ name: fullName(table), said: table.symbol, place: table.place })))
    .map(([second, first]) => diagnose("tableTwice", second.place, { table: second.name, second: second.said, first: first.said, at: `${first.place.file}:${first.place.line}` }));
}
