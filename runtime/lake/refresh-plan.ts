/** What is to be done so that a materialized view has the rows of its query: decided by the logs of what it reads and the query's plan, before anything is read or written. */
import type { Catalog } from "../../compiler/ir/catalog.ts";
import { fullName, quoteName } from "../../compiler/ir/names.ts";
import { isKept } from "../../compiler/ir/sources.ts";
import type { AddFile } from "../delta/actions/actions.ts";
import { readRefresh } from "../delta/commit/refresh.ts";
import { growthOf } from "../delta/snapshot/growth.ts";
import type { Snapshot } from "../delta/snapshot/snapshot.ts";
import { boundQuery } from "../query/bound-query.ts";
import type { Engine } from "../query/engine.ts";
import { growthPlan } from "../query/growth-plan.ts";
import type { GrowthPlan } from "../query/growth-plan.ts";
import { readingOf } from "../query/reading.ts";
import type { Need, Reading } from "../query/reading.ts";
import { requireRefreshed, rowsOf } from "./query-mark.ts";
import type { DeltaTables } from "./tables.ts";
import type { Materialized } from "./targets.ts";

/** Delta tables at the versions that one refresh reads, by name. */
export type Pins = ReadonlyMap<string, Snapshot>;

export type RefreshPlan = { readonly pins: Pins; readonly why: string } & (
  | { readonly kind: "none" }
  | { readonly kind: "full" }
  /** `grown`: by name of a table, the files of its new rows. */
  | { readonly kind: "incremental"; readonly grown: ReadonlyMap<string, readonly AddFile[]>; readonly by: Exclude<GrowthPlan, { readonly kind: "whole" }> }
);

export interface Planning {
  readonly engine: Engine;
  readonly catalog: Catalog;
  readonly tables: DeltaTables;
}

/** The catalog in which the table is the view whose rows it keeps, and its SQL. */
export function asView(catalog: Catalog, table: Materialized): { readonly catalog: Catalog; readonly sql: string } {
  const { sql, declared, reads } = table.source;
  const view = { ...table, source: { kind: "view", sql, declared, ...(reads === undefined ? {} : { reads }) } } as const;
  const databases = catalog.databases.map((database) => (database.name === table.database ? { ...database, tables: database.tables.map((other) => (fullName(other) === fullName(table) ? view : other)) } : database));
  return { catalog: { ...catalog, databases }, sql: `SELECT * FROM ${quoteName(table.database)}.${quoteName(table.name)}` };
}

/** Plans the refresh of a table as of `base`. */
export async function planRefresh({ engine, catalog, tables }: Planning, table: Materialized, base: Snapshot, full: string | undefined): Promise<RefreshPlan> {
  const viewed = asView(catalog, table);
  const reading = await engine.hold(() => readingOf(engine, viewed.catalog, viewed.sql, undefined));
  const pins = await pinned(catalog, tables, reading);
  const whole = (why: string): RefreshPlan => ({ kind: "full", pins, why });
  if (full !== undefined) return whole(full);
  const rows = rowsOf(catalog, table, base);
  if (rows === "none") return whole("it was never refreshed");
  if (rows === "outdated") return whole("its query is another one now");
  const sure = whyNotSure(reading);
  if (sure !== undefined) return whole(sure);
  const place = tables.places.table(table);
  const last = await readRefresh(place.store, place.location, base);
  if ("why" in last) return whole(last.why);
  const grown = new Map<string, readonly AddFile[]>();
  for (const need of keptNeeds(reading)) {
    const name = fullName(need.table);
    const [since, now] = [last.sources[name], pins.get(name)];
    if (since === undefined || now === undefined) return whole(`${name} was not read last time`);
    const { store, location } = tables.places.table(need.table);
    const growth = await growthOf(store, location, since, now);
    if (growth.kind === "changed") return whole(`${name} ${growth.why}`);
    if (growth.kind === "grown") grown.set(name, growth.files);
  }
  if (grown.size === 0) return { kind: "none", pins, why: "nothing it reads has changed" };
  const plan = await boundQuery(reading);
  const by = typeof plan === "string" ? { kind: "whole", why: plan } as const : growthPlan(plan, new Set(grown.keys()));
  const names = [...grown.keys()].toSorted().join(", ");
  return by.kind === "whole" ? whole(`${names} has new rows, and ${by.why}`) : { kind: "incremental", pins, grown, by, why: `${names} has new rows and no other change` };
}

function keptNeeds({ needs }: Reading): readonly Need[] {
  return needs.filter(({ table }) => isKept(table.source));
}

async function pinned(catalog: Catalog, tables: DeltaTables, reading: Reading): Promise<Pins> {
  const own = keptNeeds(reading).filter(({ asOf }) => asOf === undefined);
  return new Map(await Promise.all(own.map(async ({ table }) => {
    const snapshot = await tables.read(table);
    requireRefreshed(catalog, table, snapshot, false);
    return [fullName(table), snapshot] as const;
  })));
}

/** Why logs alone do not say whether the query gives something else now. */
function whyNotSure({ volatile, needs }: Reading): string | undefined {
  if (volatile) return "it speaks of the time or of chance";
  const without = needs.find(({ table }) => !isKept(table.source) && table.source.kind !== "view" && table.source.kind !== "sql");
  if (without !== undefined) return `${fullName(without.table)} has no versions`;
  const travelled = needs.find(({ asOf }) => asOf !== undefined);
  return travelled === undefined ? undefined : `it reads ${fullName(travelled.table)} as of a version or a time`;
}
