/** What a lake is to those who use it: commands, server, facts for the site, the embedded client. `runtime/lake.ts` opens one. */
import type { Catalog, SourceKind, Table } from "../../compiler/ir/catalog.ts";
import type { NamedType } from "../../compiler/ir/column-type.ts";
import type { Hint } from "../delta/maintenance/hints.ts";
import type { ChangeRange } from "../delta/snapshot/changes.ts";
import type { Repaired, RepairOptions } from "../delta/maintenance/repair.ts";
import type { Verification } from "../delta/snapshot/verify.ts";
import type { CommitOutcome } from "../delta/commit/transaction.ts";
import type { PostgresConfig } from "../config.ts";
import type { Declared } from "../ingest/contract.ts";
import type { MatchedColumns } from "../query/matched-columns.ts";
import type { AsOf, QueryRequest, QueryResult, ReadTable, SqlParameter, WriteResult } from "../query/request.ts";
import type { CacheOptions } from "../storage/cache.ts";
import type { LogTable } from "../storage/dynamodb-client.ts";
import type { Row } from "../values/value.ts";
import type { GivenValue, RowChangeOptions } from "./given-changes.ts";
import type { Optimizer } from "./optimize.ts";
import type { AlterLake } from "./alter-contract.ts";
import type { Merges } from "./merge-contract.ts";
import type { GivenMerges } from "./given-merge.ts";
import type { Eraser } from "./erase.ts";
import type { Refresher, RefreshState } from "./refresh-contract.ts";
import type { ServedTable } from "./served.ts";
import type { Upkeep } from "./upkeep.ts";

/** The author's row functions as generated/functions/index.js exports them, by table: `demo.supplier`. */
export type Functions = { readonly [table: string]: (...parameters: never[]) => unknown };

export interface LakeOptions {
  readonly catalog: Catalog;
  /** Directory of the lake, or `s3://bucket/prefix`; a relative one counts from the working directory. Made when the first table is. */
  readonly root: string;
  /** Directory that relative locations of files and tables count from. */
  readonly project: string;
  readonly functions?: Functions;
  /** Where copies of remote files lie, and how many bytes of them; `.neuralake/cache/objects` in the project, and 10 GB. */
  readonly cache?: Partial<CacheOptions>;
  /** `extensions` is an absolute folder with DuckDB's httpfs extension, by which the engine reads S3 itself; without it one that the user installed is taken, and without that local copies are read. */
  readonly duckdb?: { readonly extensions?: string };
  /** The servers that tables under @postgresTable name, by the names of their connections. */
  readonly postgres?: { readonly [connection: string]: PostgresConfig };
  /** The table of DynamoDB through which tables on S3 are committed to, as Spark's S3DynamoDBLogStore does it: for tables that it writes too. */
  readonly logTable?: LogTable;
}

/** A declared table beside what the lake holds of it; null where the lake does not know (a view, a file that is absent). */
export interface TableState {
  /** `rides.trips`. */
  readonly table: string;
  readonly kind: SourceKind;
  /** Where a stored table lies, an absolute path or a URI; null for views and functions. */
  readonly location: string | null;
  /** A Delta table that was created, a file that is there; views and functions always. */
  readonly exists: boolean;
  readonly rows: number | null;
  readonly bytes: number | null;
  readonly files: number | null;
  readonly version: number | null;
  /** Of the newest commit, in milliseconds since 1970. */
  readonly committed: number | null;
  /** As the lake holds them; null where only the catalog says. */
  readonly columns: readonly NamedType[] | null;
  readonly partitionBy: readonly string[] | null;
}

/** `describe --json` of a Delta table. */
export interface Description {
  /** The catalog's name; absent for a table of others. */
  readonly name?: string;
  readonly location: string;
  readonly version: number;
  /** RFC 3339. */
  readonly timestamp: string;
  readonly protocol: { readonly minReaderVersion: number; readonly minWriterVersion: number; readonly readerFeatures?: readonly string[]; readonly writerFeatures?: readonly string[] };
  readonly metadata: {
    readonly id: string;
    readonly name: string | null;
    readonly description: string | null;
    /** The Delta schema as a JSON object. */
    readonly schema: object;
    readonly partitionColumns: readonly string[];
    readonly configuration: { readonly [key: string]: string };
    readonly createdTime: number | null;
  };
  readonly files: number;
  readonly bytes: number;
  /** Null when a file does not say how many it holds. */
  readonly rows: number | null;
  readonly transactions: { readonly [appId: string]: number };
  readonly domains: { readonly [name: string]: string };
  /** Version of the newest checkpoint. */
  readonly checkpoint: number | null;
  /** What would make the table quicker to read. */
  readonly hints: readonly Hint[];
}

