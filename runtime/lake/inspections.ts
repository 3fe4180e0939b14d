/** Looks at any Delta table that no query of the catalog takes: its rows by its path, its changes from version to version, and whether it is whole, or can be made so. Each has an engine of its own, which ends with it. */
import type { Catalog } from "../../compiler/ir/catalog.ts";
import { repairTable } from "../delta/maintenance/repair.ts";
import { verifyTable } from "../delta/snapshot/verify.ts";
import type { Verification } from "../delta/snapshot/verify.ts";
import { countRows } from "../query/count-rows.ts";
import type { Engine } from "../query/engine.ts";
import type { QueryResult } from "../query/request.ts";
import type { Lake, LakeOptions, PeekOptions } from "./contract.ts";
import { openEngineRoom } from "./engine-room.ts";
import type { EngineRoom } from "./engine-room.ts";
import { askedChanges, askedSnapshot, askTable, closing } from "./peek.ts";
import type { Place, Places } from "./places.ts";
import { openReadables } from "./readables.ts";
import type { DeltaTables } from "./tables.ts";
import { findDelta } from "./targets.ts";

export interface Inspections extends Pick<Lake, "changes" | "verify" | "repair"> {
  /** Rows of the Delta table at a place, whoever wrote it. */
  peek(place: Place, options: PeekOptions): Promise<QueryResult>;
  /** Closes what was asked for and not read to its end. */
  close(): Promise<void>;
}

export interface InspectionParts { readonly places: Places; readonly tables: DeltaTables; readonly duckdb?: LakeOptions["duckdb"] }

/** Inspections of the catalog's tables, and of any by its path. */
export function openInspections(catalog: Catalog, { places, tables, duckdb }: InspectionParts): Inspections {
  const rooms = new Set<EngineRoom>();
  /** The engine of an open lake reads its own places only. */
  const roomOf = (place: Place): EngineRoom => {
    const room = tableRoom(place, duckdb);
    rooms.add(room);
    return {
      engine: room.engine,
      async close() {
        rooms.delete(room);
        await room.close();
      },
    };
  };
  /** What is asked ends the room with its last batch. */
  const ask = async (place: Place, act: (engine: Engine, room: EngineRoom) => Promise<QueryResult>): Promise<QueryResult> => {
    const room = roomOf(place);
    try {
      const result = await act(await room.engine(), room);
      return { ...result, batches: closing(result.batches, room.close) };
    } catch (error) {
      await room.close();
      throw error;
    }
  };
  const verifyAt = async (place: Place, signal: AbortSignal | undefined): Promise<Verification> => {
    const room = roomOf(place);
    try {
      return await verifyTable(place.store, place.location, countRows(await room.engine()), signal);
    } finally {
      await room.close();
    }
  };
  return {
    async peek(place, { asOf, ...options }) {
      const snapshot = await tables.readAt(place, asOf);
      return await ask(place, async (engine, room) => await askTable(engine, place.directory, askedSnapshot(openReadables(room.engine), place, snapshot), options));
    },
    async changes(target, range, options = {}) {
      const { place } = await findDelta(catalog, places, target);
      const asked = await askedChanges(place, range);
      return await ask(place, async (engine) => await askTable(engine, place.directory, asked, options));
    },
    verify: async (target, signal) => await verifyAt((await findDelta(catalog, places, target)).place, signal),
    async repair(target, options = {}) {
      const { place } = await findDelta(catalog, places, target);
      const verification = await verifyAt(place, options.signal);
      return { ...verification, ...(await repairTable(place.store, place.location, verification, options)) };
    },
    async close() {
      await Promise.all([...rooms].map(async (room) => await room.close()));
      rooms.clear();
    },
  };
}

/** An engine that may read one table, and S3 by itself where it can; not started yet. */
export function tableRoom({ store }: Place, duckdb: LakeOptions["duckdb"]): EngineRoom {
  return openEngineRoom([store.local], { scopes: store.remote === undefined ? [] : [store.remote.scope], ...duckdb });
}
