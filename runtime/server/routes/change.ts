/** `PATCH` and `DELETE /api/tables/{table}`, `POST /api/tables/{table}/merge`: rows changed where they lie, in one version; what became of them out. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Table } from "../../../compiler/ir/catalog.ts";
import { fullName } from "../../../compiler/ir/names.ts";
import { abortWith } from "../answer.ts";
import { bodyOf, mediaTypeOf } from "../body.ts";
import { readDeleteRequest, readUpdateRequest } from "../change-request.ts";
import { readMergeRequest } from "../merge-request.ts";
import type { Answering } from "../editions.ts";
import { readQueryString, refuseRest } from "../query-string.ts";
import type { ServedChange, ServedChangeOptions, ServedLake } from "../served-lake.ts";
import { deltaTable, rowBytesMax } from "./append.ts";

/** Bytes of a condition and new values that a request may carry. */
const changeBytesMax = 1024 * 1024;

type TableRoute = { Params: { table: string } };
type Change = (lake: ServedLake, table: Table, request: { readonly mediaType: string; readonly body: Uint8Array }, options: Pick<ServedChangeOptions, "signal">) => Promise<ServedChange>;

/** Adds the routes. */
export function addChangeRoutes(server: FastifyInstance, answering: Answering): void {
  const options = { bodyLimit: changeBytesMax };
  server.delete<TableRoute>("/api/tables/:table", options, changing(answering, async (lake, table, { mediaType, body }, stop) => {
    const { where, ...more } = readDeleteRequest(mediaType, body);
    return await lake.deleteRows(fullName(table), where, { ...more, ...stop });
  }));
  server.post<TableRoute>("/api/tables/:table/merge", { bodyLimit: rowBytesMax }, changing(answering, async (lake, table, { mediaType, body }, stop) => {
    const { source, clauses, ...more } = readMergeRequest(table, mediaType, body);
    return await lake.mergeRows(fullName(table), source, clauses, { ...more, ...stop });
  }));
  server.patch<TableRoute>("/api/tables/:table", options, changing(answering, async (lake, table, { mediaType, body }, stop) => {
    const { set, where, ...more } = readUpdateRequest(table, mediaType, body);
    return await lake.updateRows(fullName(table), set, where, { ...more, ...stop });
  }));
}

/** A client that leaves stops its change, until the commit begins. */
function changing(answering: Answering, change: Change): (request: FastifyRequest<TableRoute>, reply: FastifyReply) => Promise<unknown> {
  return answering<TableRoute>(async (service, request, reply) => {
    refuseRest(readQueryString(request.url), []);
    const table = deltaTable(service, request.params.table, reply, "its rows cannot be changed");
    const { signal } = abortWith(reply);
    const result = await change(service.lake, table, { mediaType: mediaTypeOf(request), body: bodyOf(request) }, { signal });
    return reply.header("neuralake-version", `${result.table}=${result.version}`).send(result);
  });
}
