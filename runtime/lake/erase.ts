/** Rows erased for good from a declared table, its dead table, or any Delta table by its path, with an engine for as long as that takes. */
import type { Catalog } from "../../compiler/ir/catalog.ts";
import { fullName } from "../../compiler/ir/names.ts";
import { erase } from "../delta/maintenance/erase.ts";
import type { Erased, EraseOptions } from "../delta/maintenance/erase.ts";
import { changeRows } from "../query/change-rows.ts";
import { rowFinder } from "../query/find-rows.ts";
import { rowTexts } from "../query/row-texts.ts";
import { openEngineRoom } from "./engine-room.ts";
import type { PlacedTables } from "./placed.ts";
import type { Places } from "./places.ts";
import { findChangeable } from "./targets.ts";

export interface EraseResult extends Erased { readonly table: string }

export interface Eraser {
  /**
   * Erases the rows for which an SQL condition over the columns is true from every file of the table: of its newest version and of all older ones, whose rows, log and change feed go with them. PARAMETER_INVALID unless
   * `allowShort`; SQL_INVALID, TABLE_NOT_WRITABLE, DELTA_UNSUPPORTED_FEATURE, COMMIT_CONFLICT. Look at `look.found`. TABLE_NOT_WRITABLE too for a shallow clone that needs files with such rows. Copies elsewhere (deep clones, shallow ones of other engines, caches of other machines, older versions of S3 objects) are out of its reach.
   */
  eraseRows(target: string, where: string, options?: EraseOptions): Promise<EraseResult>;
}

/** Of the catalog's tables, and of any by its path. */
export function openEraser(catalog: Catalog, places: Places, tables: PlacedTables): Eraser {
  return {
    async eraseRows(target, where, options) {
      const { place, table, base } = await findChangeable(catalog, places, tables, target);
      const room = openEngineRoom([place.store.local]);
      try {
        const erasing = { store: place.store, location: place.location, finder: rowFinder(room.engine), change: changeRows, texts: rowTexts(room.engine) };
        const { erased, snapshot } = await erase(erasing, base, where, options);
        tables.committed(place, snapshot);
        return { table: table === undefined ? target : fullName(table), ...erased };
      } finally {
        await room.close();
      }
    },
  };
}
