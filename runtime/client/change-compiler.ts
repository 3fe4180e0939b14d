/**
 * Kysely's tree of a delete or update becomes what a port is told: the table, a condition and new values over its columns alone, in SQL with
 * numbered parameters. What a change of rows cannot say (joins, other tables, limits, rows to be given back) is refused by name.
 */
import { AliasNode, ColumnNode, IdentifierNode, ReferenceNode, TableNode, ValueNode } from "kysely";
import type { ColumnUpdateNode, DeleteQueryNode, OperationNode, UpdateQueryNode, WhereNode } from "kysely";
import type { SqlParameter } from "../query/request.ts";
import type { Value } from "../values/value.ts";
import { changeRefused, openExpressions } from "./change-expressions.ts";
import type { Expressions } from "./change-expressions.ts";
import type { NewValue } from "./port.ts";

/** What a query of the builder changes; parameters count through the condition and all new values. */
export type LakeChange =
  | { readonly kind: "delete"; readonly table: string; readonly where: string; readonly parameters: readonly SqlParameter[] }
  | { readonly kind: "update"; readonly table: string; readonly set: readonly NewValue[]; readonly where: string; readonly parameters: readonly SqlParameter[] };

type ChangeNode = DeleteQueryNode | UpdateQueryNode;

/** Whether a query changes rows in a way that a lake knows. */
export function isChange(node: OperationNode): node is ChangeNode {
  return node.kind === "DeleteQueryNode" || node.kind === "UpdateQueryNode";
}

/** What it changes. SQL_FORBIDDEN for what cannot be said. */
export function changeOf(node: ChangeNode): LakeChange {
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
  const set = (node.updates ?? []).map((update) => newValue(update, expressions));
  return { kind: "update", table: name, set, where: whereOf(node.where, expressions), parameters: expressions.parameters() };
}

/** What Kysely's tree may have besides is not passed over. */
function requireOnly(node: OperationNode, known: readonly string[], verb: string): void {
  const other = Object.entries(node).find(([name, part]) => part !== undefined && !known.includes(name));
  if (other !== undefined) throw changeRefused(verb, words[other[0]] ?? other[0]);
}

const words: { readonly [part: string]: string } = { endModifiers: "a modifier", from: "another table", joins: "a join", orderBy: "an order", output: "output", returning: "returning", using: "another table", with: "a common table expression" };

/** The table and what speaks of its columns; an alias is a name for it. */
function targetOf(node: OperationNode, verb: string): { readonly name: string; readonly expressions: Expressions } {
  const { table, alias } = tableOf(node) ?? {};
  if (table === undefined) throw changeRefused(verb, "what is no table");
  return { name: table.join("."), expressions: openExpressions(verb, [{ names: [table.join("."), ...(alias === undefined ? [table.at(-1) ?? ""] : [alias])], prefix: "" }]) };
}

interface NamedTable { readonly table: readonly string[]; readonly alias?: string }

function tableOf(node: OperationNode): NamedTable | undefined {
  if (AliasNode.is(node)) {
    const { alias } = node;
    const inner = tableOf(node.node);
    return inner === undefined || !IdentifierNode.is(alias) ? undefined : { ...inner, alias: alias.name };
  }
  if (!TableNode.is(node)) return undefined;
  const { schema, identifier } = node.table;
  return { table: [...(schema === undefined ? [] : [schema.name]), identifier.name] };
}

/** Without a condition, all rows. */
function whereOf(where: WhereNode | undefined, expressions: Expressions): string {
  return where === undefined ? "true" : expressions.sql(where.where);
}

/** A plain value goes as it is: the table's own type says what it means. */
function newValue({ column, value }: ColumnUpdateNode, expressions: Expressions): NewValue {
  const name = columnName(column);
  // The face's types are those of the columns; who writes looks at each value all the same.
  if (ValueNode.is(value) && value.immediate !== true) return { column: name, value: value.value as Value };
  return { column: name, sql: expressions.sql(value) };
}

function columnName(node: OperationNode): string {
  const column = ReferenceNode.is(node) ? node.column : node;
  if (!ColumnNode.is(column)) throw changeRefused("update", "a new value of what is no column");
  return column.column.name;
}
