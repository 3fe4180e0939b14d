/** A lake over tables of a real PostgreSQL, and what crossed the wire: the statements that were asked of its database, with the rows each gave. */
import { rm } from "node:fs/promises";
import type { Catalog, Table } from "../../../compiler/ir/catalog.ts";
import { openLake } from "../../../runtime/lake.ts";
import type { Lake } from "../../../runtime/lake.ts";
import { readRows } from "../../../runtime/parquet/arrow-rows.ts";
import type { SqlParameter } from "../../../runtime/query/request.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { makeDatabase, postgresClient } from "../../services/postgres.ts";
import type { PostgresAddress } from "../../services/postgres.ts";
import { catalogOf, newDirectory, table } from "../query/fixture.ts";

export interface PostgresLake {
  readonly lake: Lake;
  readonly database: string;
  rows(sql: string, parameters?: readonly SqlParameter[]): Promise<Row[]>;
  /** What a query asked of the server's tables: each SELECT with the rows that came. */
  asked(sql: string, parameters?: readonly SqlParameter[]): Promise<readonly { readonly sql: string; readonly rows: number }[]>;
  /** Runs statements of others. */
  run(sql: string): Promise<readonly Row[]>;
  close(): Promise<void>;
}

/** A table of the connection `main`, in the schema `public`. */
export function postgresTable(name: string, columns: Table["columns"], more: Partial<Table["source"]> = {}): Table {
  return table("shop", name, { kind: "postgres", connection: "main", schema: "public", table: name, ...more } as Table["source"], columns);
}

/** A new database with what `sql` makes in it, and a lake whose tables are in it. */
export async function openPostgresLake(server: PostgresAddress, sql: string, tables: readonly Table[], settings: object = {}): Promise<PostgresLake> {
  const database = await makeDatabase(server, `CREATE EXTENSION pg_stat_statements; ${sql}`);
  const directory = await newDirectory();
  const catalog: Catalog = catalogOf(...tables);
  const { host, port, user, password } = server;
  const lake = await openLake({ catalog, root: `${directory}/lake`, project: directory, postgres: { main: { host, port, user, password, database, ...settings } } });
  const watcher = await postgresClient(server, database);
  const rows: PostgresLake["rows"] = async (text, parameters = []) => {
    const { batches, columns } = await lake.query({ sql: text, parameters });
    const found: Row[] = [];
    for await (const batch of batches) found.push(...readRows(columns, batch));
    return found;
  };
  return {
    lake, database, rows,
    async asked(text, parameters) {
      await watcher.query("SELECT pg_stat_statements_reset(0, (SELECT oid FROM pg_database WHERE datname = current_database()), 0)");
      await rows(text, parameters);
      const { rows: statements } = await watcher.query<{ query: string; rows: string }>(`
        SELECT query, rows FROM pg_stat_statements JOIN pg_database d ON d.oid = dbid
        WHERE datname = current_database() AND query LIKE 'SELECT%FROM "%' ORDER BY query`);
      return statements.map((statement) => ({ sql: statement.query, rows: Number(statement.rows) }));
    },
    run: async (text) => (await watcher.query(text)).rows as readonly Row[],
    async close() {
      await lake.close();
      await watcher.end();
      await rm(directory, { recursive: true });
    },
  };
}
