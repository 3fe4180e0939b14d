/** Which versioned tables stand beneath a set of tables, computed ones followed to what their SQL reads. */
import type { Catalog, Table } from "../../compiler/ir/catalog.ts";
import { allTables, fullName } from "../../compiler/ir/names.ts";
import { isKept, isQuery } from "../../compiler/ir/sources.ts";
import type { ReadTable } from "../query/request.ts";
import type { DeltaTables } from "./tables.ts";
import { findTable } from "./targets.ts";

/** The newest versions of these tables and of those the computed ones read; undefined when one has none (a file, a row function). */
export async function newestVersions(catalog: Catalog, tables: DeltaTables, names: readonly string[]): Promise<readonly ReadTable[] | undefined> {
  const beneath = versionedBeneath(catalog, names);
  if (beneath === undefined) return undefined;
  return await Promise.all(beneath.map(async (table) => {
    const { version, committed } = await tables.read(table);
    return { table: fullName(table), version, committed };
  }));
}

/** The Delta tables beneath, sorted by name; undefined when one source beneath has no versions. */
function versionedBeneath(catalog: Catalog, names: readonly string[]): readonly Table[] | undefined {
  const byName = new Map(allTables(catalog).map((table) => [fullName(table), table]));
  const seen = new Set<Table>();
  const found: Table[] = [];
  const visit = (table: Table): boolean => {
    if (seen.has(table)) return true;
    seen.add(table);
    const { source } = table;
    if (isKept(source)) found.push(table);
    if (isKept(source)) return true;
    if (!isQuery(source)) return false;
    return (source.reads ?? []).every((name) => visit(byName.get(name) ?? findTable(catalog, name)));
  };
  if (!names.every((name) => visit(findTable(catalog, name)))) return undefined;
  return found.toSorted((left, right) => (fullName(left) < fullName(right) ? -1 : 1));
}
