/** The engine reads each query after the queries it stands on, and knows only the tables they name. */
import assert from "node:assert/strict";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import type { Catalog, Database, Table } from "../ir/catalog.ts";
import { fullName } from "../ir/names.ts";
import { remembered } from "../ir/remembered.ts";
import { declaresColumns, isQuery } from "../ir/sources.ts";
import { typeName } from "../ir/type-name.ts";
import { isProblem, openBinder } from "../../runtime/query/binder.ts";
import type { Binder, ParsedSelect, SqlProblem } from "../../runtime/query/binder.ts";
import { bindChecks, bindPatterns } from "./conditions.ts";
import { openDeclaredTables } from "./declared-tables.ts";
import type { DeclaredTables } from "./declared-tables.ts";
import { findKept, keep } from "./kept-queries.ts";
import type { KeptQueries, NamedReads } from "./kept-queries.ts";
import { planFacts } from "./lineage/plan-lineage.ts";
import type { KnownColumn } from "./lineage/plan-lineage.ts";
import { tableNames } from "./named-tables.ts";
import type { TableNames } from "./named-tables.ts";
import { functionParameters, readTexts } from "./query-texts.ts";
import type { QueryText } from "./query-texts.ts";
import { checkDeclaredColumns, inferColumns, lineageOf } from "./result-columns.ts";
import { resultPlaces } from "./result-places.ts";
import { shadows } from "./shadows.ts";
import { placeInTemplate, problemDiagnostic } from "./sql-place.ts";
import type { NamedTable } from "./sql-place.ts";
import { travel } from "./travel.ts";
import type { QueryTable } from "./travel.ts";

/** The catalog with its queries' columns, and what the engine has against the SQL. */
export interface Bound { readonly catalog: Catalog; readonly diagnostics: readonly Diagnostic[] }

/** What stays from one run to the next. */
interface Kept {
  readonly binder: Binder;
  readonly queries: KeptQueries;
  readonly declared: DeclaredTables;
  /** What is wrong with the conditions of a table: they name no other. */
  readonly conditions: WeakMap<Table, readonly Diagnostic[]>;
}

/** One run: what is known so far. */
interface Binding extends Kept {
  readonly names: TableNames;
  /** Files whose mistakes are told already: nothing follows for them, nor for what reads their tables. */
  readonly broken: ReadonlySet<string>;
  readonly diagnostics: Diagnostic[];
  /** By name: the table with its columns, or undefined when they cannot be known. */
  readonly bound: Map<string, Table | undefined>;
  /** By name: what the query that is being read names, once all of it is bound, and how much was said before. */
  readonly reads: Map<string, NamedReads & { readonly said: number }>;
  /** The queries whose SQL nobody has read yet; a query that is kept as it is waits for nothing. */
  readonly waiting: Set<QueryTable>;
  /** What was read of those that are not bound yet. */
  readonly texts: Map<QueryTable, QueryText>;
  /** The tables whose SQL is being read, outermost first. */
  readonly path: string[];
}

/** Binds catalogs in turn: see bind.ts. Close it. */
export interface QueryBinding { bind(catalog: Catalog, broken: ReadonlySet<string>): Promise<Bound>; close(): void }

/** Starts the engine. */
export async function openQueryBinding(): Promise<QueryBinding> {
  const binder = await openBinder();
  const kept: Kept = { binder, queries: new Map(), declared: openDeclaredTables(binder), conditions: new WeakMap() };
  const replaced = openReplacing();
  return {
    async bind(catalog, broken) {
      const waiting = new Set(catalog.databases.flatMap(queries).filter((table) => kept.queries.get(fullName(table))?.table !== table));
      const binding: Binding = { ...kept, names: tableNames(catalog), broken, diagnostics: [], bound: new Map(), reads: new Map(), waiting, texts: new Map(), path: [] };
      await kept.declared.forgetBut((name) => binding.names.find(name).length > 0);
      for (const name of catalog.databases.flatMap(doubles)) binding.bound.set(name, undefined);
      const results = new Map<Table, Table>();
      for (const table of catalog.databases.flatMap(queries)) results.set(table, (await bindTable(binding, table)) ?? table);
      for (const table of catalog.databases.flatMap(conditional)) binding.diagnostics.push(...(await bindConditions(binding, table)));
      return { catalog: replaced(catalog, results), diagnostics: binding.diagnostics };
    },
    close: () => binder.close(),
  };
}

const queries = remembered((database: Database) => database.tables.filter(isQueryTable));
const conditional = remembered((database: Database) => database.tables.filter((table) => table.checks.length > 0 || table.columns.some(({ rules }) => rules.some(({ kind }) => kind === "matches"))));

