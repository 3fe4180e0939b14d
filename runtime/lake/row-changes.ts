/** Rows changed where they lie: of a declared table, its dead table, or any Delta table by its path. Each change has an engine of its own, which ends with it. */
import type { Catalog } from "../../compiler/ir/catalog.ts";
import { fullName } from "../../compiler/ir/names.ts";
import { deleteRows } from "../delta/commit/delete.ts";
import { changeRows } from "../query/change-rows.ts";
import { rowFinder } from "../query/find-rows.ts";
import type { Lake } from "./contract.ts";
import { openEngineRoom } from "./engine-room.ts";
import type { Place, Places } from "./places.ts";
import type { DeltaTables } from "./tables.ts";
import { findDelta } from "./targets.ts";

/** Changes of the catalog's tables, and of any by its path. */
export function openRowChanges(catalog: Catalog, places: Places, tables: DeltaTables): Pick<Lake, "deleteRows"> {
  return {
    async deleteRows(target, where, options) {
      const { place, table } = await findDelta(catalog, places, target);
      const base = await (table === undefined ? tables.readAt(place) : tables.read(table));
      const { snapshot, change } = await withFinder(place, (finder) => deleteRows({ store: place.store, location: place.location, finder, change: changeRows }, base, where, options));
      if (change !== undefined) tables.committed(place, snapshot);
      const { rows = null, filesRead = 0, filesRemoved = 0, filesAdded = 0, vectorsAdded = 0 } = change ?? { rows: 0 };
      return { table: table === undefined ? target : fullName(table), version: snapshot.version, deleted: rows, filesRead, filesRemoved, filesAdded, vectorsAdded };
    },
  };
}

async function withFinder<T>({ store }: Place, act: (finder: ReturnType<typeof rowFinder>) => Promise<T>): Promise<T> {
  const room = openEngineRoom([store.local]);
  try {
    return await act(rowFinder(room.engine));
  } finally {
    await room.close();
  }
}
