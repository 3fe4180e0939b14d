/**
 * A catalog of DuckDB that declares what queries name, each table at one state: names, letter case and aliases are then DuckDB's own work.
 * Kept while its tables do not move; connections and plans of its queries are kept with it.
 */
import type { DuckDBConnection, DuckDBPreparedStatement } from "@duckdb/node-api";
import { quoteName } from "../../compiler/ir/names.ts";
import { Failure } from "../values/failure.ts";
import type { Engine } from "./engine.ts";
import { leastRecent } from "./least-recent.ts";
import type { LeastRecent } from "./least-recent.ts";
import { takeStage } from "./stage.ts";

/** A connection in use by one query, with the plans made on it. */
export interface Lease { readonly connection: DuckDBConnection; readonly plans: LeastRecent<DuckDBPreparedStatement> }

export interface Session {
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

/** Declares everything in a catalog that is its own while it lasts. `release` is called when the session is gone. */
export async function openSession(engine: Engine, declarations: readonly Declaration[], release: () => Promise<void>): Promise<Session> {
  const stage = await takeStage(engine);
  const schemas = [...new Set(declarations.map(({ schema }) => schema))];
  const idle: Lease[] = [];
  let inUse = 0;
  let closing = false;

  const lease = async (): Promise<Lease> => ({ connection: await stage.connect(), plans: leastRecent(plansEach, async (plan) => plan.destroySync()) });
  const leave = async (): Promise<void> => {
    const unused = idle.splice(0);
    for (const { plans } of unused) await plans.clear();
    await stage.giveBack(unused.map(({ connection }) => connection), schemas);
    await release();
  };

  const first = await lease();
  idle.push(first);
  try {
    const statements = [...schemas.map((schema) => `CREATE SCHEMA ${quoteName(schema)}`), ...declarations.map(({ sql }) => sql)];
    if (statements.length > 0) await first.connection.run(statements.join(";\n"));
  } catch (error) {
    await leave();
    throw error;
  }

  return {
    async take() {
      if (closing) throw new Failure("UNAVAILABLE", "The tables have moved on since the query was planned.", { hint: "Ask again.", retry: true });
      inUse += 1;
      return idle.pop() ?? lease();
    },
    async giveBack(used, whole) {
      inUse -= 1;
      if (whole && idle.length < idleConnections) idle.push(used);
      else {
        await used.plans.clear();
        used.connection.closeSync();
      }
      if (closing && inUse === 0) await leave();
    },
    async close() {
      if (closing) return;
      closing = true;
      if (inUse === 0) await leave();
    },
  };
}
