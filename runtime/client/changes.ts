/** Deletes and updates as a caller of a generated client sees them: Kysely's builders at run time, and of their methods those that a lake's changes have. */
import type { AbortableQueryOptions, Compilable, CompiledQuery, ComparisonOperatorExpression, DeleteResult, OperationNode, SqlBool, UpdateResult } from "kysely";
import type { Comparable, ComparedValue, Computed, Expressions, Operand, ScopeOf } from "./scope.ts";

/** Where changes of rows are started from. `Name`: the tables that rows are appended to. */
export interface Changes<DB, Name extends string> {
  /** All rows for which the conditions hold, in one commit; without a condition, all rows. */
  deleteFrom<From extends Changed<Name>>(table: From): Delete<DB, ScopeOf<DB, From>>;
  /** The same of new values: `.set({ fare: "1.00" })`. */
  updateTable<From extends Changed<Name>>(table: From): Update<DB, ScopeOf<DB, From>>;
}

type Changed<Name extends string> = [Name] extends [unknown] ? Name | `${Name} as ${string}` : never;

/** What deletes and updates have in common. A condition speaks of the row alone. */
interface Change<DB, Scope, Result> extends Compilable<Result> {
  /** Rows for which it holds; said again, all of them must. */
  where<const Column extends Comparable<DB, Scope>, const Operator extends ComparisonOperatorExpression>(column: Column, operator: Operator, value: Operand<DB, Scope, ComparedValue<Scope, Column>, Operator>): this;
  where(condition: Computed<DB, Scope, SqlBool | null>): this;
  /** Rows in which one column compares so with another. */
  whereRef(left: Comparable<DB, Scope>, operator: ComparisonOperatorExpression, right: Comparable<DB, Scope>): this;
  clearWhere(): this;
  $call<Made>(change: (query: this) => Made): Made;
  $if(condition: boolean, change: (query: this) => this): this;
  toOperationNode(): OperationNode;
  compile(): CompiledQuery<Result>;
  /** One result, which says of how many rows. */
  execute(options?: AbortableQueryOptions): Promise<Result[]>;
  executeTakeFirst(options?: AbortableQueryOptions): Promise<Result>;
  executeTakeFirstOrThrow(options?: AbortableQueryOptions): Promise<Result>;
}

export interface Delete<DB, Scope> extends Change<DB, Scope, DeleteResult> {}

export interface Update<DB, Scope> extends Change<DB, Scope, UpdateResult> {
  /** New values by column; of several `set`, the last that names a column. */
  set(values: NewValues<DB, Scope, Scope[keyof Scope]> | ((eb: Expressions<DB, Scope>) => NewValues<DB, Scope, Scope[keyof Scope]>)): this;
  set<const Column extends keyof Scope[keyof Scope] & string>(column: Column, value: Scope[keyof Scope][Column] | Computed<DB, Scope, Scope[keyof Scope][Column]>): this;
}

type NewValues<DB, Scope, Row> = { readonly [Column in keyof Row]?: Row[Column] | Computed<DB, Scope, Row[Column]> };
