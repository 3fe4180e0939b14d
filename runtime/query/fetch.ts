/** What a query has to fetch from other servers before it runs; nothing for one that names no table of theirs. */
import assert from "node:assert/strict";
import type { QueryContext } from "./context.ts";
import { closedSql } from "./closed-sql.ts";
import type { Declarable, Fetch } from "./declarable.ts";
import type { Engine } from "./engine.ts";
import { givenUp } from "./interrupt.ts";
import { planScans } from "./planner.ts";
import type { Reading } from "./reading.ts";
import type { SqlParameter } from "./request.ts";

/** `refused`: what the planner said of a query that it does not take. */
export interface Fetching extends Fetch { readonly refused?: unknown }

/** Plans the query over its tables' columns. Close `servers` once the tables are declared. */
export async function fetchFor(engine: Engine, context: QueryContext, states: readonly Declarable[], reading: Reading, values: readonly SqlParameter[], signal: AbortSignal | undefined): Promise<Fetching | undefined> {
  if (!states.some(({ need }) => need.table.source.kind === "postgres")) return undefined;
  assert(context.servers !== undefined, "whoever has a catalog with tables of servers hands their rows in");
  const asked = await planScans(engine, states, closedSql(reading.sql, values).sql);
  const servers = context.servers(givenUp(engine, signal));
  if ("refused" in asked) return { scanOf: () => undefined, servers, refused: asked.refused };
  return { scanOf: (need) => asked.scans.get(need), servers };
}
