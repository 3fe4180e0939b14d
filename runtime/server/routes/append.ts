/** `POST /api/tables/{table}`: rows in, judged and committed in one version; what became of them out. */
import type { FastifyInstance, FastifyReply } from "fastify";
import type { Table } from "../../../compiler/ir/catalog.ts";
import { fullName } from "../../../compiler/ir/names.ts";
import { formatList, formatNamed } from "../../query/formats/format.ts";
import { readers } from "../../query/formats/rows-reader.ts";
import { Failure } from "../../values/failure.ts";
import type { Row } from "../../values/value.ts";
import type { Service } from "../answer.ts";
import { bodyOf, mediaTypeOf } from "../body.ts";
import type { Answering } from "../editions.ts";
import { readQueryString, refuseRest } from "../query-string.ts";
import { findTable } from "../table-name.ts";

/** Bytes of rows a request may carry. */
export const rowBytesMax = 64 * 1024 * 1024;

/** Adds the route. */
export function addAppendRoute(server: FastifyInstance, answering: Answering): void {
  server.post<{ Params: { table: string } }>("/api/tables/:table", { bodyLimit: rowBytesMax }, answering(async (service, request, reply) => {
    refuseRest(readQueryString(request.url), []);
    const table = deltaTable(service, request.params.table, reply, "nothing can be appended to it");
    const result = await service.lake.append(fullName(table), readBody(table, mediaTypeOf(request), bodyOf(request)));
    const { version, ...counts } = result;
    if (version !== undefined) reply.header("neuralake-version", `${fullName(table)}=${version}`);
    return reply.send({ ...counts, ...(version === undefined ? {} : { version }) });
  }));
}

/** The Delta table of that name; TABLE_NOT_WRITABLE for any other, for `why`, with what it allows. */
export function deltaTable({ lake }: Service, name: string, reply: FastifyReply, why: string): Table {
  const table = findTable(lake.catalog, name);
  if (table.source.kind === "delta") return table;
  reply.header("allow", "GET, HEAD");
  throw new Failure("TABLE_NOT_WRITABLE", `${fullName(table)} is ${table.source.kind === "materialized" ? "a materialized view" : "not a Delta table"}; ${why}.`);
}

function readBody(table: Table, mediaType: string, body: Uint8Array): Iterable<Row> {
  const format = mediaType.includes("/") ? formatNamed(mediaType) : undefined;
  const read = format === undefined ? undefined : readers[format];
  if (read !== undefined) return read(body, table.columns);
  const known = formatList.filter(([name]) => readers[name] !== undefined).map(([, facts]) => facts.mediaType);
  throw new Failure("MEDIA_TYPE_UNSUPPORTED", mediaType === "" ? "The request does not say what its body is." : `Rows cannot be read from ${mediaType}.`, {
    hint: `Set Content-Type to ${known.join(", ")}.`,
  });
}
