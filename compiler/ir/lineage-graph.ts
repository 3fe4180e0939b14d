/** Follows lineage through the whole Catalog, from a table or one of its columns up to what it is made of and down to what is made of it. */
import type { Catalog, Table } from "./catalog.ts";
import type { Masking, ShapeHow, SourceHow } from "./lineage.ts";
import { allTables, fullName } from "./names.ts";
import { isQuery } from "./sources.ts";

export interface ColumnName { readonly table: string; readonly column: string }
/** `from` is one of the sources of `to`. */
export interface LineageEdge { readonly from: ColumnName; readonly to: ColumnName; readonly how: SourceHow; readonly masked?: Masking }
/** `from` decides which rows the table `to` has. */
export interface RowsEdge { readonly from: ColumnName; readonly to: string; readonly how: readonly ShapeHow[] }
export interface UnknownColumn extends ColumnName { readonly why: string }

/** What was met on the way; each list in order of names. */
export interface LineageGraph { readonly edges: readonly LineageEdge[]; readonly rows: readonly RowsEdge[]; readonly unknown: readonly UnknownColumn[] }

export interface LineageIndex {
  /** All that the columns are made of, through views. */
  up(columns: readonly ColumnName[]): LineageGraph;
  /** All that is made of the columns, through views. */
  down(columns: readonly ColumnName[]): LineageGraph;
}

/** Reads the Catalog's lineage once, for any number of questions. */
export function indexLineage(catalog: Catalog): LineageIndex {
  const tables = new Map(allTables(catalog).map((table) => [fullName(table), table]));
  const edges = [...tables.values()].flatMap(edgesOf);
  const rows = [...tables.values()].flatMap(rowsOf);
  const into = Map.groupBy(edges, ({ to }) => nameOf(to));
  const outOf = Map.groupBy(edges, ({ from }) => nameOf(from));
  const shaping = Map.groupBy(rows, ({ to }) => to);
  const shaped = Map.groupBy(rows, ({ from }) => nameOf(from));
  const follow = (columns: readonly ColumnName[], next: (column: ColumnName) => readonly LineageEdge[], end: "from" | "to"): { readonly met: ReadonlyMap<string, ColumnName>; readonly edges: LineageEdge[] } => {
    const met = new Map(columns.map((column) => [nameOf(column), column]));
    const found = new Set<LineageEdge>();
    // A map that grows is walked to its end.
    for (const column of met.values()) {
      for (const edge of next(column)) {
        found.add(edge);
        if (!met.has(nameOf(edge[end]))) met.set(nameOf(edge[end]), edge[end]);
      }
    }
    return { met, edges: [...found].sort((a, b) => compare(edgeName(a), edgeName(b))) };
  };
  const unknownAmong = (met: ReadonlyMap<string, ColumnName>): UnknownColumn[] => [...met.values()].flatMap((column) => {
    const why = whyUnknown(tables.get(column.table), column.column);
    return why === undefined ? [] : [{ ...column, why }];
  }).sort((a, b) => compare(nameOf(a), nameOf(b)));
  return {
    up(columns) {
      const { met, edges: found } = follow(columns, (column) => into.get(nameOf(column)) ?? [], "from");
      return { edges: found, rows: [...new Set([...met.values()].map(({ table }) => table))].sort().flatMap((table) => shaping.get(table) ?? []), unknown: unknownAmong(met) };
    },
    down(columns) {
      const { met, edges: found } = follow(columns, (column) => outOf.get(nameOf(column)) ?? [], "to");
      return { edges: found, rows: [...met.values()].flatMap((column) => shaped.get(nameOf(column)) ?? []).sort((a, b) => compare(`${nameOf(a.from)} ${a.to}`, `${nameOf(b.from)} ${b.to}`)), unknown: unknownAmong(met) };
    },
  };
}

/** `rides.trips.fare`. */
export function nameOf({ table, column }: ColumnName): string {
  return `${table}.${column}`;
}

/** Why it is not known what a column is made of; undefined where it is, and for columns that are stored. */
export function whyUnknown(table: Table | undefined, column: string): string | undefined {
  if (table === undefined) return "the table is not in the catalog";
  if (table.source.kind === "rows") return "a function of rows may read anything";
  if (!isQuery(table.source)) return undefined;
  if (table.lineage === undefined) return "its SQL could not be read";
  const found = table.lineage.columns.find((each) => each.column === column);
  return found === undefined ? "the query gives no such column" : found.unknown;
}

function edgesOf(table: Table): LineageEdge[] {
  return (table.lineage?.columns ?? []).flatMap(({ column, sources }) => sources.map(({ table: from, column: name, how, masked }) => ({
    from: { table: from, column: name }, to: { table: fullName(table), column }, how, ...(masked === undefined ? {} : { masked }),
  })));
}

function rowsOf(table: Table): RowsEdge[] {
  return (table.lineage?.shapes ?? []).map(({ table: from, column, how }) => ({ from: { table: from, column }, to: fullName(table), how }));
}

function edgeName({ from, to }: LineageEdge): string {
  return `${nameOf(from)} ${nameOf(to)}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
