/** The engine reads each query after the queries it stands on, and knows only the tables they name. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import type { Catalog, Source, Table } from "../ir/catalog.ts";
import { allTables, fullName } from "../ir/names.ts";
import { isProblem, openBinder } from "../../runtime/query/binder.ts";
import type { Binder, ParsedSelect } from "../../runtime/query/binder.ts";
import { duckType } from "../../runtime/query/duckdb-types.ts";
import { printTemplate } from "../../runtime/query/sql-template.ts";
import { bindChecks, bindPatterns } from "./conditions.ts";
import { planFacts } from "./lineage/plan-lineage.ts";
import type { KnownColumn } from "./lineage/plan-lineage.ts";
import { findTable, tableNames } from "./named-tables.ts";
import type { TableNames } from "./named-tables.ts";
import { checkDeclaredColumns, inferColumns, lineageOf } from "./result-columns.ts";
import { problemDiagnostic } from "./sql-place.ts";
import type { SentSql } from "./sql-place.ts";

/** The catalog with its queries' columns, and what the engine has against the SQL. */
export interface Bound { readonly catalog: Catalog; readonly diagnostics: readonly Diagnostic[] }

type SqlTable = Table & { readonly source: Extract<Source, { kind: "sql" | "view" }> };

/** One run: what is known so far. */
interface Binding {
  readonly binder: Binder;
  readonly names: TableNames;
  /** Files whose mistakes are told already: nothing follows for them, nor for what reads their tables. */
  readonly broken: ReadonlySet<string>;
  readonly diagnostics: Diagnostic[];
  /** By name: the table with its columns, or undefined when they cannot be known. */
  readonly bound: Map<string, Table | undefined>;
  readonly declared: Set<string>;
  /** The tables whose SQL is being read, outermost first. */
  readonly path: string[];
}

/** Binds every query, check and pattern of the catalog: see bind.ts. */
export async function bindQueries(catalog: Catalog, broken: ReadonlySet<string>): Promise<Bound> {
  const tables = allTables(catalog);
  const binder = await openBinder();
  try {
    const binding: Binding = { binder, names: tableNames(tables), broken, diagnostics: [], bound: new Map(), declared: new Set(), path: [] };
    for (const name of doubles(tables)) binding.bound.set(name, undefined);
    const results = new Map<Table, Table>();
    for (const table of tables) results.set(table, (await bindTable(binding, table)) ?? table);
    const sound = tables.filter((table) => !broken.has(table.place.file));
    for (const table of sound.filter((known) => known.checks.length > 0)) {
      await declare(binding, table);
      binding.diagnostics.push(...(await bindChecks(binder, table)));
    }
    binding.diagnostics.push(...(await bindPatterns(binder, sound)));
    const databases = catalog.databases.map((database) => ({ ...database, tables: database.tables.map((table) => results.get(table) ?? table) }));
    return { catalog: { ...catalog, databases }, diagnostics: binding.diagnostics };
  } finally {
    binder.close();
  }
}

async function bindTable(binding: Binding, table: Table): Promise<Table | undefined> {
  const name = fullName(table);
  if (binding.bound.has(name)) return binding.bound.get(name);
  if (binding.path.includes(name)) {
    reportCircle(binding, table, name);
    return undefined;
  }
  binding.path.push(name);
  const bound = isSqlTable(table) ? await bindSqlTable(binding, table) : table;
  binding.path.pop();
  binding.bound.set(name, binding.broken.has(table.place.file) ? undefined : bound);
  return binding.bound.get(name);
}

/** The names that more than one table bears: nothing is known of what reads them. */
function doubles(tables: readonly Table[]): string[] {
  return [...Map.groupBy(tables, fullName)].flatMap(([name, { length }]) => (length > 1 ? [name] : []));
}

function isSqlTable(table: Table): table is SqlTable {
  return table.source.kind === "sql" || table.source.kind === "view";
}

