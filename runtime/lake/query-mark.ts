/** What stands for the query of a materialized view: another one where its SQL, that of a view it reads, or the type of a column is another, so that rows are never taken for those of a query that did not give them. */
import { createHash } from "node:crypto";
import type { Catalog, Table } from "../../compiler/ir/catalog.ts";
import { allTables, fullName } from "../../compiler/ir/names.ts";
import { isKept, isQuery } from "../../compiler/ir/sources.ts";
import { typeName } from "../../compiler/ir/type-name.ts";
import { refreshedQuery } from "../delta/commit/refresh-mark.ts";
import type { Snapshot } from "../delta/snapshot/snapshot.ts";
import { printTemplate } from "../query/sql-template.ts";
import { Failure } from "../values/failure.ts";
import type { Materialized } from "./targets.ts";
import { isMaterialized } from "./targets.ts";

const marks = new WeakMap<Catalog, Map<string, string>>();

/** Sixteen hexadecimal digits. */
export function queryMark(catalog: Catalog, table: Materialized): string {
  return marks.getOrInsertComputed(catalog, () => new Map()).getOrInsertComputed(fullName(table), () => {
    const byName = new Map(allTables(catalog).map((other) => [fullName(other), other]));
    const texts = new Map<string, string>();
    const visit = (name: string, other: Table | undefined): void => {
      if (other === undefined || texts.has(name) || !isQuery(other.source) || (isKept(other.source) && other !== table)) return;
      const { sql, reads = [] } = other.source;
      texts.set(name, JSON.stringify([name, printTemplate(sql, (parameter) => `$${parameter}`).sql, other.columns.map((column) => [column.name, typeName(column.type)]), "parameters" in other.source ? other.source.parameters.map((each) => [each.name, each.default ?? null]) : []]));
      for (const read of reads) visit(read, byName.get(read));
    };
    visit(fullName(table), table);
    return createHash("sha256").update([...texts.values()].toSorted().join("\n")).digest("hex").slice(0, 16);
  });
}

/** Whether the rows are of the query that the catalog has, of another, or of none yet. */
export function rowsOf(catalog: Catalog, table: Materialized, snapshot: Pick<Snapshot, "transactions">): "current" | "outdated" | "none" {
  const query = refreshedQuery(snapshot);
  if (query === undefined) return "none";
  return query === queryMark(catalog, table) ? "current" : "outdated";
}

/** TABLE_NOT_REFRESHED for a materialized view without rows of its query. An older version may be of an older query. */
export function requireRefreshed(catalog: Catalog, table: Table, snapshot: Snapshot, older: boolean): void {
  if (!isMaterialized(table)) return;
  const rows = rowsOf(catalog, table, snapshot);
  if (rows === "current" || (older && rows === "outdated")) return;
  const name = fullName(table);
  const text = rows === "outdated" ? `The rows of ${name} are of another query than the catalog has.` : `${name} was never refreshed${older ? ` up to version ${snapshot.version}` : ""}, so it has no rows yet.`;
  throw new Failure("TABLE_NOT_REFRESHED", text, { hint: table.source.engine === "spark" ? "Spark works them out." : `Run \`neuralake refresh ${name}\`.` });
}
