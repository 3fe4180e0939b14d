/**
 * A question to the lake becomes a streamed reply. What fails before the first row is a problem document; what fails later breaks the
 * connection, so that a part never looks like the whole. A client that leaves stops its query.
 */
import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import { writeResult } from "../query/formats/format.ts";
import type { QueryRequest, QueryResult, ReadTable } from "../query/request.ts";
import { entityTag, isTaggable, namesTag, versionHeaders } from "./freshness.ts";
import { contentType } from "./negotiation.ts";
import type { Negotiated } from "./negotiation.ts";
import type { ServedLake } from "./served-lake.ts";

/** What every route is handed. */
export interface Service {
  readonly lake: ServedLake;
  /** Changes with the catalog. */
  readonly catalogTag: string;
  /** Ends every query that still runs when the server is closed. */
  readonly closing: AbortSignal;
}

export interface Question {
  readonly query: QueryRequest;
  readonly negotiated: Negotiated;
  /** Tells this question from every other one, beside its format. */
  readonly identity: string;
  /** What the query will read, where that is known before it runs. */
  readonly reads?: readonly ReadTable[] | undefined;
  /** Makes of the rows what the reply carries; may answer with headers of its own. */
  readonly shape?: (result: QueryResult) => Promise<Shaped>;
}

/** The reply's body and headers; `body` overrides the rows' own format. */
export interface Shaped { readonly result: QueryResult; readonly headers: { readonly [name: string]: string }; readonly body?: AsyncIterable<Uint8Array> }

/** Answers a question: 304 when the client has the answer, else the rows in the negotiated format. */
export async function answer(service: Service, request: FastifyRequest, reply: FastifyReply, question: Question): Promise<FastifyReply> {
  const tagOf = (tables: readonly ReadTable[]) => entityTag([service.catalogTag, question.identity, question.negotiated.mediaType], tables);
  const knows = (tag: string | undefined) => tag !== undefined && namesTag(request.headers["if-none-match"], tag);
  if (question.reads !== undefined && knows(tagOf(question.reads))) {
    return reply.code(304).headers(cacheHeaders(question.reads, tagOf(question.reads))).send();
  }
  const abort = abortWith(reply, service.closing);
  const result = await service.lake.query({ ...question.query, signal: abort.signal });
  const tag = isTaggable(result) ? tagOf(result.tables) : undefined;
  const headers = cacheHeaders(result.tables, tag);
  if (knows(tag)) {
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
  return reply.send(Readable.from(resume(first, chunks, failed), { objectMode: false }));
}

function cacheHeaders(tables: readonly ReadTable[], tag: string | undefined): { readonly [name: string]: string } {
  return { vary: "Accept", "cache-control": "no-cache", ...versionHeaders(tables), ...(tag === undefined ? {} : { etag: tag }) };
}

/** Aborts when the client leaves before the reply is whole, or the server is closed. */
function abortWith(reply: FastifyReply, closing: AbortSignal): AbortController {
  const abort = new AbortController();
  const close = () => abort.abort();
  closing.addEventListener("abort", close);
  reply.raw.once("close", () => {
    closing.removeEventListener("abort", close);
    if (!reply.raw.writableFinished) abort.abort();
  });
  return abort;
}

/** The chunks from the first one on; `failed` hears why they end early. */
async function* resume(first: IteratorResult<Uint8Array>, chunks: AsyncIterator<Uint8Array>, failed: (error: unknown) => void): AsyncGenerator<Uint8Array> {
  try {
    for (let next = first; next.done !== true; next = await chunks.next()) yield next.value;
  } catch (error) {
    failed(error);
    throw error;
  } finally {
    await chunks.return?.();
  }
}
