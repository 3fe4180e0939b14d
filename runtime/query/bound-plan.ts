/**
 * DuckDB's own bound plan of a SELECT (json_serialize_plan), not optimized: every name resolved, each reference a place among what the operators
 * below give. Empty lists are kept, since an empty object stands for the first column. Numbers in it are not exact after JSON.parse: only indexes are ever read.
 */
import type { DuckDBConnection, DuckDBPreparedStatement } from "@duckdb/node-api";
import type { EngineError } from "./sql-problem.ts";
import { readTreeText, textsOf } from "./sql-tree.ts";
import type { TreeNode } from "./sql-tree.ts";

interface Answer extends EngineError { readonly error: boolean; readonly plans?: readonly TreeNode[] }

/** A statement that `boundPlan` asks again and again: to have the question itself planned each time would cost a third of the answer. */
export async function planQuestion(connection: DuckDBConnection): Promise<DuckDBPreparedStatement> {
  return connection.prepare("SELECT json_serialize_plan($1::VARCHAR, skip_null := true, skip_empty := false, skip_default := true, optimize := false)");
}

/** The plan's root operator; a text that says why there is none. */
export async function boundPlan(question: DuckDBPreparedStatement, sql: string): Promise<TreeNode | string> {
  question.bindVarchar(1, sql);
  const [json = ""] = textsOf(await question.run());
  const answer = readTreeText(json) as Answer;
  return answer.plans?.[0] ?? (answer.error_message ?? "DuckDB gives no plan of it");
}
