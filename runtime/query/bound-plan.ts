/**
 * DuckDB's own bound plan of a SELECT (json_serialize_plan), not optimized: every name resolved, each reference a place among what the operators
 * below give. Empty lists are kept, since an empty object stands for the first column. Numbers in it are not exact after JSON.parse: only indexes are ever read.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { quoteText } from "../../compiler/ir/names.ts";
import type { EngineError } from "./sql-problem.ts";
import { readTreeText } from "./sql-tree.ts";
import type { TreeNode } from "./sql-tree.ts";

interface Answer extends EngineError { readonly error: boolean; readonly plans?: readonly TreeNode[] }

/** The plan's root operator; a text that says why there is none. */
export async function boundPlan(connection: DuckDBConnection, sql: string): Promise<TreeNode | string> {
  const reader = await connection.runAndReadAll(`SELECT json_serialize_plan(${quoteText(sql)}, skip_null := true, skip_empty := false, skip_default := true, optimize := false)`);
  const answer = readTreeText(String(reader.getRows()[0]?.[0])) as Answer;
  return answer.plans?.[0] ?? (answer.error_message ?? "DuckDB gives no plan of it");
}
