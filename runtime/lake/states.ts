/** What the lake knows of each table of the catalog, from the logs and the file system alone: no engine is started. */
import type { Source, Table } from "../../compiler/ir/catalog.ts";
import { fullName } from "../../compiler/ir/names.ts";
import { isKept } from "../../compiler/ir/sources.ts";
import { sizeOf } from "../delta/snapshot/read.ts";
import { throughDamage } from "../delta/snapshot/through-damage.ts";
import { findObjects, isRemote } from "../sources/remote-files.ts";
import { findFiles } from "../sources/source-files.ts";
import { Failure } from "../values/failure.ts";
import type { TableState } from "./contract.ts";
import { resolveLocation } from "./places.ts";
import type { DeltaTables } from "./tables.ts";

/** The state of one table. */
export async function stateOf(table: Table, tables: DeltaTables, project: string): Promise<TableState> {
  const { source } = table;
  if (isKept(source)) return await deltaState(table, tables);
  if (source.kind === "postgres") return { ...nothing(source.kind, table), location: `${source.connection}:${source.schema}.${source.table}`, exists: true };
  if ("location" in source) return await fileState(table, tables, project, source.location);
  return { ...nothing(table.source.kind, table), location: null, exists: true };
}

const nothing = (kind: Source["kind"], table: Table): Omit<TableState, "location" | "exists"> => ({
  table: fullName(table), kind, rows: null, bytes: null, files: null, version: null, committed: null, columns: null, partitionBy: null,
});

async function deltaState(table: Table, tables: DeltaTables): Promise<TableState> {
  const place = tables.places.table(table);
  const snapshot = await tables.readIfThere(place);
  const state = { ...nothing(table.source.kind, table), location: place.directory };
  if (snapshot === undefined) return { ...state, exists: false };
  return {
    ...state,
    exists: true,
    ...(await throughDamage(place.store, place.location, snapshot, sizeOf)),
    version: snapshot.version,
    committed: snapshot.committed,
    columns: snapshot.columns,
    partitionBy: snapshot.partitionColumns,
  };
}

async function fileState(table: Table, { places }: DeltaTables, project: string, location: string): Promise<TableState> {
  const found: Promise<readonly { readonly size: number }[]> = isRemote(location) ? findObjects(places.store, location).then(({ objects }) => objects) : findFiles(project, location);
  const files = await found.catch((error: unknown) => {
    if (error instanceof Failure && error.code === "FILE_NOT_FOUND") return [];
    throw error;
  });
  const state = { ...nothing(table.source.kind, table), location: resolveLocation(project, location) };
  if (files.length === 0) return { ...state, exists: false };
  return { ...state, exists: true, files: files.length, bytes: files.reduce((sum, file) => sum + file.size, 0) };
}
