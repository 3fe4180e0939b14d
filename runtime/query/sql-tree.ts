/**
 * DuckDB's own tree of a SELECT (json_serialize_sql), as JSON. Comes in as its text; numbers in it are not exact after JSON.parse, so that
 * nothing but names and positions is ever taken out of it, and SQL is never printed from it.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { quoteText } from "../../compiler/ir/names.ts";
import type { EngineError } from "./sql-problem.ts";

/** A node: an expression has a `class`, everything else only a `type`. */
export type TreeNode = { readonly [key: string]: TreeValue };
export type TreeValue = null | boolean | number | string | readonly TreeValue[] | TreeNode;

interface Answer extends EngineError { readonly error: boolean; readonly statements?: readonly { readonly node: TreeNode }[] }

/** The trees of all statements of a text; an EngineError when one of them is not a SELECT or does not parse. */
export async function parseSql(connection: DuckDBConnection, sql: string): Promise<TreeNode[] | EngineError> {
  // The engine takes it for the end of the text.
  const end = sql.indexOf("\0");
  if (end !== -1) return { error_type: "parser", error_message: "a NUL is no character of SQL", position: String(Array.from(sql.slice(0, end)).length) };
  const reader = await connection.runAndReadAll(`SELECT json_serialize_sql(${quoteText(sql)}, skip_null := true, skip_empty := true, skip_default := true)`);
  const answer = readTreeText(String(reader.getRows()[0]?.[0])) as Answer;
  return answer.error ? answer : (answer.statements ?? []).map((statement) => statement.node);
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
