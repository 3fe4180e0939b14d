/** A function's parameters are plain query parameters of its URL, beside those every table has. */
import type { Catalog } from "../ir/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { allTables, fullName } from "../ir/names.ts";
import { parametersOf } from "../ir/walk.ts";

/** What every table's URL understands. */
export const urlParameters: readonly string[] = ["columns", "cursor", "filter", "format", "limit", "sort", "timestamp", "version"];

/** Parameters whose name, in any case, means something in the URL already. */
export function reservedParameters(catalog: Catalog): Diagnostic[] {
  return allTables(catalog).flatMap((table) => parametersOf(table)
    .filter((parameter) => urlParameters.includes(parameter.name.toLowerCase()))
    .map((parameter) => diagnose("parameterReserved", parameter.place, { parameter: parameter.name, table: fullName(table), taken: urlParameters.join(", ") })));
}