/** The names that more than one table bears: nothing is known of what reads them. */
const doubles = remembered((database: Database) => [...Map.groupBy(database.tables, fullName)].flatMap(([name, { length }]) => (length > 1 ? [name] : [])));

/** Puts bound tables into the place of those that were read; a database in which none is another stays the value it was. */
function openReplacing(): (catalog: Catalog, results: ReadonlyMap<Table, Table>) => Catalog {
  let before: ReadonlyMap<string, Database> = new Map();
  return (catalog, results) => {
    const databases = catalog.databases.map((database) => {
      const tables = queries(database).length === 0 ? database.tables : database.tables.map((table) => results.get(table) ?? table);
      const former = before.get(database.name);
      return former !== undefined && sameBut(former, database, tables) ? former : { ...database, tables };
    });
    before = new Map(databases.map((database) => [database.name, database]));
    return { ...catalog, databases };
  };
}

function sameBut(before: Database, now: Database, tables: readonly Table[]): boolean {
  const facts = (database: Database): string => JSON.stringify({ ...database, tables: [] });
  return before.tables.length === tables.length && tables.every((table, index) => table === before.tables[index]) && facts(before) === facts(now);
}

/** What is wrong with the checks and patterns of a table, worked out once. */
async function bindConditions(binding: Binding, table: Table): Promise<readonly Diagnostic[]> {
  if (binding.broken.has(table.place.file)) return [];
  const known = binding.conditions.get(table);
  if (known !== undefined) return known;
  if (table.checks.length > 0) await binding.declared.declare([table]);
  const found = [...await bindChecks(binding.binder, table), ...await bindPatterns(binding.binder, [table])];
  binding.conditions.set(table, found);
  return found;
}

async function bindTable(binding: Binding, table: Table): Promise<Table | undefined> {
  const name = fullName(table);
  if (binding.bound.has(name)) return binding.bound.get(name);
  if (binding.path.includes(name)) {
    reportCircle(binding, table, name);
    return undefined;
  }
  binding.path.push(name);
  const bound = isQueryTable(table) ? await bindAgain(binding, table) : table;
  binding.path.pop();
  binding.bound.set(name, binding.broken.has(table.place.file) ? undefined : bound);
  return binding.bound.get(name);
}

/** Binds a query, or takes what is kept of it. What could not be read to its end is read anew each time. */
async function bindAgain(binding: Binding, table: QueryTable): Promise<Table | undefined> {
  const broken = binding.broken.has(table.place.file);
  const known = await findKept(binding.queries, table, broken, binding.names, (read) => bindTable(binding, read));
  if (known !== undefined) {
    binding.diagnostics.push(...known.diagnostics);
    return known.bound;
  }
  const bound = await bindQueryTable(binding, table);
  const read = binding.reads.get(fullName(table));
  return read === undefined ? bound : keep(binding.queries, { ...read, table, broken, bound, diagnostics: binding.diagnostics.slice(read.said) }).bound;
}

function isQueryTable(table: Table): table is QueryTable {
  return isQuery(table.source);
}

async function bindQueryTable(binding: Binding, table: QueryTable): Promise<Table | undefined> {
  // A template that could not be read has no parts, and its file is told why.
  if (table.source.sql.parts.length === 0 && binding.broken.has(table.place.file)) return undefined;
  const { sent, parsed, found } = await readText(binding, table);
  if (isProblem(parsed)) return refuse(binding, problemDiagnostic(parsed, sent));
  const past = parsed.mentions.find(({ at }) => at !== undefined);
  if (past !== undefined) return refuse(binding, diagnose("sqlRefused", placeInTemplate(sent, past.offset), { text: "A query of the catalog reads its tables as they are, and this asks for one AT another time: leave AT to who asks." }));
  const reads = await bindReads(binding, found);
  if (reads === undefined) return undefined;
  binding.reads.set(fullName(table), { sent, mentions: parsed.mentions, reads, said: binding.diagnostics.length });
  const columns = await binding.binder.describe(sent.printed.sql);
  if (isProblem(columns)) return refuse(binding, problemDiagnostic(calledOtherwise(columns, reads) ?? columns, sent, namedTables(parsed, reads)));
  binding.diagnostics.push(...shadows(parsed.tree, sent));
  const facts = planFacts(await binding.binder.plan(sent.printed.sql), columns.length, knownColumns(reads));
  const shape = { columns, facts, place: table.source.sql.place, places: () => resultPlaces(sent, columns.length) };
  const source = { ...table.source, reads: [...new Set(reads.map(fullName))].sort() };
  // Columns of a file with mistakes are not all known: what is missing among them says nothing.
  if (binding.broken.has(table.place.file)) return undefined;
  if (declaresColumns(table.source)) {
    binding.diagnostics.push(...checkDeclaredColumns(table, shape));
    return marked(binding, { ...table, source, lineage: lineageOf(table.columns, shape) }, reads);
  }
  const inferred = inferColumns(table, shape);
  binding.diagnostics.push(...inferred.diagnostics);
  return inferred.diagnostics.length > 0 ? undefined : marked(binding, { ...table, source, columns: inferred.columns, lineage: lineageOf(inferred.columns, shape) }, reads);
}

