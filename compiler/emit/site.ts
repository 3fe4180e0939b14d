/** generated/site/: what the catalog site shows of each table, and the index of them all. The site's side of it is site/src/data.ts. */
import type { Catalog, Column, Database, Rule, Table } from "../ir/catalog.ts";
import { fullName } from "../ir/names.ts";
import { remembered, rememberedWith } from "../ir/remembered.ts";
import { typeName } from "../ir/type-name.ts";
import { jsonFile, keptItem, keptList, printItems } from "./emitted-file.ts";
import type { EmittedFile } from "./emitted-file.ts";
import { snippetsOf } from "./site-snippets.ts";
import { displaySql, sourceText } from "./site-source.ts";
import { parametersOf, readersOf, sqlReadsOf } from "./table-facts.ts";

/** Raised when the site would misread an older value. */
const siteFormat = 1;

/** The index, and a file for the tables of each database. */
export function emitSite(catalog: Catalog): EmittedFile[] {
  const readers = readersOf(catalog);
  return [
    jsonFile("site/index.json", siteIndex(catalog)),
    ...catalog.databases.map((database) => jsonFile(`site/tables/${database.name}.json`, {
      format: siteFormat,
      tables: [keptList(database.tables.map((table) => tableText(table, (readers.get(fullName(table)) ?? []).join(" "))), tableDepth)],
    })),
  ];
}

const tableDepth = 2;
/** `readBy`: the tables that name it, with spaces between them. */
const tableText = rememberedWith((table: Table, readBy) => keptItem(siteTable(table, readBy === "" ? [] : readBy.split(" ")), tableDepth));

function siteIndex(catalog: Catalog): object {
  return { format: siteFormat, databases: catalog.databases.map(indexedDatabase) };
}

const databaseDepth = 2;
const indexedDatabase = remembered(({ name, doc, owner, tables }: Database) => printItems([{ name, doc, ...(owner === undefined ? {} : { owner }), tables: tables.map(indexed) }], databaseDepth));

const indexed = remembered((table: Table): object => ({
  name: table.name,
  kind: table.source.kind,
  ...(table.layer === undefined ? {} : { layer: table.layer }),
  summary: firstSentence(table.doc),
  ...(table.deprecated === undefined ? {} : { deprecated: table.deprecated }),
  columns: table.columns.length,
}));

function siteTable(table: Table, readBy: readonly string[]): object {
  const { deprecated, owner, layer, freshness, retain } = table;
  const facts = Object.fromEntries(Object.entries({ deprecated, owner, layer, freshness, retain }).filter(([, value]) => value !== undefined));
  const sql = displaySql(table);
  return {
    database: table.database,
    name: table.name,
    kind: table.source.kind,
    doc: table.doc,
    ...facts,
    tags: table.tags,
    file: table.place.file,
    line: table.place.line,
    columns: table.columns.map((column) => siteColumn(table, column)),
    parameters: parametersOf(table).map((parameter) => ({
      name: parameter.name,
      type: typeName(parameter.type, parameter.nullable),
      doc: parameter.doc,
      ...(parameter.default === undefined ? {} : { default: parameter.default }),
    })),
    checks: table.checks.map(({ name, doc, onFail }) => ({ name, doc, onFail })),
    source: { kind: table.source.kind, text: sourceText(table), ...(table.stream === undefined ? {} : { topic: table.stream.topic }) },
    ...(sql === undefined ? {} : { sql }),
    reads: sqlReadsOf(table),
    readBy,
    ...(table.lineage === undefined ? {} : { lineage: table.lineage }),
    snippets: snippetsOf(table),
  };
}

function siteColumn(table: Table, column: Column): object {
  const { deprecated, unit, pii, references, from, kafka, dayOf } = column;
  return {
    name: column.name,
    type: typeName(column.type, column.nullable),
    nullable: column.nullable,
    doc: column.doc,
    key: table.key.includes(column.name),
    partition: table.partitionBy.includes(column.name),
    unique: column.unique,
    rules: column.rules.map(ruleInWords),
    ...Object.fromEntries(Object.entries({ deprecated, unit, pii, references, from, kafka, dayOf }).filter(([, value]) => value !== undefined)),
  };
}

function ruleInWords(rule: Rule): string {
  return rule.kind === "between" ? `between ${rule.low} and ${rule.high}` : `matches /${rule.pattern}/${rule.flags}`;
}

function firstSentence(doc: string): string {
  const paragraph = doc.split(/\n\s*\n/)[0] ?? "";
  const words = paragraph.replaceAll(/\s+/g, " ").trim();
  return /^.*?[.!?](?=\s|$)/.exec(words)?.[0] ?? words;
}
