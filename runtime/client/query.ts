/**
 * A query as a caller of a generated client sees it. What runs is Kysely's builder, and its methods have Kysely's names and do what Kysely's do; the types
 * are our own, so that rows carry the author's comments, an error names what would have been right, and a thousand tables cost no more than those a query names.
 */
import type { AbortableQueryOptions, AliasedExpression, AliasedSelectQueryBuilder, Compilable, ComparisonOperatorExpression, CompiledQuery, Expression, ExpressionBuilder, JoinBuilder, JoinNode, NotNull, OrderByModifiers, QueryCreator, RecursiveCommonTableExpression, SelectQueryNode, SqlBool, StreamOptions } from "kysely";
import type { Absent, AbsentRow, AllOf, Besides, Comparable, ComparedValue, Computed, Expressions, Joined, LeftJoined, Operand, Reference, ScopeOf, Selectable, Selected, Source, Within } from "./scope.ts";

/** What a query may be started from. */
export interface Queries<DB> {
  /** All tables by name, `"rides.trips"` or `"rides.trips as t"`; and queries and calls under a name of their own, `lake.call(…).as("p")`. */
  selectFrom<From extends Source<DB>>(from: From | readonly From[]): Query<DB, ScopeOf<DB, From>, {}>;
  /** A query of no table. */
  selectNoFrom<Selection extends Selectable<DB, {}>>(selection: Selection | readonly Selection[]): Query<DB, {}, Selected<{}, {}, Selection>>;
  /** A query with a name, for those after it: `.with("dear", (db) => db.selectFrom(…)…).selectFrom("dear")`. */
  with<Name extends string, Row>(name: Name, query: (db: Queries<DB>) => Expression<Row>): Queries<WithTable<DB, Name, Row>>;
  /** The same, where the query may name itself: `.withRecursive("steps(n)", …)`. */
  withRecursive<Name extends string, Row>(name: Name, query: (db: Queries<Recursive<DB, Name>>) => Expression<Row>): Queries<WithTable<DB, Name, Row>>;
}

type BareName<Name extends string> = Name extends `${infer Bare}(${string})` ? Bare : Name;
type WithTable<DB, Name extends string, Row> = DB & { [One in BareName<Name>]: Row };
/** The tables within a query that may name itself: of its own columns, listed behind its name, nothing is known yet. */
type Recursive<DB, Name extends string> = Parameters<RecursiveCommonTableExpression<DB, Name>>[0] extends QueryCreator<infer All> ? All : never;

/** `Row`: what it answers with, as far as it was selected. `Scope`: the tables it speaks of. `DB`: those it could. */
export interface Query<DB, Scope, Row> extends Expression<Row>, Compilable<Row> {
  readonly isSelectQueryBuilder: true;
  /** These columns besides those selected before: `"fare"`, `"t.fare as price"`, `["trip_id", "fare"]`, `(eb) => [eb.fn.countAll<bigint>().as("n")]`. */
  select<const Selection extends Selectable<DB, Scope>>(selection: Selection | readonly Selection[]): Query<DB, Scope, Selected<Scope, Row, Selection>>;
  /** All columns, or those of one table. */
  selectAll(): Query<DB, Scope, keyof Row extends never ? AllOf<Scope> : Row & Besides<AllOf<Scope>, Row>>;
  selectAll<Name extends keyof Scope & string>(table: Name | readonly Name[]): Query<DB, Scope, keyof Row extends never ? AllOf<Pick<Scope, Name>> : Row & Besides<AllOf<Pick<Scope, Name>>, Row>>;
  clearSelect(): Query<DB, Scope, {}>;
  distinct(): Query<DB, Scope, Row>;
  distinctOn(columns: Comparable<DB, Scope> | readonly Comparable<DB, Scope>[]): Query<DB, Scope, Row>;

  /** Rows for which it holds; said again, all of them must. */
  where<const Column extends Comparable<DB, Scope>, const Operator extends ComparisonOperatorExpression>(column: Column, operator: Operator, value: Operand<DB, Scope, ComparedValue<Scope, Column>, Operator>): Query<DB, Scope, Row>;
  where(condition: Computed<DB, Scope, SqlBool | null>): Query<DB, Scope, Row>;
  /** Rows in which one column compares so with another. */
  whereRef(left: Comparable<DB, Scope>, operator: ComparisonOperatorExpression, right: Comparable<DB, Scope>): Query<DB, Scope, Row>;
  clearWhere(): Query<DB, Scope, Row>;

