/**
 * The port over HTTP: SQL goes to POST /api/sql and comes back as an Arrow stream, so every type is exact; rows to append go as
 * NDJSON. Needs no catalog and no engine; works wherever `fetch` does.
 */
import type { RecordBatch } from "apache-arrow";
import { decodeArrowStream } from "../parquet/arrow-ipc.ts";
import { columnsOfSchema } from "../parquet/arrow-schema.ts";
import type { QueryRequest, SqlParameter, WriteResult } from "../query/request.ts";
import { Failure } from "../values/failure.ts";
import type { Row } from "../values/value.ts";
import { createClientLake } from "./client-lake.ts";
import type { ClientLake } from "./face.ts";
import { jsonLine, jsonValue } from "./json-row.ts";
import type { Answer, NewValue, Port } from "./port.ts";
import { failureOf } from "./problem.ts";

export interface ConnectOptions {
  /** Of the server: `http://localhost:8080`. */
  readonly url: string;
}

/** A lake behind a server. Nothing is sent before the first query. */
export function connectClient<Tables, Calls, Appends>(options: ConnectOptions): ClientLake<Tables, Calls, Appends> {
  return createClientLake<Tables, Calls, Appends>(httpPort(options.url));
}

function httpPort(url: string): Port {
  const base = URL.parse(url.endsWith("/") ? url : `${url}/`);
  if (base === null) throw new Failure("CONFIG_INVALID", `"${url}" is not a URL.`, { hint: 'connect({ url: "http://localhost:8080" })' });
  return {
    query: (request) => query(base, request),
    append: (table, rows) => append(base, table, rows),
    deleteRows: (table, where, { parameters, signal }) => change(base, table, "DELETE", { where, params: parameters }, signal),
    mergeRows: (table, { query: { sql, parameters: params = [] } }, clauses, { parameters, signal }) => change(base, `${table}/merge`, "POST", { using: { sql, params }, ...clauses, params: parameters }, signal),
    updateRows: (table, set, where, { parameters, signal }) => change(base, table, "PATCH", { ...membersOf(set), where, params: parameters }, signal),
    close: async () => undefined,
  };
}

async function query(base: URL, request: QueryRequest): Promise<Answer> {
  const response = await send(new URL("api/sql", base), {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/vnd.apache.arrow.stream" },
    body: requestBody(request),
    signal: request.signal ?? null,
  });
  if (response.body === null) throw new Failure("UNAVAILABLE", `${base.href} sent an empty answer.`, { retry: true });
  const stream = await decodeArrowStream(response.body);
  return { columns: columnsOfSchema(stream.schema), batches: unbroken(stream.batches, base, request.signal) };
}

/** What the connection throws when it breaks off says nothing to a caller; a Failure does. */
async function* unbroken(batches: AsyncIterable<RecordBatch>, base: URL, signal: AbortSignal | undefined): AsyncGenerator<RecordBatch> {
  try {
    yield* batches;
  } catch (cause) {
    if (cause instanceof Failure || signal?.aborted === true) throw cause;
    throw new Failure("UNAVAILABLE", `The answer of ${base.origin} broke off.`, { hint: "Ask again; the server's log says why.", retry: true, cause });
  }
}

function requestBody(request: QueryRequest): string {
  const parameters: readonly SqlParameter[] = request.parameters ?? [];
  return JSON.stringify({ sql: request.sql, params: parameters.map(jsonValue), ...request.asOf });
}

/** The rows are written out before they are sent: one commit holds them all, and a failing source sends none. */
async function append(base: URL, table: string, rows: Iterable<Row> | AsyncIterable<Row>): Promise<WriteResult> {
  const lines: string[] = [];
  for await (const row of rows) lines.push(jsonLine(row));
  const response = await send(new URL(`api/tables/${encodeURIComponent(table)}`, base), {
    method: "POST",
    headers: { "content-type": "application/x-ndjson", accept: "application/json" },
    body: lines.join(""),
  });
  return (await response.json()) as WriteResult;
}

/** What a request says of new values: SQL in one member, values in the other. */
function membersOf(set: readonly NewValue[]): { readonly set: object; readonly values: object } {
  return {
    set: Object.fromEntries(set.flatMap((given) => ("sql" in given ? [[given.column, given.sql] as const] : []))),
    values: Object.fromEntries(set.flatMap((given) => ("sql" in given ? [] : [[given.column, given.value] as const]))),
  };
}

async function change<Result>(base: URL, path: string, method: "DELETE" | "PATCH" | "POST", body: object, signal: AbortSignal | undefined): Promise<Result> {
  const response = await send(new URL(`api/tables/${path.split("/").map(encodeURIComponent).join("/")}`, base), {
    method,
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(jsonValue(body)),
    signal: signal ?? null,
  });
  return (await response.json()) as Result;
}

/** The answer, when it is a good one; its problem as a Failure otherwise; UNAVAILABLE when nobody answers. */
async function send(url: URL, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init).catch((cause: unknown) => {
    if (init.signal?.aborted === true) throw cause;
    throw new Failure("UNAVAILABLE", `No answer from ${url.origin}.`, { hint: "Is `neuralake serve` running there?", retry: true, cause });
  });
  if (response.ok) return response;
  throw await failureOf(response);
}
