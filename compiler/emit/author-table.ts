/**
 * A table of the Catalog as the file that its author would have written: what is imported and nothing else, comments, words, columns, checks.
 * What the compiler reads in the file is the table again. Stored tables and views; computed tables stand in database.ts.
 */
import path from "node:path";
import type { Catalog, Check, Column, SqlTemplate, Table } from "../ir/catalog.ts";
import { allTables, fullName, snakeCase } from "../ir/names.ts";
import { isViewed } from "../ir/sources.ts";
import { authorType, memberName, wordsOfType } from "./author-types.ts";
import { referencesOf, wordText } from "./author-words.ts";
import type { ClassOf } from "./author-words.ts";
import { comment } from "./typescript-text.ts";

export interface AuthorOptions {
  /** Where tables are found that this one refers to. */
  readonly catalog?: Catalog;
  /** What the catalog has no word for: a comment of whole lines at the end of the class, which the compiler does not read. */
  readonly notes?: readonly string[];
}

/** The whole text of the file. */
export function authorTable(table: Table, { catalog = { format: 1, databases: [] }, notes = [] }: AuthorOptions = {}): string {
  const others = referredTables(table, catalog);
  const classOf: ClassOf = (name) => [table, ...others].find((other) => fullName(other) === name)?.symbol ?? name;
  const members = [columnsText(table.columns, classOf), ...table.checks.map((check) => checkText(check, table)), ...queryText(table, classOf), notesText(notes)];
  const head = `${comment(table.doc, table.deprecated)}${table.words.map((word) => `${wordText(word, classOf)}\n`).join("")}`;
  return `${importsText(table, others)}\n${head}export class ${table.symbol} {\n${members.filter((member) => member !== "").join("\n")}}\n`;
}

function columnsText(columns: readonly Column[], classOf: ClassOf): string {
  return columns.map((column, k) => {
    const before = columns[k - 1];
    const apart = before === undefined || (isPlain(column) && isPlain(before)) ? "" : "\n";
    const words = column.words.map((word) => `  ${wordText(word, classOf)}\n`).join("");
    return `${apart}${comment(column.doc, column.deprecated, "  ")}${words}  ${memberName(column.name)}: ${authorType(column.type, column.nullable, "  ")};\n`;
  }).join("");
}

/** Columns of which nothing is said stand close together. */
function isPlain({ doc, deprecated, words, type, nullable }: Column): boolean {
  return doc === "" && deprecated === undefined && words.length === 0 && !authorType(type, nullable, "  ").includes("\n");
}

function checkText({ name, doc, onFail, enforce, sql }: Check, { symbol }: Table): string {
  const facts = `{ onFail: "${onFail}"${enforce === undefined ? "" : `, enforce: "${enforce}"`} }`;
  return `${comment(doc, undefined, "  ")}  @check(${facts})\n  static ${name}(t: Columns<${symbol}>) {\n    return ${sqlText(sql, "t")};\n  }\n`;
}

function queryText({ source }: Table, classOf: ClassOf): readonly string[] {
  if (!isViewed(source)) return [];
  const tables = new Map(source.sql.parts.flatMap((part) => (typeof part === "object" && "table" in part ? [[part.alias, part.table] as const] : [])));
  const parameters = [...tables].map(([alias, name]) => `${alias} = columns(${classOf(name)}${alias === snakeCase(classOf(name)) ? "" : `, "${alias}"`})`);
  return [`  static query(${parameters.join(", ")}) {\n    return ${sqlText(source.sql, "")};\n  }\n`];
}

/** `row` is what stands for the row of a check. */
function sqlText({ parts }: SqlTemplate, row: string): string {
  return `sql\`${parts.map((part) => {
    if (typeof part === "string") return part.replaceAll(/[\\`]|\$\{/g, "\\$&");
    if ("column" in part) return `\${${part.alias === "" ? row : part.alias}.${part.column}}`;
    return `\${${"table" in part ? part.alias : part.parameter}}`;
  }).join("")}\``;
}

function notesText(notes: readonly string[]): string {
  return notes.map((note) => `  // ${note.replaceAll(/\s+/g, " ").trim()}\n`).join("");
}

function importsText(table: Table, others: readonly Table[]): string {
  const { words, columns, checks, source } = table;
  const values = new Set([...words, ...columns.flatMap((column) => column.words)].map(({ name }) => name));
  if (checks.length > 0) values.add("check");
  if (checks.length > 0 || isViewed(source)) values.add("sql");
  if (isViewed(source) && source.sql.parts.some((part) => typeof part === "object" && "table" in part)) values.add("columns");
  const types = new Set(columns.flatMap(({ type }) => wordsOfType(type)));
  if (checks.length > 0) types.add("Columns");
  const beside = others.map((other) => `import { ${other.symbol} } from "${pathBetween(table.place.file, other.place.file)}";\n`).toSorted();
  return `import { ${[...values].toSorted().join(", ")} } from "neuralake";\n${types.size === 0 ? "" : `import type { ${[...types].toSorted().join(", ")} } from "neuralake";\n`}${beside.join("")}`;
}

function referredTables(table: Table, catalog: Catalog): readonly Table[] {
  const { source } = table;
  const read = isViewed(source) ? source.sql.parts.flatMap((part) => (typeof part === "object" && "table" in part ? [part.table] : [])) : [];
  const names = new Set([...referencesOf([...table.words, ...table.columns.flatMap(({ words }) => words)]), ...read]);
  return allTables(catalog).filter((other) => names.has(fullName(other)) && fullName(other) !== fullName(table));
}

function pathBetween(from: string, to: string): string {
  const found = path.posix.relative(path.posix.dirname(from), to);
  return found.startsWith(".") ? found : `./${found}`;
}
