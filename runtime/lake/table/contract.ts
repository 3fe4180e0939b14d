/** A Delta table as a program opens it by its path or URI, without any catalog. `open-table.ts` opens and creates them. */
import type { RecordBatch, Table as ArrowTable } from "apache-arrow";
import type { S3Config } from "../../config.ts";
import type { Verification } from "../../delta/snapshot/verify.ts";
import type { CheckpointOptions, CheckpointResult } from "../../delta/checkpoints/checkpoint-writer.ts";
import type { CleanedLog } from "../../delta/maintenance/log-cleanup.ts";
import type { Repaired, RepairOptions } from "../../delta/maintenance/repair.ts";
import type { VacuumOptions, VacuumResult } from "../../delta/maintenance/vacuum.ts";
import type { MergeClauses } from "../../delta/merge-engine.ts";
import type { ChangeRange } from "../../delta/snapshot/changes.ts";
import type { SqlParameter } from "../../query/request.ts";
import type { CacheOptions } from "../../storage/cache.ts";
import type { Row, Value } from "../../values/value.ts";
import type { Alteration } from "../../delta/commit/alteration.ts";
import type { AlterResult } from "../alter-contract.ts";
import type { DeleteResult, Description, HistoryEntry, LakeOptions, UpdateResult } from "../contract.ts";
import type { EraseOptions } from "../../delta/maintenance/erase.ts";
import type { EraseResult } from "../erase.ts";
import type { OptimizeOptions, OptimizeResult } from "../optimize.ts";
import type { MergeResult } from "../merge-contract.ts";
import type { Compacted, CompactOptions } from "../upkeep.ts";
import type { DeltaSchema, TableSchema } from "./schema.ts";

/** Types of rows: each column's value is one that Delta's types have. */
export type RowType<R> = { readonly [K in keyof R]: Value };

/** As neuralake.config.ts has them. S3's own settings are the AWS SDK's: AWS_REGION, AWS_ENDPOINT_URL_S3, its chain of credentials. */
export interface TableOptions {
  /** How a table on S3 is committed to where OSS Spark writes it too. */
  readonly s3?: S3Config;
  /** `extensions`: an absolute folder with DuckDB's httpfs extension, by which S3 is read without local copies. */
  readonly duckdb?: NonNullable<LakeOptions["duckdb"]>;
  /** Where copies of remote files lie, and how many bytes of them; ~/.cache/neuralake and 10 GB. */
  readonly cache?: Partial<CacheOptions>;
}

export interface CreateOptions<S extends TableSchema = TableSchema> extends TableOptions {
  /** By `types`, as Delta's schema JSON, or as an Arrow schema. */
  readonly schema: S;
  readonly partitionBy?: readonly string[];
  /** Table properties: `delta.appendOnly`, `delta.constraints.positive`, or any of your own. */
  readonly properties?: { readonly [name: string]: string };
  readonly name?: string;
  readonly description?: string;
  /** What to do when there is a table already: fail (when left out), or open it, if it has this schema and these partitions. */
  readonly ifExists?: "fail" | "open";
}

/** One state of the past: by its version, or the newest at a time (RFC 3339). The two exclude each other. */
export interface ReadAsOf { readonly version?: number; readonly timestamp?: string | Temporal.Instant }

export interface SelectOptions<C extends string = string> {
  /** All when left out. */
  readonly columns?: readonly C[];
  /** An SQL condition over the table's columns: `fare > $1`. Files of which no row can meet it are not read. */
  readonly where?: string;
  /** Values of `$1`, `$2`, … in it. */
  readonly parameters?: readonly SqlParameter[];
  /** All rows when left out. */
  readonly limit?: number;
  /** Stops the reading and frees what it holds. */
  readonly signal?: AbortSignal;
}

/** Rows to be read; each way of reading asks anew. A failure half-way is thrown, never a silent end; stopping early frees everything. */
export interface Rows<R> extends AsyncIterable<R> {
  toArray(): Promise<R[]>;
  /** The same as Arrow record batches. */
  batches(): AsyncIterable<RecordBatch>;
  /** The same as one Arrow table. */
  toArrow(): Promise<ArrowTable>;
}

/** A row to be appended: what may be null may be left out. */
export type NewRow<R> = { readonly [K in keyof R as null extends R[K] ? never : K]: R[K] } & { readonly [K in keyof R as null extends R[K] ? K : never]?: R[K] | undefined };

export interface AppendTableOptions {
  /** The rows are appended once for each application and version: a version that is not above the application's last is not appended again. */
  readonly transaction?: { readonly appId: string; readonly version: number };
}

/** What became of rows. */
export type AppendOutcome =
  /** They are in this version. Of no rows at all, and without a transaction, no version is made: `rows` is 0 and the version the newest. */
  | { readonly kind: "committed"; readonly version: number; readonly rows: number }
  /** The transaction was committed before, as this version of the application or a later one; nothing was written. */
  | { readonly kind: "repeated"; readonly version: number }
  /** Others changed the table first, in a way that these rows may not follow; nothing was written. */
  | { readonly kind: "conflict"; readonly version: number; readonly reason: string }
  /** The store failed and does not say whether the commit of this version stands. With a transaction it is safe to append again. */
  | { readonly kind: "unknown"; readonly version: number; readonly cause: unknown };

export interface ChangeRowsOptions {
  /** Values of `$1`, `$2`, … in the condition, and in new values. */
  readonly parameters?: readonly SqlParameter[];
  /** Stops the change with nothing changed, until its commit begins; the signal's reason is thrown. */
  readonly signal?: AbortSignal;
}

