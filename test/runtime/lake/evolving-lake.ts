/** A lake whose catalog changes: the plan of each new catalog is made and done, as the commands do it. */
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Catalog, Column, Table } from "../../../compiler/ir/catalog.ts";
import type { ColumnType } from "../../../compiler/ir/column-type.ts";
import type { Change } from "../../../compiler/plan/change.ts";
import { planLake } from "../../../compiler/plan/plan.ts";
import { openLake } from "../../../runtime/lake.ts";
import type { Lake } from "../../../runtime/lake.ts";
import { readRows } from "../../../runtime/parquet/arrow-rows.ts";
import type { AsOf } from "../../../runtime/query/request.ts";
import type { Row } from "../../../runtime/values/value.ts";

const place = { file: "catalog/rides/trips.ts", line: 1, column: 1, length: 1 };

export function column(name: string, type: ColumnType["kind"] | ColumnType, more: Partial<Column> = {}): Column {
  return { name, type: typeof type === "string" ? ({ kind: type } as ColumnType) : type, nullable: false, doc: "", place, words: [], rules: [], unique: false, ...more };
}

/** The catalog of one Delta table `rides.trips`. */
export function trips(columns: readonly Column[], more: Partial<Table> = {}): Catalog {
  const table: Table = { database: "rides", name: "trips", symbol: "Trips", doc: "", place, words: [], tags: [], source: { kind: "delta" }, columns, key: [], partitionBy: [], clusterBy: [], checks: [], ...more };
  return { format: 1, databases: [{ name: "rides", doc: "", tables: [table] }] };
}

/** A new directory, its links followed, and what removes it. */
export async function newRoot(): Promise<{ readonly root: string; remove(): Promise<void> }> {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), "evolving-")));
  return { root, remove: () => rm(root, { recursive: true }) };
}

/** The lake of a catalog at a root. Close it. */
export async function openAt(root: string, catalog: Catalog, project = root): Promise<Lake> {
  return await openLake({ catalog, root, project });
}

/** Makes the lake as its catalog says and gives back the changes; an error where the plan has problems, or a table moved meanwhile. */
export async function applyPlan(lake: Lake): Promise<readonly Change[]> {
  const kept = await lake.kept();
  const { changes, problems } = planLake(lake.stored, kept, { destructive: true });
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join("\n"));
  for (const [table, own] of Map.groupBy(changes, (change) => change.table)) {
    if (own.some(({ kind }) => kind === "create-table")) await lake.create(table);
    else {
      const outcome = await lake.evolve(table, {
        schema: kept.find((known) => known.table === table)?.schema ?? "",
        renamed: Object.fromEntries(own.flatMap((change) => (change.kind === "rename-column" ? [[change.column, change.from]] : []))),
        dropped: own.flatMap((change) => (change.kind === "drop-column" ? [change.column] : [])),
        told: own.map(({ text }) => text),
      });
      if (outcome.kind === "moved") throw new Error(`${table} moved`);
    }
  }
  return changes;
}

/** Rows of a query. */
export async function rowsOf(lake: Lake, sql: string, asOf?: AsOf): Promise<Row[]> {
  const { columns, batches } = await lake.query({ sql, ...(asOf === undefined ? {} : { asOf }) });
  const rows: Row[] = [];
  for await (const batch of batches) rows.push(...readRows(columns, batch));
  return rows;
}
