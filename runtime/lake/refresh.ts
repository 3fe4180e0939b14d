/** Refreshing: decides, works the rows out, and commits them as of the version it decided on; when another refresh, or another hand, came first, it decides anew. */
import type { Catalog } from "../../compiler/ir/catalog.ts";
import { allTables, fullName } from "../../compiler/ir/names.ts";
import { readsOf } from "../../compiler/ir/sources.ts";
import type { AddFile } from "../delta/actions/actions.ts";
import { pauseAfterLoss } from "../delta/commit/after-loss.ts";
import { refreshedQuery } from "../delta/commit/refresh-mark.ts";
import { commitRefresh, readRefresh } from "../delta/commit/refresh.ts";
import type { Refresh } from "../delta/commit/refresh.ts";
import { remadeTable } from "../delta/commit/remade.ts";
import type { WrittenFile } from "../delta/engine.ts";
import type { Snapshot } from "../delta/snapshot/snapshot.ts";
import { throughDamage } from "../delta/snapshot/through-damage.ts";
import { Failure } from "../values/failure.ts";
import { requireAsDeclared } from "./declared.ts";
import { removeFiles } from "./placed.ts";
import { queryMark, rowsOf } from "./query-mark.ts";
import type { RefreshOptions, Refresher, RefreshResult } from "./refresh-contract.ts";
import { planRefresh } from "./refresh-plan.ts";
import type { RefreshPlan } from "./refresh-plan.ts";
import { writeRefreshed } from "./refresh-rows.ts";
import type { RefreshParts } from "./refresh-rows.ts";
import { schemaMark } from "./schema-mark.ts";
import { isMaterialized, materializedTable } from "./targets.ts";
import type { Materialized } from "./targets.ts";

/** Of the catalog's materialized views. */
export function openRefresher(parts: RefreshParts): Refresher {
  const { catalog } = parts.context;
  return {
    materialized: sourcesFirst(catalog).map(fullName),
    async refresh(name, options = {}) {
      const table = materializedTable(catalog, name);
      requireOurs(table);
      return await untilDone(parts, table, options, async (base) => {
        requireAsDeclared(table, base);
        return base;
      });
    },
    async rebuild(name, options = {}) {
      const table = materializedTable(catalog, name);
      const { store, location } = parts.tables.places.table(table);
      return await untilDone(parts, table, options, async (base) => remadeTable(base, definitionOf(table), store.locate(location)));
    },
    async refreshed(name) {
      const table = materializedTable(catalog, name);
      const snapshot = await parts.tables.read(table);
      const { store, location } = parts.tables.places.table(table);
      const last = refreshedQuery(snapshot) === undefined ? undefined : await readRefresh(store, location, snapshot);
      return { rows: rowsOf(catalog, table, snapshot), refreshed: last === undefined || "why" in last ? null : last.at };
    },
  };
}

function definitionOf({ columns, partitionBy, doc }: Materialized): Parameters<typeof remadeTable>[1] {
  return { columns, partitionColumns: partitionBy, description: doc, configuration: schemaMark(columns, partitionBy) };
}

function requireOurs(table: Materialized): void {
  if (table.source.engine === "duckdb") return;
  throw new Failure("ENGINE_MISSING", `${fullName(table)} is worked out by Spark, which this version does not run.`, { hint: "Take `engine: \"spark\"` away to have it worked out here." });
}

/** Times that others may come first. */
const triesMax = 20;

/** `shaped`: the table as its rows are to be written, which is another one than `base` where it becomes another. */
async function untilDone(parts: RefreshParts, table: Materialized, options: RefreshOptions, shaped: (base: Snapshot) => Promise<Snapshot>): Promise<RefreshResult> {
  const { tables } = parts;
  for (let tries = 1; ; tries += 1) {
    options.signal?.throwIfAborted();
    const began = Date.now();
    const base = await tables.readToWrite(table);
    const layout = await shaped(base);
    const plan = await planned(parts, table, base, layout, options);
    if (plan.kind === "none" || options.check === true) return resultOf(table, plan, base, null);
    const done = await once(parts, table, base, layout, plan, options.signal);
    if (done !== undefined) return done;
    if (tries === triesMax) throw new Failure("COMMIT_CONFLICT", `${fullName(table)} was not refreshed: ${triesMax} times another commit came first.`, { hint: "Nothing was changed; try again.", retry: true });
    await pauseAfterLoss(tries, Date.now() - began);
  }
}

async function planned(parts: RefreshParts, table: Materialized, base: Snapshot, layout: Snapshot, { full = false }: RefreshOptions): Promise<RefreshPlan> {
  const remade = "it is declared otherwise now";
  if (table.source.engine !== "duckdb") return { kind: layout === base ? "none" : "full", pins: new Map(), why: remade };
  const asked = layout !== base ? remade : full ? "it was asked for" : undefined;
  return await planRefresh({ engine: await parts.engine(), catalog: parts.context.catalog, tables: parts.tables }, table, base, asked);
}

