/** The rows that a refresh puts into its table, as durable files that no commit names yet. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { fullName, quoteName } from "../../compiler/ir/names.ts";
import type { Table } from "../../compiler/ir/catalog.ts";
import type { WrittenFile } from "../delta/engine.ts";
import { readable } from "../delta/snapshot/read.ts";
import type { Snapshot } from "../delta/snapshot/snapshot.ts";
import { conditionsOf } from "../governance/conditions.ts";
import { createJudge } from "../governance/judge.ts";
import { arrowSchema } from "../parquet/arrow-schema.ts";
import { encodeParquetStream } from "../parquet/parquet-encoder.ts";
import type { QueryContext } from "../query/context.ts";
import { duckType } from "../query/duckdb-types.ts";
import type { Engine } from "../query/engine.ts";
import type { GrowthPlan } from "../query/growth-plan.ts";
import { runQuery } from "../query/query.ts";
import { readablePath } from "../sources/source-files.ts";
import { Failure } from "../values/failure.ts";
import { openEngineRoom } from "./engine-room.ts";
import { bulkWriter } from "./load-bulk.ts";
import { rowWriter } from "./load-rows.ts";
import { withScratch } from "./merge-source.ts";
import { asView } from "./refresh-plan.ts";
import type { RefreshPlan } from "./refresh-plan.ts";
import type { Place } from "./places.ts";
import type { openReadables } from "./readables.ts";
import type { DeltaTables } from "./tables.ts";
import type { Materialized } from "./targets.ts";

export interface RefreshParts {
  readonly project: string;
  readonly tables: DeltaTables;
  readonly engine: () => Promise<Engine>;
  readonly context: QueryContext;
  readonly readableOf: ReturnType<typeof openReadables>;
}

/** Runs the query over what the plan pinned and writes what it gives for the table as of `base`. As `runQuery`; ROWS_REFUSED for a row that breaks a rule of the class. */
export async function writeRefreshed(parts: RefreshParts, table: Materialized, base: Snapshot, plan: Exclude<RefreshPlan, { readonly kind: "none" }>, signal: AbortSignal | undefined): Promise<readonly WrittenFile[]> {
  const engine = await parts.engine();
  const stored = storedBeside(table);
  const viewed = asView(parts.context.catalog, table);
  const databases = viewed.catalog.databases.map((database) => (database.name === table.database ? { ...database, tables: [...database.tables, stored] } : database));
  const context: QueryContext = { ...parts.context, catalog: { ...viewed.catalog, databases }, snapshot: pinnedSnapshots(parts, engine, plan, { name: fullName(stored), place: parts.tables.places.table(table), snapshot: base }) };
  const sql = plan.kind === "incremental" && plan.by.kind === "groups" ? combinedSql(table, stored, plan.by) : viewed.sql;
  return await withScratch(async (scratch) => {
    const file = path.join(scratch, "rows.parquet");
    const { columns, batches } = await runQuery(engine, context, { sql, ...(signal === undefined ? {} : { signal }) });
    await writeFile(file, encodeParquetStream(arrowSchema(columns), batches), signal === undefined ? {} : { signal });
    return await written(parts, table, base, file, signal);
  });
}

/** The rows as they are kept, under a name that no author can give. */
function storedBeside(table: Materialized): Table {
  return { ...table, name: `${table.name} as kept`, source: { kind: "delta" } };
}

/** Each table as the plan has it: of one that grew, its new files alone. And the rows that are kept, as they were when it was made. */
function pinnedSnapshots({ tables, context, readableOf }: RefreshParts, engine: Engine, plan: RefreshPlan, kept: { readonly name: string; readonly place: Place; readonly snapshot: Snapshot }): QueryContext["snapshot"] {
  return async (table, asOf, tests = []) => {
    const name = fullName(table);
    const [place, snapshot] = name === kept.name ? [kept.place, kept.snapshot] : [tables.places.table(table), plan.pins.get(name)];
    if (asOf !== undefined || snapshot === undefined) return await context.snapshot(table, asOf, tests);
    const { version, committed } = snapshot;
    const files = plan.kind === "incremental" ? plan.grown.get(name) : undefined;
    if (files === undefined) return { ...(await readableOf(place, snapshot, tests)), version, committed };
    const afar = place.store.remote !== undefined && (await engine.admit(place.store.remote));
    return { ...(await readable(place.store, place.location, snapshot, files, afar)), version, committed, kept: `grown ${files.map((file) => file.path).join(" ")}` };
  };
}

/** The groups that are kept and those of new rows, each group once. */
function combinedSql(table: Materialized, stored: Table, { columns }: Extract<GrowthPlan, { readonly kind: "groups" }>): string {
  const outputs = table.columns.map(({ name, type }, at) => {
    const [by = "key", column] = [columns[at], quoteName(name)];
    return by === "key" ? column : `CAST(${by}(${column}) AS ${duckType(type)}) AS ${column}`;
  });
  const keys = table.columns.filter((_, at) => columns[at] === "key").map(({ name }) => quoteName(name));
  const names = table.columns.map(({ name }) => quoteName(name)).join(", ");
  const both = [stored, table].map(({ database, name }) => `SELECT ${names} FROM ${quoteName(database)}.${quoteName(name)}`).join(" UNION ALL ");
  return `SELECT ${outputs.join(", ")} FROM (${both})${keys.length === 0 ? "" : ` GROUP BY ${keys.join(", ")}`}`;
}

async function written({ project, tables: { places } }: RefreshParts, table: Materialized, base: Snapshot, file: string, signal: AbortSignal | undefined): Promise<readonly WrittenFile[]> {
  // Names in files are for who loads such; the query gives the columns themselves.
  const plain: Table = { ...table, columns: table.columns.map(({ from: _from, dayOf: _dayOf, ...column }) => column) };
  const conditions = conditionsOf(plain);
  const write = conditions === undefined ? rowWriter(places, createJudge(plain), (given) => openEngineRoom([readablePath(project, given)])) : bulkWriter(places, conditions);
  try {
    const { files, dead } = await write(plain, base, file, signal);
    if (dead.length > 0) throw new Error("a class under @materializedView has no check that sets rows aside");
    return files;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { hint, place, retry } = error;
    throw new Failure(error.code, error.message.replaceAll(file, "the query"), { retry, cause: error, ...(hint === undefined ? {} : { hint }), ...(place === undefined ? {} : { place: place.file === file ? {} : place }) });
  }
}
