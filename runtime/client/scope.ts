/**
 * Which names a query may use and what they hold. A scope is a small object type, the tables in reach by the names they are called with:
 * `{ "rides.trips": RidesTrips; c: ShopCustomers }`. All names of the catalog are looked at only where a table is named.
 */
import type { AliasedExpression, AliasedSelectQueryBuilder, DynamicReferenceBuilder, Expression, ExpressionBuilder, OperandExpression } from "kysely";

/** A type under its own form, where the name of an alias would hide it from who reads an error. */
type Shown<Type> = [Type] extends [unknown] ? Type : never;
/** One object type with the members of an intersection and their comments. */
type Flat<Row> = Shown<{ [Column in keyof Row]: Row[Column] }>;
type Both<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void ? All : never;

/** A column by its name, or by its table's and its own: `fare`, `rides.trips.fare`. */
export type Reference<Scope> = [Scope] extends [unknown] ? { [Name in keyof Scope & string]: (keyof Scope[Name] & string) | `${Name}.${keyof Scope[Name] & string}` }[keyof Scope & string] : never;

/** What a column holds. */
export type ValueOf<Scope, Column> = [Column] extends [unknown] ? { [Name in keyof Scope]: Column extends keyof Scope[Name] ? Scope[Name][Column] : Column extends `${Name & string}.${infer Own}` ? (Own extends keyof Scope[Name] ? Scope[Name][Own] : never) : never }[keyof Scope] : never;

/** The tables that expressions of a query see: those of the catalog, with what the scope says of the ones in it. */
export type Within<DB, Scope> = [Scope] extends [{ [Name in keyof Scope]: Name extends keyof DB ? DB[Name] : never }] ? DB : { [Name in keyof DB | keyof Scope]: Name extends keyof Scope ? Scope[Name] : Name extends keyof DB ? DB[Name] : never };
/** Kysely's builder of expressions, over the tables in reach. */
export type Expressions<DB, Scope> = ExpressionBuilder<Within<DB, Scope>, keyof Scope & keyof Within<DB, Scope>>;
/** What is computed: by `sql`, by a query within, or of the builder of expressions. */
export type Computed<DB, Scope, Value> = OperandExpression<Value> | ((eb: Expressions<DB, Scope>) => OperandExpression<Value>);

/** What a query is made over: a table, a table under another name, or a query, call or expression with a name. */
export type Source<DB> = Shown<(keyof DB & string) | `${keyof DB & string} as ${string}` | NamedSource<DB>>;
type NamedSource<DB> = AliasedExpression<unknown, string> | ((eb: ExpressionBuilder<DB, never>) => AliasedExpression<unknown, string>);

/** A scope of one source. */
export type ScopeOf<DB, From> = { [Name in NameOf<From>]: RowOf<DB, From, Name> };
/** The scope with one source more. */
export type Joined<DB, Scope, From> = Shown<{ [Name in keyof Scope | NameOf<From>]: Name extends keyof Scope ? Scope[Name] : RowOf<DB, From, Name> }>;
/** A scope whose tables may have found no row. */
export type Absent<Scope> = Shown<{ [Name in keyof Scope]: { [Column in keyof Scope[Name]]: Scope[Name][Column] | null } }>;
/** The scope with one source more, which may have found no row. */
export type LeftJoined<DB, Scope, From> = Shown<{ [Name in keyof Scope | NameOf<From>]: Name extends keyof Scope ? Scope[Name] : AbsentRow<RowOf<DB, From, Name>> }>;
/** A row that may not have been found. */
export type AbsentRow<Row> = { [Column in keyof Row]: Row[Column] | null };

type NameOf<From> = From extends `${string} as ${infer Alias}` ? Alias : From extends string ? From : From extends AliasedExpression<unknown, infer Alias> ? Alias : From extends (...parameters: never[]) => AliasedExpression<unknown, infer Alias> ? Alias : never;
type RowOf<DB, From, Name> = From extends `${infer Table} as ${infer Alias}` ? (Alias extends Name ? (Table extends keyof DB ? DB[Table] : never) : never)
  : From extends keyof DB ? (From extends Name ? DB[From] : never)
  : From extends AliasedExpression<infer Row, infer Alias> ? (Alias extends Name ? Row : never)
  : From extends (...parameters: never[]) => AliasedExpression<infer Row, infer Alias> ? (Alias extends Name ? Row : never) : never;

