/**
 * A query, from request to Arrow: read the text, look up the state of each table it names, take or open the session that declares
 * them, plan, stream. Nothing runs before the batches are asked for.
 */
import assert from "node:assert/strict";
import type { Catalog } from "../../compiler/ir/catalog.ts";
import { Failure } from "../values/failure.ts";
import { typedParameters, valuesOf } from "./bind-parameters.ts";
import type { QueryContext } from "./context.ts";
import { stateOfNeed } from "./declare.ts";
import type { Declarable } from "./declarable.ts";
import { engineMemory } from "./engine-memory.ts";
import { engineFailure } from "./engine-failure.ts";
import type { Engine } from "./engine.ts";
import { fetchFor } from "./fetch.ts";
import type { Fetching } from "./fetch.ts";
import { leastRecent } from "./least-recent.ts";
import type { LeastRecent } from "./least-recent.ts";
import { readingOf } from "./reading.ts";
import type { Reading } from "./reading.ts";
import type { AsOf, QueryRequest, QueryResult, ReadTable, SqlParameter } from "./request.ts";
import { openSession } from "./session.ts";
import type { Session } from "./session.ts";
import { shapeOf } from "./shape.ts";
import type { Shape } from "./shape.ts";
import { originalOffset } from "./splice.ts";
import { requireDeclared } from "./sql-gate.ts";
import { streamBatches } from "./stream.ts";

/** Answers one SELECT. Failures of the text, of its parameters and of the tables come at once; those of the rows come with the batches. */
export function runQuery(engine: Engine, context: QueryContext, request: QueryRequest): Promise<QueryResult> {
  return engine.hold(() => plannedQuery(engine, context, request));
}

async function plannedQuery(engine: Engine, context: QueryContext, request: QueryRequest): Promise<QueryResult> {
  request.signal?.throwIfAborted();
  const reading = await knownReading(engine, context.catalog, request);
  const states = await Promise.all(reading.needs.map((need) => stateOfNeed(engine, context, need, request)));
  requireOneVersioned(request.asOf, states);
  requireParameters(reading, request);
  const values = valuesOf(reading.numbers, request.parameters ?? []);
  const shared = states.every((state) => state.key !== undefined);
  const versioned = states.every((state) => !state.unversioned);
  const fetching = await fetchFor(engine, context, states, reading, values, request.signal);
  const session = await sessionOf(engine, context.catalog, states, shared, fetching);
  const shape = await knownShape(engine, session, shapesOf(engine, context.catalog, session, states), reading, values, request.sql);
  // Nothing was fetched for a query that could not be planned: the engine said why, or its planner does.
  if (fetching?.refused !== undefined) throw failureOf(reading, request.sql, fetching.refused, reading.sql, 0);
  request.signal?.throwIfAborted();
  return {
    columns: shape.columns,
    tables: tablesRead(states),
    volatile: reading.volatile || !versioned,
    batches: streamBatches({ engine, session, shape, values, signal: request.signal, keepPlan: versioned && !reading.volatile, last: !shared, failure: (error, ran, start) => failureOf(reading, request.sql, error, ran, start) }),
  };
}

/** By catalog, state and text. */
const readings = engineMemory<Promise<Reading>>(500);
/** By what they declare. */
const sharedSessions = engineMemory<Promise<Session>>(16, closeSession);
/** Of one query each, closed at its end; here for queries that nobody reads. */
const ownSessions = engineMemory<Promise<Session>>(64, closeSession);

/** One that could not be opened has nothing to close, and whoever asked for it has been told. */
function closeSession(session: Promise<Session>): Promise<void> {
  return session.then((opened) => opened.close(), () => {});
}

const catalogNumbers = new WeakMap<Catalog, number>();

function numberOf(engine: Engine, catalog: Catalog): number {
  const known = catalogNumbers.get(catalog) ?? engine.next();
  catalogNumbers.set(catalog, known);
  return known;
}

function knownReading(engine: Engine, catalog: Catalog, { sql, asOf }: QueryRequest): Promise<Reading> {
  const key = JSON.stringify([numberOf(engine, catalog), asOf ?? null, sql]);
  const known = readings(engine).get(key);
  if (known !== undefined) return known;
  const reading = readingOf(engine, catalog, sql, asOf);
  readings(engine).set(key, reading);
  return reading;
}

