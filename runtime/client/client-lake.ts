/** Builds the face over a port: Kysely with our dialect, and the lake's own verbs beside it. */
import type { Table } from "apache-arrow";
import { CompiledQuery, Kysely, sql } from "kysely";
import type { Compilable, RawBuilder, SelectQueryBuilder } from "kysely";
import { tableOf } from "../parquet/arrow-table.ts";
import type { AsOf, SqlParameter, WriteResult } from "../query/request.ts";
import type { Row } from "../values/value.ts";
import { ask, lakeDialect } from "./dialect.ts";
import type { ClientAsOf, ClientLake } from "./face.ts";
import { filterExpression } from "./filter.ts";
import type { Filter } from "./filter.ts";
import type { Port } from "./port.ts";
import { pastRefused } from "./query-compiler.ts";

/** Tables by name, as the builder sees them where the names are not known to the compiler. */
interface AnyTables { readonly [table: string]: { readonly [column: string]: unknown } }

/** The face of the lake behind `port`, typed by the maps of a generated client. */
export function createClientLake<Tables, Calls, Appends>(port: Port): ClientLake<Tables, Calls, Appends> {
  return typed<Tables, Calls, Appends>(new LakeClient(port, undefined));
}

/** Names, values and rows are the face's to know; what is built of them at run time knows none. */
function typed<Tables, Calls, Appends>(lake: LakeClient): ClientLake<Tables, Calls, Appends>;
function typed(lake: unknown): unknown {
  return lake;
}

/** What a lake has besides Kysely's own methods, as it is when nothing is known of the tables. */
type Verbs = { readonly [Verb in Exclude<keyof ClientLake<AnyTables, AnyCalls, AnyTables>, keyof Kysely<AnyTables>>]: unknown };
interface AnyCalls { readonly [table: string]: { readonly parameters: object; readonly row: object } }

/** A class because it is a Kysely, whose methods are the builder's. */
class LakeClient extends Kysely<AnyTables> implements Verbs {
  readonly #port: Port;
  readonly #asOf: AsOf | undefined;

  constructor(port: Port, asOf: AsOf | undefined) {
    super({ dialect: lakeDialect(port, asOf) });
    this.#port = port;
    this.#asOf = asOf;
  }

  asOf(state: ClientAsOf): LakeClient {
    return new LakeClient(this.#port, "version" in state ? state : { timestamp: state.timestamp.toString() });
  }

  db(name: string): { table(table: string, filters?: readonly Filter[]): SelectQueryBuilder<AnyTables, string, AnyTables[string]> } {
    return { table: (table, filters = []) => filters.reduce((query, condition) => query.where(filterExpression(condition)), this.selectFrom(`${name}.${table}`).selectAll()) };
  }

  call(name: string, parameters: object = {}): RawBuilder<unknown> {
    const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
    return sql`${sql.table(name)}(${sql.join(given.map(([parameter, value]) => sql`${sql.ref(parameter)} := ${value}`))})`;
  }

  async arrow(query: Compilable<unknown>): Promise<Table> {
    const answer = await ask(this.#port, query.compile());
    return await tableOf(answer.columns, answer.batches);
  }

  async query(text: string, parameters: readonly SqlParameter[] = []): Promise<object[]> {
    const compiled = { ...CompiledQuery.raw(text, [...parameters]), ...(this.#asOf === undefined ? {} : { asOf: this.#asOf }) };
    return (await this.executeQuery<object>(compiled)).rows;
  }

  async append(table: string, rows: Iterable<Row> | AsyncIterable<Row>): Promise<WriteResult> {
    if (this.#asOf !== undefined) throw pastRefused();
    return await this.#port.append(table, rows);
  }

  close(): Promise<void> {
    return this.#port.close();
  }

  override [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
