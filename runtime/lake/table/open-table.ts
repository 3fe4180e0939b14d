/** Any Delta table, whoever wrote it, by its path or URI: opened, or created. It stands on what a lake stands on, with no catalog and no project. */
import { catalogFormat } from "../../../compiler/ir/catalog.ts";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { createTable as commitTable } from "../../delta/commit/create.ts";
import { readHistory } from "../../delta/log/history.ts";
import { repairTable } from "../../delta/maintenance/repair.ts";
import { verifyTable } from "../../delta/snapshot/verify.ts";
import type { Snapshot } from "../../delta/snapshot/snapshot.ts";
import { throughDamage } from "../../delta/snapshot/through-damage.ts";
import { countRows } from "../../query/count-rows.ts";
import { Failure } from "../../values/failure.ts";
import type { Row } from "../../values/value.ts";
import { columnsDifference } from "../declared.ts";
import { describeMetadata, describeSnapshot, historyEntry } from "../description.ts";
import { tableRoom } from "../inspections.ts";
import { askedChanges, askedSnapshot, askTable } from "../peek.ts";
import { openEraser } from "../erase.ts";
import { openOptimizer } from "../optimize.ts";
import { openPlacedTables } from "../placed.ts";
import type { PlacedTables } from "../placed.ts";
import { openPlaces } from "../places.ts";
import type { Places } from "../places.ts";
import { openReadables } from "../readables.ts";
import { openAlterations } from "../alter.ts";
import { openRowChanges } from "../row-changes.ts";
import { openUpkeep } from "../upkeep.ts";
import { userCache } from "../user-cache.ts";
import type { CreateOptions, DeltaTable, RowType, SelectOptions, TableOptions } from "./contract.ts";
import { mergeIntoTable } from "./merges.ts";
import { asOfFrom, requireWhole, rowsOf } from "./reads.ts";
import { partitionNames, schemaColumns } from "./schema.ts";
import type { DeltaSchema, SchemaSpec, TableSchema } from "./schema.ts";
import type { RowOf } from "./types.ts";
import { appendToTable } from "./writes.ts";
import type { RowSource } from "./writes.ts";

/** Opens the Delta table at a path, relative to the working directory, or `s3://bucket/prefix`. DELTA_TABLE_NOT_FOUND, DELTA_UNSUPPORTED_FEATURE for what it asks of its readers, CONFIG_INVALID for another scheme. Close it. */
export async function openTable<R extends RowType<R> = Row>(location: string, options: TableOptions = {}): Promise<DeltaTable<R>> {
  const places = placesAt(location, options);
  const tables = openPlacedTables();
  const place = placeIn(places);
  const snapshot = await tables.readAt(place).catch((error: unknown) => {
    throw error instanceof Failure && error.code === "DELTA_TABLE_NOT_FOUND" ? new Failure(error.code, error.message, { hint: "A table has a log in _delta_log. `createTable` makes one.", cause: error }) : error;
  });
  return tableOver<R>({ places, tables, options }, snapshot);
}

/** Creates a Delta table, empty, and opens it; with a schema by `types` its rows are typed. DELTA_TABLE_EXISTS unless `ifExists` is "open", SCHEMA_DIFFERS when it is another then; PARAMETER_INVALID, DELTA_UNSUPPORTED_FEATURE for what a table cannot have. */
export function createTable<S extends SchemaSpec>(location: string, options: CreateOptions<S>): Promise<DeltaTable<RowOf<S>>>;
export function createTable<R extends RowType<R> = Row>(location: string, options: CreateOptions): Promise<DeltaTable<R>>;
export async function createTable(location: string, options: CreateOptions<TableSchema>): Promise<DeltaTable> {
  const { schema, partitionBy = [], properties = {}, name, description = "", ifExists = "fail" } = options;
  const columns = schemaColumns(schema);
  const partitionColumns = partitionNames(columns, partitionBy);
  const places = placesAt(location, options);
  const { store, directory } = placeIn(places);
  const outcome = await commitTable(store, "", { ...(name === undefined ? {} : { name }), description, columns, partitionColumns, configuration: properties });
  if (outcome.kind === "unknown") throw new Failure("COMMIT_UNKNOWN", `It is not known whether the table ${directory} was created.`, { hint: "Create it again, with `ifExists: \"open\"`.", retry: true, cause: outcome.cause });
  if (outcome.kind === "conflict" && ifExists === "fail") throw new Failure("DELTA_TABLE_EXISTS", `There is a Delta table at ${directory} already.`, { hint: "Open it with `openTable`, or say `ifExists: \"open\"`." });
  const tables = openPlacedTables();
  const snapshot = await tables.readAt(placeIn(places));
  if (outcome.kind === "conflict") requireSame(directory, { columns, partitionColumns }, snapshot);
  return tableOver({ places, tables, options }, snapshot);
}

