/** The lake's engine: started when something first needs it, allowed to read what the catalog names, gone with its temporary directory when the lake closes. */
import type { Catalog, Table } from "../../compiler/ir/catalog.ts";
import { allTables } from "../../compiler/ir/names.ts";
import { isKept } from "../../compiler/ir/sources.ts";
import type { AfarOptions } from "../query/afar.ts";
import { openEngine } from "../query/engine.ts";
import type { Engine } from "../query/engine.ts";
import { newTemporary, removeTemporary } from "../query/temporary-directory.ts";
import { isRemote } from "../sources/remote-files.ts";
import { readablePath } from "../sources/source-files.ts";
import { Failure } from "../values/failure.ts";
import type { Places } from "./places.ts";

export interface EngineRoom {
  /** The one engine, started by the first call; UNAVAILABLE once the room is closed. */
  engine(): Promise<Engine>;
  close(): Promise<void>;
}

/** An engine that may read `readable`, and S3 by itself where it can, within so much memory; not started yet. */
export function openEngineRoom(readable: readonly string[], afar?: AfarOptions, memoryMax?: string): EngineRoom {
  let closed = false;
  let started: Promise<{ readonly engine: Engine; readonly temporary: string }> | undefined;
  const start = async (): Promise<{ readonly engine: Engine; readonly temporary: string }> => {
    const temporary = await newTemporary();
    try {
      return { engine: await openEngine({ readable, temporary, ...(afar === undefined ? {} : { afar }), ...(memoryMax === undefined ? {} : { memoryMax }) }), temporary };
    } catch (error) {
      await removeTemporary(temporary);
      throw error;
    }
  };
  return {
    async engine() {
      if (closed) throw new Failure("UNAVAILABLE", "The lake is closed.", { hint: "Open it again." });
      return (await (started ??= start())).engine;
    },
    async close() {
      closed = true;
      // Whoever asked for an engine that did not start was told.
      const opened = await started?.catch(() => undefined);
      started = undefined;
      if (opened === undefined) return;
      await opened.engine.close();
      await removeTemporary(opened.temporary);
    },
  };
}

/** What queries over this catalog read: where the lake's own files are for an engine, and every file and table that lies elsewhere. */
export function readablePaths(catalog: Catalog, places: Places, project: string): readonly string[] {
  return [...new Set([places.lake.local, ...allTables(catalog).flatMap((table) => sourcePath(table, places, project))])];
}

/** Where on S3 the tables of this catalog lie. */
export function remoteScopes(catalog: Catalog, places: Places): readonly string[] {
  const stores = [places.lake, ...allTables(catalog).flatMap((table) => (isKept(table.source) ? [places.table(table).store] : []))];
  return [...new Set(stores.flatMap(({ remote }) => remote?.scope ?? []))];
}

function sourcePath(table: Table, places: Places, project: string): readonly string[] {
  const { source } = table;
  if (isKept(source)) return [places.table(table).store.local];
  return "location" in source && !isRemote(source.location) ? [readablePath(project, source.location)] : [];
}
