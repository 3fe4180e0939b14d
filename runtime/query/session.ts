/**
 * An attached in-memory catalog of DuckDB that declares what queries name, each table at one state: names, letter case and aliases are then
 * DuckDB's own work. Kept while its tables do not move; connections and plans of its queries are kept with it.
 */
import type { DuckDBConnection, DuckDBPreparedStatement } from "@duckdb/node-api";
import { quoteName } from "../../compiler/ir/names.ts";
import { Failure } from "../values/failure.ts";
import type { Engine } from "./engine.ts";
import { leastRecent } from "./least-recent.ts";
import type { LeastRecent } from "./least-recent.ts";
import type { Shape } from "./shape.ts";

/** A connection in use by one query, with the plans made on it. */
export interface Lease { readonly connection: DuckDBConnection; readonly plans: LeastRecent<DuckDBPreparedStatement> }

export interface Session {
  /** What queries give, by their text. */
  readonly shapes: LeastRecent<Shape>;
  /** A connection for one query at a time; give it back. */
  take(): Promise<Lease>;
  /** `whole`: nothing on the connection is left unfinished, so that it can serve again. */
  giveBack(lease: Lease, whole: boolean): Promise<void>;
  /** No new query; what it holds goes when the last running one ends. Again is fine. */
  close(): Promise<void>;
}

/** A schema and the statements that declare what is in it, in order. */
export interface Declaration { readonly schema: string; readonly sql: string }

const idleConnections = 4;
const plansEach = 32;

/** Declares everything in a catalog of its own. `release` is called when the session is gone. */
export async function openSession(engine: Engine, declarations: readonly Declaration[], release: () => Promise<void>): Promise<Session> {
  const catalog = quoteName(`session ${engine.next()}`);
  const idle: Lease[] = [];
  let inUse = 0;
  let closing = false;

  const lease = async (): Promise<Lease> => {
    const connection = await engine.connect();
    await connection.run(`USE ${catalog}`);
    return { connection, plans: leastRecent(plansEach, async (plan) => plan.destroySync()) };
  };
  const end = async ({ connection, plans }: Lease): Promise<void> => {
    await plans.clear();
    connection.closeSync();
  };
  const detach = async (): Promise<void> => {
    for (const unused of idle.splice(0)) await end(unused);
    await engine.control.run(`DETACH ${catalog}`);
    await release();
  };

  await engine.control.run(`ATTACH ':memory:' AS ${catalog}`);
  const first = await lease();
  const schemas = [...new Set(declarations.map(({ schema }) => schema))].map((schema) => `CREATE SCHEMA IF NOT EXISTS ${quoteName(schema)}`);
  try {
    for (const sql of [...schemas, ...declarations.map((declaration) => declaration.sql)]) await first.connection.run(sql);
  } catch (error) {
    await end(first);
    await detach();
    throw error;
  }
  idle.push(first);

  return {
    shapes: leastRecent(200, async () => {}),
    async take() {
      if (closing) throw new Failure("UNAVAILABLE", "The tables have moved on since the query was planned.", { hint: "Ask again.", retry: true });
      inUse += 1;
      return idle.pop() ?? lease();
    },
    async giveBack(used, whole) {
      inUse -= 1;
      if (whole && !closing && idle.length < idleConnections) idle.push(used);
      else await end(used);
      if (closing && inUse === 0) await detach();
    },
    async close() {
      if (closing) return;
      closing = true;
      if (inUse === 0) await detach();
    },
  };
}
