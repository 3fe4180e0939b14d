/** Words about writing belong to tables we write: elsewhere nobody would keep their promise. */
import type { Catalog, Table } from "../ir/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { allTables, fullName } from "../ir/names.ts";

const aboutWriting = ["fromKafka", "partition", "cluster", "dayOf", "was", "initially"];

/** What a word over a Parquet file, a view or a function would have to change in rows that are made elsewhere. */
export function writtenTables(catalog: Catalog): Diagnostic[] {
  return allTables(catalog).filter((table) => table.source.kind !== "delta").flatMap((table) => [
    ...[table, ...table.columns].flatMap(({ words }) => words)
      .filter((word) => aboutWriting.includes(word.name) && !isOfFiles(table, word.name))
      .map((word) => diagnose("needsDelta", word.place, { word: word.name, table: fullName(table), made: madeBy[table.source.kind] })),
    ...table.checks.map((own) => diagnose("needsDelta", own.place, { word: "check", table: fullName(table), made: madeBy[table.source.kind] })),
  ]);
}

/** Whether it is about how files lie, where there are such. */
function isOfFiles({ source }: Table, word: string): boolean {
  return (word === "partition" && (source.kind === "parquet" || source.kind === "materialized")) || (word === "cluster" && source.kind === "materialized");
}

const madeBy: { readonly [Kind in Table["source"]["kind"]]: string } = {
  delta: "rows", parquet: "Parquet files", csv: "CSV files", json: "JSON files", postgres: "PostgreSQL", rows: "a function", sql: "SQL", view: "SQL", materialized: "SQL",
};
