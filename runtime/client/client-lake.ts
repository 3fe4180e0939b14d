/** Builds the face over a port: Kysely with our dialect, and the lake's own verbs beside it. */
import type { Table } from "apache-arrow";
import { CompiledQuery, Kysely, sql } from "kysely";
import type { Compilable, RawBuilder, SelectQueryBuilder } from "kysely";
import { tableOf } from "../parquet/arrow-table.ts";
import type { AsOf, SqlParameter, WriteResult } from "../query/request.ts";
import type { Row } from "../values/value.ts";
import { ask, lakeDialect } from "./dialect.ts";
import type { CallArguments, CallRow, ClientAsOf, ClientDatabase, ClientLake, DatabaseName } from "./face.ts";
import { filterExpression } from "./filter.ts";
import type { Filter } from "./filter.ts";
import type { Port } from "./port.ts";
import { pastRefused } from "./query-compiler.ts";

/** Tables by name, as the builder sees them where the names are not known to the compiler. */
interface AnyTables { readonly [table: string]: { readonly [column: string]: unknown } }

/** The face of the lake behind `port`, typed by the maps of a generated client. */
export function createClientLake<Tables, Calls, Appends>(port: Port): ClientLake<Tables, Calls, Appends> {
  return narrowed(new LakeClient<Tables, Calls, Appends>(port, undefined));
}

/** The face lets change what may be changed; the class has Kysely's own word for it, of all tables. */
function narrowed<Tables, Calls, Appends>(lake: LakeClient<Tables, Calls, Appends>): ClientLake<Tables, Calls, Appends>;
function narrowed(lake: unknown): unknown {
  return lake;
}

type Changes = "deleteFrom" | "mergeInto" | "updateTable";

/** A class because it is a Kysely, whose methods carry the builder's types. */
class LakeClient<Tables, Calls, Appends> extends Kysely<Tables> implements Omit<ClientLake<Tables, Calls, Appends>, Changes> {
  readonly #port: Port;
  readonly #asOf: AsOf | undefined;

  constructor(port: Port, asOf: AsOf | undefined) {
    super({ dialect: lakeDialect(port, asOf) });
    this.#port = port;
    this.#asOf = asOf;
  }

  asOf(state: ClientAsOf): ClientLake<Tables, Calls, Appends> {
    return narrowed(new LakeClient<Tables, Calls, Appends>(this.#port, "version" in state ? state : { timestamp: state.timestamp.toString() }));
  }

  db<Database extends DatabaseName<Tables> & string>(name: Database): ClientDatabase<Tables, Database> {
    return { table: (table, filters = []) => shortForm(this, `${name}.${table}`, filters) };
  }

  call<Name extends keyof Calls & string>(name: Name, ...[parameters = {}]: CallArguments<Calls[Name]>): RawBuilder<CallRow<Calls[Name]>> {
    const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
    return sql`${sql.table(name)}(${sql.join(given.map(([parameter, value]) => sql`${sql.ref(parameter)} := ${value}`))})`;
  }

  async arrow(query: Compilable<unknown>): Promise<Table> {
    const answer = await ask(this.#port, query.compile());
    return await tableOf(answer.columns, answer.batches);
  }

  async query<Row extends object>(text: string, parameters: readonly SqlParameter[] = []): Promise<Row[]> {
    const compiled = { ...CompiledQuery.raw(text, [...parameters]), ...(this.#asOf === undefined ? {} : { asOf: this.#asOf }) };
    return (await this.executeQuery<Row>(compiled)).rows;
  }

  async append<Name extends keyof Appends & string>(table: Name, rows: Iterable<Appends[Name]> | AsyncIterable<Appends[Name]>): Promise<WriteResult> {
    if (this.#asOf !== undefined) throw pastRefused();
    // The generated types are those of the columns; the judge looks at each value all the same.
    return await this.#port.append(table, rows as Iterable<Row> | AsyncIterable<Row>);
  }

  close(): Promise<void> {
    return this.#port.close();
  }

  override [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** The filters' columns are held against the table's by the face; here only their SQL is needed. */
function shortForm<Tables, Name extends keyof Tables & string>(lake: Kysely<Tables>, name: Name, filters: readonly Filter[]): SelectQueryBuilder<Tables, Name, Tables[Name]>;
function shortForm(lake: Kysely<AnyTables>, name: string, filters: readonly Filter[]): SelectQueryBuilder<AnyTables, string, AnyTables[string]> {
  return filters.reduce((query, condition) => query.where(filterExpression(condition)), lake.selectFrom(name).selectAll());
}
