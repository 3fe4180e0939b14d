/** Tables `d.a` and `d.b` that change, and materialized views over them of each way to be refreshed. Beside each view `m.x` stands `now.x`, which the same SQL works out when it is asked. */
import type { Catalog, Column, Table } from "../../../compiler/ir/catalog.ts";
import { openLake } from "../../../runtime/lake.ts";
import type { Lake } from "../../../runtime/lake.ts";
import { rowJson } from "../../../runtime/values/json.ts";
import { readRows } from "../../../runtime/parquet/arrow-rows.ts";
import { catalogOf, column, table, template } from "../query/fixture.ts";

export const a = [column("id", "int64"), column("k", "text"), column("n", "int32"), column("x", "float64"), column("d", { kind: "decimal", precision: 10, scale: 2 })];
export const b = [column("k", "text"), column("w", "int32")];

interface View { readonly sql: string; readonly columns: readonly Column[]; readonly reads: readonly string[] }
const money = { kind: "decimal", precision: 18, scale: 2 } as const;

/** By what they are called. */
export const views: { readonly [name: string]: View } = {
  picked: { sql: "SELECT id, upper(k) AS k, n + 1 AS n FROM d.a WHERE n > 3 OR k IS NULL", columns: [column("id", "int64"), column("k", "text"), column("n", "int32")], reads: ["d.a"] },
  joined: { sql: "SELECT a.id, b.w FROM d.a LEFT JOIN d.b ON a.k = b.k", columns: [column("id", "int64"), column("w", "int32")], reads: ["d.a", "d.b"] },
  both: { sql: "SELECT id, k FROM d.a UNION ALL SELECT w, k FROM d.b", columns: [column("id", "int64"), column("k", "text")], reads: ["d.a", "d.b"] },
  through: { sql: "SELECT k, id FROM now.picked ORDER BY id", columns: [column("k", "text"), column("id", "int64")], reads: ["now.picked"] },
  sums: { sql: "SELECT k, count(*) AS c, sum(n) AS s, min(d) AS lo, max(x) AS hi FROM d.a GROUP BY k", columns: [column("k", "text"), column("c", "int64"), column("s", "int64"), column("lo", { kind: "decimal", precision: 10, scale: 2 }), column("hi", "float64")], reads: ["d.a"] },
  total: { sql: "SELECT count(*) AS c, sum(d) AS d FROM d.a", columns: [column("c", "int64"), column("d", money)], reads: ["d.a"] },
  names: { sql: "SELECT DISTINCT k, w FROM d.a JOIN d.b USING (k)", columns: [column("k", "text"), column("w", "int32")], reads: ["d.a", "d.b"] },
  mean: { sql: "SELECT k, avg(n) AS n FROM d.a GROUP BY k", columns: [column("k", "text"), column("n", "float64")], reads: ["d.a"] },
  first: { sql: "SELECT id FROM d.a ORDER BY id LIMIT 2", columns: [column("id", "int64")], reads: ["d.a"] },
  above: { sql: "SELECT k, count(*) AS c FROM m.picked GROUP BY k", columns: [column("k", "text"), column("c", "int64")], reads: ["m.picked"] },
  many: { sql: "SELECT k, c FROM m.sums WHERE c > 1", columns: [column("k", "text"), column("c", "int64")], reads: ["m.sums"] },
};

/** The view `name` as it is kept. */
export function kept(name: string, { sql, columns, reads }: View, more: Partial<Table> = {}): Table {
  return table("m", name, { kind: "materialized", sql: template(sql), declared: true, refresh: "1h", engine: "duckdb", reads }, columns, more);
}

export function viewCatalog(chosen: { readonly [name: string]: View } = views): Catalog {
  const asked = Object.entries(chosen).map(([name, { sql, columns, reads }]) => table("now", name, { kind: "view", sql: template(sql), declared: true, reads }, columns));
  return catalogOf(table("d", "a", { kind: "delta" }, a), table("d", "b", { kind: "delta" }, b), ...Object.entries(chosen).map(([name, view]) => kept(name, view)), ...asked);
}

/** A lake below the directory, or at a root of its own. */
export async function openViews(directory: string, catalog: Catalog, root = `${directory}/lake`): Promise<Lake> {
  return await openLake({ catalog, root, project: directory });
}

/** The rows of a query, each as JSON, sorted. */
export async function rowTexts(lake: Pick<Lake, "query">, sql: string): Promise<readonly string[]> {
  const { batches, columns } = await lake.query({ sql });
  const found: string[] = [];
  for await (const batch of batches) for (const row of readRows(columns, batch)) found.push(rowJson(columns, row));
  return found.sort();
}
