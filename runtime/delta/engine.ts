/** What the Delta room and an engine tell each other; `runtime/query` fulfils it with DuckDB, `runtime/lake.ts` wires it. */
import type { NamedType } from "../../compiler/ir/column-type.ts";

/** Values by column; a nested object's by its fields. */
export interface ByColumn<T> { readonly [column: string]: T | ByColumn<T> }

/** Statistics of one written file (protocol, "Per-file Statistics"). Minima and maxima are raw JSON text in Delta's spelling, so that no digit is lost. */
export interface FileStatistics {
  readonly numRecords: number;
  readonly minValues: ByColumn<string>;
  readonly maxValues: ByColumn<string>;
  readonly nullCount: ByColumn<number>;
}

/** Delta partition strings by column; null for a null value. */
export type PartitionValues = { readonly [column: string]: string | null };

/** One Parquet file, written and durable, of one partition. */
export interface WrittenFile {
  /** Relative to the table, decoded. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly partitionValues: PartitionValues;
  readonly statistics: FileStatistics;
}

/** A file of a snapshot to be read: absolute local path, its constants from partition values. */
export interface ReadableFile { readonly url: string; readonly partitionValues: PartitionValues }

/** A snapshot's rows, as the engine is asked to read them: exactly these files, these columns, in this order. */
export interface ReadableSnapshot { readonly columns: readonly NamedType[]; readonly partitionColumns: readonly string[]; readonly files: readonly ReadableFile[] }
