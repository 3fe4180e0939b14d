/** Durations are a whole number and a unit: `15m`. TypeScript's template type lets more through, as `-1e3m`. */
import type { Catalog, Table } from "../ir/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { allTables } from "../ir/names.ts";

/** Durations that are none. */
export function durations(catalog: Catalog): Diagnostic[] {
  return allTables(catalog).flatMap((table) =>
    [table.freshness, table.retain, refreshOf(table)].flatMap((text) => (text === undefined || /^[1-9]\d*(ms|[smhd])$/.test(text) ? [] : [diagnose("duration", placeOf(table, text), { text })])));
}

/** A refresh that is left out is told by who reads the word. */
function refreshOf({ source }: Table): string | undefined {
  return source.kind === "materialized" && source.refresh !== "" ? source.refresh : undefined;
}

function placeOf(table: Table, text: string): Table["place"] {
  const said = table.words.find((word) => word.args.some((argument) => typeof argument === "object" && argument !== null && "object" in argument && Object.values(argument.object).includes(text)));
  return said?.place ?? table.place;
}
