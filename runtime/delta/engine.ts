/** What the Delta room and an engine tell each other; `runtime/query` fulfils it with DuckDB, `runtime/lake.ts` wires it (protocol, "Data Files"). */
import type { RecordBatch } from "apache-arrow";
import type { JsonValue } from "../../compiler/ir/catalog.ts";
import type { ColumnType, NamedType } from "../../compiler/ir/column-type.ts";
import type { PhysicalColumn } from "../parquet/physical-column.ts";
import type { Store } from "../storage/store.ts";
import type { IndexedColumns } from "./statistics/leaf-key.ts";
import type { Row } from "../values/value.ts";
import type { MadeColumn, RowRule } from "./rules/expression.ts";

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
  /** What a table asks of its rows, as each of them was found to be (`rulesMark`); absent where they were held against nothing. */
  readonly judged?: string;
}

/** Rows that a rule of the table is not true of: how many, and of the first few the place among all, from 0, and the values that it speaks of. */
export interface BrokenRules { readonly rows: number; readonly first: readonly { readonly row: number; readonly rule: RowRule; readonly values: string }[] }

/** Judges rows, which have the table's columns under their own names. ROWS_REFUSED for a rule that comes to no answer over them. */
export type JudgeRows = (batch: RecordBatch, rules: readonly RowRule[]) => Promise<BrokenRules>;

/** Values of columns that a table makes, row by row, over rows that have what they speak of; over none, one row of values that speak of nothing. ROWS_REFUSED where there is no answer. */
export type MakeValues = (rows: RecordBatch | undefined, columns: readonly MadeColumn[]) => Promise<readonly Row[]>;

/** Some rows of a file by their places in it, from 0, rising: these only, or all others. */
export interface RowSelection { readonly take: "these" | "others"; places(): Promise<Float64Array> }

/** A file of a snapshot to be read: absolute local path, its constants from partition values, and which of its rows when not all. */
export interface ReadableFile {
  readonly url: string;
  readonly partitionValues: PartitionValues;
  readonly selection?: RowSelection;
  /** Partition columns that stand in the file all the same, under their own names. */
  readonly holds?: readonly string[];
}

/** A snapshot's rows, as the engine is asked to read them: exactly these files, these columns, in this order. */
export interface ReadableSnapshot {
  readonly columns: readonly NamedType[];
  /** The same columns as the files have them, in the same order; partition values go by their names. As `columns` when left out. */
  readonly physical?: readonly PhysicalColumn[];
  /** Files' columns are found by field id and not by name. */
  readonly byFieldId?: boolean;
  readonly partitionColumns: readonly string[];
  readonly files: readonly ReadableFile[];
}

/** A column of a file that is written anew. All names are those that files store. */
export interface RewriteColumn extends PhysicalColumn {
  /** What is in the inputs under the column's name, cast to its type (null where a file lacks it); or one value for every row, as JSON. */
  readonly from: { readonly kind: "stored" } | { readonly kind: "constant"; readonly value: JsonValue };
}

/** The id of a file's first row, from which the others are counted on, and the version they were last changed in (protocol, "Row Tracking"). */
export interface RowIds { readonly first: number; readonly version: number }

/** Files of one partition, to be written anew. */
export interface Rewrite {
  readonly store: Store;
  /** Of the table, within the store. */
  readonly location: string;
  /** Absolute local files, in the order in which their rows are wanted, which are counted where that is known; `rowIds` are those of rows that do not bring their own. */
  readonly inputs: readonly { readonly file: string; readonly size: number; readonly rows?: number; readonly selection?: RowSelection; readonly rowIds?: RowIds }[];
  readonly partitionValues: PartitionValues;
  /** Those that files store: partition columns are not among them. */
  readonly columns: readonly RewriteColumn[];
  /** Inputs' columns are found by field id and not by name. */
  readonly byFieldId?: boolean;
  /** Columns that the outputs get beside: each row's id, and the version it was last changed in where it does not change here (null where it does). */
  readonly rowTracking?: { readonly id: string; readonly version: string; readonly changed: boolean };
  /** Columns that statistics are kept of; the first 32 leaves when left out. */
  readonly indexed?: IndexedColumns;
  /** Inputs are put together up to so many bytes a file. */
  readonly targetBytes: number;
  /** Rows are put in an order in which those that are near one another in these columns are in few files; else they stay in the order of the inputs. */
  readonly near?: readonly NearColumn[];
  /** Rows of all inputs together, where that is known. */
  readonly rows?: number;
  /** Stops at once with nothing left behind; the signal's reason is thrown. */
  readonly signal?: AbortSignal;
}

/** A column of values that have an order, by the names on the way to it in files. */
export interface NearColumn { readonly path: readonly string[]; readonly type: ColumnType }

/** Writes the rows of the inputs into new durable files, in no version yet. Leaves none behind when it fails: VALUE_INVALID for a value that a column cannot hold, STORE_FAILED. */
export type RewriteFiles = (rewrite: Rewrite) => Promise<WrittenFile[]>;

