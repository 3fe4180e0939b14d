/** What is known of a table before anybody wrote it, as the Table that the compiler would read: the words that say it, and the facts in them. */
import type { Column, Place, Source, Table, Word, WordArgument } from "../ir/catalog.ts";
import type { ColumnType, NamedType } from "../ir/column-type.ts";
import { className } from "./author-database.ts";

export interface DraftColumn extends NamedType {
  /** The name in the files, where the column cannot have it. */
  readonly from?: string;
  readonly unique?: boolean;
  readonly between?: { readonly low: string; readonly high: string };
  /** `table` by its full name. */
  readonly references?: { readonly table: string; readonly column: string };
}

export interface Draft {
  readonly database: string;
  readonly name: string;
  readonly doc: string;
  readonly source: Source;
  readonly columns: readonly DraftColumn[];
  readonly key?: readonly string[];
  readonly partitionBy?: readonly string[];
  readonly clusterBy?: readonly string[];
}

/** The table, all of it placed at the beginning of `file`. */
export function draftTable(draft: Draft, file: string): Table {
  const { database, name, doc, source, key = [], partitionBy = [], clusterBy = [] } = draft;
  const place: Place = { file, line: 1, column: 1, length: 0 };
  const marks = { key, partition: partitionBy, cluster: clusterBy };
  return {
    database, name, doc, source, place, key, partitionBy, clusterBy,
    symbol: className(name),
    words: [kindWord(source, name, place)],
    tags: [],
    columns: draft.columns.map((column) => draftColumn(column, Object.entries(marks).flatMap(([word, names]) => (names.includes(column.name) ? [word] : [])), place)),
    checks: [],
  };
}

function draftColumn({ name, type, nullable, doc = "", from, unique = false, between, references }: DraftColumn, marks: readonly string[], place: Place): Column {
  const said: readonly (readonly [name: string, args: readonly WordArgument[]])[] = [
    ...marks.map((mark) => [mark, []] as const),
    ...(unique ? [["unique", []] as const] : []),
    ...(between === undefined ? [] : [["between", [boundArgument(type, between.low), boundArgument(type, between.high)]] as const]),
    ...(references === undefined ? [] : [["references", [{ reference: references.table }, references.column]] as const]),
    ...(from === undefined ? [] : [["from", [from]] as const]),
  ];
  return {
    name, type, nullable, doc, place, words: said.map(([word, args]) => ({ name: word, args, place })), unique,
    rules: between === undefined ? [] : [{ kind: "between", ...between }],
    ...(references === undefined ? {} : { references }), ...(from === undefined ? {} : { from }),
  };
}

/** As its author writes a bound: a number wherever it is the very same. */
function boundArgument(type: ColumnType, digits: string): WordArgument {
  if (type.kind === "int64") return { bigint: digits };
  return String(Number(digits)) === digits ? Number(digits) : digits;
}

const wordOfKind: { readonly [Kind in Source["kind"]]: string } = {
  delta: "deltaTable", parquet: "parquetTable", csv: "csvTable", json: "jsonTable", postgres: "postgresTable", rows: "table", sql: "table", view: "view", materialized: "materializedView",
};

/** The word that says where the rows are; nothing in it that it means anyway. */
function kindWord(source: Source, name: string, place: Place): Word {
  const facts = Object.entries(factsOf(source, name)).filter(([, value]) => value !== undefined) as [string, WordArgument][];
  return { name: wordOfKind[source.kind], args: facts.length === 0 ? [] : [{ object: Object.fromEntries(facts) }], place };
}

function factsOf(source: Source, name: string): { readonly [fact: string]: WordArgument | undefined } {
  if (source.kind === "delta" || source.kind === "parquet") return { location: source.location };
  if (source.kind === "json") return { location: source.location, lines: source.lines || undefined };
  if (source.kind === "postgres") return { connection: unless(source.connection, "main"), schema: unless(source.schema, "public"), table: unless(source.table, name) };
  if (source.kind !== "csv") return {};
  const nulls = source.nulls.length === 1 && source.nulls[0] === "" ? undefined : { list: source.nulls };
  return { location: source.location, header: source.header ? undefined : false, delimiter: unless(source.delimiter, ","), nulls };
}

function unless(text: string, usual: string): string | undefined {
  return text === usual ? undefined : text;
}
