/** Parts of Kysely's trees that changes of rows have in common: tables, columns and their new values. */
import { AliasNode, ColumnNode, IdentifierNode, ReferenceNode, TableNode, ValueNode } from "kysely";
import type { ColumnUpdateNode, OperationNode } from "kysely";
import type { Value } from "../values/value.ts";
import { changeRefused } from "./change-expressions.ts";
import type { Expressions } from "./change-expressions.ts";
import type { MergedValues, NewValue } from "./port.ts";

/** What Kysely's tree may have besides is not passed over. */
export function requireOnly(node: OperationNode, known: readonly string[], verb: string): void {
  const other = Object.entries(node).find(([name, part]) => part !== undefined && !known.includes(name));
  if (other !== undefined) throw changeRefused(verb, words[other[0]] ?? other[0]);
}

const words: { readonly [part: string]: string } = { endModifiers: "a modifier", from: "another table", joins: "a join", orderBy: "an order", output: "output", returning: "returning", using: "another table", with: "a common table expression" };

/** A table by its database and name, and what it is called beside. */
export interface NamedTable { readonly table: readonly string[]; readonly alias?: string }

/** The table that a node names; undefined for anything else. */
export function tableOf(node: OperationNode): NamedTable | undefined {
  if (AliasNode.is(node)) {
    const { alias } = node;
    const inner = tableOf(node.node);
    return inner === undefined || !IdentifierNode.is(alias) ? undefined : { ...inner, alias: alias.name };
  }
  if (!TableNode.is(node)) return undefined;
  const { schema, identifier } = node.table;
  return { table: [...(schema === undefined ? [] : [schema.name]), identifier.name] };
}

/** What expressions may call it: its full name, and its alias or its bare name. */
export function namesOf({ table, alias }: NamedTable): readonly string[] {
  return [table.join("."), alias ?? table.at(-1) ?? ""];
}

/** What a column becomes. */
export function newValue({ column, value }: ColumnUpdateNode, expressions: Expressions, verb: string): NewValue {
  const [name, given] = [columnName(column, verb), valueOf(value, expressions)];
  return typeof given === "string" ? { column: name, sql: given } : { column: name, value: given.value };
}

/** A plain value goes as it is: the table's own type says what it means. */
export function valueOf(value: OperationNode, expressions: Expressions): MergedValues[string] {
  // The face's types are those of the columns; who writes looks at each value all the same.
  return ValueNode.is(value) && value.immediate !== true ? { value: value.value as Value } : expressions.sql(value);
}

function columnName(node: OperationNode, verb: string): string {
  const column = ReferenceNode.is(node) ? node.column : node;
  if (!ColumnNode.is(column)) throw changeRefused(verb, "a new value of what is no column");
  return column.column.name;
}