function requireSame(directory: string, wanted: { readonly columns: readonly NamedType[]; readonly partitionColumns: readonly string[] }, snapshot: Snapshot): void {
  const problem = columnsDifference(wanted, snapshot);
  if (problem !== undefined) throw new Failure("SCHEMA_DIFFERS", `The table at ${directory} is another: ${problem}.`, { hint: "Open it with `openTable` and take its schema, or create yours elsewhere." });
}

function placesAt(location: string, { cache = {}, s3 }: TableOptions): Places {
  const logTable = s3?.logStore?.dynamodb;
  return openPlaces(location, process.cwd(), { cache: { directory: userCache(), ...cache }, ...(logTable === undefined ? {} : { logTable }) });
}

/** The table is all that its store holds. */
function placeIn({ lake }: Places): { readonly store: Places["lake"]; readonly location: string; readonly directory: string } {
  return { store: lake, location: "", directory: lake.root };
}

const nothingDeclared = { format: catalogFormat, databases: [] } as const;

interface Opened { readonly places: Places; readonly tables: PlacedTables; readonly options: TableOptions }

function tableOver<R extends RowType<R>>({ places, tables, options }: Opened, opened: Snapshot): DeltaTable<R> {
  let current = opened;
  const place = placeIn(places);
  const { store, location, directory } = place;
  const room = tableRoom(place, options.duckdb);
  const readableOf = openReadables(room.engine);
  const upkeep = openUpkeep(nothingDeclared, places, tables);
  const changes = openRowChanges(nothingDeclared, places, tables);
  const optimizer = openOptimizer(nothingDeclared, places, tables);
  const known = (): void => { current = tables.knownAt(place) ?? current; };
  const moving = async <T>(act: Promise<T>): Promise<T> => await act.finally(known);
  const close = async (): Promise<void> => {
    await tables.settled();
    await room.close();
  };
  return {
    location: directory,
    get version() { return current.version; },
    get schema() { return describeMetadata(current).schema as DeltaSchema; },
    get protocol() { return current.protocol; },
    get metadata() { return describeMetadata(current); },
    async describe(asOf = {}) {
      const wanted = asOfFrom(asOf);
      const snapshot = wanted === undefined ? current : await tables.readAt(place, wanted);
      return await throughDamage(store, location, snapshot, (own) => describeSnapshot(own, { location: directory }));
    },
    rows: ({ version, timestamp, ...select } = {}) => {
      const snapshot = current;
      return rowsOf(async () => {
        const wanted = asOfFrom({ ...(version === undefined ? {} : { version }), ...(timestamp === undefined ? {} : { timestamp }) });
        return await askTable(await room.engine(), directory, askedSnapshot(readableOf, place, wanted === undefined ? snapshot : await tables.readAt(place, wanted)), checked(select));
      });
    },
    append: async (rows, how = {}) => await moving(appendToTable({ place, tables, engine: room.engine }, rows as RowSource, how)),
    async delete(where, how) {
      const { table: _, ...deleted } = await moving(changes.deleteRows(directory, where, how));
      return deleted;
    },
    async update(set, where, how) {
      const given = Object.entries<string | undefined>(set).flatMap(([column, sql]) => (sql === undefined ? [] : [{ column, sql }]));
      const { table: _, ...updated } = await moving(changes.updateRows(directory, given, where, how));
      return updated;
    },
    async alter(alterations, how) {
      const { table: _, ...altered } = await moving(openAlterations(nothingDeclared, places, tables).alter(directory, alterations, how));
      return altered;
    },
    merge: async (rows, clauses, how = {}) => await moving(mergeIntoTable({ place, tables }, rows as RowSource, clauses, how)),
    history: async () => (await readHistory(store, location)).map(historyEntry),
    changes: ({ from, to, ...select }) => rowsOf(async () => {
      const range = { from: requireWhole("from", from), ...(to === undefined ? {} : { to: requireWhole("to", to) }) };
      return await askTable(await room.engine(), directory, await askedChanges(place, range), checked(select));
    }),
    verify: async (signal) => await verifyTable(store, location, countRows(await room.engine()), signal),
    async repair(how = {}) {
      const verification = await verifyTable(store, location, countRows(await room.engine()), how.signal);
      const repaired = await repairTable(store, location, verification, how);
      current = await tables.readAt(place);
      return { ...verification, ...repaired };
    },
    checkpoint: async (how) => await moving(upkeep.checkpoint(directory, how)),
    vacuum: async (how) => await moving(upkeep.vacuum(directory, how)),
    compact: async (how) => await moving(upkeep.compact(directory, how).then(async (compacted) => {
      await tables.readAt(place);
      return compacted;
    })),
    async erase(where, how) {
      const { table: _, ...erased } = await moving(openEraser(nothingDeclared, places, tables).eraseRows(directory, where, how));
      return erased;
    },
    async optimize(how) {
      const { table: _, ...optimized } = await moving(optimizer.optimize(directory, how));
      return optimized;
    },
    async refresh() {
      current = await tables.readAt(place);
      return current.version;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function checked({ limit, ...select }: SelectOptions): SelectOptions {
  return { ...select, ...(limit === undefined ? {} : { limit: requireWhole("limit", limit) }) };
}