/** One commit, as `history --json` prints it. */
export interface HistoryEntry {
  readonly version: number;
  /** RFC 3339. */
  readonly timestamp: string;
  readonly operation: string | null;
  readonly operationParameters: { readonly [name: string]: unknown } | null;
  readonly operationMetrics: { readonly [name: string]: unknown } | null;
  readonly userMetadata: string | null;
  readonly engineInfo: string | null;
  readonly isBlindAppend: boolean | null;
}

export interface LoadOptions {
  /** Loads a file although its very bytes were loaded before. */
  readonly again?: boolean;
  /** Stops the load with nothing written, until its commit begins; the signal's reason is thrown. */
  readonly signal?: AbortSignal;
}

export interface LoadResult extends WriteResult, MatchedColumns {
  readonly file: string;
  /** This very file was loaded before; nothing was written. */
  readonly skipped: boolean;
}

export interface OverwriteOptions {
  /** An SQL condition over the table's columns: only rows that meet it are replaced, and the new ones must meet it. */
  readonly where?: string;
  /** Stops with nothing changed, until the commit begins; the signal's reason is thrown. */
  readonly signal?: AbortSignal;
}

/** What became of files that took the place of rows. */
export interface OverwriteResult {
  readonly table: string;
  readonly version: number;
  /** Rows that went; null where a file that went unread did not say how many it held. */
  readonly deleted: number | null;
  readonly files: readonly (Pick<LoadResult, "file" | "kept" | "quarantined" | "warnings"> & MatchedColumns)[];
}

/** What became of a change of rows. */
interface ChangeResult {
  readonly table: string;
  /** The version that has the change; the newest where no such row was found, and nothing was written. */
  readonly version: number;
  readonly filesRead: number;
  readonly filesRemoved: number;
  readonly filesAdded: number;
  /** Files that stay, and say of some of their rows that they are deleted. */
  readonly vectorsAdded: number;
}

/** `deleted` is null where a file that went unread did not say how many rows it held. */
export interface DeleteResult extends ChangeResult { readonly deleted: number | null }
export interface UpdateResult extends ChangeResult { readonly updated: number }

export interface PeekOptions {
  /** All when left out. */
  readonly columns?: readonly string[];
  /** An SQL condition over the table's columns. */
  readonly where?: string;
  /** Values of `$1`, `$2`, … in it. */
  readonly parameters?: readonly SqlParameter[];
  /** All rows when left out. */
  readonly limit?: number;
  readonly asOf?: AsOf;
  readonly signal?: AbortSignal;
}

/** `text`: what is otherwise, in words that begin with the table's name. */
export interface Misfit { readonly table: string; readonly text: string }

/** `known`: by what was read last of each table, without a look at the store; `first`: the table that is the likeliest. */
export interface MisfitLook { readonly known?: boolean; readonly first?: string }

/** A Delta table as the lake keeps it: what a plan is made of. */
export interface KeptTable {
  readonly table: string;
  readonly version: number;
  readonly columns: readonly NamedType[];
  readonly partitionBy: readonly string[];
  readonly description: string;
  readonly files: number;
  readonly bytes: number;
  /** Null when a file does not say how many it holds. */
  readonly rows: number | null;
  /** Whether the schema is as we last left it; null when we never noted how that was. */
  readonly ours: boolean | null;
  /** Stands for the schema: the same for the same. */
  readonly schema: string;
  /** Of a materialized view: whether its rows are of the query that the catalog has, of another, or of none yet. */
  readonly rowsOf?: RefreshState["rows"];
}

/** How a table becomes as it is declared. */
export interface Evolution {
  /** Of the kept table that this was planned on. */
  readonly schema: string;
  /** By its declared name, what a column is called in the lake. */
  readonly renamed: { readonly [column: string]: string };
  /** Columns of the lake that go. */
  readonly dropped: readonly string[];
  /** The newest migrations of the catalog; noted in the table. */
  readonly migration?: string;
  /** Each change in words; noted in the commit. */
  readonly told: readonly string[];
  readonly signal?: AbortSignal;
}

export type Evolved =
  /** One commit; `rewritten` counts the files that gave way to others. */
  | { readonly kind: "evolved"; readonly version: number; readonly rewritten: number }
  /** The table is not what the plan was made on; nothing was changed. */
  | { readonly kind: "moved" };

