/** The query behind `peek`; a Delta table that nobody declared is looked at in a small lake of its own. */
import path from "node:path";
import { catalogFormat } from "../../compiler/ir/catalog.ts";
import type { Catalog, Column, Table } from "../../compiler/ir/catalog.ts";
import type { NamedType } from "../../compiler/ir/column-type.ts";
import { quoteName } from "../../compiler/ir/names.ts";
import type { QueryRequest, QueryResult } from "../query/request.ts";
import { Failure } from "../values/failure.ts";
import type { Lake, LakeOptions, PeekOptions } from "./contract.ts";
import type { Place } from "./places.ts";
import type { DeltaTables } from "./tables.ts";

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
    ...(options.asOf === undefined ? {} : { asOf: options.asOf }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
}

export interface Peeks {
  /** Rows of the Delta table at a place, whoever wrote it. */
  peek(tables: DeltaTables, place: Place, options: PeekOptions): Promise<QueryResult>;
  /** Closes what was looked at and not read to its end. */
  close(): Promise<void>;
}

/** The engine of an open lake reads its own places only, so each such look opens a lake for it, which closes with its last batch. */
export function openPeeks(open: (options: Pick<LakeOptions, "catalog" | "root">) => Promise<Lake>): Peeks {
  const lakes = new Set<Lake>();
  return {
    async peek(tables, place, options) {
      const snapshot = await tables.readAt(place, options.asOf);
      const { catalog, table } = catalogOf(place.directory, snapshot.columns, snapshot.partitionColumns);
      const lake = await open({ catalog, root: place.directory });
      lakes.add(lake);
      const close = async (): Promise<void> => {
        lakes.delete(lake);
        await lake.close();
      };
      try {
        const result = await lake.query(peekRequest(table, options));
        return { ...result, batches: closing(result.batches, close) };
      } catch (error) {
        await close();
        throw error;
      }
    },
    async close() {
      await Promise.all([...lakes].map(async (lake) => await lake.close()));
      lakes.clear();
    },
  };
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

function knownColumn(columns: readonly NamedType[], name: string): string {
  const column = columns.find((known) => known.name.toLowerCase() === name.toLowerCase());
  if (column !== undefined) return column.name;
  throw new Failure("SQL_INVALID", `There is no column ${name}.`, { hint: `There are ${columns.map((known) => known.name).join(", ")}.`, place: { value: name } });
}
