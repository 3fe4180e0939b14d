/**
 * An attached in-memory catalog of DuckDB for a session to declare its tables in. Sessions take them in turns, emptied in between: to attach one
 * and to let it go costs more than to declare and ask a small table.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { quoteName } from "../../compiler/ir/names.ts";
import type { Engine } from "./engine.ts";

export interface Stage {
  /** A connection that uses the catalog: close it, or hand it back with the stage. */
  connect(): Promise<DuckDBConnection>;
  /** Gives the stage back once nothing runs on it; `connections` are at rest, and no longer the caller's. `schemas` are those that were made in it. */
  giveBack(connections: readonly DuckDBConnection[], schemas: readonly string[]): Promise<void>;
}

/** An empty catalog that nobody has. */
interface Idle { readonly catalog: string; readonly connection: DuckDBConnection }

/** More than so many are let go. */
const idleMax = 4;
const idles = new WeakMap<Engine, Idle[]>();

/** A stage without any schema of its own; give it back. */
export async function takeStage(engine: Engine): Promise<Stage> {
  const kept = idles.get(engine)?.pop();
  const catalog = kept?.catalog ?? quoteName(`session ${engine.next()}`);
  if (kept === undefined) await engine.control.run(`ATTACH ':memory:' AS ${catalog}`);
  let spare = kept?.connection;
  const connect = async (): Promise<DuckDBConnection> => {
    const connection = spare ?? (await engine.connect());
    if (spare === undefined) await connection.run(`USE ${catalog}`);
    spare = undefined;
    return connection;
  };
  return {
    connect,
    async giveBack([first, ...others], schemas) {
      for (const connection of others) connection.closeSync();
      const connection = first ?? (await connect());
      if (engine.closing.aborted || idleOf(engine).length >= idleMax) return await letGo(engine, { catalog, connection });
      for (const schema of schemas) await connection.run(`DROP SCHEMA IF EXISTS ${quoteName(schema)} CASCADE`);
      // Others may have come meanwhile, and the engine's end too.
      if (engine.closing.aborted || idleOf(engine).length >= idleMax) await letGo(engine, { catalog, connection });
      else idleOf(engine).push({ catalog, connection });
    },
  };
}

function idleOf(engine: Engine): Idle[] {
  const known = idles.get(engine);
  if (known !== undefined) return known;
  const kept: Idle[] = [];
  idles.set(engine, kept);
  engine.whenClosing(async () => {
    for (const idle of kept.splice(0)) await letGo(engine, idle);
  });
  return kept;
}

async function letGo(engine: Engine, { catalog, connection }: Idle): Promise<void> {
  connection.closeSync();
  await engine.control.run(`DETACH ${catalog}`);
}