/** The columns that a change feed has beside the table's own. */
export interface ChangeColumns {
  readonly _change_type: "insert" | "delete" | "update_preimage" | "update_postimage";
  readonly _commit_version: bigint;
  readonly _commit_timestamp: Temporal.Instant;
}

/** The table stands at one version, which it reads and tells of, until `refresh`, or a commit of its own, moves it on. */
export interface DeltaTable<R extends RowType<R> = Row> extends AsyncDisposable {
  /** Absolute path, or URI. */
  readonly location: string;
  readonly version: number;
  /** Delta's schema JSON, as an object. */
  readonly schema: DeltaSchema;
  readonly protocol: Description["protocol"];
  readonly metadata: Description["metadata"];
  /** All that the log tells of the version: schema, protocol, properties, files, bytes, rows, transactions. */
  describe(asOf?: ReadAsOf): Promise<Description>;
  /** Rows of the table's version, or of another. SQL_INVALID for a column or condition that is none; DELTA_VERSION_NOT_FOUND. */
  rows<C extends keyof R & string = keyof R & string>(options?: SelectOptions<C> & ReadAsOf): Rows<Pick<R, C>>;
  /**
   * Appends rows in one commit, behind whatever others commit meanwhile: rows as objects, or Arrow. ROWS_REFUSED, VALUE_INVALID for rows that
   * do not fit (types, nulls, constraints), with their places; TABLE_NOT_WRITABLE for a materialized view; nothing was written then. Look at the outcome's `kind`.
   */
  append(rows: Iterable<NewRow<R>> | AsyncIterable<NewRow<R>> | ArrowTable | RecordBatch, options?: AppendTableOptions): Promise<AppendOutcome>;
  /**
   * Deletes the rows for which an SQL condition over the columns is true, in one version; where none is, no version is made. Files of which no row can meet it are not read, others
   * are written anew, or get a deletion vector where the table enables these. What others change first is met by working it out again. SQL_INVALID, TABLE_NOT_WRITABLE, COMMIT_CONFLICT leave the table as it was.
   */
  delete(where: string, options?: ChangeRowsOptions): Promise<Omit<DeleteResult, "table">>;
  /** Gives columns of such rows new values, in SQL over the row as it was: `{ fare: "fare * 2" }`. As `delete`; ROWS_REFUSED for a new row that breaks a rule of the table. */
  update(set: { readonly [column in keyof R]?: string }, where: string, options?: ChangeRowsOptions): Promise<Omit<UpdateResult, "table">>;
  /**
   * Alters the table, all at once: columns and nested fields added, renamed, dropped, widened, made NOT NULL or nullable again, properties, CHECK constraints, comments. What has to be a commit of its own
   * (columns mapped before the first rename, …) comes before it. No data file is touched; rows that are there are held against what is asked of them, and ROWS_REFUSED leaves all as it was.
   */
  alter(alterations: readonly Alteration[], options?: ChangeRowsOptions): Promise<Omit<AlterResult, "table">>;
  /**
   * Merges rows as objects, or Arrow, into the table, in one version: `{ on: ["id"] }` gives rows with the same id new values and inserts the others. Objects have columns of the table alone, and null in those that only others among them have; Arrow may have others too, by which
   * clauses tell what to do. As `update`; ROWS_REFUSED also where two rows would change one.
   */
  merge(rows: Iterable<Partial<R>> | AsyncIterable<Partial<R>> | ArrowTable | RecordBatch, clauses: MergeClauses, options?: ChangeRowsOptions): Promise<Omit<MergeResult, "table">>;
  /** What each version says of itself, newest first. */
  history(): Promise<readonly HistoryEntry[]>;
  /** What each version of a range inserted, updated and deleted, where the table records it (`delta.enableChangeDataFeed`). DELTA_CHANGES_NOT_RECORDED. */
  changes(range: ChangeRange & SelectOptions): Rows<R & ChangeColumns>;
  /** Reads the whole log and every file's footer; what is missing, broken or orphaned is a finding. */
  verify(signal?: AbortSignal): Promise<Verification>;
  /** Verifies, and mends what can be without losing anything: `_last_checkpoint`, damaged checkpoints, wrong checksums. Files that are gone leave the log only by `dropMissing`, and their rows are lost. */
  repair(options?: RepairOptions): Promise<Verification & Repaired>;
  /** Writes a checkpoint of the newest version, in the form that the table asks for or the second (`v2`), and cleans up what of the log is older than its retention; not `written` where there is one. */
  checkpoint(options?: CheckpointOptions): Promise<CheckpointResult & { readonly cleaned: CleanedLog }>;
  /** Removes files that no version within the retention needs. PARAMETER_INVALID for a retention below the table's own, unless `allowShort`. */
  vacuum(options?: VacuumOptions): Promise<VacuumResult>;
  /** Small files into large, beside running writers. */
  compact(options?: CompactOptions): Promise<Omit<Compacted, "table">>;
  /**
   * Writes files anew for whoever reads them, the rows being the same: small ones put together; rows in an order by which files are left out (`zOrderBy` once, `clusterBy` for good); or without the rows that vectors delete
   * (`purge`). A commit for each group of files, beside running writers; what others replaced first is `dropped`. PARAMETER_INVALID for columns or a condition that make no sense.
   */
  optimize(options?: OptimizeOptions): Promise<Omit<OptimizeResult, "table">>;
  /** Erases rows for good, with all older versions of the table, and looks through all files whether anything of them is left: see `look.found`. PARAMETER_INVALID unless `allowShort`: nothing else may be at work on the table. */
  erase(where: string, options?: EraseOptions): Promise<Omit<EraseResult, "table">>;
  /** Moves to the newest version and gives its number. */
  refresh(): Promise<number>;
  /** Ends what is being read and written beside. */
  close(): Promise<void>;
}
