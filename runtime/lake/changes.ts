/** The change data feed of a Delta table as rows: a catalog of one table that stands for the changes, in an engine of its own that ends with its last batch. */
import { readChanges } from "../delta/changes.ts";
import type { ChangeRange } from "../delta/changes.ts";
import type { QueryContext } from "../query/context.ts";
import { runQuery } from "../query/query.ts";
import type { QueryResult } from "../query/request.ts";
import type { PeekOptions } from "./contract.ts";
import { openEngineRoom } from "./engine-room.ts";
import type { EngineRoom } from "./engine-room.ts";
import { catalogOf, closing, peekRequest } from "./peek.ts";
import type { Place } from "./places.ts";

export interface ChangeFeeds {
  changes(place: Place, range: ChangeRange, options: Omit<PeekOptions, "asOf">): Promise<QueryResult>;
  /** Closes what was asked for and not read to its end. */
  close(): Promise<void>;
}

/** Feeds of tables anywhere; relative locations count from `project`. */
export function openChangeFeeds(project: string): ChangeFeeds {
  const rooms = new Set<EngineRoom>();
  return {
    async changes(place, range, options) {
      const changes = await readChanges(place.store, place.location, range);
      const { catalog, table } = catalogOf(place.directory, changes.columns, []);
      const context: QueryContext = { catalog, project, snapshot: async () => changes, rows: () => Promise.reject(new Error("a change feed has no row functions")) };
      const room = openEngineRoom([place.store.local]);
      rooms.add(room);
      const close = async (): Promise<void> => {
        rooms.delete(room);
        await room.close();
      };
      try {
        const result = await runQuery(await room.engine(), context, peekRequest(table, options));
        return { ...result, batches: closing(result.batches, close) };
      } catch (error) {
        await close();
        throw error;
      }
    },
    async close() {
      await Promise.all([...rooms].map(async (room) => await room.close()));
      rooms.clear();
    },
  };
}
