/** Expressions of the builder over the rows that change, as SQL: they speak of these rows' columns and of no other rows. Parameters count through all that one change asks. */
import { OperatorNode, PrimitiveValueListNode } from "kysely";
import type { BinaryOperationNode, OperationNode, QueryId, ReferenceNode, RootOperationNode, SelectQueryNode } from "kysely";
import type { SqlParameter } from "../query/request.ts";
import { Failure } from "../values/failure.ts";
import { LakeSqlText } from "./sql-text.ts";

/** Names that a table of the change goes by in the builder, and what its columns bear before their own name in the SQL. */
export interface NamedRows { readonly names: readonly string[]; readonly prefix: string }

export interface Expressions {
  sql(node: OperationNode): string;
  /** Of all that was asked so far. */
  parameters(): readonly SqlParameter[];
}

/** Writes the expressions of one change; `verb` is what it does, for what is refused. */
export function openExpressions(verb: string, tables: readonly NamedRows[]): Expressions {
  const parameters: SqlParameter[] = [];
  return {
    sql(node) {
      const { sql, parameters: more } = new ExpressionText(verb, tables, parameters.length).compileQuery(node as RootOperationNode, noQuery);
      // appendValue, the only way in, adds nothing but SqlParameters.
      parameters.push(...(more as readonly SqlParameter[]));
      return sql;
    },
    parameters: () => parameters,
  };
}

const noQuery: QueryId = { queryId: "" };

/** What a change of rows cannot say. */
export function changeRefused(verb: string, what: string): Failure {
  return new Failure("SQL_FORBIDDEN", `A ${verb} of rows speaks of the columns of its own rows; it was asked for ${what}.`, { hint: "Ask first with selectFrom, and give the values." });
}

class ExpressionText extends LakeSqlText {
  readonly #verb: string;
  readonly #tables: readonly NamedRows[];
  readonly #before: number;

  constructor(verb: string, tables: readonly NamedRows[], before: number) {
    super();
    this.#verb = verb;
    this.#tables = tables;
    this.#before = before;
  }

  protected override getCurrentParameterPlaceholder(): string {
    return `$${this.#before + this.numParameters}`;
  }

  protected override visitReference(node: ReferenceNode): void {
    if (node.table === undefined) return this.visitNode(node.column);
    const { schema, identifier } = node.table.table;
    const name = schema === undefined ? identifier.name : `${schema.name}.${identifier.name}`;
    const table = this.#tables.find(({ names }) => names.includes(name));
    if (table === undefined) throw changeRefused(this.#verb, `a column of ${name}`);
    this.append(table.prefix);
    this.visitNode(node.column);
  }

  protected override visitSelectQuery(_node: SelectQueryNode): void {
    throw changeRefused(this.#verb, "a query within");
  }

  /** Nothing is in an empty list, not even null, and everything is outside. */
  protected override visitBinaryOperation(node: BinaryOperationNode): void {
    const { operator, rightOperand } = node;
    const word = OperatorNode.is(operator) ? operator.operator : "";
    const isEmpty = PrimitiveValueListNode.is(rightOperand) && rightOperand.values.length === 0;
    if (isEmpty && (word === "in" || word === "not in")) this.append(word === "in" ? "false" : "true");
    else super.visitBinaryOperation(node);
  }
}
