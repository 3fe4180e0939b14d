/** The REST client against a server that answers what the test says: bodies survive to the last digit in both directions. */
import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createRest } from "../../../runtime/client/rest.ts";
import type { AppendPath, RowsPath } from "../../../runtime/client/rest-paths.ts";

interface Row { readonly id: bigint; readonly note: string; readonly ratio: number; readonly stops: readonly { readonly line: bigint }[] }
interface Paths { "/api/tables/rides.trips": RowsPath<Row> & AppendPath<Row> }

let server: Server;
let url: string;
let answer: { readonly status: number; readonly type: string; readonly body: string };
let asked: { readonly method: string | undefined; readonly url: string; readonly body: string };

beforeEach(async () => {
  server = createServer((request, response) => {
    void textOf(request).then((body) => {
      asked = { method: request.method, url: decodeURIComponent(request.url ?? ""), body };
      response.writeHead(answer.status, { "content-type": answer.type }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => {
  server.close(resolve);
  server.closeAllConnections();
}));

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function client(): ReturnType<typeof createRest<Paths>> {
  return createRest<Paths>({ url, wideIntegers: { "rides.trips": ["id", "stops/*/line"] } });
}

test("64-bit integers are bigint wherever the schema says so, small or large, and other numbers stay numbers", async () => {
  answer = { status: 200, type: "application/json; charset=utf-8", body: '[{"id":1,"note":"é","ratio":1,"stops":[{"line":9007199254740993},{"line":2}]},{"id":-9223372036854775808,"note":"","ratio":0.5,"stops":[]}]' };
  const { data } = await client().GET("/api/tables/rides.trips");
  expect(data).toEqual([
    { id: 1n, note: "é", ratio: 1, stops: [{ line: 9_007_199_254_740_993n }, { line: 2n }] },
    { id: -(2n ** 63n), note: "", ratio: 0.5, stops: [] },
  ]);
});

test("filters, lists and limits are spelled as the server reads them", async () => {
  answer = { status: 200, type: "application/json", body: "[]" };
  await client().GET("/api/tables/rides.trips", { params: { query: { "filter[id]gte": 2n ** 60n, "filter[note]in": ["a", "b"], columns: ["id", "note"], sort: ["-id"], limit: 3 } } });
  expect(asked.url).toBe("/api/tables/rides.trips?filter[id]gte=1152921504606846976&filter[note]in=a,b&columns=id,note&sort=-id&limit=3");
});

test("rows are sent with all their digits", async () => {
  answer = { status: 200, type: "application/json", body: '{"table":"rides.trips","version":3,"kept":1,"quarantined":0,"warnings":[]}' };
  const { data } = await client().POST("/api/tables/rides.trips", { body: [{ id: 2n ** 63n - 1n, note: "", ratio: Number.NaN, stops: [] }] });
  expect(asked).toMatchObject({ method: "POST", body: '[{"id":9223372036854775807,"note":"","ratio":"NaN","stops":[]}]' });
  expect(data).toEqual({ table: "rides.trips", version: 3, kept: 1, quarantined: 0, warnings: [] });
});

test("a problem is given back as it came", async () => {
  answer = { status: 400, type: "application/problem+json", body: '{"type":"about:blank","title":"Bad Request","status":400,"detail":"no column gate","code":"BAD_REQUEST"}' };
  const { data, error } = await client().GET("/api/tables/rides.trips");
  expect(data).toBeUndefined();
  expect(error).toMatchObject({ code: "BAD_REQUEST" });
});
