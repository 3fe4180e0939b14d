/** What the Delta room needs of an engine, and no more; `runtime/query` fulfils it with DuckDB, `runtime/lake.ts` wires it. */
import type { NamedType } from "../../compiler/ir/column-type.ts";

/** Statistics of one written file, as Delta keeps them (protocol: Per-file Statistics). Values already in Delta's JSON spelling, as raw JSON text. */
export interface FileStatistics {
  readonly numRecords: number;
  readonly minValues: { readonly [column: string]: string };
  readonly maxValues: { readonly [column: string]: string };
  readonly nullCount: { readonly [column: string]: number };
}

/** One Parquet file written by the engine for one partition. */
export interface WrittenFile {
  /** Relative to the table, decoded. */
  readonly path: string;
  readonly size: number;
  /** Delta partition strings; null for a null value. */
  readonly partitionValues: { readonly [column: string]: string | null };
  readonly statistics: FileStatistics;
}

/** A file of a snapshot to be read: absolute path or URI, its constants from partition values. */
export interface ReadableFile { readonly url: string; readonly partitionValues: { readonly [column: string]: string | null } }

/** A snapshot's rows, as the engine is asked to read them: exactly these files, these columns, in this order. */
export interface ReadableSnapshot { readonly columns: readonly NamedType[]; readonly partitionColumns: readonly string[]; readonly files: readonly ReadableFile[] }
