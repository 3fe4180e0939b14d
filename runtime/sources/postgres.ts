/**
 * The door to PostgreSQL. A reading is one read-only transaction, at one state of the server, on a connection of its own; rows come through a cursor, so
 * that no more of them are here than one step's. Values come as the server's text, in settings that make it exact.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Pool, PoolClient } from "pg";
import type { PostgresConfig } from "../config.ts";
import { Failure } from "../values/failure.ts";
import { postgresFailure } from "./postgres-failure.ts";
import { postgresCursor, postgresLibrary } from "./postgres-library.ts";
import { serverOf } from "./postgres-server.ts";
import type { PostgresServer } from "./postgres-server.ts";

/** A value as the server's text; null for SQL's NULL. */
export type PostgresCell = string | null;
/** A parameter of a statement, as text, or a list of such. */
export type PostgresParameter = string | number | readonly string[];

export interface PostgresReading {
  readonly server: PostgresServer;
  /** All rows of a statement that gives few. */
  all(sql: string, parameters: readonly PostgresParameter[]): Promise<readonly (readonly PostgresCell[])[]>;
  /** The rows of a statement, some at a time. */
  stream(sql: string, parameters: readonly PostgresParameter[]): AsyncIterable<readonly (readonly PostgresCell[])[]>;
  /** Ends the transaction and gives the connection back. */
  end(): Promise<void>;
}

export interface Postgres {
  /** Begins a reading; SOURCE_FAILED, CONFIG_INVALID. The signal's reason is thrown by what runs when it is aborted, and the server is told to stop. */
  begin(connection: string, signal?: AbortSignal): Promise<PostgresReading>;
  /** Closes all connections. */
  close(): Promise<void>;
}

const endMs = 5_000;

/** Dates, times, bytes and floating-point numbers are told in one way, whatever the server's or the user's own settings say. */
const settings = "SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL timezone = 'UTC'; SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1";
const asText = { getTypeParser: () => (text: string) => text };

/** The connections that a configuration names; none is opened before it is needed. */
export function openPostgres(connections: { readonly [name: string]: PostgresConfig }): Postgres {
  const pools = new Map<string, { readonly server: PostgresServer; readonly pool: Pool }>();
  let closed = false;
  return {
    async begin(connection, signal) {
      signal?.throwIfAborted();
      if (closed) throw new Failure("UNAVAILABLE", "The lake is closed.", { hint: "Open it again." });
      const { server, pool } = pools.getOrInsertComputed(connection, () => openPool(serverOf(connections, connection)));
      const client = await pool.connect().catch((error: unknown) => { throw postgresFailure(error, server); });
      return await beginReading(server, client, signal);
    },
    async close() {
      closed = true;
      const ending = [...pools.values()].map(({ pool }) => pool.end());
      pools.clear();
      // A server that says nothing any more keeps nobody here.
      await Promise.race([Promise.all(ending), wait(endMs, undefined, { ref: false })]);
    },
  };
}

function openPool(server: PostgresServer): { readonly server: PostgresServer; readonly pool: Pool } {
  const pool = new (postgresLibrary().Pool)({ ...clientSettings(server), max: server.connectionsMax, idleTimeoutMillis: 10_000, allowExitOnIdle: true });
  // One that ends while nobody uses it is taken out of the pool; the next query opens another.
  pool.on("error", () => undefined);
  return { server, pool };
}

function clientSettings({ host, port, database, user, password, tls, connectMs }: PostgresServer): object {
  return { host, port, database, user, password, connectionTimeoutMillis: connectMs, types: asText, application_name: "neuralake", ssl: tls === "unverified" ? { rejectUnauthorized: false } : tls };
}

/** Rows of a step: as many as keep it near so many bytes. */
const stepBytes = 4 << 20;
const stepRows = { first: 256, most: 8_192 };

function nextStep(rows: readonly (readonly PostgresCell[])[]): number {
  const bytes = rows.reduce((sum, row) => row.reduce((own, cell) => own + (cell?.length ?? 0), sum), 0);
  return Math.max(1, Math.min(stepRows.most, Math.floor((stepBytes * rows.length) / Math.max(1, bytes))));
}

async function beginReading(server: PostgresServer, client: PoolClient, signal: AbortSignal | undefined): Promise<PostgresReading> {
  let broken: Error | undefined;
  // A cursor whose connection ends just behind its last row would be waited for for ever.
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => undefined);
  const lost = (error: Error): void => {
    broken = error;
    ended.reject(error);
  };
  client.on("error", lost);
  const cancel = (): void => void cancelAt(server, client);
  signal?.addEventListener("abort", cancel);
  const asked = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      signal?.throwIfAborted();
      return await Promise.race([act(), ended.promise]);
    } catch (error) {
      broken ??= error instanceof Error ? error : new Error(String(error));
      signal?.throwIfAborted();
      throw postgresFailure(error, server);
    }
  };
  const end = async (): Promise<void> => {
    signal?.removeEventListener("abort", cancel);
    if (broken === undefined) await Promise.race([client.query("ROLLBACK"), ended.promise]).catch(lost);
    client.removeListener("error", lost);
    client.release(broken);
  };
  const reading: PostgresReading = {
    server,
    all: async (sql, parameters) => await asked(async () => (await client.query({ text: sql, values: [...parameters], rowMode: "array", types: asText })).rows as readonly (readonly PostgresCell[])[]),
    async *stream(sql, parameters) {
      const cursor = client.query(new (postgresCursor())<readonly PostgresCell[]>(sql, [...parameters], { rowMode: "array", types: asText as never }));
      try {
        for (let want = stepRows.first; ;) {
          const rows = await asked(() => cursor.read(want));
          if (rows.length === 0) return;
          yield rows;
          want = nextStep(rows);
        }
      } finally {
        // The next statement waits for the cursor's end.
        if (broken === undefined) await asked(() => cursor.close());
      }
    },
    end,
  };
  try {
    await asked(() => client.query(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${settings}; SET LOCAL statement_timeout = ${server.statementMs}`));
    return reading;
  } catch (error) {
    await end();
    throw error;
  }
}

/** Asks the server, on a connection of its own, to stop what it does on another. */
async function cancelAt(server: PostgresServer, client: PoolClient): Promise<void> {
  const own = new (postgresLibrary().Client)(clientSettings(server));
  own.on("error", () => undefined);
  try {
    await own.connect();
    await own.query("SELECT pg_cancel_backend($1)", [Reflect.get(client, "processID")]);
  } catch {
    // Who cannot be asked is left alone: the connection ends with the reading, and the server sees that.
  } finally {
    await own.end().catch(() => undefined);
  }
}

