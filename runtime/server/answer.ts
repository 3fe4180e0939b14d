/**
 * A question to the lake becomes a streamed reply. What fails before the first row is a problem document; what fails later breaks the
 * connection, so that a part never looks like the whole. A client that leaves stops its query.
 */
import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Table } from "../../compiler/ir/catalog.ts";
import { fullName } from "../../compiler/ir/names.ts";
import { writeResult } from "../query/formats/format.ts";
import type { QueryRequest, QueryResult, ReadTable } from "../query/request.ts";
import { entityTag, isTaggable, namesTag, versionHeaders } from "./freshness.ts";
import { contentType } from "./negotiation.ts";
import type { Negotiated } from "./negotiation.ts";
import type { ServedLake } from "./served-lake.ts";

/** What every route is handed, of the edition it answers from. */
export interface Service {
  readonly lake: ServedLake;
  /** Changes with the catalog. */
  readonly catalogTag: string;
  /** The text of the OpenAPI document. */
  readonly document: string;
  /** Hears how long each question took, to the last of its rows, in seconds. */
  readonly queried: (seconds: number) => void;
}

export interface Question {
  readonly query: QueryRequest;
  readonly negotiated: Negotiated;
  /** Tells this question from every other one, beside its format. */
  readonly identity: string;
  /** The one table it is about; what it reads can then be told without running it. */
  readonly table?: Table;
  /** Makes of the rows what the reply carries; may answer with headers of its own. */
  readonly shape?: (result: QueryResult) => Promise<Shaped>;
}

/** The reply's body and headers; `body` overrides the rows' own format. */
export interface Shaped { readonly result: QueryResult; readonly headers: { readonly [name: string]: string }; readonly body?: AsyncIterable<Uint8Array> }

/** Answers a question: 304 when the client has the answer, else the rows in the negotiated format. */
export async function answer(service: Service, request: FastifyRequest, reply: FastifyReply, question: Question): Promise<FastifyReply> {
  const tagOf = (tables: readonly ReadTable[]) => entityTag([service.catalogTag, question.identity, question.negotiated.mediaType], tables);
  const known = request.headers["if-none-match"];
  const reads = known === undefined ? undefined : await readsBefore(service, question);
  if (reads !== undefined && namesTag(known, tagOf(reads))) return reply.code(304).headers(cacheHeaders(reads, tagOf(reads))).send();

  const abort = abortWith(reply);
  const started = performance.now();
  const result = await service.lake.query({ ...question.query, signal: abort.signal });
  const tag = isTaggable(result) ? tagOf(result.tables) : undefined;
  const headers = cacheHeaders(result.tables, tag);
  if (tag !== undefined && namesTag(known, tag)) {
    abort.abort();
    return reply.code(304).headers(headers).send();
  }
  const shaped = question.shape === undefined ? { result, headers: {} } : await question.shape(result);
  const chunks = (shaped.body ?? writeResult(shaped.result, question.negotiated.format))[Symbol.asyncIterator]();
  const first = await chunks.next();
  // Only now is it known to succeed so far; a problem document bears none of these headers.
  reply.headers({ ...headers, ...shaped.headers, "content-type": contentType(question.negotiated) });
  if (request.method === "HEAD") {
    abort.abort();
    return reply.send(Readable.from([]));
  }
  const failed = (error: unknown) => {
    if (!abort.signal.aborted) request.log.error(error);
  };
  const ended = () => service.queried((performance.now() - started) / 1000);
  return reply.send(Readable.from(resume(first, chunks, failed, ended), { objectMode: false }));
}

/** The versions a question about one table as it is now will read; undefined when one beneath it has none. */
async function readsBefore(service: Service, { table, query }: Question): Promise<readonly ReadTable[] | undefined> {
  return table === undefined || query.asOf !== undefined ? undefined : service.lake.versions([fullName(table)]);
}

function cacheHeaders(tables: readonly ReadTable[], tag: string | undefined): { readonly [name: string]: string } {
  return { vary: "Accept", "cache-control": "no-cache", ...versionHeaders(tables), ...(tag === undefined ? {} : { etag: tag }) };
}

/** Aborts when the connection ends before the reply is whole: the client left, or the server was closed. */
export function abortWith(reply: FastifyReply): AbortController {
  const abort = new AbortController();
  if (reply.raw.closed) abort.abort();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) abort.abort();
  });
  return abort;
}

/** The chunks from the first one on; `failed` hears why they end early, `ended` that they are whole. */
async function* resume(first: IteratorResult<Uint8Array>, chunks: AsyncIterator<Uint8Array>, failed: (error: unknown) => void, ended: () => void): AsyncGenerator<Uint8Array> {
  try {
    for (let next = first; next.done !== true; next = await chunks.next()) yield next.value;
    ended();
  } catch (error) {
    failed(error);
    throw error;
  } finally {
    await chunks.return?.();
  }
}