/** The table with what travels along its lineage. */
function marked(binding: Binding, table: Parameters<typeof travel>[0], reads: readonly Table[]): Table {
  const { columns, diagnostics } = travel(table, reads);
  binding.diagnostics.push(...diagnostics);
  return { ...table, columns };
}

/** The columns of these tables, as DuckDB spells them: as they were declared to it. */
function knownColumns(tables: readonly Table[]): KnownColumn {
  const columns = new Map(tables.map((table) => [fullName(table), new Map(table.columns.map((column) => [column.name, column]))]));
  return (table, column) => columns.get(table)?.get(column);
}

/** Binds and declares the tables a statement names; undefined when one of them cannot be known, which is told where it stands. */
async function bindReads(binding: Binding, found: QueryText["found"]): Promise<Table[] | undefined> {
  const problems = found.flatMap((result) => ("code" in result ? [result] : []));
  binding.diagnostics.push(...problems);
  if (problems.length > 0) return undefined;
  const reads: Table[] = [];
  for (const table of found) {
    const bound = "code" in table ? undefined : await bindTable(binding, table);
    if (bound === undefined) return undefined;
    reads.push(bound);
  }
  await binding.declared.declare(reads);
  return reads;
}

/** So few at a time that what is read of them is no burden. */
const readTogether = 64;

/** What the SQL of a query says. That of those which wait is read along with it: one statement for many costs the engine a fraction of one for each. */
async function readText(binding: Binding, table: QueryTable): Promise<QueryText> {
  if (!binding.texts.has(table)) await readAhead(binding, new Set([table, ...binding.waiting.values().take(readTogether)]));
  const text = binding.texts.get(table);
  assert(text !== undefined, "a query that was read has its text");
  binding.texts.delete(table);
  return text;
}

/** Reads queries, and declares those of the tables they name which no SQL makes. */
async function readAhead(binding: Binding, tables: ReadonlySet<QueryTable>): Promise<void> {
  const stored = new Set<Table>();
  for (const [table, text] of await readTexts(binding.binder, binding.names, [...tables])) {
    binding.waiting.delete(table);
    binding.texts.set(table, text);
    for (const found of text.found) if (!("code" in found) && !isQueryTable(found)) stored.add(found);
  }
  const known: Table[] = [];
  for (const table of stored) known.push(...[await bindTable(binding, table)].filter((bound) => bound !== undefined));
  await binding.declared.declare(known);
}

/** A call with other arguments than its function table takes, of which the engine only says that there is no such macro. */
function calledOtherwise(problem: SqlProblem, reads: readonly Table[]): SqlProblem | undefined {
  const name = /^Macro (.*?)\(\) does not support the supplied arguments/.exec(problem.message)?.[1];
  const table = reads.find((read) => read.name === name && functionParameters(read) !== undefined);
  if (table === undefined) return undefined;
  const parameters = functionParameters(table)?.map((parameter) => `${parameter.name}: ${typeName(parameter.type)}${parameter.default === undefined ? "" : " (or none)"}`) ?? [];
  return { ...problem, message: `Other arguments are given than ${fullName(table)} takes, which are ${parameters.join(", ") || "none"}` };
}

/** The tables of a statement as it names them. */
function namedTables({ mentions }: ParsedSelect, reads: readonly Table[]): NamedTable[] {
  return mentions.flatMap(({ alias, name }, index) => {
    const columns = reads[index]?.columns.map((column) => column.name) ?? [];
    return [{ alias: alias === "" ? name : alias, columns }];
  });
}

function refuse(binding: Binding, diagnostic: Diagnostic): undefined {
  binding.diagnostics.push(diagnostic);
}

function reportCircle(binding: Binding, table: Table, name: string): void {
  const circle = [...binding.path.slice(binding.path.indexOf(name)), name];
  const place = isQueryTable(table) ? table.source.sql.place : table.place;
  binding.diagnostics.push(diagnose("viewCircle", place, { tables: circle.join(" -> ") }));
}
