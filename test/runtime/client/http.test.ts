/** The HTTP port against a server of a few lines, which can answer well, badly and by halves. The whole server is met in values-end-to-end.test.ts. */
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { connectClient, filter } from "../../../runtime/client/entry.ts";
import type { ClientLake } from "../../../runtime/client/entry.ts";
import { encodeArrow } from "../../../runtime/parquet/arrow-encoder.ts";
import { buildBatch } from "../../../runtime/parquet/arrow-build.ts";
import { arrowSchema } from "../../../runtime/parquet/arrow-schema.ts";
import type { Appends, Calls, Tables } from "./rides.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

interface Request { readonly path: string | undefined; readonly headers: IncomingMessage["headers"]; readonly body: string }

async function serve(answer: (response: ServerResponse) => Promise<void> | void): Promise<{ readonly lake: ClientLake<Tables, Calls, Appends>; readonly requests: Request[]; readonly url: string }> {
  const requests: Request[] = [];
  server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      requests.push({ path: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() });
      await answer(response);
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/lake`;
  return { lake: connectClient({ url }), requests, url };
}

const columns: readonly NamedType[] = [{ name: "iata", type: { kind: "text" }, nullable: false }];
const airports = (count: number): { iata: string }[] => Array.from({ length: count }, (_, k) => ({ iata: `A${k}` }));

async function* batches(count: number): AsyncGenerator<ReturnType<typeof buildBatch>> {
  for (let k = 0; k < count; k++) yield buildBatch(columns, airports(1000));
}

async function writeAnswer(response: ServerResponse, count: number, chunksMax = Infinity): Promise<void> {
  response.writeHead(200, { "content-type": "application/vnd.apache.arrow.stream" });
  let chunks = 0;
  for await (const bytes of encodeArrow(arrowSchema(columns), batches(count), "stream")) {
    if (++chunks > chunksMax) break;
    if (!response.write(bytes)) {
      const { promise, resolve } = Promise.withResolvers<void>();
      response.once("drain", resolve).once("close", resolve);
      await promise;
      response.off("drain", resolve).off("close", resolve);
    }
    if (response.closed) return;
  }
  response.end();
}

describe("a query over HTTP", () => {
  test("is one request with SQL, parameters and the state asked for; the answer is its rows", async () => {
    const { lake, requests } = await serve((response) => writeAnswer(response, 2));
    const rows = await lake.asOf({ version: 5 }).db("rides").table("trips", [filter("trip_id", "=", 9007199254740993n), filter("rider_email", "is null")]).execute();
    expect([rows.length, rows[1]]).toEqual([2000, { iata: "A1" }]);
    expect(requests.map(({ path, headers, body }) => [path, headers["accept"], headers["content-type"], body])).toEqual([[
      "/lake/api/sql", "application/vnd.apache.arrow.stream", "application/json",
      String.raw`{"sql":"select * from \"rides\".\"trips\" where \"trip_id\" = CAST($1 AS BIGINT) and \"rider_email\" is null","params":[9007199254740993],"version":5}`,
    ]]);
  });

  test("as Arrow has the columns also when there are no rows", async () => {
    const { lake } = await serve((response) => writeAnswer(response, 0));
    const table = await lake.arrow(lake.selectFrom("flights.airports").selectAll());
    expect([table.numRows, table.schema.names]).toEqual([0, ["iata"]]);
  });

  test("ends by a failure when the answer ends before its last byte", async () => {
    const { lake } = await serve((response) => writeAnswer(response, 5, 3));
    await expect(lake.selectFrom("flights.airports").selectAll().execute()).rejects.toMatchObject({ code: "UNAVAILABLE", retry: true });
  });

  test("ends by a failure when the connection breaks off", async () => {
    const { lake } = await serve(async (response) => {
      response.writeHead(200, { "content-type": "application/vnd.apache.arrow.stream" });
      for await (const bytes of encodeArrow(arrowSchema(columns), batches(1), "stream")) response.write(bytes.subarray(0, bytes.length / 2));
      response.destroy();
    });
    await expect(lake.selectFrom("flights.airports").selectAll().execute()).rejects.toMatchObject({ code: "UNAVAILABLE", retry: true });
  });

  test("that is left early tells the server so, which need not send the rest", async () => {
    const sent = Promise.withResolvers<boolean>();
    const { lake } = await serve(async (response) => {
      await writeAnswer(response, 100_000);
      sent.resolve(response.writableFinished);
    });
    for await (const row of lake.selectFrom("flights.airports").selectAll().stream()) {
      expect(row).toEqual({ iata: "A0" });
      break;
    }
    expect(await sent.promise).toBe(false);
  });

  test("can be aborted while it runs", async () => {
    const { lake } = await serve(() => undefined);
    const query = lake.selectFrom("flights.airports").selectAll().execute({ signal: AbortSignal.timeout(50) });
    await expect(query).rejects.toThrow();
  });
});

describe("a failure of the server", () => {
  test("is the same failure here: code, message, hint and place", async () => {
    const { lake } = await serve((response) => {
      response.writeHead(400, { "content-type": "application/problem+json" });
      response.end(JSON.stringify({ type: "urn:x", title: "Bad Request", status: 400, detail: "no column colour", code: "SQL_INVALID", hint: "there is trip_id", place: { line: 2, column: 7 } }));
    });
    await expect(lake.query("SELECT\n  x, colour")).rejects.toMatchObject({ name: "Failure", code: "SQL_INVALID", message: "no column colour", hint: "there is trip_id", place: { line: 2, column: 7 }, retry: false });
  });

  test("that is not one of ours is told by its status and its text", async () => {
    const { lake } = await serve((response) => {
      response.writeHead(502, { "content-type": "text/html" });
      response.end("<h1>Bad gateway</h1>");
    });
    await expect(lake.query("SELECT 1")).rejects.toMatchObject({ code: "UNAVAILABLE", message: expect.stringContaining("502: <h1>Bad gateway</h1>"), retry: true });
  });

  test("to answer at all says where nobody answered", async () => {
    const { lake, url } = await serve(() => undefined);
    server?.close();
    await expect(lake.query("SELECT 1")).rejects.toMatchObject({ code: "UNAVAILABLE", message: `No answer from ${new URL(url).origin}.`, retry: true });
  });

  test("does not hide a URL that is none", () => {
    expect(() => connectClient({ url: "localhost 8080" })).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
  });
});

test("append sends a row a line, each value in the server's own spelling", async () => {
  const { lake, requests } = await serve((response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end('{"table":"rides.trips","kept":2,"quarantined":0,"warnings":[],"version":7}');
  });
  const row = {
    trip_id: 9007199254740993n, dropoff_day: Temporal.PlainDate.from("2026-08-01"), picked_up_at: Temporal.Instant.from("2026-08-01T10:00:00.000001Z"), passengers: NaN,
    fare: "7.50", paid_with: "card", stops: ["a"], photo: new Uint8Array([0, 255]),
  } as const;
  expect(await lake.append("rides.trips", [row, { ...row, passengers: -0, photo: null }])).toEqual({ table: "rides.trips", version: 7, kept: 2, quarantined: 0, warnings: [] });
  const line = '{"trip_id":9007199254740993,"dropoff_day":"2026-08-01","picked_up_at":"2026-08-01T10:00:00.000001Z","passengers":"NaN","fare":"7.50","paid_with":"card","stops":["a"],"photo":"AP8="}\n';
  expect(requests[0]).toMatchObject({ path: "/lake/api/tables/rides.trips", body: line + line.replace('"NaN"', "-0.0").replace('"AP8="', "null") });
});
