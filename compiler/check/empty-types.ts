/** Types that say nothing: a table or an object without columns, a choice given twice. */
import type { Catalog } from "../ir/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { allTables } from "../ir/names.ts";
import { isQuery } from "../ir/sources.ts";
import { everyType } from "../ir/walk.ts";

/** Stored tables without columns, objects without fields, enums that repeat a value. */
export function emptyTypes(catalog: Catalog): Diagnostic[] {
  const tables = allTables(catalog)
    .filter((table) => table.columns.length === 0 && !isQuery(table.source) && table.source.kind !== "rows")
    .map((table) => diagnose("noColumns", table.place, { symbol: table.symbol }));
  const types = everyType(catalog).flatMap(({ type, name, place }) => {
    if (type.kind === "object" && type.fields.length === 0) return [diagnose("emptyObject", place, { column: name })];
    const repeated = type.kind === "enum" ? type.values.find((value, index) => type.values.indexOf(value) !== index) : undefined;
    return repeated === undefined ? [] : [diagnose("enumRepeats", place, { column: name, value: repeated })];
  });
  return [...tables, ...types];
}
