/** The engine reads each query after the queries it stands on, and knows only the tables they name. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import type { Catalog, Place, Source, SqlTemplate, Table } from "../ir/catalog.ts";
import { allTables, fullName } from "../ir/names.ts";
import { isProblem, openBinder } from "../../runtime/query/binder.ts";
import type { Binder, SqlTree } from "../../runtime/query/binder.ts";
import { duckType } from "../../runtime/query/duckdb-types.ts";
import { printTemplate } from "../../runtime/query/sql-template.ts";
import type { Bound } from "./bind.ts";
import { bindChecks, bindPatterns } from "./conditions.ts";
import { checkDeclaredColumns, inferColumns } from "./result-columns.ts";
import { problemDiagnostic } from "./sql-place.ts";
import type { SentSql } from "./sql-place.ts";
import { namedTables, resultFacts } from "./sql-tree.ts";

type SqlTable = Table & { readonly source: Extract<Source, { kind: "sql" | "view" }> };

/** One run: what is known so far. */
interface Binding {
  readonly binder: Binder;
  /** As extracted, by lower-case name. */
  readonly tables: ReadonlyMap<string, Table>;
  /** Files whose mistakes are told already: nothing more is said about their SQL, nor about what reads their tables. */
  readonly broken: ReadonlySet<string>;
  readonly diagnostics: Diagnostic[];
  /** By name: the table with its columns, or undefined when they cannot be known. */
  readonly bound: Map<string, Table | undefined>;
  readonly declared: Set<string>;
  /** The tables whose SQL is being read, outermost first. */
  readonly path: string[];
}

/** Binds every query, check and pattern of the catalog; `broken` are files with errors of their own. */
export async function bindQueries(catalog: Catalog, broken: ReadonlySet<string>): Promise<Bound> {
  const tables = allTables(catalog);
  const binder = await openBinder();
  try {
    const binding: Binding = {
      binder, broken, diagnostics: [], bound: new Map(), declared: new Set(), path: [],
      tables: new Map(tables.map((table) => [fullName(table).toLowerCase(), table])),
    };
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

function isSqlTable(table: Table): table is SqlTable {
  return table.source.kind === "sql" || table.source.kind === "view";
}

async function bindTable(binding: Binding, table: Table): Promise<Table | undefined> {
  const name = fullName(table);
  if (binding.bound.has(name)) return binding.bound.get(name);
  if (binding.path.includes(name)) {
    reportCircle(binding, table, name);
    return undefined;
  }
  binding.path.push(name);
  const bound = binding.broken.has(table.place.file) ? undefined : isSqlTable(table) ? await bindSqlTable(binding, table) : table;
  binding.path.pop();
  binding.bound.set(name, bound);
  return bound;
}

async function bindSqlTable(binding: Binding, table: SqlTable): Promise<Table | undefined> {
  const sent = printSql(table.source.sql, table);
  const tree = await binding.binder.parse(sent.printed.sql);
  if (isProblem(tree)) return refuse(binding, problemDiagnostic(tree, sent, []));
  const reads = await bindReads(binding, table, tree, table.source.sql.place);
  if (reads === undefined) return undefined;
  const columns = await binding.binder.describe(sent.printed.sql);
  if (isProblem(columns)) return refuse(binding, problemDiagnostic(columns, sent, readableNames(binding)));
  const byName = new Map(reads.map((read) => [fullName(read).toLowerCase(), read.columns]));
  const shape = { columns, facts: resultFacts(tree, (name) => byName.get(name.toLowerCase())), place: table.source.sql.place };
  const source = { ...table.source, reads: reads.map(fullName).sort() };
  if (table.source.kind === "view" && table.source.declared) {
    binding.diagnostics.push(...checkDeclaredColumns(table, shape));
    return { ...table, source };
  }
  const inferred = inferColumns(table, shape);
  binding.diagnostics.push(...inferred.diagnostics);
  return inferred.diagnostics.length > 0 ? undefined : { ...table, source, columns: inferred.columns };
}

/** Binds and declares the tables a statement names; undefined when one of them cannot be known, which is told where it stands. */
async function bindReads(binding: Binding, table: Table, tree: SqlTree, place: Place): Promise<Table[] | undefined> {
  const reads: Table[] = [];
  for (const name of namedTables(tree)) {
    const named = binding.tables.get(name.toLowerCase());
    // The engine says better than we could where an unknown name stands.
    if (named === undefined) continue;
    const required = parameters(named).filter((parameter) => parameter.default === undefined);
    if (required.length > 0) return refuse(binding, diagnose("callMissing", place, { table: name, parameters: required.map((parameter) => parameter.name).join(", ") }));
    const bound = await bindTable(binding, named);
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
  await binding.binder.declare(name, table.columns);
}

/** The SQL as the engine is to read it: each parameter a value of its type. */
function printSql(template: SqlTemplate, table: Table): SentSql {
  const types = new Map(parameters(table).map((parameter) => [parameter.name, duckType(parameter.type)]));
  return { template, printed: printTemplate(template, (name) => `CAST(NULL AS ${types.get(name) ?? "VARCHAR"})`), before: 0 };
}

function parameters(table: Table): Extract<Source, { kind: "sql" }>["parameters"] {
  return table.source.kind === "sql" || table.source.kind === "rows" ? table.source.parameters : [];
}

function readableNames(binding: Binding): string[] {
  return [...binding.tables.values()].filter((table) => parameters(table).every((parameter) => parameter.default !== undefined)).map(fullName);
}

function refuse(binding: Binding, diagnostic: Diagnostic): undefined {
  binding.diagnostics.push(diagnostic);
}

function reportCircle(binding: Binding, table: Table, name: string): void {
  const circle = [...binding.path.slice(binding.path.indexOf(name)), name];
  const place = isSqlTable(table) ? table.source.sql.place : table.place;
  binding.diagnostics.push(diagnose("viewCircle", place, { tables: circle.join(" -> ") }));
}
