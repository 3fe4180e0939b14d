/** In SQL parameters are given by position up to the first default, by name after it: so the required ones come first. */
import type { Catalog } from "../ir/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { allTables } from "../ir/names.ts";
import { parametersOf } from "../ir/walk.ts";

/** Required parameters after one that has a default. */
export function parameterOrder(catalog: Catalog): Diagnostic[] {
  return allTables(catalog).flatMap((table) => {
    const parameters = parametersOf(table);
    const first = parameters.findIndex((parameter) => parameter.default !== undefined);
    if (first < 0) return [];
    return parameters.slice(first).filter((parameter) => parameter.default === undefined)
      .map((parameter) => diagnose("parameterOrder", parameter.place, { parameter: parameter.name, before: parameters[first]?.name ?? "" }));
  });
}
