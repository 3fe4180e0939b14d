/** The ways in: tables made and changed, rows appended, files loaded. */
import path from "node:path";
import type { Catalog, Table } from "../../compiler/ir/catalog.ts";
import { allTables, fullName } from "../../compiler/ir/names.ts";
import { createTable } from "../delta/commit/create.ts";
import { conditionsOf } from "../governance/conditions.ts";
import { createJudge } from "../governance/judge.ts";
import type { Judge } from "../governance/judge.ts";
import type { Engine } from "../query/engine.ts";
import { readablePath } from "../sources/source-files.ts";
import { appendRows } from "./append.ts";
import type { Lake } from "./contract.ts";
import { openEngineRoom } from "./engine-room.ts";
import { evolveTable, keptTable } from "./evolve.ts";
import { loadFile } from "./load.ts";
import { bulkWriter } from "./load-bulk.ts";
import { rowWriter } from "./load-rows.ts";
import type { Places } from "./places.ts";
import { schemaMark } from "./schema-mark.ts";
import type { DeltaTables } from "./tables.ts";
import { writableTable } from "./targets.ts";

export interface WriteParts { readonly project: string; readonly places: Places; readonly tables: DeltaTables; readonly engine: () => Promise<Engine> }

/** Writes to the tables of `declared`; `whole` has the dead tables beside them. */
export function openWrites(declared: Catalog, whole: Catalog, { project, places, tables, engine }: WriteParts): Pick<Lake, "append" | "load" | "create" | "stored" | "kept" | "evolve"> {
  const judges = new Map<Table, Judge>();
  const judgeOf = (table: Table): Judge => judges.getOrInsertComputed(table, createJudge);
  const stored = allTables(whole).filter(({ source }) => source.kind === "delta");
  return {
    stored,
    async append(name, rows) {
      const table = writableTable(declared, name);
      return await appendRows(tables, engine, table, judgeOf(table), rows);
    },
    async load(name, file, options = {}) {
      const table = writableTable(declared, name);
      const conditions = conditionsOf(table);
      const write = conditions === undefined ? rowWriter(places, judgeOf(table), (loaded) => openEngineRoom([readablePath(project, loaded)])) : bulkWriter(places, conditions);
      return await loadFile(tables, write, table, path.resolve(file), options);
    },
    async create(name) {
      const table = writableTable(declared, name);
      const { store, location } = places.table(table);
      return await createTable(store, location, { name: fullName(table), description: table.doc, columns: table.columns, partitionColumns: table.partitionBy, configuration: schemaMark(table.columns, table.partitionBy) });
    },
    kept: async () => (await Promise.all(stored.map(async (table) => await keptTable(tables, table)))).filter((table) => table !== undefined),
    evolve: async (name, evolution) => await evolveTable(tables, writableTable(whole, name), evolution),
  };
}
