/**
 * DuckDB's own tree of a SELECT (json_serialize_sql), as JSON. Comes in as its text; numbers in it are not exact after JSON.parse, so that
 * nothing but names and positions is ever taken out of it, and SQL is never printed from it.
 */
import type { DuckDBConnection, DuckDBMaterializedResult } from "@duckdb/node-api";
import { quoteText } from "../../compiler/ir/names.ts";
import type { EngineError } from "./sql-problem.ts";

/** A node: an expression has a `class`, everything else only a `type`. */
export type TreeNode = { readonly [key: string]: TreeValue };
export type TreeValue = null | boolean | number | string | readonly TreeValue[] | TreeNode;

interface Answer extends EngineError { readonly error: boolean; readonly statements?: readonly { readonly node: TreeNode }[] }

/** The trees of all statements of a text; an EngineError when one of them is not a SELECT or does not parse. */
export type ParsedText = TreeNode[] | EngineError;

/** Parses one text. */
export async function parseSql(connection: DuckDBConnection, sql: string): Promise<ParsedText> {
  const refused = nulIn(sql);
  if (refused !== undefined) return refused;
  const [json = ""] = textsOf(await connection.run(`SELECT json_serialize_sql(${quoteText(sql)}, ${leanTree})`));
  return treesOf(json);
}

/** Parses texts that need not know of each other, in their order. One statement for many takes the engine a fifth of what one for each does. */
export async function parseTexts(connection: DuckDBConnection, texts: readonly string[]): Promise<ParsedText[]> {
  const asked = texts.map((text) => quoteText(nulIn(text) === undefined ? text : ""));
  const answers = textsOf(await connection.run(`SELECT json_serialize_sql(sql, ${leanTree}) FROM unnest([${asked.join(", ")}]) AS texts(sql)`));
  return answers.map((json, index) => nulIn(texts[index] ?? "") ?? treesOf(json));
}

const leanTree = "skip_null := true, skip_empty := true, skip_default := true";

/** What is wrong with a text that has a NUL, which the engine takes for the end of all that it is sent. */
function nulIn(sql: string): EngineError | undefined {
  const end = sql.indexOf("\0");
  return end === -1 ? undefined : { error_type: "parser", error_message: "a NUL is no character of SQL", position: String(Array.from(sql.slice(0, end)).length) };
}

function treesOf(json: string): ParsedText {
  const answer = readTreeText(json) as Answer;
  return answer.error ? answer : (answer.statements ?? []).map((statement) => statement.node);
}

/** The texts in the first column of a result, taken at once: a reader asks the engine's thread twice more. */
export function textsOf(result: DuckDBMaterializedResult): string[] {
  return Array.from({ length: result.chunkCount }, (_, index) => result.getChunk(index).getColumnValues(0).map(String)).flat();
}

/** The value of a tree's text. A constant beyond a double's range prints as a bare Infinity, which is no JSON. */
export function readTreeText(json: string): unknown {
  return JSON.parse(json.includes("Infinity") || json.includes("NaN") ? json.replace(/"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g, (token) => (token.startsWith('"') ? token : "null")) : json);
}

export function isNode(value: TreeValue | undefined): value is TreeNode {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The text under `key`; empty when there is none. */
export function textOf(node: TreeNode, key: string): string {
  const value = node[key];
  return typeof value === "string" ? value : "";
}

/** The list under `key`; empty when there is none. */
export function listOf(node: TreeNode, key: string): readonly TreeValue[] {
  const value = node[key];
  return Array.isArray(value) ? (value as readonly TreeValue[]) : [];
}
