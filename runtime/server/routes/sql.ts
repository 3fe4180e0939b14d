/** `POST /api/sql` and `/sql`: SQL in, rows out. */
import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { answer } from "../answer.ts";
import type { Service } from "../answer.ts";
import { bodyOf, mediaTypeOf } from "../body.ts";
import type { Answering } from "../editions.ts";
import { negotiate } from "../negotiation.ts";
import { readQueryString, refuseRest, takeAsOf } from "../query-string.ts";
import { readSqlRequest } from "../sql-request.ts";

/** Bytes of SQL a request may carry. */
const sqlBytesMax = 1024 * 1024;

/** Adds the routes. */
export function addSqlRoutes(server: FastifyInstance, answering: Answering): void {
  const handler = async (service: Service, request: FastifyRequest, reply: FastifyReply) => {
    const query = readQueryString(request.url);
    const negotiated = negotiate(query.take("format"), request.headers.accept);
    const asOf = takeAsOf(query);
    refuseRest(query, ["format", "version", "timestamp"]);
    const body = bodyOf(request);
    const identity = createHash("sha256").update(JSON.stringify(asOf ?? null)).update(mediaTypeOf(request)).update(body).digest("hex");
    return answer(service, request, reply, { query: readSqlRequest(mediaTypeOf(request), body, asOf), negotiated, identity });
  };
  for (const url of ["/api/sql", "/sql"]) server.post(url, { bodyLimit: sqlBytesMax }, answering(handler));
}
