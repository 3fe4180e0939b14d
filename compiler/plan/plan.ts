/**
 * What the catalog declares against what the lake has: a list of changes, each with its risk, and what stands in the way, made before
 * anything acts. Pure.
 */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Table } from "../ir/catalog.ts";
import { fullName } from "../ir/names.ts";
import { isKept } from "../ir/sources.ts";
import type { Change, LakeTable } from "./change.ts";
import { addColumn, changesOfPair, dropColumn } from "./column-changes.ts";
import { matchColumns } from "./matched-columns.ts";
import type { FormerNames } from "./matched-columns.ts";
import { planView } from "./materialized.ts";
import { problemsOf } from "./problems.ts";

export interface Plan {
  /** By table in the order they were given. */
  readonly changes: readonly Change[];
  /** Errors in the catalog, seen beside this lake; with one, no change is to be made. */
  readonly problems: readonly Diagnostic[];
}

export interface PlanOptions {
  /** A column that is gone may go with its values: beside a new one it is no riddle then. */
  readonly destructive?: boolean;
  readonly formerNames?: FormerNames;
}

/** The changes that would make the lake as these tables are declared; only Delta tables have a place in it. */
export function planLake(tables: readonly Table[], lake: readonly LakeTable[], options: PlanOptions = {}): Plan {
  const kept = new Map(lake.map((table) => [table.table, table]));
  const plans = tables.filter(({ source }) => isKept(source)).map((table) => {
    const known = kept.get(fullName(table));
    return known === undefined ? planMissing(table) : planTable(table, known, options);
  });
  return { changes: plans.flatMap(({ changes }) => changes), problems: plans.flatMap(({ problems }) => problems) };
}

/** A dead table is made with the first row in it. */
function planMissing(table: Table): Plan {
  return { changes: table.name.endsWith("__dead") ? [] : [createTable(table)], problems: [] };
}

function createTable(table: Table): Change {
  const partitions = table.partitionBy.length === 0 ? "" : `, partitioned by ${table.partitionBy.join(", ")}`;
  const columns = table.columns.length === 1 ? "1 column" : `${table.columns.length} columns`;
  return { kind: "create-table", table: fullName(table), risk: "safe", text: `create the table: ${columns}${partitions}` };
}

function planTable(table: Table, lake: LakeTable, { destructive = false, formerNames = () => [] }: PlanOptions): Plan {
  const matched = matchColumns(table, lake, formerNames);
  const changes = [
    ...matched.pairs.flatMap((pair) => changesOfPair(table, pair, lake)),
    ...matched.added.map((column) => addColumn(table, column, lake)),
    ...matched.dropped.map((column) => dropColumn(table, column, lake)),
    ...(table.doc === lake.description ? [] : [{ kind: "change-comment", table: fullName(table), risk: "safe", text: "describe the table as the catalog does" } as const]),
  ];
  if (table.source.kind === "materialized") return { changes: planView(table, lake, matched, changes.filter(({ kind }) => kind === "change-comment")), problems: [] };
  return { changes, problems: problemsOf(table, lake, matched, destructive) };
}
