/** Lineage as a tree of lines: each column, above what it is made of, and what is made of it; and what decides the rows. */
import type { Catalog } from "../compiler/ir/catalog.ts";
import { nameOf } from "../compiler/ir/lineage-graph.ts";
import type { ColumnName, LineageEdge, LineageGraph } from "../compiler/ir/lineage-graph.ts";
import { suggest } from "../compiler/ir/nearest.ts";
import { allTables, fullName } from "../compiler/ir/names.ts";
import { Failure } from "../runtime/values/failure.ts";
import type { Style } from "./terminal.ts";

/** A table, and the columns of it that are meant. */
export interface LineageTarget { readonly table: string; readonly columns: readonly string[] }

/** The table or column that `database.table` or `database.table.column` names, in any letter case; TABLE_NOT_FOUND or PARAMETER_INVALID for none. */
export function lineageTarget(catalog: Catalog, target: string): LineageTarget {
  const [database = "", name = "", ...rest] = target.split(".");
  const wanted = `${database}.${name}`.toLowerCase();
  const tables = allTables(catalog);
  const table = tables.find((known) => fullName(known).toLowerCase() === wanted);
  if (table === undefined) throw new Failure("TABLE_NOT_FOUND", `There is no table ${database}.${name} in the catalog.`, { hint: suggest(`${database}.${name}`, tables.map(fullName)) });
  const names = table.columns.map((column) => column.name);
  if (rest.length === 0) return { table: fullName(table), columns: names };
  const column = names.find((known) => known.toLowerCase() === rest.join(".").toLowerCase());
  if (column === undefined) throw new Failure("PARAMETER_INVALID", `${fullName(table)} has no column ${rest.join(".")}.`, { hint: suggest(rest.join("."), names) });
  return { table: fullName(table), columns: [column] };
}

interface Graphs extends LineageTarget { readonly up?: LineageGraph; readonly down?: LineageGraph }
type Why = (column: ColumnName) => string | undefined;

/** The lines that tell of a table, or of one of its columns. */
export function graphText({ table, columns, up, down }: Graphs, why: Why, style: Style): string[] {
  const into = Map.groupBy(up?.edges ?? [], ({ to }) => nameOf(to));
  const outOf = Map.groupBy(down?.edges ?? [], ({ from }) => nameOf(from));
  const lines = columns.flatMap((column) => {
    const asked = { table, column };
    const above = up === undefined ? [] : branches(asked, into, "from", why, style);
    const below = down === undefined ? [] : branches(asked, outOf, "to", why, style);
    return [style.strong(nameOf(asked)), ...above.map((line) => `  ${line}`), ...below.map((line) => `  ${line}`)];
  });
  const rows = (up?.rows ?? []).filter(({ to }) => to === table).map(({ from, how }) => `  ${style.blue(nameOf(from))}  ${style.quiet(how.join(", "))}`);
  const decided = (down?.rows ?? []).map(({ from, to, how }) => `  ${style.blue(to)}  ${style.quiet(`${how.join(", ")} by ${nameOf(from)}`)}`);
  return [
    ...lines,
    ...(rows.length === 0 ? [] : [style.strong(`the rows of ${table} are decided by`), ...rows]),
    ...(decided.length === 0 ? [] : [style.strong(columns.length === 1 ? `${table}.${columns[0]} decides the rows of` : "its columns decide the rows of"), ...decided]),
  ];
}

/** The edges of one column with those behind them; `<-` leads up, `->` down. */
function branches(column: ColumnName, edges: ReadonlyMap<string, readonly LineageEdge[]>, end: "from" | "to", why: Why, style: Style, path: readonly string[] = []): string[] {
  const arrow = end === "from" ? "<-" : "->";
  const unknown = end === "from" ? why(column) : undefined;
  return [
    ...(edges.get(nameOf(column)) ?? []).flatMap((edge) => {
      const next = nameOf(edge[end]);
      const line = `${style.quiet(arrow)} ${style.blue(next)}  ${style.quiet(`${edge.how}${edge.masked === undefined ? "" : `, its ${edge.masked} alone`}`)}`;
      return path.includes(next) ? [line] : [line, ...branches(edge[end], edges, end, why, style, [...path, next]).map((inner) => `   ${inner}`)];
    }),
    ...(unknown === undefined ? [] : [`${style.quiet(arrow)} ${style.coral(`unknown: ${unknown}`)}`]),
  ];
}
