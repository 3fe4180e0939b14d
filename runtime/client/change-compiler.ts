/**
 * Kysely's tree of a delete or update becomes what a port is told: the table, a condition and new values over its columns alone, in SQL with
 * numbered parameters. What a change of rows cannot say (joins, other tables, limits, rows to be given back) is refused by name.
 */
import type { DeleteQueryNode, MergeQueryNode, OperationNode, UpdateQueryNode, WhereNode } from "kysely";
import type { SqlParameter } from "../query/request.ts";
import { changeRefused, openExpressions } from "./change-expressions.ts";
import type { Expressions } from "./change-expressions.ts";
import { namesOf, newValue, requireOnly, tableOf } from "./change-nodes.ts";
import { mergeOf } from "./merge-compiler.ts";
import type { LakeMerge } from "./merge-compiler.ts";
import type { NewValue } from "./port.ts";

/** What a query of the builder changes; parameters count through the condition and all new values. */
export type LakeChange =
  | LakeMerge
  | { readonly kind: "delete"; readonly table: string; readonly where: string; readonly parameters: readonly SqlParameter[] }
  | { readonly kind: "update"; readonly table: string; readonly set: readonly NewValue[]; readonly where: string; readonly parameters: readonly SqlParameter[] };

type ChangeNode = DeleteQueryNode | MergeQueryNode | UpdateQueryNode;

/** Whether a query changes rows in a way that a lake knows. */
export function isChange(node: OperationNode): node is ChangeNode {
  return node.kind === "DeleteQueryNode" || node.kind === "UpdateQueryNode" || node.kind === "MergeQueryNode";
}

/** What it changes. SQL_FORBIDDEN for what cannot be said. */
export function changeOf(node: ChangeNode): LakeChange {
  if (node.kind === "MergeQueryNode") return mergeOf(node);
  return node.kind === "DeleteQueryNode" ? deleteOf(node) : updateOf(node);
}

function deleteOf(node: DeleteQueryNode): LakeChange {
  requireOnly(node, ["kind", "from", "where"], "delete");
  const [table, second] = node.from.froms;
  if (table === undefined || second !== undefined) throw changeRefused("delete", "more than one table");
  const { name, expressions } = targetOf(table, "delete");
  return { kind: "delete", table: name, where: whereOf(node.where, expressions), parameters: expressions.parameters() };
}

function updateOf(node: UpdateQueryNode): LakeChange {
  requireOnly(node, ["kind", "table", "updates", "where"], "update");
  if (node.table === undefined) throw changeRefused("update", "no table");
  const { name, expressions } = targetOf(node.table, "update");
  const set = (node.updates ?? []).map((update) => newValue(update, expressions, "update"));
  return { kind: "update", table: name, set, where: whereOf(node.where, expressions), parameters: expressions.parameters() };
}

/** The table and what speaks of its columns; an alias is a name for it. */
function targetOf(node: OperationNode, verb: string): { readonly name: string; readonly expressions: Expressions } {
  const named = tableOf(node);
  if (named === undefined) throw changeRefused(verb, "what is no table");
  return { name: named.table.join("."), expressions: openExpressions(verb, [{ names: namesOf(named), prefix: "" }]) };
}

/** Without a condition, all rows. */
function whereOf(where: WhereNode | undefined, expressions: Expressions): string {
  return where === undefined ? "true" : expressions.sql(where.where);
}
