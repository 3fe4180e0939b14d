/**
 * `sql` and `columns(…)`: how a table written in SQL names what it reads. The compiler reads these from the source and never runs
 * them; at run time they only build values, so that importing a catalog file costs nothing and fails never.
 */

/** A class whose instances are rows. */
export type RowClass<Row> = abstract new () => Row;

/** A column of a table that stands in an SQL template. */
export interface ColumnReference<Value> { readonly table: string; readonly column: string; readonly type?: Value }

/** The columns of `Row`, by name, to interpolate in `sql`. The whole of it, interpolated, names the table. */
export type Columns<Row> = { readonly [Name in keyof Row]-?: ColumnReference<Row[Name]> };

/** A query, or a condition in a check. */
export interface Sql { readonly strings: readonly string[]; readonly values: readonly unknown[] }

/** The rows a table function returns, at once or as they come. An async function promises them: `Promise<Rows<Supplier>>`. */
export type Rows<Row> = Iterable<Row> | AsyncIterable<Row>;

/** The lake, handed to a function of rows by a parameter of this type: it reads, and changes nothing. A table that is made of the function's own rows is refused. */
export interface Lake {
  /** Rows of a table as they come, those alone whose columns equal what `where` says (null: that have none). What is not asked for is not read. */
  rows<Row extends object, Name extends keyof Row & string = keyof Row & string>(table: RowClass<Row>, wanted?: {
    readonly columns?: readonly Name[];
    readonly where?: { readonly [Column in keyof Row]?: Row[Column] };
    readonly limit?: number;
  }): AsyncIterable<Pick<Row, Name>>;
}

/** The columns of `table`, under its own name or under `alias` where a table stands twice in one query. */
export function columns<Row extends object>(table: RowClass<Row>, alias?: string): Columns<Row> {
  const name = alias ?? table.name;
  const empty: Partial<Columns<Row>> = {};
  return new Proxy(empty, { get: (_, column) => ({ table: name, column: String(column) }) }) as Columns<Row>;
}

/** SQL in DuckDB's dialect, its text taken letter for letter. Interpolate tables, their columns and the function's parameters; never text. */
export function sql(strings: TemplateStringsArray, ...values: readonly unknown[]): Sql {
  return { strings: strings.raw, values };
}
