/** A query's text, read once: its tree is inspected by the gate, and what it names is kept by its text. */
import { Failure } from "../values/failure.ts";
import type { Engine } from "./engine.ts";
import { engineMemory } from "./engine-memory.ts";
import { sqlFailure } from "./engine-failure.ts";
import { inspect } from "./sql-gate.ts";
import type { Mentions } from "./sql-gate.ts";
import { problemOf } from "./sql-problem.ts";
import type { SqlProblem } from "./sql-problem.ts";
import { parseSql } from "./sql-tree.ts";
import { isMark, tokensOf } from "./sql-tokens.ts";

/** One SELECT that the gate has let through. */
export interface Statement {
  /** Without what follows the statement: a semicolon, a comment. */
  readonly sql: string;
  readonly mentions: Mentions;
}

const statements = engineMemory<Promise<Statement>>(500);

/** Reads a query; SQL_INVALID when it is not exactly one SELECT, SQL_FORBIDDEN when the gate stops it. */
export function readStatement(engine: Engine, sql: string): Promise<Statement> {
  const known = statements(engine).get(sql);
  if (known !== undefined) return known;
  const statement = read(engine, sql);
  statements(engine).set(sql, statement);
  return statement;
}

async function read(engine: Engine, sql: string): Promise<Statement> {
  const trees = await parseSql(engine.control, sql);
  if (!Array.isArray(trees)) throw refusal(problemOf(trees, sql), sql);
  const [tree, second] = trees;
  if (tree === undefined) throw new Failure("SQL_INVALID", "There is no statement.", { hint: "Write one SELECT." });
  if (second !== undefined) throw new Failure("SQL_INVALID", "There is more than one statement.", { hint: "Write one SELECT; send the others on their own." });
  return { sql: withoutEnd(sql), mentions: inspect(tree, sql) };
}

/** What the parser says; the tree only exists for SELECT, so that any other statement is refused here by its first word. */
function refusal(problem: SqlProblem, sql: string): Failure {
  if (!problem.message.startsWith("Only SELECT statements")) return sqlFailure(problem, sql);
  const word = tokensOf(sql)[0]?.text.toUpperCase() ?? "";
  return new Failure("SQL_FORBIDDEN", `A query may not be ${word}: it is one SELECT.`, {
    hint: "Rows are written with append or load; tables are made by `neuralake apply`.",
    place: { line: 1, column: 1 },
  });
}

/** The query is wrapped in brackets to be run: what stands behind its last word would break them. */
function withoutEnd(sql: string): string {
  const tokens = tokensOf(sql);
  const last = tokens.findLast((token) => !isMark(token, ";"));
  return sql.slice(0, last?.end);
}
