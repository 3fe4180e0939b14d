/** Whether the lake fits a catalog: every Delta table there, and kept as it is declared. */
import type { Catalog, Table } from "../../compiler/ir/catalog.ts";
import { allTables, fullName } from "../../compiler/ir/names.ts";
import { isKept } from "../../compiler/ir/sources.ts";
import type { Misfit, MisfitLook } from "./contract.ts";
import { differenceFrom } from "./declared.ts";
import { rowsOf } from "./query-mark.ts";
import type { DeltaTables } from "./tables.ts";
import { isMaterialized } from "./targets.ts";

/** A table that does not fit; undefined when all do, or when nothing is known against them. */
export async function findMisfit(catalog: Catalog, tables: DeltaTables, { known = false, first }: MisfitLook = {}): Promise<Misfit | undefined> {
  const declared = allTables(catalog).filter(({ source }) => isKept(source));
  if (known) return declared.map((table) => knownMisfit(catalog, table, tables)).find((misfit) => misfit !== undefined);
  const likeliest = declared.find((table) => fullName(table) === first);
  const found = likeliest === undefined ? undefined : await misfitOf(catalog, likeliest, tables);
  if (found !== undefined) return found;
  return (await Promise.all(declared.map(async (table) => await misfitOf(catalog, table, tables)))).find((misfit) => misfit !== undefined);
}

async function misfitOf(catalog: Catalog, table: Table, tables: DeltaTables): Promise<Misfit | undefined> {
  const snapshot = await tables.readIfThere(tables.places.table(table));
  if (snapshot === undefined) return { table: fullName(table), text: `${fullName(table)} was not created yet` };
  return knownMisfit(catalog, table, tables);
}

function knownMisfit(catalog: Catalog, table: Table, tables: DeltaTables): Misfit | undefined {
  const snapshot = tables.known(table);
  const difference = snapshot === undefined ? undefined : differenceFrom(table, snapshot);
  // What Spark works out nobody here can mend.
  const outdated = snapshot !== undefined && isMaterialized(table) && table.source.engine === "duckdb" && rowsOf(catalog, table, snapshot) === "outdated";
  if (outdated && difference === undefined) return { table: fullName(table), text: `${fullName(table)} has the rows of another query` };
  return difference === undefined ? undefined : { table: fullName(table), text: `${fullName(table)} is kept otherwise: ${difference}` };
}