export interface Lake extends Optimizer, AlterLake, Merges, GivenMerges, Eraser, Refresher, AsyncDisposable {
  readonly catalog: Catalog;
  /** Absolute path, or URI. */
  readonly root: string;
  /** Runs one SELECT; the engine starts with the first. SQL_INVALID, SQL_FORBIDDEN, TABLE_NOT_FOUND for a declared table that was not created. */
  query(request: QueryRequest): Promise<QueryResult>;
  /** Judges the rows and commits those that stand, in one version. ROWS_REFUSED leaves the table as it was. */
  append(table: string, rows: Iterable<Row> | AsyncIterable<Row>): Promise<WriteResult>;
  /** Loads one file into a declared table, or any Delta table by its path or URI, whole or not at all; a file whose bytes were loaded before is skipped unless `again`. */
  load(table: string, file: string, options?: LoadOptions): Promise<LoadResult>;
  /** Replaces all rows of a table, or those that meet a condition, by those of files, in one version. A file that was loaded before is loaded again: the rows are what it holds. */
  overwrite(target: string, files: readonly string[], options?: OverwriteOptions): Promise<OverwriteResult>;
  /** Deletes the rows of a table, or of any Delta table by its path or URI, for which an SQL condition over its columns is true, in one version. SQL_INVALID, TABLE_NOT_WRITABLE, COMMIT_CONFLICT leave it as it was. */
  deleteRows(target: string, where: string, options?: RowChangeOptions): Promise<DeleteResult>;
  /** Gives columns of such rows new values: in SQL over the row as it was, or as they are. What declared tables ask of appended rows is asked of these too, and one that fails a check is refused. As `deleteRows`; VALUE_INVALID, ROWS_REFUSED. */
  updateRows(target: string, set: readonly GivenValue[], where: string, options?: RowChangeOptions): Promise<UpdateResult>;
  /** Creates a declared Delta table, empty. */
  create(table: string): Promise<CommitOutcome>;
  /** The Delta tables that have their place in the lake: those of the catalog, and the dead tables beside them. */
  readonly stored: readonly Table[];
  /** Those of them that were created. */
  kept(): Promise<readonly KeptTable[]>;
  /** Makes a table as it is declared, in one commit, beside running readers and writers. */
  evolve(table: string, evolution: Evolution): Promise<Evolved>;
  /** Every table of the catalog, in its order. */
  states(): Promise<readonly TableState[]>;
  /** `target`: `database.table` of the catalog, or the path or URI of any Delta table. */
  describe(target: string, asOf?: AsOf): Promise<Description>;
  /** Newest first. */
  history(target: string): Promise<readonly HistoryEntry[]>;
  /** Rows of one table, or of any Delta table by its path or URI. */
  peek(target: string, options?: PeekOptions): Promise<QueryResult>;
  /** Compaction, checkpoints and vacuum. */
  readonly upkeep: Upkeep;
  /** Reads the whole log and every live file's footer. DELTA_TABLE_NOT_FOUND. */
  verify(target: string, signal?: AbortSignal): Promise<Verification>;
  /** Verifies, and mends what can be without losing anything; files that are gone leave the log only by `dropMissing`. DELTA_LOG_BROKEN, with nothing changed, where the newest version cannot be put together. */
  repair(target: string, options?: RepairOptions): Promise<Verification & Repaired>;
  /** What each version of a range inserted, deleted and updated, of a table that records it (`delta.enableChangeDataFeed`): its columns, `_change_type`, `_commit_version` and `_commit_timestamp`. */
  changes(target: string, range: ChangeRange, options?: Omit<PeekOptions, "asOf">): Promise<QueryResult>;
  /** Every table that a server keeps, and what is otherwise there than declared; nothing is changed. */
  served(signal?: AbortSignal): Promise<readonly ServedTable[]>;
  /** A Delta table that the lake lacks or keeps otherwise than declared; undefined when all are as declared. */
  misfit(look?: MisfitLook): Promise<Misfit | undefined>;
  /** The newest versions of these tables and of those the computed ones read; undefined when one has none (a file, a row function). */
  versions(tables: readonly string[]): Promise<readonly ReadTable[] | undefined>;
  /** What ingest needs of a table that a topic feeds; TABLE_NOT_FED for any other. */
  feed(table: string): Declared;
  close(): Promise<void>;
}
