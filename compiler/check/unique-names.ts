/** Names are told apart without regard to case: no two tables of a database, columns of a table, fields of an object or parameters may share one. */
import type { Catalog, Place } from "../ir/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { allTables, fullName } from "../ir/names.ts";
import { everyType, parametersOf } from "../ir/walk.ts";
import { fileOf } from "./file-of.ts";

interface Named { readonly name: string; readonly said: string; readonly place: Place }

/** Each name that was given before, at its second bearer. */
export function uniqueNames(catalog: Catalog): Diagnostic[] {
  const databases = catalog.databases.map((database) => ({ name: database.name, said: database.name, place: fileOf(database) }));
  const tables = allTables(catalog);
  return [
    ...repeated(databases).map(([second, first]) => diagnose("databaseTwice", second.place, { name: second.said, first: first.said })),
    ...repeated(tables.map((table) => ({ name: fullName(table), said: table.symbol, place: table.place })))
      .map(([second, first]) => diagnose("tableTwice", second.place, { table: second.name, second: second.said, first: first.said, at: `${first.place.file}:${first.place.line}` })),
    ...tables.flatMap((table) => [
      ...repeated(table.columns.map(named)).map(([second, first]) => diagnose("nameTwice", second.place, { what: "columns", table: fullName(table), second: second.name, first: first.name })),
      ...repeated(parametersOf(table).map(named)).map(([second, first]) => diagnose("nameTwice", second.place, { what: "parameters", table: fullName(table), second: second.name, first: first.name })),
    ]),
    ...everyType(catalog).flatMap(({ type, table, name, place }) => (type.kind !== "object" ? [] : repeated(type.fields.map((field) => named({ name: field.name, place }))))
      .map(([second, first]) => diagnose("nameTwice", place, { what: `fields in ${name}`, table, second: second.name, first: first.name }))),
  ];
}

function named({ name, place }: { readonly name: string; readonly place: Place }): Named {
  return { name, said: name, place };
}

function repeated(all: readonly Named[]): [second: Named, first: Named][] {
  const firsts = new Map<string, Named>();
  return all.toSorted((left, right) => (left.place.file === right.place.file ? 0 : left.place.file < right.place.file ? -1 : 1)).flatMap((item) => {
    const first = firsts.get(item.name.toLowerCase());
    if (first === undefined) firsts.set(item.name.toLowerCase(), item);
    return first === undefined ? [] : [[item, first] as [Named, Named]];
  });
}
