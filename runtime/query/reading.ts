/**
 * What a query reads, worked out before anything is declared: which tables at which state, those first that others stand on, and each
 * text with its names spelled as a session declares them. Depends on the text alone, so that it is kept by the text.
 */
import type { Catalog, Parameter, Table } from "../../compiler/ir/catalog.ts";
import { fullName, quoteName } from "../../compiler/ir/names.ts";
import { isKept } from "../../compiler/ir/sources.ts";
import { Failure } from "../values/failure.ts";
import { stateOf } from "./at-clause.ts";
import { parameterMarks, renumbered } from "./bind-parameters.ts";
import { duckType } from "./duckdb-types.ts";
import type { Engine } from "./engine.ts";
import { atClause, callArguments, renamedArguments, spliceName } from "./mention-text.ts";
import type { SqlText } from "./mention-text.ts";
import type { AsOf } from "./request.ts";
import { resolveTable } from "./resolve.ts";
import { applySplices } from "./splice.ts";
import type { Splice } from "./splice.ts";
import type { Mention } from "./sql-gate.ts";
import { placeOf } from "./sql-problem.ts";
import type { SqlTest } from "./sql-tests.ts";
import { printTemplate } from "./sql-template.ts";
import { tokensOf } from "./sql-tokens.ts";
import { readStatement } from "./statement.ts";
import type { Statement } from "./statement.ts";

/** A table to be declared as `schema.name` in a session. */
export interface Need {
  readonly table: Table;
  readonly asOf: AsOf | undefined;
  readonly schema: string;
  readonly name: string;
  /** Of a view or function in SQL: its text. */
  readonly body: string | undefined;
  /** Of a called row function: the SQL of each argument, undefined where the default holds. */
  readonly args: readonly (string | undefined)[] | undefined;
  /** What every row that is of use meets; none where the query names the table more than once. */
  readonly tests: readonly SqlTest[];
}

export interface Reading {
  /** The statement to run, and how it differs from the one that came. */
  readonly sql: string;
  readonly splices: readonly Splice[];
  /** Which of the request's values the statement's `$1`, `$2`, … are. */
  readonly numbers: readonly number[];
  /** Each once, those that others stand on first. */
  readonly needs: readonly Need[];
  readonly volatile: boolean;
}

interface Search { readonly engine: Engine; readonly catalog: Catalog; readonly needs: Map<string, Need>; volatile: boolean }

/** The reading of a query; SQL_INVALID and SQL_FORBIDDEN, placed in its text. */
export async function readingOf(engine: Engine, catalog: Catalog, sql: string, asOf: AsOf | undefined): Promise<Reading> {
  const search: Search = { engine, catalog, needs: new Map(), volatile: false };
  const { sql: spelled, splices } = await spell(search, await readStatement(engine, sql), asOf, []);
  const needs = [...search.needs.values()];
  // The call of a row function leaves the text, and takes its parameters along.
  const numbered = needs.some(({ args }) => args !== undefined) ? renumbered(spelled) : { sql: spelled, numbers: numbersOf(spelled) };
  return { sql: numbered.sql, splices, numbers: numbered.numbers, needs, volatile: search.volatile };
}

/** All from 1 to the highest. */
function numbersOf(sql: string): number[] {
  const highest = parameterMarks(tokensOf(sql)).reduce((most, { number }) => Math.max(most, number), 0);
  return Array.from({ length: highest }, (_, k) => k + 1);
}

/** How a parameter is named in its function's macro: as no column is, since DuckDB takes a column of the same name for the parameter. */
export function parameterName(name: string): string {
  return `parameter ${name.toLowerCase()}`;
}

/** Finds what each mention of a statement means and spells it; `path` are the views and functions the statement stands in. */
async function spell(search: Search, statement: Statement, asOf: AsOf | undefined, path: readonly string[]): Promise<Pick<Reading, "sql" | "splices">> {
  search.volatile ||= statement.mentions.volatile;
  const text: SqlText = { sql: statement.sql, tokens: tokensOf(statement.sql) };
  const splices: Splice[] = [];
  const travelled = new Set<string>();
  let calls = false;
  // All before the first is looked into: an AT clause is worked out by the engine, and must not hold what the catalog does not.
  const resolved = statement.mentions.tables.map((mention) => ({ mention, table: resolveTable(search.catalog, mention, text.sql) }));
  for (const { mention, table } of resolved) {
    requireShape(table, mention, text.sql);
    const need = await needOf(search, table, mention, text, asOf, path);
    const whole = need.args !== undefined;
    calls ||= whole;
    if (whole || mention.database === "" || mention.at !== undefined) splices.push(spliceName(text, mention, [need.schema, need.name], whole));
    if (mention.kind === "call" && !whole) splices.push(...renamedArguments(text, mention, parameterName));
    if (mention.at !== undefined) {
      const { start, end } = atClause(text, mention);
      splices.push({ start, end, text: "" });
      if (mention.alias === "") travelled.add(fullName(table));
    }
  }
  if (calls) splices.push(...numberedMarks(text, splices));
  splices.push(...statement.mentions.columns.flatMap((column) => unqualified(text, column, travelled)));
  return { sql: applySplices(text.sql, splices), splices };
}

