/**
 * What travels along lineage: the table of a query with the tables it reads in; its columns out, marked as personal data and with the units and comments they
 * take from their sources, and what is to be said of it. Personal data that is shown must be accepted by name; it is marked in either case, so that what reads it is told in the same run.
 */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import type { Column, Place, Table } from "../ir/catalog.ts";
import type { ColumnLineage, ColumnSource, Lineage } from "../ir/lineage.ts";
import { fullName } from "../ir/names.ts";
import { declaresColumns } from "../ir/sources.ts";
import type { QuerySource } from "../ir/sources.ts";
import { piiCategories } from "../ir/words.ts";
import { suggestion } from "./sql-place.ts";

export type QueryTable = Table & { readonly source: QuerySource };
type Traced = QueryTable & { readonly lineage: Lineage };

/** Marks the columns of `table`, which reads `reads`. */
export function travel(table: Traced, reads: readonly Table[]): { readonly columns: readonly Column[]; readonly diagnostics: readonly Diagnostic[] } {
  const known = new Map(reads.map((read) => [fullName(read), read]));
  const columnOf = ({ table: name, column }: { readonly table: string; readonly column: string }): Column | undefined => known.get(name)?.columns.find((each) => each.name === column);
  const diagnostics: Diagnostic[] = [...misnamed(table), ...deprecations(table, known)];
  const columns = table.columns.map((column, at) => {
    const lineage = table.lineage.columns[at];
    if (lineage === undefined) return column;
    const personal = personalMark(table, column, lineage, columnOf);
    const measured = unitMark(table, column, lineage, columnOf);
    diagnostics.push(...personal.diagnostics, ...measured.diagnostics);
    return { ...column, ...personal.mark, ...measured.mark, ...commentMark(column, lineage, columnOf) };
  });
  return { columns, diagnostics };
}

type ColumnOf = (source: ColumnSource) => Column | undefined;
interface Mark { readonly mark: Pick<Column, "pii" | "unit">; readonly diagnostics: readonly Diagnostic[] }
const unmarked: Mark = { mark: {}, diagnostics: [] };

function personalMark(table: Traced, column: Column, { sources }: ColumnLineage, columnOf: ColumnOf): Mark {
  const shown = sources.find((source) => isShown(source, columnOf(source)));
  const pii = shown === undefined ? undefined : columnOf(shown)?.pii;
  const listed = isListed(table.shows, column) ? "shows" : isListed(table.clears, column) ? "clears" : undefined;
  if (shown === undefined || pii === undefined) {
    return listed === undefined ? unmarked : { mark: {}, diagnostics: [diagnose("showsNothing", listedPlace(table, listed, (name) => name === column.name), { table: fullName(table), column: column.name, word: listed })] };
  }
  if (listed === "clears") return unmarked;
  const fits = piiCategories[pii.category]?.fits.includes(column.type.kind) === true;
  const mark = { pii: column.pii ?? (fits ? pii : { ...pii, mask: "redact" }) };
  if (column.pii !== undefined || listed === "shows") return { mark, diagnostics: [] };
  const values = { column: column.name, source: `${shown.table}.${shown.column}`, category: `@pii("${pii.category}")`, how: wayOf(shown), mask: maskAdvice(pii.mask, shown.column), accept: acceptance(table, column, pii.category) };
  return { mark, diagnostics: [diagnose("piiShown", isDeclared(table) ? column.place : placeOfColumn(table, shown) ?? table.source.sql.place, values)] };
}

/** True when some of the personal data of `column` can be seen in what is made of it. */
function isShown({ how, masked }: ColumnSource, column: Column | undefined): boolean {
  return column?.pii !== undefined && how !== "tested" && masked !== "count" && masked !== column.pii.mask;
}

function wayOf({ how, masked }: ColumnSource): string {
  const ways = { copied: "a copy of", computed: "computed from", aggregated: "an aggregate of", tested: "tested by" } as const;
  return `${ways[how]}${masked === undefined ? "" : ` the ${masked} of`}`;
}

function maskAdvice(mask: string, column: string): string {
  switch (mask) {
    case "hash": return `Its mask is a hash: write sha256(${column}).`;
    case "year": return `Its mask is the year: write date_trunc('year', ${column}).`;
    case "round": return `Its mask rounds: write round(${column}, 2).`;
    default: return "Its mask leaves it out: leave it out, or count it.";
  }
}

function acceptance(table: Traced, column: Column, category: string): string {
  return isDeclared(table) ? `@pii("${category}") over the column` : `@${wordOf[table.source.kind]}({ shows: ["${column.name}"] })`;
}

const wordOf = { view: "view", sql: "table", materialized: "materializedView" } as const;