/** A version belongs to one table, beside those that have their own AT; a time to any number. */
function requireOneVersioned(asOf: AsOf | undefined, states: readonly Declarable[]): void {
  if (asOf === undefined || !("version" in asOf)) return;
  const versioned = states.filter((state) => state.read !== undefined && state.need.schema === state.need.table.database).map(({ read }) => read?.table);
  if (versioned.length === 1) return;
  throw new Failure("SQL_INVALID", `Version ${asOf.version} was asked for, but the query reads ${versioned.length === 0 ? "no table with versions" : `several: ${versioned.join(", ")}`}.`, {
    hint: "Ask for a timestamp, or write AT (VERSION => …) behind each table.",
  });
}

/** Sessions are shared by queries of the same tables at the same state; rows of functions belong to one query. */
async function sessionOf(engine: Engine, catalog: Catalog, states: readonly Declarable[], shared: boolean, fetching: Fetching | undefined): Promise<Session> {
  const kept = (shared ? sharedSessions : ownSessions)(engine);
  const key = JSON.stringify(shared ? [numberOf(engine, catalog), ...states.map(({ need, key: state }) => [need.schema, need.name, state]).toSorted()] : engine.next());
  const known = kept.get(key);
  if (known !== undefined) return known;
  const opened = declareAll(engine, states, fetching);
  kept.set(key, opened);
  try {
    return await opened;
  } catch (error) {
    kept.delete(key);
    throw error;
  }
}

async function declareAll(engine: Engine, states: readonly Declarable[], fetching: Fetching | undefined): Promise<Session> {
  const release = async (): Promise<void> => {
    for (const state of states) await state.release();
  };
  try {
    const declarations = [];
    for (const state of states) declarations.push(...(await state.declare(fetching)));
    return await openSession(engine, declarations, release);
  } catch (error) {
    await release();
    throw engineFailure(error, { sql: "", ran: "", original: () => 0 });
  } finally {
    await fetching?.servers.close();
  }
}

/** What queries give, by their text: of tables that say which columns they have, whatever version they are at. */
const shapesByColumns = engineMemory<LeastRecent<Shape>>(200);
const shapesBySession = new WeakMap<Session, LeastRecent<Shape>>();

function shapesOf(engine: Engine, catalog: Catalog, session: Session, states: readonly Declarable[]): LeastRecent<Shape> {
  const shapes = (): LeastRecent<Shape> => leastRecent(200, async () => {});
  if (states.some(({ columns }) => columns === undefined)) return shapesBySession.getOrInsertComputed(session, shapes);
  const key = JSON.stringify([numberOf(engine, catalog), ...states.map(({ need, columns }) => [need.schema, need.name, columns]).toSorted()]);
  const known = shapesByColumns(engine).get(key) ?? shapes();
  shapesByColumns(engine).set(key, known);
  return known;
}

/** What the query gives: told by its text, or else by its text and the types of its values. */
async function knownShape(engine: Engine, session: Session, shapes: LeastRecent<Shape>, reading: Reading, values: readonly SqlParameter[], sql: string): Promise<Shape> {
  const known = shapes.get(reading.sql);
  if (known !== undefined) return known;
  const lease = await session.take();
  try {
    let text = reading.sql;
    let shape = await shapeOf(lease.connection, text);
    if (shape === undefined) {
      text = typedParameters(text, values).sql;
      shape = shapes.get(text) ?? (await shapeOf(lease.connection, text));
    }
    assert(shape !== undefined, "with the types of all values, the engine knows what the query gives");
    await requireDeclared(engine.control, shape.streamed, new Set(reading.needs.map(({ schema, name }) => `${schema}.${name}`.toLowerCase())));
    shapes.set(text, shape);
    return shape;
  } catch (error) {
    throw failureOf(reading, sql, error, reading.sql, 0);
  } finally {
    await session.giveBack(lease, true);
  }
}

/** `start`: where the reading's text begins in the text that ran. */
function failureOf(reading: Reading, sql: string, error: unknown, ran: string, start: number): Failure {
  return engineFailure(error, { sql, ran, original: (offset) => originalOffset(reading.splices, Math.max(0, Math.min(offset - start, reading.sql.length))) });
}

/** Every value belongs to a parameter; those within the call of a row function are no longer in the text. */
function requireParameters(reading: Reading, { parameters = [] }: QueryRequest): void {
  const most = reading.numbers.length;
  if (parameters.length <= most || reading.needs.some(({ args }) => args !== undefined)) return;
  throw new Failure("PARAMETER_INVALID", `${parameters.length} values were given, but the query has ${most === 1 ? "1 parameter" : `${most} parameters`}.`, {
    hint: "Name each value in the query: $1, $2, …",
  });
}

function tablesRead(states: readonly Declarable[]): readonly ReadTable[] {
  return states.flatMap(({ read }) => (read === undefined ? [] : [read])).toSorted((a, b) => (a.table < b.table ? -1 : a.table > b.table ? 1 : a.version - b.version));
}
