/** `GET /api/tables/{table}/{key…}`: the one row with this key. */
import type { RecordBatch } from "apache-arrow";
import type { FastifyInstance } from "fastify";
import { fullName } from "../../../compiler/ir/names.ts";
import { readRows } from "../../parquet/arrow-rows.ts";
import type { QueryResult } from "../../query/request.ts";
import { Failure } from "../../values/failure.ts";
import { rowJson } from "../../values/json.ts";
import { answer } from "../answer.ts";
import type { Shaped } from "../answer.ts";
import type { Answering } from "../editions.ts";
import { negotiate } from "../negotiation.ts";
import { readQueryString } from "../query-string.ts";
import { readKeyRequest } from "../rows-request.ts";
import type { RowsRequest } from "../rows-request.ts";
import { selectRows } from "../rows-sql.ts";
import { findTable } from "../table-name.ts";

/** Adds the route. */
export function addKeyRoute(server: FastifyInstance, answering: Answering): void {
  server.get<{ Params: { table: string } }>("/api/tables/:table/*", answering(async (service, request, reply) => {
    const query = readQueryString(request.url);
    const negotiated = negotiate(query.take("format"), request.headers.accept);
    const asked = readKeyRequest(findTable(service.lake.catalog, request.params.table), keyParts(request.url), query);
    return answer(service, request, reply, {
      query: selectRows(asked, 2),
      negotiated,
      identity: request.url,
      table: asked.table,
      shape: async (result) => shapeRow(asked, await oneRow(asked, result), negotiated.format === "json"),
    });
  }));
}

/** The parts of the path after the table, decoded one by one: a part may hold an encoded slash. */
function keyParts(url: string): string[] {
  const [path = ""] = url.split("?", 1);
  return path.split("/").slice(4).map((part) => decodeURIComponent(part));
}

/** The result again, with its one row; ROW_NOT_FOUND, KEY_NOT_UNIQUE. */
async function oneRow({ table, conditions }: RowsRequest, result: QueryResult): Promise<QueryResult> {
  const batches: RecordBatch[] = [];
  for await (const batch of result.batches) batches.push(batch);
  const rows = batches.reduce((sum, batch) => sum + batch.numRows, 0);
  const key = conditions.map(({ column, values }) => `${column.name} = ${String(values[0])}`).join(", ");
  if (rows === 0) throw new Failure("ROW_NOT_FOUND", `${fullName(table)} has no row with ${key}.`);
  if (rows > 1) {
    throw new Failure("KEY_NOT_UNIQUE", `${fullName(table)} has more than one row with ${key}.`, { hint: `GET /api/tables/${fullName(table)} with a filter shows them all.` });
  }
  return { ...result, batches: again(batches) };
}

async function* again(batches: readonly RecordBatch[]): AsyncGenerator<RecordBatch> {
  yield* batches;
}

/** In JSON the row itself; in every other format a table of one row. */
function shapeRow(asked: RowsRequest, result: QueryResult, json: boolean): Shaped {
  return { result, headers: {}, ...(json ? { body: rowText(result) } : {}) };
}

async function* rowText(result: QueryResult): AsyncGenerator<Uint8Array> {
  for await (const batch of result.batches) {
    for (const row of readRows(result.columns, batch)) yield new TextEncoder().encode(`${rowJson(result.columns, row)}\n`);
  }
}
