/**
 * What a query asks of tables that other servers keep, before any row is fetched: an engine of its own, in which nothing runs, plans the query over empty
 * tables of the same columns. Only those of its optimizers work that need no row to be right, so that what the plan asks is asked of any rows.
 */
import { rm } from "node:fs/promises";
import type { NamedType } from "../../compiler/ir/column-type.ts";
import { quoteName, quoteText } from "../../compiler/ir/names.ts";
import type { Scan } from "../sources/scan.ts";
import { openEngine } from "./engine.ts";
import { engineMemory } from "./engine-memory.ts";
import type { Engine } from "./engine.ts";
import { parsePlan, scansOfPlan } from "./plan-scans.ts";
import type { Need } from "./reading.ts";
import { newRowsFile, rowsSql, writeRows } from "./rows-file.ts";
import { openSession } from "./session.ts";
import type { Declaration, Session } from "./session.ts";

/** A table of a query: the columns of one that has rows, or the SQL that declares one that is computed. */
export interface Planned { readonly need: Need; readonly leaf: readonly NamedType[] | undefined; declare(): Promise<readonly Declaration[]> }

/** By need: what is asked of it. `refused`: the engine does not take the query, so that nothing need be fetched. */
export type Asked = { readonly scans: ReadonlyMap<Need, Scan> } | { readonly refused: unknown };

const optimizers = [
  "expression_rewriter", "filter_pullup", "filter_pushdown", "cte_filter_pusher", "cte_inlining", "regex_range", "in_clause", "deliminator", "unnest_rewriter", "unused_columns", "column_lifetime", "limit_pushdown",
];
const planners = new WeakMap<Engine, Promise<Engine>>();

interface PlanSession { readonly session: Session; readonly files: ReadonlyMap<string, string> }

/** By what they declare. */
const sessions = engineMemory<Promise<PlanSession>>(16, (opening) => opening.then(({ session }) => session.close(), () => {}));

/** What the query, its values in its text, asks of each table that has rows; all of them where the plan does not tell. */
export async function planScans(engine: Engine, tables: readonly Planned[], sql: string): Promise<Asked> {
  const planner = await plannerOf(engine);
  const { session, files } = await sessionOf(planner, tables);
  const lease = await session.take();
  try {
    const refused = await lease.connection.prepare(sql).then((plan) => plan.destroySync(), (error: unknown) => ({ error }));
    if (refused !== undefined) return { refused: refused.error };
    const reader = await lease.connection.runAndReadAll(`SELECT json_serialize_plan(${quoteText(sql)}, optimize := true)`);
    const plan = parsePlan(String(reader.getRows()[0]?.[0]));
    const leaves = tables.filter((table): table is Planned & { leaf: readonly NamedType[] } => table.leaf !== undefined);
    const columns = new Map(leaves.map(({ need, leaf }) => [files.get(keyOf(need)) ?? "", leaf.map(({ name }) => name)]));
    const found = plan === undefined ? undefined : scansOfPlan(plan, columns);
    return { scans: new Map(leaves.map(({ need, leaf }) => [need, found?.get(files.get(keyOf(need)) ?? "") ?? { columns: leaf.map(({ name }) => name) }])) };
  } finally {
    await session.giveBack(lease, true);
  }
}

function plannerOf(engine: Engine): Promise<Engine> {
  const known = planners.get(engine);
  if (known !== undefined) return known;
  const planner = openEngine({ readable: [], temporary: engine.temporary, threads: 1, optimizers });
  planners.set(engine, planner);
  engine.whenClosing(() => planner.then((opened) => opened.close(), () => {}));
  return planner;
}

async function sessionOf(planner: Engine, tables: readonly Planned[]): Promise<PlanSession> {
  const declared = await Promise.all(tables.map(async ({ need, leaf, declare }) => ({ need, leaf, declarations: leaf === undefined ? await declare() : [] })));
  const key = JSON.stringify(declared.map(({ need, leaf, declarations }) => [keyOf(need), leaf?.map(({ name, type }) => [name, type]), declarations]));
  const known = sessions(planner).get(key);
  if (known !== undefined) return await known;
  const opening = openPlanSession(planner, declared);
  sessions(planner).set(key, opening);
  return await opening.catch((error: unknown) => {
    sessions(planner).delete(key);
    throw error;
  });
}

async function openPlanSession(planner: Engine, tables: readonly { readonly need: Need; readonly leaf: readonly NamedType[] | undefined; readonly declarations: readonly Declaration[] }[]): Promise<PlanSession> {
  const files = new Map<string, string>();
  const release = async (): Promise<void> => {
    for (const file of files.values()) await rm(file, { force: true });
  };
  try {
    const all: Declaration[] = [];
    for (const { need, leaf, declarations } of tables) {
      all.push(...declarations);
      if (leaf === undefined) continue;
      const file = newRowsFile(planner).replace(/\.parquet$/, "-none.parquet");
      files.set(keyOf(need), file);
      await writeRows(file, leaf, []);
      all.push({ schema: need.schema, sql: `CREATE VIEW ${quoteName(need.schema)}.${quoteName(need.name)} AS ${rowsSql(file, leaf)}` });
    }
    return { session: await openSession(planner, all, release), files };
  } catch (error) {
    await release();
    throw error;
  }
}

function keyOf({ schema, name }: Need): string {
  return `${schema}.${name}`;
}
