/** Names that SQL, URLs and generated types can all carry: plain words. */
import type { Catalog } from "../ir/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { everyType, parametersOf } from "../ir/walk.ts";
import { fileOf } from "./file-of.ts";

const plain = /^[a-z][a-z0-9_]*$/;
const word = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/** Databases and tables not in plain snake_case; columns, parameters and fields within them that are no words. */
export function nameSpelling(catalog: Catalog): Diagnostic[] {
  return [...databaseNames(catalog), ...fieldNames(catalog)];
}

function fieldNames(catalog: Catalog): Diagnostic[] {
  return everyType(catalog).flatMap(({ type, name: column, place }) => (type.kind === "object" ? type.fields : [])
    .filter(({ name }) => !word.test(name) || name === "__proto__")
    .map(({ name }) => diagnose("fieldSpelling", place, { name: JSON.stringify(name), column })));
}

function databaseNames(catalog: Catalog): Diagnostic[] {
  return catalog.databases.flatMap((database) => [
    ...(plain.test(database.name) ? [] : [diagnose("databaseSpelling", fileOf(database), { name: database.name })]),
    ...database.tables.flatMap((table) => [
      ...(plain.test(table.name) ? [] : [diagnose("tableSpelling", table.place, { symbol: table.symbol, name: table.name })]),
      ...[...table.columns, ...parametersOf(table)].filter(({ name }) => !word.test(name)).map(({ name, place }) => diagnose("columnSpelling", place, { name })),
    ]),
  ]);
}
