/** Tables altered where they lie: declared ones, dead tables, or any Delta table by its path. A declared table is then another than declared, which `plan` tells. */
import type { Catalog } from "../../compiler/ir/catalog.ts";
import { fullName } from "../../compiler/ir/names.ts";
import { alterTable } from "../delta/commit/alter.ts";
import type { AlterLake } from "./alter-contract.ts";
import type { PlacedTables } from "./placed.ts";
import type { Places } from "./places.ts";
import { withChanging } from "./row-changes.ts";
import { findChangeable } from "./targets.ts";

/** Of the catalog's tables, and of any by its path. */
export function openAlterations(catalog: Catalog, places: Places, tables: PlacedTables): AlterLake {
  return {
    async alter(target, alterations, { signal } = {}) {
      const { place, table, base } = await findChangeable(catalog, places, tables, target);
      const { snapshot, versions } = await withChanging(place, async (changing) => await alterTable(changing, base, alterations, signal));
      if (versions.length > 0) tables.committed(place, snapshot);
      return { table: table === undefined ? target : fullName(table), version: snapshot.version, versions };
    },
  };
}
