/**
 * Names that something else answers to: DuckDB's own schemas and keywords, which a caller would have to quote in every query, and the
 * names neuralake keeps for itself.
 */
import type { Catalog, Place } from "../ir/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { parametersOf } from "../ir/walk.ts";
import { fileOf } from "./file-of.ts";
import { urlParameters } from "./reserved-parameters.ts";

/** Keywords that are no bare name of anything. */
export const keywords: ReadonlySet<string> = new Set((
  "all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create default deferrable desc "
  + "describe distinct do else end except false fetch for foreign from group having in initially intersect into lambda lateral leading limit "
  + "not null offset on only or order pivot pivot_longer pivot_wider placing primary qualify references returning select show some summarize "
  + "symmetric table then to trailing true union unique unpivot using variadic when where window with").split(" "));

/** Keywords that are no bare name of a table, and of a column only behind its table's name. */
export const clauseKeywords: ReadonlySet<string> = new Set((
  "anti asof at authorization binary by collation concurrently cross freeze full glob ilike inner is isnull join left like natural notnull "
  + "outer overlaps positional right semi similar tablesample unpack verbose").split(" "));

/** Keywords that are a bare name of a column, and not of an argument. */
export const argumentKeywords: ReadonlySet<string> = new Set((
  "between bigint bit boolean char character coalesce dec decimal exists extract float grouping grouping_id inout int integer interval "
  + "national nchar none nullif numeric out overlay position precision real row setof smallint substring time timestamp treat trim values "
  + "varchar xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable").split(" "));

/** Schemas and catalogs every DuckDB has. */
const schemas = new Set(["information_schema", "main", "memory", "pg_catalog", "system", "temp"]);

/** Names of databases, tables, columns and parameters that are spoken for. */
export function reservedNames(catalog: Catalog): Diagnostic[] {
  return catalog.databases.flatMap((database) => [
    ...reserved("database", database.name, fileOf(database), databaseReason(database.name)),
    ...database.tables.flatMap((table) => [
      ...reserved("table", table.name, table.place, tableReason(table.name)),
      ...table.columns.flatMap(({ name, place }) => [...reserved("column", name, place, reason(name, [keywords])), ...quoted(name, place)]),
      ...parametersOf(table).filter(({ name }) => !urlParameters.includes(name.toLowerCase()))
        .flatMap(({ name, place }) => reserved("parameter", name, place, reason(name, [keywords, argumentKeywords]))),
    ]),
  ]);
}

function databaseReason(name: string): string | undefined {
  return schemas.has(name.toLowerCase()) ? "a schema every DuckDB has" : reason(name, [keywords, clauseKeywords]);
}

function tableReason(name: string): string | undefined {
  return name.endsWith("__dead") ? "where rows that failed a check of another table go" : reason(name, [keywords, clauseKeywords]);
}

function reason(name: string, refused: readonly ReadonlySet<string>[]): string | undefined {
  if (refused.some((list) => list.has(name.toLowerCase()))) return "a keyword of SQL";
  return name.startsWith("__") || name.toLowerCase() === "_end" ? "a name neuralake keeps for itself" : undefined;
}

const ways: { readonly [what: string]: string } = {
  database: "Rename the folder.",
  table: "Rename the class or method.",
  column: "Choose another name; @from(\"…\") tells the name it has in files.",
  parameter: "Choose another name.",
};

function reserved(what: string, name: string, place: Place, why: string | undefined): Diagnostic[] {
  return why === undefined ? [] : [diagnose("reservedName", place, { what, name, why, way: ways[what] ?? "" })];
}

function quoted(name: string, place: Place): Diagnostic[] {
  return clauseKeywords.has(name.toLowerCase()) ? [diagnose("columnKeyword", place, { name })] : [];
}

/** Why no column can have this name: `a keyword of SQL`, `no word`; undefined for one that can. */
export function columnNameReason(name: string): string | undefined {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ? reason(name, [keywords]) : "no word";
}