/** A plain copy is in the unit of what it copies; so are both sides of a UNION that agree. */
function unitMark(table: Traced, column: Column, { sources, unknown }: ColumnLineage, columnOf: ColumnOf): Mark {
  const [first, ...others] = sources.filter(({ how }) => how !== "tested");
  const unit = first === undefined ? undefined : columnOf(first)?.unit;
  const agreed = unknown === undefined && unit !== undefined && first?.how === "copied" && others.every((source) => source.how === "copied" && columnOf(source)?.unit === unit);
  if (!agreed || first === undefined) return unmarked;
  if (column.unit === undefined) return { mark: { unit }, diagnostics: [] };
  return column.unit === unit ? unmarked : { mark: {}, diagnostics: [diagnose("unitDiffers", column.place, { column: column.name, unit: column.unit, source: `${first.table}.${first.column}`, other: unit })] };
}

/** A plain copy that says nothing of itself is what its source says; so are both sides of a UNION that agree. */
function commentMark(column: Column, { sources, unknown }: ColumnLineage, columnOf: ColumnOf): Partial<Pick<Column, "doc">> {
  const [first, ...others] = sources.filter(({ how }) => how !== "tested").map((source) => (source.how === "copied" ? columnOf(source)?.doc ?? "" : ""));
  return column.doc !== "" || unknown !== undefined || first === undefined || others.some((doc) => doc !== first) ? {} : { doc: first };
}

/** Names of `shows` and `clears` that are no column. No fix is certain: the column may bear another name by now, and then it was not what its author accepted. */
function misnamed(table: Traced): Diagnostic[] {
  const names = table.columns.map(({ name }) => name);
  return (["shows", "clears"] as const).flatMap((word) => (table[word] ?? []).flatMap((column, at) => {
    if (names.includes(column)) return [];
    return [diagnose("showsMissing", listedPlace(table, word, (_, index) => index === at), { table: fullName(table), column, word, suggestion: suggestion(column, names) })];
  }));
}

/** What the query reads although its author marked it deprecated; a deprecated table may. */
function deprecations(table: Traced, known: ReadonlyMap<string, Table>): Diagnostic[] {
  if (table.deprecated !== undefined) return [];
  const read = new Map([...table.lineage.columns.flatMap(({ sources }) => sources), ...table.lineage.shapes].map((source) => [`${source.table}.${source.column}`, source]));
  const warn = (what: string, text: string, place: Place | undefined): Diagnostic => diagnose("deprecatedRead", place ?? table.source.sql.place, { table: fullName(table), what, text });
  return [
    ...[...known].flatMap(([name, { deprecated }]) => (deprecated === undefined ? [] : [warn(name, deprecated, placeOfPart(table, (part) => "table" in part && part.table === name))])),
    ...[...read].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([name, source]) => {
      const deprecated = known.get(source.table)?.columns.find(({ name: column }) => column === source.column)?.deprecated;
      return deprecated === undefined ? [] : [warn(name, deprecated, placeOfColumn(table, source))];
    }),
  ];
}

type Reference = Exclude<QueryTable["source"]["sql"]["parts"][number], string>;

/** Where the template names a column of a table; undefined where it is in the text itself. */
function placeOfColumn(table: QueryTable, { table: name, column }: { readonly table: string; readonly column: string }): Place | undefined {
  const aliases = new Set(table.source.sql.parts.flatMap((part) => (typeof part !== "string" && "table" in part && part.table === name ? [part.alias] : [])));
  return placeOfPart(table, (part) => "column" in part && part.column === column && aliases.has(part.alias));
}

function placeOfPart({ source: { sql } }: QueryTable, is: (part: Reference) => boolean): Place | undefined {
  const span = sql.spans?.[sql.parts.findIndex((part) => typeof part !== "string" && is(part))];
  return span === undefined ? undefined : { file: sql.place.file, ...span };
}

function isListed(names: readonly string[] | undefined, { name }: Column): boolean {
  return names?.includes(name) === true;
}

function isDeclared({ source }: Traced): boolean {
  return declaresColumns(source);
}

/** Where a fact lists such a name, within its quotes; the word that has the fact where that is not known. */
function listedPlace(table: Table, fact: "shows" | "clears", is: (name: string, index: number) => boolean): Place {
  const word = table.words.find(({ listed }) => listed?.[fact] !== undefined);
  const span = word?.listed?.[fact]?.[(table[fact] ?? []).findIndex(is)];
  return word === undefined || span === undefined ? factPlace(table) : { file: word.place.file, ...span };
}

/** The word that carries the table's facts. */
function factPlace(table: Table): Place {
  return table.words[0]?.place ?? table.place;
}