async function bindSqlTable(binding: Binding, table: SqlTable): Promise<Table | undefined> {
  // A template that could not be read has no parts, and its file is told why.
  if (table.source.sql.parts.length === 0 && binding.broken.has(table.place.file)) return undefined;
  const sent = printSql(table);
  const parsed = await binding.binder.parse(sent.printed.sql);
  if (isProblem(parsed)) return refuse(binding, problemDiagnostic(parsed, sent));
  const reads = await bindReads(binding, parsed, sent);
  if (reads === undefined) return undefined;
  const columns = await binding.binder.describe(sent.printed.sql);
  if (isProblem(columns)) return refuse(binding, problemDiagnostic(columns, sent));
  const facts = planFacts(await binding.binder.plan(sent.printed.sql), columns.length, knownColumns(reads));
  const shape = { columns, facts, place: table.source.sql.place };
  const source = { ...table.source, reads: [...new Set(reads.map(fullName))].sort() };
  // Columns of a file with mistakes are not all known: what is missing among them says nothing.
  if (binding.broken.has(table.place.file)) return undefined;
  if (table.source.kind === "view" && table.source.declared) {
    binding.diagnostics.push(...checkDeclaredColumns(table, shape));
    return { ...table, source, lineage: lineageOf(table.columns, shape) };
  }
  const inferred = inferColumns(table, shape);
  binding.diagnostics.push(...inferred.diagnostics);
  return inferred.diagnostics.length > 0 ? undefined : { ...table, source, columns: inferred.columns, lineage: lineageOf(inferred.columns, shape) };
}

/** The columns of these tables, as DuckDB spells them: as they were declared to it. */
function knownColumns(tables: readonly Table[]): KnownColumn {
  const columns = new Map(tables.map((table) => [fullName(table), new Map(table.columns.map((column) => [column.name, column]))]));
  return (table, column) => columns.get(table)?.get(column);
}

/** Binds and declares the tables a statement names; undefined when one of them cannot be known, which is told where it stands. */
async function bindReads(binding: Binding, parsed: ParsedSelect, sent: SentSql): Promise<Table[] | undefined> {
  const found = parsed.mentions.map((mention) => findTable(binding.names, mention, sent));
  const problems = found.flatMap((result) => ("code" in result ? [result] : []));
  binding.diagnostics.push(...problems);
  if (problems.length > 0) return undefined;
  const reads: Table[] = [];
  for (const table of found) {
    const bound = "code" in table ? undefined : await bindTable(binding, table);
    if (bound === undefined) return undefined;
    await declare(binding, bound);
    reads.push(bound);
  }
  return reads;
}

async function declare(binding: Binding, table: Table): Promise<void> {
  const name = fullName(table);
  if (binding.declared.has(name) || table.columns.length === 0) return;
  binding.declared.add(name);
  const parameters = parametersOf(table).map((parameter) => ({ name: parameter.name, required: parameter.default === undefined }));
  await binding.binder.declareTable(name, table.columns);
  if (table.source.kind === "sql" || table.source.kind === "rows") await binding.binder.declareFunction(name, parameters);
}

/** The SQL as the engine is to read it: each parameter a value of its type. */
function printSql(table: SqlTable): SentSql {
  const types = new Map(parametersOf(table).map((parameter) => [parameter.name, duckType(parameter.type)]));
  const template = table.source.sql;
  return { template, printed: printTemplate(template, (name) => `CAST(NULL AS ${types.get(name) ?? "VARCHAR"})`), before: 0 };
}

function parametersOf(table: Table): Extract<Source, { kind: "sql" }>["parameters"] {
  return table.source.kind === "sql" || table.source.kind === "rows" ? table.source.parameters : [];
}

function refuse(binding: Binding, diagnostic: Diagnostic): undefined {
  binding.diagnostics.push(diagnostic);
}

function reportCircle(binding: Binding, table: Table, name: string): void {
  const circle = [...binding.path.slice(binding.path.indexOf(name)), name];
  const place = isSqlTable(table) ? table.source.sql.place : table.place;
  binding.diagnostics.push(diagnose("viewCircle", place, { tables: circle.join(" -> ") }));
}
