/** What is known of a table before anybody wrote it, as the Table that the compiler would read: the words that say it, and the facts in them. */
import type { Column, Place, Source, Table, Word, WordArgument } from "../ir/catalog.ts";
import type { NamedType } from "../ir/column-type.ts";
import { className } from "./author-database.ts";

export interface DraftColumn extends NamedType {
  /** The name in the files, where the column cannot have it. */
  readonly from?: string;
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
    words: [kindWord(source, place)],
    tags: [],
    columns: draft.columns.map((column) => draftColumn(column, Object.entries(marks).flatMap(([word, names]) => (names.includes(column.name) ? [word] : [])), place)),
    checks: [],
  };
}

function draftColumn({ name, type, nullable, doc = "", from }: DraftColumn, marks: readonly string[], place: Place): Column {
  const words: readonly Word[] = [...marks.map((mark) => ({ name: mark, args: [], place })), ...(from === undefined ? [] : [{ name: "from", args: [from], place }])];
  return { name, type, nullable, doc, place, words, rules: [], unique: false, ...(from === undefined ? {} : { from }) };
}

/** The word that says where the rows are; nothing in it that it means anyway. */
function kindWord(source: Source, place: Place): Word {
  const facts = Object.entries(factsOf(source)).filter(([, value]) => value !== undefined) as [string, WordArgument][];
  return { name: source.kind === "view" ? "view" : `${source.kind}Table`, args: facts.length === 0 ? [] : [{ object: Object.fromEntries(facts) }], place };
}

function factsOf(source: Source): { readonly [fact: string]: WordArgument | undefined } {
  if (source.kind === "delta" || source.kind === "parquet") return { location: source.location };
  if (source.kind === "json") return { location: source.location, lines: source.lines || undefined };
  if (source.kind !== "csv") return {};
  const nulls = source.nulls.length === 1 && source.nulls[0] === "" ? undefined : { list: source.nulls };
  return { location: source.location, header: source.header ? undefined : false, delimiter: source.delimiter === "," ? undefined : source.delimiter, nulls };
}
