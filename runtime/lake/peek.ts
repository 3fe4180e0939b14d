/** The query behind `peek`: of a declared table, or of a Delta table that nobody declared, which is then the only one in its catalog. */
import path from "node:path";
import { catalogFormat } from "../../compiler/ir/catalog.ts";
import type { Catalog, Column, Table } from "../../compiler/ir/catalog.ts";
import type { NamedType } from "../../compiler/ir/column-type.ts";
import { fullName, quoteName } from "../../compiler/ir/names.ts";
import type { ColumnTest } from "../delta/engine.ts";
import { readChanges } from "../delta/snapshot/changes.ts";
import type { ChangeRange } from "../delta/snapshot/changes.ts";
import type { Snapshot } from "../delta/snapshot/snapshot.ts";
import type { QueryContext, QuerySnapshot } from "../query/context.ts";
import type { Engine } from "../query/engine.ts";
import { rowsRefused } from "../governance/refusal.ts";
import type { Refusals } from "../governance/refusal.ts";
import { runQuery } from "../query/query.ts";
import type { QueryRequest, QueryResult } from "../query/request.ts";
import { Failure } from "../values/failure.ts";
import type { PeekOptions } from "./contract.ts";
import type { Place } from "./places.ts";
import type { openReadables } from "./readables.ts";

/** SQL over one table; a column it does not have is SQL_INVALID, named with those it has. */
export function peekRequest(table: Pick<Table, "database" | "name" | "columns">, options: PeekOptions): QueryRequest {
  const columns = options.columns?.map((name) => knownColumn(table.columns, name));
  const parts = [
    `SELECT ${columns === undefined ? "*" : columns.map(quoteName).join(", ")} FROM ${quoteName(table.database)}.${quoteName(table.name)}`,
    // On a line of its own, so that a comment in it ends there.
    ...(options.where === undefined ? [] : [`WHERE (${options.where}\n)`]),
    ...(options.limit === undefined ? [] : [`LIMIT ${options.limit}`]),
  ];
  return {
    sql: parts.join(" "),
    ...(options.parameters === undefined ? {} : { parameters: options.parameters }),
    ...(options.asOf === undefined ? {} : { asOf: options.asOf }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
}

/** What is asked of one Delta table: its columns, and the files that hold the rows wanted; those without any row that meets all tests may be left out. */
export interface Asked {
  readonly columns: readonly NamedType[];
  readonly partitionColumns: readonly string[];
  snapshot(tests: readonly ColumnTest[]): Promise<QuerySnapshot>;
}

/** By the columns, which all versions of a table share until one changes them: queries of one catalog are planned once. */
const catalogs = new WeakMap<readonly NamedType[], ReturnType<typeof catalogOf>>();

/** Rows of the Delta table in `directory`, whoever wrote it and whether or not anybody declared it, by an engine that may read there. */
export async function askTable(engine: Engine, directory: string, asked: Asked, options: Omit<PeekOptions, "asOf">): Promise<QueryResult> {
  const { catalog, table } = catalogs.getOrInsertComputed(asked.columns, () => catalogOf(directory, asked.columns, asked.partitionColumns));
  const context: QueryContext = {
    catalog,
    project: directory,
    snapshot: async (_table, _asOf, tests = []) => await asked.snapshot(tests),
    rows: () => Promise.reject(new Error("a table that nobody declared has no row functions")),
  };
  return await runQuery(engine, context, peekRequest(table, options));
}

/** A snapshot to be asked. */
export function askedSnapshot(readableOf: ReturnType<typeof openReadables>, place: Place, snapshot: Snapshot): Asked {
  const { columns, partitionColumns, version, committed } = snapshot;
  return { columns, partitionColumns, snapshot: async (tests) => ({ ...(await readableOf(place, snapshot, tests)), version, committed }) };
}

/** The changes of a range of versions, to be asked. */
export async function askedChanges({ store, location }: Place, range: ChangeRange): Promise<Asked> {
  const changes = await readChanges(store, location, range);
  return { columns: changes.columns, partitionColumns: [], snapshot: async () => changes };
}

/** The items, and `close` when they end or nobody reads on. */
export async function* closing<Item>(items: AsyncIterable<Item>, close: () => Promise<void>): AsyncGenerator<Item> {
  try {
    yield* items;
  } finally {
    await close();
  }
}

/** A catalog of the one Delta table in `directory` (a path or URI), with the columns its own log tells. */
export function catalogOf(directory: string, columns: readonly NamedType[], partitionBy: readonly string[]): { readonly catalog: Catalog; readonly table: Table } {
  const place = { file: directory, line: 1, column: 1, length: 0 };
  const table: Table = {
    database: "path", name: path.basename(directory), symbol: path.basename(directory), doc: "", place, words: [], tags: [],
    source: { kind: "delta", location: directory },
    columns: columns.map((column): Column => ({ ...column, doc: column.doc ?? "", place, words: [], rules: [], unique: false })),
    key: [], partitionBy, clusterBy: [], checks: [],
  };
  return { catalog: { format: catalogFormat, databases: [{ name: table.database, doc: "", tables: [table] }] }, table };
}

/** ROWS_REFUSED for rows of a file, in words of a table that nobody declared too: it has no name but where it lies, and no catalog to be mended. */
export function fileRefused(table: Table, refusals: Refusals, file: string): Failure {
  if (table.place.file !== (table.source.kind === "delta" ? table.source.location : undefined)) return rowsRefused(fullName(table), refusals, file);
  return rowsRefused(table.place.file, refusals, file, `Mend the rows, or leave them out: \`neuralake describe\` tells what the table asks of them.`);
}

function knownColumn(columns: readonly NamedType[], name: string): string {
  const column = columns.find((known) => known.name.toLowerCase() === name.toLowerCase());
  if (column !== undefined) return column.name;
  throw new Failure("SQL_INVALID", `There is no column ${name}.`, { hint: `There are ${columns.map((known) => known.name).join(", ")}.`, place: { value: name } });
}
