/** The front door: a compiled catalog and a directory in, a lake that can be asked and written to out; or any one Delta table, by its path. Wires store, Delta, engine and functions. */
import path from "node:path";
import type { Catalog } from "../compiler/ir/catalog.ts";
import { allTables, fullName } from "../compiler/ir/names.ts";
import { readHistory } from "./delta/log/history.ts";
import { throughDamage } from "./delta/snapshot/through-damage.ts";
import { deadTable } from "./governance/dead-letters.ts";
import { openAlterations } from "./lake/alter.ts";
import { openEraser } from "./lake/erase.ts";
import type { Lake, LakeOptions } from "./lake/contract.ts";
import { describeSnapshot, historyEntry } from "./lake/description.ts";
import { openEngineRoom, readablePaths, remoteScopes } from "./lake/engine-room.ts";
import type { EngineRoom } from "./lake/engine-room.ts";
import { declaredFeed } from "./lake/feed.ts";
import { fetchFiles } from "./sources/remote-files.ts";
import { createFunctionRows } from "./lake/function-rows.ts";
import { rowsWithLake } from "./lake/handed.ts";
import { findMisfit } from "./lake/misfit.ts";
import { openMerges } from "./lake/merge.ts";
import { openGivenMerges } from "./lake/program-merge.ts";
import { openInspections } from "./lake/inspections.ts";
import { peekRequest } from "./lake/peek.ts";
import { openOptimizer } from "./lake/optimize.ts";
import { openPlaces } from "./lake/places.ts";
import { lookAtServed } from "./lake/served.ts";
import { openServers } from "./lake/servers.ts";
import type { Servers } from "./lake/servers.ts";
import { openReadables } from "./lake/readables.ts";
import { stateOf } from "./lake/states.ts";
import { openTables } from "./lake/tables.ts";
import type { DeltaTables } from "./lake/tables.ts";
import { findDelta, findTable, isPath, writableTable } from "./lake/targets.ts";
import { openUpkeep } from "./lake/upkeep.ts";
import { newestVersions } from "./lake/versions.ts";
import { openRefresher } from "./lake/refresh.ts";
import { requireRefreshed } from "./lake/query-mark.ts";
import { openRowChanges } from "./lake/row-changes.ts";
import { openWrites } from "./lake/writes.ts";
import type { QueryContext } from "./query/context.ts";
import { runQuery } from "./query/query.ts";

export type { DeleteResult, Description, Evolution, Functions, HistoryEntry, KeptTable, Lake, LakeOptions, LoadResult, Misfit, OverwriteResult, PeekOptions, TableState, UpdateResult } from "./lake/contract.ts";

export type { OptimizeOptions, OptimizeResult } from "./lake/optimize.ts";
export type { Alteration } from "./delta/commit/alteration.ts";
export type { AlterResult } from "./lake/alter-contract.ts";
export type { MergeClauses, SetValues } from "./delta/merge-engine.ts";
export type { GivenClauses, GivenSource, GivenValues } from "./lake/given-merge.ts";
export type { MergeResult } from "./lake/merge-contract.ts";
export type { EraseResult } from "./lake/erase.ts";
export type { RefreshOptions, RefreshResult, RefreshState } from "./lake/refresh-contract.ts";
export type { AppendOutcome, AppendTableOptions, ChangeColumns, CreateOptions, DeltaTable, NewRow, ReadAsOf, Rows, SelectOptions, TableOptions } from "./lake/table/contract.ts";
export type { DeltaSchema, SchemaSpec, TableSchema } from "./lake/table/schema.ts";
export type { ColumnSpec, RowOf } from "./lake/table/types.ts";
export { createTable, openTable } from "./lake/table/open-table.ts";
export { types } from "./lake/table/types.ts";
export { Failure } from "./values/failure.ts";

