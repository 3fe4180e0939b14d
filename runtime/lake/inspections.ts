/** Looks at any Delta table that no query takes: its changes from version to version, and whether it is whole. Each has an engine of its own, which ends with it. */
import type { Catalog } from "../../compiler/ir/catalog.ts";
import { readChanges } from "../delta/snapshot/changes.ts";
import { verifyTable } from "../delta/snapshot/verify.ts";
import type { QueryContext } from "../query/context.ts";
import { countRows } from "../query/count-rows.ts";
import { runQuery } from "../query/query.ts";
import type { Lake } from "./contract.ts";
import { openEngineRoom } from "./engine-room.ts";
import type { EngineRoom } from "./engine-room.ts";
import { catalogOf, closing, peekRequest } from "./peek.ts";
import type { Place, Places } from "./places.ts";
import { findDelta } from "./targets.ts";

export interface Inspections extends Pick<Lake, "changes" | "verify"> {
  /** Closes what was asked for and not read to its end. */
  close(): Promise<void>;
}

/** Inspections of the catalog's tables, and of any by its path. */
export function openInspections(catalog: Catalog, places: Places, project: string): Inspections {
  const rooms = new Set<EngineRoom>();
  const roomOf = ({ store }: Place): { readonly room: EngineRoom; close(): Promise<void> } => {
    const room = openEngineRoom([store.local]);
    rooms.add(room);
    return {
      room,
      async close() {
        rooms.delete(room);
        await room.close();
      },
    };
  };
  return {
    async changes(target, range, options = {}) {
      const { place } = await findDelta(catalog, places, target);
      const changes = await readChanges(place.store, place.location, range);
      const feed = catalogOf(place.directory, changes.columns, []);
      const context: QueryContext = { catalog: feed.catalog, project, snapshot: async () => changes, rows: () => Promise.reject(new Error("a change feed has no row functions")) };
      const { room, close } = roomOf(place);
      try {
        const result = await runQuery(await room.engine(), context, peekRequest(feed.table, options));
        return { ...result, batches: closing(result.batches, close) };
      } catch (error) {
        await close();
        throw error;
      }
    },
    async verify(target, signal) {
      const { place } = await findDelta(catalog, places, target);
      const { room, close } = roomOf(place);
      try {
        return await verifyTable(place.store, place.location, countRows(await room.engine()), signal);
      } finally {
        await close();
      }
    },
    async close() {
      await Promise.all([...rooms].map(async (room) => await room.close()));
      rooms.clear();
    },
  };
}
