/** What a query needs to know from above: the catalog, the state of each Delta table, the rows of the author's functions. `lake.ts` hands it in. */
import type { RecordBatch } from "apache-arrow";
import type { Catalog, Table } from "../../compiler/ir/catalog.ts";
import type { ColumnTest, ReadableSnapshot } from "../delta/engine.ts";
import type { SourceFile } from "../sources/source-files.ts";
import type { Scan } from "../sources/scan.ts";
import type { Value } from "../values/value.ts";
import type { AsOf } from "./request.ts";

/** A Delta table as a query reads it; the version and its commit (milliseconds since 1970) stand for exactly these files. */
export interface QuerySnapshot extends ReadableSnapshot {
  readonly version: number;
  readonly committed: number;
  /** Where files were left out: the same for the same ones. */
  readonly kept?: string;
}

/** The rows of one call of an author's function, as Arrow batches of the table's columns; no batch at all is an empty table. */
export type RowBatches = Iterable<RecordBatch> | AsyncIterable<RecordBatch>;

/** The servers that keep tables of a query: what is read of one is read at one state of it. */
export interface ServerRows {
  /** Batches of the columns that `scanColumns` tells. SOURCE_FAILED, SCHEMA_DIFFERS, VALUE_INVALID. */
  rows(table: Table, scan: Scan): RowBatches;
  close(): Promise<void>;
}

export interface QueryContext {
  readonly catalog: Catalog;
  /** Absolute; source locations are relative to it. */
  readonly project: string;
  /** Files of a location that is on S3, copied into a directory that the engine may read. */
  files?(location: string, directory: string): Promise<readonly SourceFile[]>;
  /** Asked once per query and table; files without any row that meets all `tests` may be left out. DELTA_TABLE_NOT_FOUND when nothing was ever written. */
  snapshot(table: Table, asOf?: AsOf, tests?: readonly ColumnTest[]): Promise<QuerySnapshot>;
  /** Calls the author's function with one value per parameter, defaults filled in; asked once per query and distinct call. */
  rows(table: Table, args: readonly Value[]): Promise<RowBatches>;
  /** For a catalog with such tables. Nothing is asked of a server before its first table is; the signal ends what runs there. */
  servers?(signal: AbortSignal): ServerRows;
}
