/** Where a table's rows come from, as the site says it: in a few words, and as readable SQL. */
import type { Source, SqlTemplate, Table } from "../ir/catalog.ts";
import { isQuery } from "../ir/sources.ts";
import { plainName } from "./sql-text.ts";
import { sqlReadsOf } from "./table-facts.ts";

type SourceOf<K extends Source["kind"]> = Extract<Source, { kind: K }>;

const texts: { readonly [K in Source["kind"]]: (source: SourceOf<K>, table: Table) => string } = {
  delta: (source, table) => `Delta table at ${source.location ?? `${table.database}/${table.name} in the lake`}${table.stream === undefined ? "" : `, fed from the Kafka topic ${table.stream.topic}`}`,
  postgres: ({ connection, schema, table }) => `PostgreSQL, connection ${connection}: ${schema}.${table}`,
  parquet: (source) => `Parquet file ${source.location}`,
  csv: (source) => `CSV file ${source.location}`,
  json: (source) => `${source.lines ? "NDJSON" : "JSON"} file ${source.location}`,
  rows: (source, table) => source.input ?? `TypeScript function ${table.symbol}`,
  sql: (source, table) => source.input ?? sqlOver(table),
  view: (_source, table) => sqlOver(table),
  materialized: ({ refresh, engine }, table) => `Delta table of ${sqlOver(table)}, refreshed every ${refresh}${engine === "spark" ? " by Spark" : ""}`,
};

/** `CSV file data/airports.csv`, `SQL over flights.departures`. */
export function sourceText(table: Table): string {
  const text = texts[table.source.kind] as (source: Source, table: Table) => string;
  return text(table.source, table);
}

/** The author's SQL with names in place of references and `$name` in place of parameters; undefined for a table without SQL. */
export function displaySql(table: Table): string | undefined {
  const { source } = table;
  return isQuery(source) ? unindent(printed(source.sql)) : undefined;
}

function sqlOver(table: Table): string {
  const reads = sqlReadsOf(table);
  return reads.length === 0 ? "SQL" : `SQL over ${reads.join(", ")}`;
}

function printed(template: SqlTemplate): string {
  return template.parts.map((part) => {
    if (typeof part === "string") return part;
    if ("parameter" in part) return `$${part.parameter}`;
    if ("column" in part) return part.alias === "" ? plainName(part.column) : `${plainName(part.alias)}.${plainName(part.column)}`;
    const name = part.table.split(".").map(plainName).join(".");
    return part.table.endsWith(`.${part.alias}`) ? name : `${name} AS ${plainName(part.alias)}`;
  }).join("");
}

function unindent(sql: string): string {
  const lines = sql.split("\n").map((line) => line.trimEnd());
  const empty = (line: string): boolean => line === "";
  const body = lines.slice(lines.findIndex((line) => !empty(line)), lines.findLastIndex((line) => !empty(line)) + 1);
  const indent = Math.min(...body.filter((line, index) => line !== "" && (index > 0 || lines[0] === "")).map((line) => line.length - line.trimStart().length));
  return body.map((line) => (Number.isFinite(indent) && line.slice(0, indent).trim() === "" ? line.slice(indent) : line)).join("\n");
}
