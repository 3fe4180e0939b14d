/** A function of rows that reads, with the lake it is handed, a table that is made of its own rows would never come to an end. */
import type { Catalog, Table } from "../ir/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { allTables, fullName } from "../ir/names.ts";
import { readsOf } from "../ir/sources.ts";

/** Each such function of a catalog whose queries were bound, so that what they read is known, with the way that leads back to it. */
export function functionCircles(catalog: Catalog): Diagnostic[] {
  const tables = allTables(catalog);
  const functions = tables.filter(({ source }) => source.kind === "rows");
  if (functions.length === 0) return [];
  const byName = new Map(tables.map((table) => [fullName(table), table]));
  return functions.flatMap((table) => {
    const circle = wayBack(table, fullName(table), byName, new Set());
    return circle === undefined ? [] : [diagnose("rowsCircle", table.place, { table: fullName(table), circle: [fullName(table), ...circle].join(" reads ") })];
  });
}

/** The names on the way from what `table` reads to `wanted`, which is the last; undefined when no way leads there. */
function wayBack(table: Table, wanted: string, byName: ReadonlyMap<string, Table>, seen: Set<string>): readonly string[] | undefined {
  for (const name of readsOf(table.source)) {
    if (name === wanted) return [name];
    const next = byName.get(name);
    if (next === undefined || seen.has(name)) continue;
    seen.add(name);
    const rest = wayBack(next, wanted, byName, seen);
    if (rest !== undefined) return [name, ...rest];
  }
  return undefined;
}