  innerJoin<From extends Source<DB>>(table: From, left: Reference<Joined<DB, Scope, From>>, right: Reference<Joined<DB, Scope, From>>): Query<DB, Joined<DB, Scope, From>, Row>;
  innerJoin<From extends Source<DB>>(table: From, on: JoinOn<DB, Joined<DB, Scope, From>>): Query<DB, Joined<DB, Scope, From>, Row>;
  /** Columns of `table` are null where it has no row. */
  leftJoin<From extends Source<DB>>(table: From, left: Reference<Joined<DB, Scope, From>>, right: Reference<Joined<DB, Scope, From>>): Query<DB, LeftJoined<DB, Scope, From>, Row>;
  leftJoin<From extends Source<DB>>(table: From, on: JoinOn<DB, Joined<DB, Scope, From>>): Query<DB, LeftJoined<DB, Scope, From>, Row>;
  /** All columns but those of `table` are null where it alone has a row, also those that were selected before. */
  rightJoin<From extends Source<DB>>(table: From, left: Reference<Joined<DB, Scope, From>>, right: Reference<Joined<DB, Scope, From>>): Query<DB, Joined<DB, Absent<Scope>, From>, AbsentRow<Row>>;
  rightJoin<From extends Source<DB>>(table: From, on: JoinOn<DB, Joined<DB, Scope, From>>): Query<DB, Joined<DB, Absent<Scope>, From>, AbsentRow<Row>>;
  fullJoin<From extends Source<DB>>(table: From, left: Reference<Joined<DB, Scope, From>>, right: Reference<Joined<DB, Scope, From>>): Query<DB, LeftJoined<DB, Absent<Scope>, From>, AbsentRow<Row>>;
  fullJoin<From extends Source<DB>>(table: From, on: JoinOn<DB, Joined<DB, Scope, From>>): Query<DB, LeftJoined<DB, Absent<Scope>, From>, AbsentRow<Row>>;
  crossJoin<From extends Source<DB>>(table: From): Query<DB, Joined<DB, Scope, From>, Row>;
  /** A query that may speak of the tables before it, joined to each of their rows. */
  innerJoinLateral<From extends LateralSource<DB, Scope>>(table: From, on: JoinOn<DB, Joined<DB, Scope, From>>): Query<DB, Joined<DB, Scope, From>, Row>;
  leftJoinLateral<From extends LateralSource<DB, Scope>>(table: From, on: JoinOn<DB, Joined<DB, Scope, From>>): Query<DB, LeftJoined<DB, Scope, From>, Row>;
  crossJoinLateral<From extends LateralSource<DB, Scope>>(table: From): Query<DB, Joined<DB, Scope, From>, Row>;

  groupBy(columns: Grouping<DB, Scope, Row> | readonly Grouping<DB, Scope, Row>[] | ((eb: Expressions<DB, Scope>) => readonly Grouping<DB, Scope, Row>[])): Query<DB, Scope, Row>;
  clearGroupBy(): Query<DB, Scope, Row>;
  having<const Column extends Comparable<DB, Scope>, const Operator extends ComparisonOperatorExpression>(column: Column, operator: Operator, value: Operand<DB, Scope, ComparedValue<Scope, Column>, Operator>): Query<DB, Scope, Row>;
  having(condition: Computed<DB, Scope, SqlBool | null>): Query<DB, Scope, Row>;
  havingRef(left: Comparable<DB, Scope>, operator: ComparisonOperatorExpression, right: Comparable<DB, Scope>): Query<DB, Scope, Row>;
  /** `"desc"`, or `(order) => order.desc().nullsLast()`. */
  orderBy(column: Grouping<DB, Scope, Row>, order?: OrderByModifiers): Query<DB, Scope, Row>;
  clearOrderBy(): Query<DB, Scope, Row>;
  limit(rows: number | bigint | Computed<DB, Scope, number | bigint | null>): Query<DB, Scope, Row>;
  clearLimit(): Query<DB, Scope, Row>;
  offset(rows: number | bigint | Computed<DB, Scope, number | bigint>): Query<DB, Scope, Row>;
  clearOffset(): Query<DB, Scope, Row>;

  union(query: SetOperand<DB, Row>): Query<DB, Scope, Row>;
  unionAll(query: SetOperand<DB, Row>): Query<DB, Scope, Row>;
  intersect(query: SetOperand<DB, Row>): Query<DB, Scope, Row>;
  intersectAll(query: SetOperand<DB, Row>): Query<DB, Scope, Row>;
  except(query: SetOperand<DB, Row>): Query<DB, Scope, Row>;
  exceptAll(query: SetOperand<DB, Row>): Query<DB, Scope, Row>;
  /** The query as a table, or as one value, of another. */
  as<Alias extends string>(alias: Alias): AliasedSelectQueryBuilder<Row, Alias>;

  /** SQL of the caller's own, before the selection or at the end. */
  modifyFront(sql: Expression<unknown>): Query<DB, Scope, Row>;
  modifyEnd(sql: Expression<unknown>): Query<DB, Scope, Row>;
  /** What `change` makes of the query. */
  $call<Result>(change: (query: this) => Result): Result;
  /** What `change` makes of the query if the condition holds; what it selects may be absent. */
  $if<More>(condition: boolean, change: (query: this) => Expression<Row & More>): Query<DB, Scope, Row & Partial<Omit<More, keyof Row>>>;
  /** The row is the caller's word. */
  $castTo<Other>(): Query<DB, Scope, Other>;
  /** Of these columns more is known than their table says: `$narrowType<{ email: NotNull }>()`. */
  $narrowType<Known>(): Query<DB, Scope, { [Column in keyof Row]: Column extends keyof Known ? (Known[Column] extends NotNull ? Exclude<Row[Column], null> : Known[Column] & Row[Column]) : Row[Column] }>;

  toOperationNode(): SelectQueryNode;
  compile(): CompiledQuery<Row>;
  /** All rows. */
  execute(options?: AbortableQueryOptions): Promise<Row[]>;
  executeTakeFirst(options?: AbortableQueryOptions): Promise<Row | undefined>;
  /** Throws Kysely's NoResultError where there is none. */
  executeTakeFirstOrThrow(options?: AbortableQueryOptions): Promise<Row>;
  /** Row by row, as they come; memory holds a batch. */
  stream(options?: StreamOptions): AsyncIterableIterator<Row>;
}

type JoinOn<DB, Scope> = (join: JoinBuilder<Within<DB, Scope>, keyof Scope & keyof Within<DB, Scope>>) => { toOperationNode(): JoinNode };
type LateralSource<DB, Scope> = AliasedExpression<unknown, string> | ((eb: Expressions<DB, Scope>) => AliasedExpression<unknown, string>);
type Grouping<DB, Scope, Row> = [Row] extends [unknown] ? Comparable<DB, Scope> | (keyof Row & string) : never;
type SetOperand<DB, Row> = Expression<Row> | readonly Expression<Row>[] | ((eb: ExpressionBuilder<DB, never>) => Expression<Row> | readonly Expression<Row>[]);