/** One try; undefined when others came first, with nothing left behind. */
async function once(parts: RefreshParts, table: Materialized, base: Snapshot, layout: Snapshot, plan: Exclude<RefreshPlan, { readonly kind: "none" }>, signal: AbortSignal | undefined): Promise<RefreshResult | undefined> {
  const { tables, context } = parts;
  const ours = table.source.engine === "duckdb";
  const place = tables.places.table(table);
  const { store, location } = place;
  const written = ours ? await rowsFor(parts, table, layout, plan, signal) : { plan, files: [] };
  let kept = false;
  try {
    signal?.throwIfAborted();
    const mode = written.plan.kind === "incremental" && written.plan.by.kind === "rows" ? "Append" : "Overwrite";
    const remove = mode === "Append" ? [] : await throughDamage(store, location, base, ({ files }) => [...files]);
    const outcome = await commitRefresh(store, location, base, {
      query: ours ? queryMark(context.catalog, table) : undefined, sources: sourcesOf(plan), mode, remove, add: written.files, why: written.plan.why,
      ...(layout.metadata === base.metadata ? {} : { metadata: layout.metadata }), ...(layout.protocol === base.protocol ? {} : { protocol: layout.protocol }),
    });
    kept = outcome.kind !== "conflict";
    if (outcome.kind === "unknown") throw new Failure("COMMIT_UNKNOWN", `It is not known whether version ${outcome.version} of ${fullName(table)} was committed.`, { hint: "Its rows are whole either way: refresh again, which looks first.", retry: true, cause: outcome.cause });
    if (outcome.kind === "conflict") return undefined;
    tables.committed(place, outcome.snapshot);
    return resultOf(table, written.plan, outcome.snapshot, written.files.reduce((sum, { statistics }) => sum + statistics.numRecords, 0));
  } finally {
    if (!kept) await removeFiles(place, written.files);
  }
}

interface Written { readonly plan: Exclude<RefreshPlan, { readonly kind: "none" }>; readonly files: readonly WrittenFile[] }

/** Of new rows alone a sum may be too large where that of all is not: what has no value there is worked out in full, which says whether it has one. */
async function rowsFor(parts: RefreshParts, table: Materialized, layout: Snapshot, plan: Written["plan"], signal: AbortSignal | undefined): Promise<Written> {
  try {
    return { plan, files: await writeRefreshed(parts, table, layout, plan, signal) };
  } catch (error) {
    if (plan.kind === "full" || !(error instanceof Failure) || !noValue.has(error.code)) throw error;
    const whole = { kind: "full", pins: plan.pins, why: `new rows alone give no value: ${error.message}` } as const;
    return { plan: whole, files: await writeRefreshed(parts, table, layout, whole, signal) };
  }
}

const noValue: ReadonlySet<string> = new Set(["SQL_INVALID", "VALUE_INVALID", "ROWS_REFUSED"]);

function sourcesOf({ pins }: RefreshPlan): Refresh["sources"] {
  return Object.fromEntries([...pins].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([name, { metadata, version }]) => [name, { id: metadata.id, version }]));
}

function resultOf(table: Materialized, plan: RefreshPlan, { version }: Snapshot, rows: number | null): RefreshResult {
  const read = readBy(plan);
  const sources = Object.fromEntries(Object.entries(sourcesOf(plan)).map(([name, source]) => [name, source.version]));
  return { table: fullName(table), mode: plan.kind, why: plan.why, version, rows: plan.kind === "none" ? 0 : rows, ...read, sources };
}

function readBy(plan: RefreshPlan): Pick<RefreshResult, "filesRead" | "bytesRead"> {
  if (plan.kind === "none") return { filesRead: 0, bytesRead: 0 };
  const grown: ReadonlyMap<string, readonly AddFile[]> = plan.kind === "incremental" ? plan.grown : new Map();
  const sizes = [...plan.pins].map(([name, { files }]) => {
    const own = grown.get(name);
    return own === undefined ? { files: files.length, bytes: files.bytes } : { files: own.length, bytes: own.reduce((sum, { size }) => sum + size, 0) };
  });
  return { filesRead: sizes.reduce((sum, { files }) => sum + files, 0), bytesRead: sizes.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** Materialized views in an order in which each comes after those that it reads, through views too. */
function sourcesFirst(catalog: Catalog): readonly Materialized[] {
  const byName = new Map(allTables(catalog).map((table) => [fullName(table), table]));
  const seen = new Set<string>();
  const found: Materialized[] = [];
  const visit = (name: string): void => {
    const table = byName.get(name);
    if (table === undefined || seen.has(name)) return;
    seen.add(name);
    for (const read of readsOf(table.source)) visit(read);
    if (isMaterialized(table)) found.push(table);
  };
  for (const name of byName.keys()) visit(name);
  return found;
}
