/** The lake's engine: started when something first needs it, allowed to read what the catalog names, gone with its temporary directory when the lake closes. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Catalog, Table } from "../../compiler/ir/catalog.ts";
import { allTables } from "../../compiler/ir/names.ts";
import { openEngine } from "../query/engine.ts";
import type { Engine } from "../query/engine.ts";
import { readablePath } from "../sources/source-files.ts";
import { Failure } from "../values/failure.ts";
import type { Places } from "./places.ts";

export interface EngineRoom {
  /** The one engine, started by the first call; UNAVAILABLE once the room is closed. */
  engine(): Promise<Engine>;
  close(): Promise<void>;
}

/** An engine that may read `readable`; not started yet. */
export function openEngineRoom(readable: readonly string[]): EngineRoom {
  let closed = false;
  let started: Promise<{ readonly engine: Engine; readonly temporary: string }> | undefined;
  const start = async (): Promise<{ readonly engine: Engine; readonly temporary: string }> => {
    const temporary = await mkdtemp(path.join(tmpdir(), "neuralake-"));
    return { engine: await openEngine({ readable, temporary }), temporary };
  };
  return {
    async engine() {
      if (closed) throw new Failure("UNAVAILABLE", "The lake is closed.", { hint: "Open it again." });
      return (await (started ??= start())).engine;
    },
    async close() {
      closed = true;
      if (started === undefined) return;
      const { engine, temporary } = await started;
      started = undefined;
      await engine.close();
      await rm(temporary, { recursive: true, force: true });
    },
  };
}

/** What queries over this catalog read: where the lake's own files are for an engine, and every file and table that lies elsewhere. */
export function readablePaths(catalog: Catalog, places: Places, project: string): readonly string[] {
  return [...new Set([places.lake.local, ...allTables(catalog).flatMap((table) => sourcePath(table, places, project))])];
}

function sourcePath(table: Table, places: Places, project: string): readonly string[] {
  const { source } = table;
  if (source.kind === "delta") return [places.table(table).store.local];
  return "location" in source ? [readablePath(project, source.location)] : [];
}
