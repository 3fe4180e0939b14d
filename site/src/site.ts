/** The one site that is being built: what "neuralake:site" names, read once, with the few questions several pages ask of it. */
import { options } from "neuralake:site";
import { indexFlows, type ColumnFlow } from "./column-lineage.ts";
import { readSiteData, type SiteTable, type TableFacts } from "./data.ts";
import { readErrors } from "./errors.ts";
import type { Flow } from "./lineage.ts";
import { columnAnchor, type Links } from "./links.ts";
import type { FindName } from "./prose.ts";

export const site = await readSiteData(options.generatedDir, options.factsFile);
/** The compiler's codes, each with its page. */
export const errorPages = await readErrors(options.errorsDir);
export const projectName = options.projectName ?? "Catalog";
export const base = options.base;
export const assetVersion = options.version;

/** The lake's facts of a table; undefined when the site knows no lake or the lake no such table. */
export function factsOf(table: Pick<SiteTable, "database" | "name">): TableFacts | undefined {
  return site.facts?.tables[`${table.database}.${table.name}`];
}

/** Who reads whom, as far as one end is among the named tables. */
export function flowsOf(names: readonly string[]): Flow[] {
  const wanted = new Set(names);
  return [...site.tables].flatMap(([to, table]) => table.reads.filter((from) => site.tables.has(from) && (wanted.has(from) || wanted.has(to))).map((from) => ({ from, to })));
}

/** All that the compiler knows of which columns are made of which. */
export const columnFlows = indexFlows([...site.tables].flatMap(([table, { lineage }]) => (lineage?.columns ?? []).flatMap(({ column, sources }) =>
  sources.map(({ table: from, column: name, how, masked }): ColumnFlow => ({ from: { table: from, column: name }, to: { table, column }, how, ...(masked === undefined ? {} : { masked }) })))));

/** Finds pages for names that authors write in code: `flights.airports`, `flights.airports.iata`, and both without their own database. */
export function nameFinder(links: Links, database: string | undefined): FindName {
  const addressOf = (name: string): string | undefined => {
    if (site.tables.has(name)) return links.table(name);
    const dot = name.lastIndexOf(".");
    const [table, column] = [name.slice(0, dot), name.slice(dot + 1)];
    return site.tables.get(table)?.columns.some((each) => each.name === column) === true ? links.table(table, columnAnchor(column)) : undefined;
  };
  return (name) => addressOf(name) ?? (database === undefined ? undefined : addressOf(`${database}.${name}`));
}
