/** The ways in: tables made and changed, rows appended, files loaded. */
import path from "node:path";
import type { Catalog, Table } from "../../compiler/ir/catalog.ts";
import { allTables, fullName } from "../../compiler/ir/names.ts";
import { isKept } from "../../compiler/ir/sources.ts";
import { createTable } from "../delta/commit/create.ts";
import { conditionsOf } from "../governance/conditions.ts";
import { createJudge } from "../governance/judge.ts";
import type { Judge } from "../governance/judge.ts";
import type { Engine } from "../query/engine.ts";
import { readablePath } from "../sources/source-files.ts";
import { Failure } from "../values/failure.ts";
import { appendRows } from "./append.ts";
import type { Lake } from "./contract.ts";
import { openEngineRoom } from "./engine-room.ts";
import { evolveTable, keptTable } from "./evolve.ts";
import { loadFile } from "./load.ts";
import type { WriteFile } from "./load.ts";
import { bulkWriter } from "./load-bulk.ts";
import { rowWriter } from "./load-rows.ts";
import { overwriteWithFiles } from "./overwrite.ts";
import { catalogOf } from "./peek.ts";
import type { Places } from "./places.ts";
import { schemaMark } from "./schema-mark.ts";
import type { DeltaTables } from "./tables.ts";
import { findChangeable, isPath, keptTableOf, writableTable } from "./targets.ts";

export interface WriteParts { readonly project: string; readonly places: Places; readonly tables: DeltaTables; readonly engine: () => Promise<Engine> }

/** Writes to the tables of `declared`; `whole` has the dead tables beside them. */
export function openWrites(declared: Catalog, whole: Catalog, { project, places, tables, engine }: WriteParts): Pick<Lake, "append" | "load" | "overwrite" | "create" | "stored" | "kept" | "evolve"> {
  const judges = new Map<Table, Judge>();
  const judgeOf = (table: Table): Judge => judges.getOrInsertComputed(table, createJudge);
  const stored = allTables(whole).filter(({ source }) => isKept(source));
  /** A table that nobody declared asks of its rows what its own log says. */
  const loadable = async (name: string): Promise<Table> => {
    if (!isPath(name)) return writableTable(declared, name);
    const { place, base } = await findChangeable(whole, places, tables, name);
    return catalogOf(place.directory, base.columns, base.partitionColumns).table;
  };
  const named = (name: string): { readonly table?: string } => (isPath(name) ? { table: name } : {});
  const writerOf = (table: Table, where: string | undefined): WriteFile => {
    const conditions = conditionsOf(table);
    if (conditions !== undefined) return bulkWriter(places, where === undefined ? conditions : [...conditions, { rule: `that new rows meet ${where}`, sql: `coalesce((${where}\n), false)`, onFail: "reject" }]);
    if (where === undefined) return rowWriter(places, judgeOf(table), (loaded) => openEngineRoom([readablePath(project, loaded)]));
    throw new Failure("TABLE_NOT_WRITABLE", `${fullName(table)} has a rule that only JavaScript can judge, and a condition is judged by the engine.`, { hint: "Delete the rows, then load the file." });
  };
  return {
    stored,
    async append(name, rows) {
      const table = writableTable(declared, name);
      return await appendRows(tables, engine, table, judgeOf(table), rows);
    },
    async load(name, file, options = {}) {
      const table = await loadable(name);
      return { ...(await loadFile(tables, writerOf(table, undefined), table, path.resolve(file), options)), ...named(name) };
    },
    async overwrite(name, files, options = {}) {
      const table = await loadable(name);
      return { ...(await overwriteWithFiles(tables, writerOf(table, options.where), table, files.map((file) => path.resolve(file)), options)), ...named(name) };
    },
    async create(name) {
      const table = keptTableOf(declared, name);
      const { store, location } = places.table(table);
      return await createTable(store, location, { name: fullName(table), description: table.doc, columns: table.columns, partitionColumns: table.partitionBy, configuration: schemaMark(table.columns, table.partitionBy) });
    },
    kept: async () => (await Promise.all(stored.map(async (table) => await keptTable(whole, tables, table)))).filter((table) => table !== undefined),
    evolve: async (name, evolution) => await evolveTable(tables, keptTableOf(whole, name), evolution),
  };
}
