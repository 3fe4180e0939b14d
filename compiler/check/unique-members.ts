/** Names within a table are told apart without regard to case: no two of its columns, parameters or fields of one object may share one. */
import type { Catalog, Place } from "../ir/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { allTables, fullName } from "../ir/names.ts";
import { everyType, parametersOf } from "../ir/walk.ts";
import { repeated } from "./repeated.ts";
import type { Named } from "./repeated.ts";

/** Each name that was given before, at its second bearer. */
export function uniqueMembers(catalog: Catalog): Diagnostic[] {
  return [
    ...allTables(catalog).flatMap((table) => [
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