/** Rows of each of these local Parquet files as its footer tells, or why it cannot be read, in their order. */
export type CountRows = (files: readonly string[]) => Promise<readonly (number | Error)[]>;

/** A value that a query compares a column with: its digits, its text, or a day or time in ISO form. */
export interface TestValue { readonly type: "whole" | "number" | "text" | "day" | "timestamp" | "local_timestamp"; readonly text: string }

/** What every wanted row meets in one column, named as queries name it, in any case. */
export interface ColumnTest { readonly column: string; readonly test: "=" | "<" | "<=" | ">" | ">=" | "in" | "is null" | "is not null"; readonly values: readonly TestValue[] }

/** A condition over the rows of one table in the engine's SQL, as somebody wrote it; found to make sense over the table's columns, and to say the same whenever it is asked. */
export interface RowCondition {
  readonly sql: string;
  /** Columns that it speaks of, as the table names them. */
  readonly columns: readonly string[];
  /** What every row meets that it is true of. */
  readonly tests: readonly ColumnTest[];
  /** Whether it is true of every row that meets the tests. */
  readonly exact: boolean;
}

/** Of a file: its rows, those of them that a condition is true of, and their places, from 0, rising, where these were asked for. */
export interface FoundRows { readonly rows: number; readonly matching: number; readonly places?: Float64Array }

/** A table as conditions speak of it. */
export type TableRows = Omit<ReadableSnapshot, "files">;

/** Finds rows by conditions. */
export interface RowFinder {
  /** SQL_INVALID with the place in the text, SQL_FORBIDDEN. */
  read(columns: readonly NamedType[], sql: string): Promise<RowCondition>;
  /** Of each of these partitions whether a condition is true of all its rows, or of none; it speaks of partition columns alone. */
  inPartitions(table: TableRows, condition: RowCondition, partitions: readonly PartitionValues[]): Promise<readonly boolean[]>;
  /** The condition that is true of rows which break a rule. */
  breaking(rule: RowRule): RowCondition;
  /** The same of new values, of columns in any case, each once. */
  readAssignments(columns: readonly NamedType[], given: readonly Assignment[]): Promise<readonly Assignment[]>;
  /** Of each of these files, in their order. SQL_INVALID where the condition has no answer over a row; a signal ends it with its reason. */
  find(table: TableRows, files: readonly ReadableFile[], condition: RowCondition, options: { readonly withPlaces: boolean; readonly signal?: AbortSignal }): Promise<readonly FoundRows[]>;
}

/** A column and its value, in the engine's SQL over the columns of a row. */
export interface Assignment { readonly column: string; readonly sql: string }

/** What becomes of rows that are given new values. */
export interface NewValues {
  /** Over the row as it was. */
  readonly set: readonly Assignment[];
  /** Over the row as it became by these, one after another: what follows from other columns. */
  readonly follows: readonly Assignment[];
  /** What the table makes of the row as it became. */
  readonly made: readonly MadeColumn[];
  /** What the new row must be: rules of the table, and conditions of those who declared it, of which null is met too. */
  readonly rules: readonly RowRule[];
  readonly conditions: readonly { readonly rule: string; readonly column?: string; readonly sql: string }[];
}

/** Files of which the rows that a condition is true of go, or get new values. */
export interface RowChange extends Pick<Rewrite, "store" | "location" | "rowTracking" | "indexed" | "targetBytes"> {
  readonly table: TableRows;
  /** Those of one partition are put together, in their order. */
  readonly inputs: readonly (Rewrite["inputs"][number] & Pick<ReadableFile, "partitionValues">)[];
  readonly condition: RowCondition;
  /** Rows go when left out. */
  readonly values?: NewValues;
  /** Whether the other rows are written anew as well, or stay where they are. */
  readonly rest: "copied" | "left";
  /** Whether the rows that change are written out too, for those who follow changes, and as what where they do not go: rows that are new. */
  readonly changes: boolean;
  readonly told?: "insert";
  /** Ends it with its reason. */
  readonly signal?: AbortSignal;
}

/** A file of rows that changed (protocol, "Change Data Files"), durable. */
export interface WrittenChanges { readonly path: string; readonly size: number; readonly partitionValues: PartitionValues; readonly rows: number }

/** Writes the rows that are left, and those that change, into new durable files, in no version yet. Leaves none behind when it fails: SQL_INVALID, VALUE_INVALID, ROWS_REFUSED for a new row that is not as it must be, STORE_FAILED. */
export type ChangeRows = (change: RowChange) => Promise<{ readonly files: readonly WrittenFile[]; readonly changes: readonly WrittenChanges[] }>;

/** Texts that stand in rows of these files, each once and at most so many: in rows that a condition is true of; or, of some texts, those that any row has. */
export type RowTexts = (table: TableRows, files: readonly ReadableFile[], of: { readonly condition: RowCondition; readonly atMost: number } | { readonly texts: readonly string[] }) => Promise<readonly string[]>;