/** Opens the lake of `options.catalog` at `options.root`; nothing is read or started before it is needed. Close it. */
export async function openLake(options: LakeOptions): Promise<Lake> {
  const { catalog } = options;
  const project = path.resolve(options.project);
  const places = openPlaces(options.root, project, options);
  const tables = openTables(places);
  const whole = withDeadTables(catalog);
  const room = openEngineRoom(readablePaths(whole, places, project), { scopes: remoteScopes(whole, places), ...options.duckdb });
  const servers = openServers(options.postgres ?? {});
  const readableOf = openReadables(room.engine);
  const context = queryContext(options, whole, project, { tables, room, servers, readableOf });
  const inspections = openInspections(catalog, { places, tables, duckdb: options.duckdb });
  const query: Lake["query"] = async (request) => await runQuery(await room.engine(), context, request);
  const close = async (): Promise<void> => {
    await tables.settled();
    await inspections.close();
    await room.close();
    await servers.close();
  };
  return {
    catalog,
    root: places.lake.root,
    query,
    upkeep: openUpkeep(context.catalog, places, tables),
    ...openOptimizer(context.catalog, places, tables),
    ...openEraser(context.catalog, places, tables),
    ...openRowChanges(context.catalog, places, tables),
    ...openRefresher({ project, tables, engine: room.engine, context, readableOf }),
    ...openAlterations(context.catalog, places, tables),
    ...openMerges(context.catalog, places, tables),
    ...openGivenMerges(context.catalog, places, tables, query),
    ...openWrites(catalog, context.catalog, { project, places, tables, engine: room.engine }),
    states: async () => await Promise.all(allTables(catalog).map(async (table) => await stateOf(table, tables, project))),
    async describe(target, asOf) {
      const { place, table } = await findDelta(catalog, places, target);
      const snapshot = await (table === undefined ? tables.readAt(place, asOf) : tables.read(table, asOf));
      return await throughDamage(place.store, place.location, snapshot, (own) => describeSnapshot(own, { ...(table === undefined ? {} : { name: fullName(table) }), location: place.directory }));
    },
    async history(target) {
      const { place } = await findDelta(catalog, places, target);
      return (await readHistory(place.store, place.location)).map(historyEntry);
    },
    async peek(target, peek = {}) {
      if (isPath(target)) return await inspections.peek(places.path(target), peek);
      return await query(peekRequest(findTable(context.catalog, target), peek));
    },
    changes: inspections.changes,
    verify: inspections.verify,
    repair: inspections.repair,
    served: (signal) => lookAtServed(catalog, servers, signal),
    misfit: async (look) => await findMisfit(catalog, tables, look),
    versions: async (names) => await newestVersions(context.catalog, tables, names),
    feed: (name) => declaredFeed(writableTable(catalog, name), tables, room.engine, query),
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface QueryParts { readonly tables: DeltaTables; readonly room: EngineRoom; readonly servers: Servers; readonly readableOf: ReturnType<typeof openReadables> }

/** What queries see: the catalog's tables and their dead tables, snapshots by their logs, rows by the author's functions. */
function queryContext(options: LakeOptions, catalog: Catalog, project: string, { tables, room, servers, readableOf }: QueryParts): QueryContext {
  const functionRows = createFunctionRows(options.functions ?? {});
  const context: QueryContext = {
    catalog,
    project,
    async snapshot(table, asOf, tests = []) {
      const snapshot = await tables.read(table, asOf);
      requireRefreshed(catalog, table, snapshot, asOf !== undefined);
      return { ...(await readableOf(tables.places.table(table), snapshot, tests)), version: snapshot.version, committed: snapshot.committed };
    },
    rows: (table, parameters) => rowsWithLake(room.engine, context, async (own, values, lake) => functionRows(own, values, lake))(table, parameters),
    servers: servers.begin,
    files: (location, directory) => fetchFiles(tables.places.store, location, directory),
  };
  return context;
}

function withDeadTables(catalog: Catalog): Catalog {
  return {
    ...catalog,
    databases: catalog.databases.map((database) => ({ ...database, tables: database.tables.flatMap((table) => [table, ...[deadTable(table) ?? []].flat()]) })),
  };
}
