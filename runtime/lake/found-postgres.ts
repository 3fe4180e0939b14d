/** What a table of PostgreSQL says of itself, so that a catalog can declare it: columns, key, what its constraints make certain, words, and what the catalog has no word for. */
import type { NamedType } from "../../compiler/ir/column-type.ts";
import { suggest } from "../../compiler/ir/nearest.ts";
import { wordFacts } from "../../compiler/ir/words.ts";
import { liveTable, liveTypeText } from "../sources/postgres-columns.ts";
import type { LiveColumn } from "../sources/postgres-columns.ts";
import { declarableType } from "../sources/postgres-declarable.ts";
import { describedTable, tablesOfServer } from "../sources/postgres-described.ts";
import type { DescribedConstraint } from "../sources/postgres-described.ts";
import { shownServer } from "../sources/postgres-server.ts";
import type { PostgresReading } from "../sources/postgres.ts";
import { Failure } from "../values/failure.ts";
import { checkedColumns } from "./found-checks.ts";

/** `name`: as the server has it. */
export interface ServedColumn extends NamedType {
  readonly unique: boolean;
  readonly between?: { readonly low: string; readonly high: string };
  /** A column of another table of the server; `constraint` is its text, for where the catalog does not have that table. */
  readonly references?: { readonly schema: string; readonly table: string; readonly column: string; readonly constraint: string };
}

export interface FoundPostgres {
  readonly columns: readonly ServedColumn[];
  readonly key: readonly string[];
  readonly doc: string;
  /** In whole sentences, for a comment. */
  readonly notes: readonly string[];
  /** What a user should hear at once. */
  readonly warnings: readonly string[];
}

/** SCHEMA_DIFFERS where there is no such table, or no column of it can be declared. */
export async function foundPostgres(reading: PostgresReading, schema: string, table: string): Promise<FoundPostgres> {
  const live = await liveTable(reading, schema, table);
  if (live === undefined) throw await noTable(reading, schema, table);
  const described = await describedTable(reading, schema, table);
  const types = live.columns.map((column) => ({ column, type: declarableType(column) }));
  const left = types.flatMap(({ column, type }) => (typeof type === "string" ? [leftOut(column, type)] : []));
  const typed = types.flatMap(({ column, type }) => (typeof type === "string" ? [] : [{ column, named: { name: column.name, type, nullable: column.nullable || !live.tellsNulls, doc: described.comments[column.name] ?? "" } }]));
  if (typed.length === 0) throw new Failure("SCHEMA_DIFFERS", `${schema}.${table} of the ${shownServer(reading.server)} has no column that a catalog can declare.`, { hint: left[0] ?? "It has none at all." });
  const checks = checkedColumns(typed, described.constraints);
  const key = keyOf(checks.columns, described.constraints);
  const columns = checks.columns.map((column) => ({ ...column, ...constrained(column, described.constraints) }));
  const told = [...checks.used, ...described.constraints.filter((constraint) => isSaid(constraint, key, columns))];
  const hidden = described.hidden.filter((name) => columns.some((column) => column.name === name));
  return {
    columns, key, doc: described.comment ?? "",
    notes: [...left, ...jsonNotes(typed.map(({ column }) => column)), ...described.constraints.filter((constraint) => !told.includes(constraint)).map(constraintNote)],
    warnings: [...left, ...hidden.map((name) => `The user of the connection may not read column "${name}".`)],
  };
}

async function noTable(reading: PostgresReading, schema: string, table: string): Promise<Failure> {
  const known = await tablesOfServer(reading);
  return new Failure("SCHEMA_DIFFERS", `There is no table ${schema}.${table} in the ${shownServer(reading.server)}.`, { hint: suggest(`${schema}.${table}`, known) });
}

function leftOut({ name }: LiveColumn, why: string): string {
  return `Column "${name}" is left out: ${why}.`;
}

function jsonNotes(columns: readonly LiveColumn[]): readonly string[] {
  return columns.filter(({ base }) => base === "json" || base === "jsonb").map((column) => `Column "${column.name}" is ${liveTypeText(column)} in PostgreSQL, and its text here.`);
}

function constraintNote({ name, kind, columns, text, condition }: DescribedConstraint): string {
  const domain = kind === "check" && condition?.includes("VALUE") === true ? `, for VALUE in ${columns.join(", ")}` : "";
  return `PostgreSQL itself holds rows to ${name}: ${text}${domain}`;
}

/** The columns of the primary key in the table's order; none where one of them cannot be part of a key here. */
function keyOf(columns: readonly NamedType[], constraints: readonly DescribedConstraint[]): readonly string[] {
  const key = constraints.find(({ kind, holds }) => kind === "key" && holds);
  const own = columns.filter(({ name, type, nullable }) => key?.columns.includes(name) === true && !nullable && fitsWord("key", type.kind));
  return own.length === key?.columns.length ? own.map(({ name }) => name) : [];
}

function constrained({ name, type }: NamedType, constraints: readonly DescribedConstraint[]): Pick<ServedColumn, "unique" | "references"> {
  const own = constraints.filter(({ columns, holds }) => holds && columns.length === 1 && columns[0] === name);
  const foreign = own.filter(({ kind, target }) => kind === "foreign" && target?.columns.length === 1);
  const [one] = foreign;
  const target = foreign.length === 1 && fitsWord("references", type.kind) ? one?.target : undefined;
  return {
    unique: fitsWord("unique", type.kind) && own.some(({ kind }) => kind === "unique"),
    ...(target === undefined || target === null || one === undefined ? {} : { references: { schema: target.schema, table: target.table, column: target.columns[0] ?? "", constraint: constraintNote(one) } }),
  };
}

/** Whether a word over a column says all that the constraint does; whoever writes the file judges a foreign key. */
function isSaid({ kind, columns: own, holds }: DescribedConstraint, key: readonly string[], columns: readonly ServedColumn[]): boolean {
  const only = own.length === 1 && holds ? columns.find(({ name }) => name === own[0]) : undefined;
  if (kind === "key") return key.length > 0;
  return kind === "unique" ? only?.unique === true : kind === "foreign" && only?.references !== undefined;
}

function fitsWord(word: string, kind: NamedType["type"]["kind"]): boolean {
  return wordFacts(word)?.fits?.includes(kind) !== false;
}