/** What may be selected: columns, columns under other names, and what is computed under a name. */
export type Selectable<DB, Scope> = Shown<Reference<Scope> | `${Reference<Scope>} as ${string}` | Named | SelectFactory<DB, Scope>>;
type Named = AliasedExpression<unknown, string> | DynamicReferenceBuilder<string>;
type SelectFactory<DB, Scope> = (eb: Expressions<DB, Scope>) => SelectedBy<DB, Scope> | readonly SelectedBy<DB, Scope>[];
type SelectedBy<DB, Scope> = Shown<Reference<Scope> | `${Reference<Scope>} as ${string}` | Named | ((eb: Expressions<DB, Scope>) => AliasedExpression<unknown, string>)>;

/** A row with what a selection adds to it. */
export type Selected<Scope, Row, Selection> = keyof Row extends never ? SelectedRow<Scope, Listed<Selection>> : Flat<Row & Besides<SelectedRow<Scope, Listed<Selection>>, Row>>;
/** The columns that a row has not: of two columns of one name the first keeps it, and the engine gives the other a name of its own. */
export type Besides<More, Row> = keyof More & keyof Row extends never ? More : { [Column in keyof More as Exclude<Column, keyof Row>]: More[Column] };
type Listed<Selection> = Selection extends (...parameters: never[]) => infer Given ? (Given extends readonly (infer One)[] ? Listed<One> : Listed<Given>) : Selection;

/** Columns keep the author's comments, as `Pick` keeps them. */
type SelectedRow<Scope, Selection> = [Selection] extends [keyof Scope[keyof Scope]] ? Pick<Scope[keyof Scope], Selection>
  : Flat<Merged<{ [Name in keyof Scope]: Pick<Scope[Name], OwnName<Scope[Name], Name, Selection>> }> & Renamed<Scope, Exclude<Selection, Reference<Scope>>>>;
/** The columns of several tables in one row: of a name that more than one has, it is not known whose value stands there. */
type Merged<Tables> = { [Column in keyof Both<Tables[keyof Tables]>]: ValueOf<Tables, Column> };
type OwnName<Row, Name, Selection> = Selection extends keyof Row ? Selection : Selection extends `${Name & string}.${infer Own}` ? Own & keyof Row : never;
type Renamed<Scope, Selection> = { readonly [One in Selection as NewName<One>]: NewValue<Scope, One> } & DynamicRow<Scope, Selection extends DynamicReferenceBuilder<infer Dynamic> ? Dynamic : never>;
type NewName<One> = One extends `${string} as ${infer Alias}` ? Alias : One extends AliasedExpression<unknown, infer Alias> ? Alias : never;
/** Of columns that are known as the query runs, each may be the one. */
type DynamicRow<Scope, Dynamic> = { readonly [One in Dynamic as One extends `${string}.${infer Own}` ? Own : One & string]: ValueOf<Scope, One> | undefined };
type NewValue<Scope, One> = One extends `${infer Column} as ${string}` ? ValueOf<Scope, Column>
  : One extends AliasedSelectQueryBuilder<infer Row, string> ? Row[keyof Row] | null
  : One extends AliasedExpression<infer Value, string> ? Value : never;

/** A row of all columns in reach: of one table its own type, of several one with the columns of each. */
export type AllOf<Scope> = [Scope[keyof Scope]] extends [Both<Scope[keyof Scope]>] ? Scope[keyof Scope] : Shown<Merged<Scope>>;

/** What a column is compared by, and the value that it is compared with. */
export type Comparable<DB, Scope> = Shown<Reference<Scope> | Term<DB, Scope>>;
type Term<DB, Scope> = DynamicReferenceBuilder<string> | Computed<DB, Scope, unknown>;
export type ComparedValue<Scope, Column> = Column extends string ? ValueOf<Scope, Column> : Column extends (...parameters: never[]) => infer Given ? ExpressionValue<Given> : ExpressionValue<Column>;
type ExpressionValue<Given> = Given extends { readonly isSelectQueryBuilder: true } & Expression<infer Row> ? Row[keyof Row] : Given extends Expression<infer Value> ? Value : unknown;

type ListOperator = "in" | "not in";
type NullableOperator = "is" | "is not" | "is distinct from" | "is not distinct from";
type TextOperator = "like" | "not like" | "ilike" | "not ilike" | "~" | "!~" | "~*" | "!~*" | "^@" | "regexp" | "match";

/** What stands on the other side of an operator: a list after `in`, null after `is` alone, a text after `like`, a value of the column's type after all others. */
export type Operand<DB, Scope, Value, Operator> =
  Operator extends ListOperator ? readonly ((Value & {}) | Computed<DB, Scope, Value | null>)[] | Computed<DB, Scope, Value | null>
  : Operator extends NullableOperator ? Value | null | Computed<DB, Scope, Value>
  : Operator extends TextOperator ? string | Computed<DB, Scope, string | null>
  : (Value & {}) | Computed<DB, Scope, Value | null>;
