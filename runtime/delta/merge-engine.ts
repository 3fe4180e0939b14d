/** What merging asks of an engine, which holds the source's rows for as long as it is open (protocol, "Add File and Remove File", "Change Data Files"); `runtime/query` fulfils it with DuckDB. */
import type { NamedType } from "../../compiler/ir/column-type.ts";
import type { Store } from "../storage/store.ts";
import type { Assignment, ColumnTest, NewValues, Rewrite, TableRows, WrittenChanges, WrittenFile } from "./engine.ts";
import type { MadeColumn } from "./rules/expression.ts";
import type { IndexedColumns } from "./statistics/leaf-key.ts";

/** Values of columns in SQL; a column that is undefined has none. */
export interface SetValues { readonly [column: string]: string | undefined }

/**
 * How rows of a source meet those of a table. SQL speaks of `target.x` and `source.x`; of the clauses of one kind the first acts whose condition is true, or which has none. With none at
 * all given, rows that match get the source's values and others are inserted.
 */
export interface MergeClauses {
  /** Columns that are equal in both, or a condition over both; a null equals nothing. */
  readonly on: readonly string[] | string;
  /** "all": every column of the table that the source has too. */
  readonly matched?: readonly ({ readonly if?: string; readonly update: "all" | SetValues } | { readonly if?: string; readonly delete: true })[];
  /** Rows of the source that no row of the table matches; a column without a value gets its default, or null. */
  readonly notMatched?: readonly { readonly if?: string; readonly insert: "all" | SetValues }[];
  /** Rows of the table that no row of the source matches. */
  readonly notMatchedBySource?: readonly ({ readonly if?: string; readonly update: SetValues } | { readonly if?: string; readonly delete: true })[];
}

/** A clause that was found to make sense: over which rows, under which condition, and the values of columns as the table spells them. */
export interface MergeClause {
  readonly kind: keyof Omit<MergeClauses, "on">;
  readonly action: "update" | "delete" | "insert";
  readonly condition: string | undefined;
  /** What rows of the table meet that the condition is true of. */
  readonly tests: readonly ColumnTest[];
  readonly set: readonly Assignment[];
  /** Columns among those that have that value already in each row that it acts on. */
  readonly keeps: readonly string[];
}

export interface MergePlan {
  readonly on: {
    readonly sql: string;
    /** Columns of the table that it speaks of. */
    readonly columns: readonly string[];
    /** What rows of the table meet that match any. */
    readonly tests: readonly ColumnTest[];
    /** Columns of the table that equal one of the source in rows that match. */
    readonly keys: readonly { readonly column: NamedType; readonly source: NamedType }[];
  };
  /** Known by their places here. */
  readonly clauses: readonly MergeClause[];
}

/** What becomes of rows by one clause, beside what it sets: see `NewValues`. */
export interface MergedValues extends Pick<NewValues, "follows"> { readonly made: readonly MadeColumn[] }

/** A table as of which a source is merged. `values` has one for each clause. */
export interface MergeTable extends Pick<Rewrite, "store" | "location" | "rowTracking" | "indexed" | "targetBytes">, Pick<NewValues, "rules" | "conditions"> {
  readonly store: Store;
  readonly rows: TableRows;
  readonly plan: MergePlan;
  readonly values: readonly MergedValues[];
  /** Whether what changes is written out too, for those who follow changes. */
  readonly changes: boolean;
  readonly indexed: IndexedColumns;
}

type Input = Rewrite["inputs"][number];

/** A file that may hold rows that clauses act on, and the number by which it is known until others are looked through. */
export interface MergeInput extends Input { readonly number: number; readonly partitionValues: { readonly [column: string]: string | null } }

/** Rows of a file that each clause acts on, by the clause's place; a file that none acts on is left out. */
export interface MatchedFile { readonly number: number; readonly rows: number; readonly acts: ReadonlyMap<number, number> }

/** What was written: durable files in no version yet. */
export interface MergeOutput { readonly files: readonly WrittenFile[]; readonly changes: readonly WrittenChanges[] }

/** One attempt at merging into a table as it was read. What it writes and then fails at, it removes. */
export interface MergeAttempt {
  /** Looks for the rows that clauses act on, in place of those it found before. ROWS_REFUSED where two rows of the source would change one. */
  find(files: readonly MergeInput[]): Promise<readonly MatchedFile[]>;
  /** The places of those rows in a file of the last look, rising. */
  places(number: number, count: number): Promise<Float64Array>;
  /** Writes new rows of files of the last look, those of a partition one behind the other, and their other rows where these are "copied". */
  change(files: readonly MergeInput[], rest: "copied" | "left"): Promise<MergeOutput>;
  /** Writes the rows that are inserted, once all files were looked through; `changes` as they are told to those who follow changes. */
  insert(changes: boolean): Promise<MergeOutput & { readonly acts: ReadonlyMap<number, number> }>;
}

/** The rows of a source, at hand to be merged. */
export interface MergeEngine {
  readonly sourceRows: number;
  /** SQL_INVALID with the place in the text, SQL_FORBIDDEN. */
  read(columns: readonly NamedType[], clauses: MergeClauses): Promise<MergePlan>;
  /** What rows of the table meet that match any of the source's, by its values; undefined where none can. */
  keyTests(plan: MergePlan): Promise<readonly ColumnTest[] | undefined>;
  begin(table: MergeTable): Promise<MergeAttempt>;
}
