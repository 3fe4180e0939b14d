/** `GET /api/tables/{table}`: rows of one table, filtered, sorted, a page at a time. */
import type { FastifyInstance } from "fastify";
import type { Table } from "../../../compiler/ir/catalog.ts";
import { isKept } from "../../../compiler/ir/sources.ts";
import type { AsOf, QueryResult, ReadTable } from "../../query/request.ts";
import { answer } from "../answer.ts";
import type { Shaped } from "../answer.ts";
import { printCursor } from "../cursor.ts";
import type { Answering } from "../editions.ts";
import { negotiate } from "../negotiation.ts";
import { readPage } from "../page.ts";
import { readQueryString } from "../query-string.ts";
import { readRowsRequest } from "../rows-request.ts";
import type { RowsRequest } from "../rows-request.ts";
import { selectRows } from "../rows-sql.ts";
import { findTable } from "../table-name.ts";

/** Adds the route. */
export function addRowsRoute(server: FastifyInstance, answering: Answering): void {
  server.get<{ Params: { table: string } }>("/api/tables/:table", answering(async (service, request, reply) => {
    const query = readQueryString(request.url);
    const negotiated = negotiate(query.take("format"), request.headers.accept);
    const asked = readRowsRequest(findTable(service.lake.catalog, request.params.table), query);
    return answer(service, request, reply, {
      query: selectRows(asked, asked.limit === undefined ? undefined : asked.limit + 1),
      negotiated,
      identity: request.url,
      table: asked.table,
      shape: (result) => shapePage(asked, request.url, result),
    });
  }));
}

/** Without a limit, all rows; with one, a page whose Link header says where the next begins when there may be one. */
async function shapePage(asked: RowsRequest, url: string, result: QueryResult): Promise<Shaped> {
  if (asked.limit === undefined) return { result, headers: {} };
  const page = await readPage(result, asked.limit);
  if (!page.more || asked.limit === 0) return { result: page.result, headers: {} };
  const asOf = asked.asOf ?? stateOf(asked.table, result.tables);
  const cursor = printCursor({ offset: asked.offset + asked.limit, ...(asOf === undefined ? {} : { asOf }), request: asked.fingerprint });
  return { result: page.result, headers: { "neuralake-cursor": cursor, link: `<${nextUrl(url, cursor)}>; rel="next"` } };
}

/** The state a page was read in, so that the next one reads the same. */
function stateOf(table: Table, tables: readonly ReadTable[]): AsOf | undefined {
  const [first] = tables;
  if (first === undefined) return undefined;
  if (isKept(table.source)) return { version: first.version };
  return { timestamp: Temporal.Instant.fromEpochMilliseconds(Math.max(...tables.map((read) => read.committed))).toString() };
}

function nextUrl(url: string, cursor: string): string {
  const [path = "", query = ""] = url.split("?", 2);
  const parameters = new URLSearchParams(query);
  parameters.set("cursor", cursor);
  return `${path}?${parameters.toString()}`;
}