/** Each `?` as the number it has, where calls that leave the text take others along. */
function numberedMarks(text: SqlText, leaving: readonly Splice[]): Splice[] {
  const staying = parameterMarks(text.tokens).filter((mark) => !leaving.some(({ start, end }) => start <= mark.start && mark.end <= end));
  return staying.map(({ number, start, end }) => ({ start, end, text: `$${number}` }));
}

/** `rides.trips.fare` is `trips.fare` where `rides.trips` stands in the schema of another version. */
function unqualified(text: SqlText, column: { readonly names: readonly string[]; readonly offset: number }, travelled: ReadonlySet<string>): Splice[] {
  if (!travelled.has(column.names.slice(0, 2).join(".").toLowerCase())) return [];
  const start = text.tokens.findIndex((token) => token.start >= column.offset);
  return [{ start: text.tokens[start]?.start ?? 0, end: text.tokens[start + 2]?.start ?? 0, text: "" }];
}

function requireShape(table: Table, mention: Mention, sql: string): void {
  const place = placeOf(sql, mention.offset);
  const name = fullName(table);
  const parameters = "parameters" in table.source ? table.source.parameters : undefined;
  if (mention.kind === "call" && parameters === undefined) {
    throw new Failure("SQL_INVALID", `${name} is no function.`, { hint: `Name it without brackets: FROM ${name}.`, place });
  }
  if (mention.at !== undefined && !isKept(table.source)) {
    throw new Failure("SQL_INVALID", `${name} has no versions: it is no Delta table.`, { hint: "AT stands behind Delta tables.", place });
  }
  const required = mention.kind === "table" ? parameters?.find((parameter) => parameter.default === undefined) : undefined;
  if (required !== undefined) {
    throw new Failure("SQL_INVALID", `${name} needs a value for its parameter ${required.name}.`, { hint: `Write ${name}(${required.name} := …).`, place });
  }
}

async function needOf(search: Search, table: Table, mention: Mention, text: SqlText, outer: AsOf | undefined, path: readonly string[]): Promise<Need> {
  const asOf = mention.at === undefined ? outer : await stateOf(search.engine, mention.at.unit, atClause(text, mention).expression, placeOf(text.sql, mention.offset));
  const schema = mention.at === undefined ? table.database : `${table.database}@${JSON.stringify(asOf)}`;
  const args = table.source.kind === "rows" && mention.kind === "call" ? callArguments(text, mention, table.source.parameters) : undefined;
  const name = args === undefined ? table.name : `${table.name}(${args.join(", ")})`;
  const key = `${schema}.${name}`;
  const known = search.needs.get(key);
  if (known !== undefined) {
    const whole = { ...known, tests: [] };
    search.needs.set(key, whole);
    return whole;
  }
  const read = fullName(table);
  if (path.includes(read)) throw new Failure("SQL_INVALID", `${read} reads itself.`, { hint: [...path, read].join(" reads ") });
  const need: Need = { table, asOf, schema, name, body: await bodyOf(search, table, asOf, [...path, read]), args, tests: mention.tests };
  search.needs.set(key, need);
  return need;
}

/** The SQL of a view or function; what it reads is needed before it. */
async function bodyOf(search: Search, { source }: Table, asOf: AsOf | undefined, path: readonly string[]): Promise<string | undefined> {
  if (source.kind !== "view" && source.kind !== "sql") return undefined;
  const parameters = source.kind === "sql" ? source.parameters : [];
  const { sql } = printTemplate(source.sql, (name) => parameterSql(name, parameters));
  return (await spell(search, await readStatement(search.engine, sql), asOf, path)).sql;
}

function parameterSql(name: string, parameters: readonly Parameter[]): string {
  const parameter = parameters.find((known) => known.name === name);
  if (parameter === undefined) throw new Error(`The template names a parameter ${name} that is not declared.`);
  // A macro's parameter counts as a column when the macro is made, and could not stand in HAVING; a subquery can.
  return `(SELECT CAST(${quoteName(parameterName(name))} AS ${duckType(parameter.type)}))`;
}
