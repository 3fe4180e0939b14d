/**
 * The rows of a planned query as Arrow batches: one connection a stream, chunks joined into larger batches, and never an end without
 * the end mark. Stopping early frees the connection; a signal stops what runs.
 */
import assert from "node:assert/strict";
import type { DuckDBPreparedStatement, DuckDBResult } from "@duckdb/node-api";
import type duckdb from "@duckdb/node-bindings";
import type { RecordBatch } from "apache-arrow";
import { batchOf } from "../parquet/arrow-build.ts";
import { arrowSchema } from "../parquet/arrow-schema.ts";
import { Failure } from "../values/failure.ts";
import { bindParameters } from "./bind-parameters.ts";
import { columnWriter } from "./chunk-columns.ts";
import { duckdbVectors } from "./duckdb.ts";
import type { Engine } from "./engine.ts";
import { givenUp } from "./interrupt.ts";
import type { SqlParameter } from "./request.ts";
import type { Lease, Session } from "./session.ts";
import type { Shape } from "./shape.ts";

/** A batch is handed out when it has this many rows or bytes; the first one as soon as there are rows. */
const batchRows = 32_768;
const batchBytes = 16 << 20;

export interface StreamOptions {
  readonly engine: Engine;
  readonly session: Session;
  readonly shape: Shape;
  /** Of the parameters, in order. */
  readonly values: readonly SqlParameter[];
  readonly signal: AbortSignal | undefined;
  /** Whether the plan answers the next query of the same text as well. */
  readonly keepPlan: boolean;
  /** Whether the session is this query's alone. */
  readonly last: boolean;
  /** The failure behind an error of the engine; `start` is where the query's own text begins in what ran. */
  readonly failure: (error: unknown, ran: string, start: number) => Failure;
}

/** The batches, to be read once. The engine closes between two of them, never while one is made. */
export async function* streamBatches(options: StreamOptions): AsyncGenerator<RecordBatch> {
  const { engine } = options;
  const batches = freeBatches(options);
  try {
    for (;;) {
      const { done, value } = await engine.hold(() => batches.next());
      if (done === true) return;
      yield value;
    }
  } finally {
    if (!engine.closing.aborted) await engine.hold(() => batches.return(undefined));
  }
}

async function* freeBatches(options: StreamOptions): AsyncGenerator<RecordBatch, undefined> {
  const { engine, session, shape, values } = options;
  const signal = givenUp(engine, options.signal);
  const lease = await session.take();
  const interrupt = (): void => lease.connection.interrupt();
  let ended = false;
  try {
    signal.throwIfAborted();
    signal.addEventListener("abort", interrupt);
    const plan = await planOf(lease, options);
    bindParameters(plan, values);
    ended = yield* batchesOf(await plan.stream(), shape);
    signal.throwIfAborted();
    if (!ended) throw await causeOf(lease, options);
    if (!options.keepPlan) plan.destroySync();
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    throw options.failure(error, shape.streamed, shape.streamed.indexOf("FROM (") + "FROM (".length);
  } finally {
    signal.removeEventListener("abort", interrupt);
    if (!ended) interrupt();
    await session.giveBack(lease, ended);
    if (options.last) await session.close();
  }
}

async function planOf({ connection, plans }: Lease, { shape, keepPlan }: StreamOptions): Promise<DuckDBPreparedStatement> {
  const known = plans.get(shape.streamed);
  if (known !== undefined) return known;
  const plan = await connection.prepare(shape.streamed);
  requireTypes(plan, shape);
  if (keepPlan) plans.set(shape.streamed, plan);
  return plan;
}

/** What the first plan of a shape gives. */
const typesOfShapes = new WeakMap<Shape, string>();

/** A shape serves plans of many versions, whose columns are read by its types. */
function requireTypes(plan: DuckDBPreparedStatement, shape: Shape): void {
  const types = Array.from({ length: plan.columnCount }, (_, k) => plan.columnType(k).toString()).join(", ");
  assert(typesOfShapes.getOrInsert(shape, types) === types, "a query gives the same types as long as its tables have the same columns");
}

/** True when the end mark came. */
async function* batchesOf(result: DuckDBResult, { columns }: Shape): AsyncGenerator<RecordBatch, boolean> {
  const schema = arrowSchema(columns);
  const writers = columns.map((column) => columnWriter(column.type, column.name));
  const take = (length: number): RecordBatch => batchOf(schema, length, writers.map((writer) => writer.take()));
  let pending = 0;
  let handed = false;
  for (;;) {
    const chunk = await result.fetchChunk();
    const size = chunk?.rowCount ?? 0;
    if (chunk === null || size === 0) return false;
    const ended = endMark(chunk.chunk, columns.length, size);
    const rows = ended ? size - 1 : size;
    for (const [k, writer] of writers.entries()) writer.append({ vector: duckdbVectors().data_chunk_get_vector(chunk.chunk, k), size }, rows);
    pending += rows;
    if (pending > 0 && (ended || !handed || pending >= batchRows || writers.reduce((sum, writer) => sum + writer.bytes(), 0) >= batchBytes)) {
      yield take(pending);
      pending = 0;
      handed = true;
    }
    if (ended) return true;
  }
}

/** The end mark is the last row of all. */
function endMark(chunk: duckdb.DataChunk, column: number, size: number): boolean {
  return duckdbVectors().vector_get_data(duckdbVectors().data_chunk_get_vector(chunk, column), size)[size - 1] === 1;
}

/** A stream keeps its error to itself; run to its end at once, the same rows tell it. */
async function causeOf({ connection }: Lease, options: StreamOptions): Promise<unknown> {
  const { checked } = options.shape;
  try {
    const plan = await connection.prepare(checked);
    bindParameters(plan, options.values);
    await plan.run();
    plan.destroySync();
  } catch (error) {
    return options.failure(error, checked, checked.indexOf("FROM (") + "FROM (".length);
  }
  return new Failure("UNAVAILABLE", "The query stopped before its last row.", { hint: "Ask again.", retry: true });
}
