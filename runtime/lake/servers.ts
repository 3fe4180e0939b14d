/** The servers that keep tables of a lake's catalog: connections to them are opened by the first query that needs one, and closed with the lake. */
import type { Table } from "../../compiler/ir/catalog.ts";
import type { PostgresConfig } from "../config.ts";
import type { RowBatches, ServerRows } from "../query/context.ts";
import { openPostgres } from "../sources/postgres.ts";
import type { Postgres, PostgresReading } from "../sources/postgres.ts";
import { postgresRows } from "../sources/postgres-rows.ts";

export interface Servers {
  /** The rows of one query: one transaction for each server that it reads. */
  begin(signal: AbortSignal): ServerRows;
  readonly postgres: Postgres;
  close(): Promise<void>;
}

/** The servers of a configuration. */
export function openServers(connections: { readonly [name: string]: PostgresConfig }): Servers {
  const postgres = openPostgres(connections);
  return {
    postgres,
    begin(signal) {
      const readings = new Map<string, Promise<PostgresReading>>();
      const reading = (connection: string): Promise<PostgresReading> => readings.getOrInsertComputed(connection, () => postgres.begin(connection, signal));
      return {
        rows: (table, scan) => rowsOf(table, reading, (begun, source) => postgresRows(begun, table, source, scan)),
        async close() {
          for (const begun of readings.values()) await begun.then((opened) => opened.end(), () => {});
        },
      };
    },
    close: postgres.close,
  };
}

type PostgresTable = Extract<Table["source"], { kind: "postgres" }>;

async function* rowsOf(table: Table, reading: (connection: string) => Promise<PostgresReading>, read: (begun: PostgresReading, source: PostgresTable) => RowBatches): AsyncGenerator<import("apache-arrow").RecordBatch> {
  const { source } = table;
  if (source.kind !== "postgres") throw new Error(`${table.name} is no table of a server`);
  yield* read(await reading(source.connection), source);
}
