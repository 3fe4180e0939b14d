import { request } from "node:http";
import { tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serveRides } from "./served-rides.ts";
import type { ServedRides } from "./served-rides.ts";

let served: ServedRides;
beforeAll(async () => { served = await serveRides(); });
afterAll(() => served.close());

const ask = (body: string, init: RequestInit = {}, path = "/api/sql") => fetch(served.url + path, { method: "POST", body, ...init });
const askJson = (body: object) => ask(JSON.stringify(body), { headers: { "content-type": "application/json" } });

describe("SQL over HTTP", () => {
  test("a bare `curl -d` is answered, on both paths", async () => {
    for (const path of ["/sql", "/api/sql"]) {
      const reply = await ask("SELECT count(*) AS n FROM rides.trips WHERE note LIKE '%x%' OR 1+1 = 2", { headers: { "content-type": "application/x-www-form-urlencoded" } }, path);
      expect([reply.status, reply.headers.get("content-type"), await reply.json()]).toEqual([200, "application/json", [{ n: 6 }]]);
    }
  });

  test("JSON carries parameters and a state; digits beyond 2^53 arrive", async () => {
    const reply = await ask('{"sql": "SELECT trip_id, CAST($2 AS VARCHAR) AS note FROM rides.trips WHERE trip_id = $1 LIMIT 1", "params": [9007199254740993, "é"], "version": 1}', { headers: { "content-type": "application/json; charset=utf-8" } });
    expect(await reply.text()).toBe('[{"trip_id":9007199254740993,"note":"é"}]\n');
    expect(await (await askJson({ sql: "SELECT count(*) AS n FROM rides.trips", version: 0 })).json()).toEqual([{ n: 0 }]);
  });

  test("every format answers the same rows", async () => {
    const sql = "SELECT trip_id FROM rides.trips WHERE trip_id < 3 ORDER BY trip_id";
    expect(await (await ask(sql, { headers: { accept: "text/csv" } })).text()).toBe("trip_id\r\n1\r\n2\r\n");
    expect(await (await ask(sql, {}, "/sql?format=ndjson")).text()).toBe('{"trip_id":1}\n{"trip_id":2}\n');
    const arrow = await ask(sql, { headers: { accept: "application/vnd.apache.arrow.stream" } });
    expect([...(tableFromIPC(await arrow.bytes()).getChild("trip_id") ?? [])]).toEqual([1n, 2n]);
  });
});

describe("SQL that must not run", () => {
  test("a mistake is 400 with line, column and hint", async () => {
    const reply = await ask("SELECT trip_id,\n  fair FROM rides.trips");
    expect([reply.status, reply.headers.get("content-type")]).toEqual([400, "application/problem+json; charset=utf-8"]);
    expect(await reply.json()).toMatchObject({ status: 400, title: "Bad Request", code: "SQL_INVALID", detail: expect.stringContaining("fair"), place: { line: 2, column: 3 } });
  });

  test.each([
    "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM '/etc/passwd'", "SELECT * FROM read_text('/etc/passwd')", "SELECT * FROM glob('/etc/*')",
    "COPY (SELECT 1) TO '/tmp/neuralake-copy.csv'", "COPY rides.trips FROM '/etc/passwd'", "ATTACH '/etc/passwd' AS x", "PRAGMA database_list", "SET threads = 1", "INSTALL httpfs", "LOAD httpfs",
    "CREATE TABLE x AS SELECT 1", "DROP TABLE rides.trips", "DELETE FROM rides.trips", "SELECT 1; SELECT 2", "SELECT getenv('HOME')",
    "SELECT * FROM information_schema.tables", "SELECT * FROM duckdb_settings()", "SELECT * FROM secrets.keys", "CALL pragma_version()", "EXPLAIN SELECT 1",
  ])("%s", async (sql) => {
    const reply = await ask(sql);
    const problem = await reply.json() as { code: string; detail: string };
    expect([400, 403]).toContain(reply.status);
    expect(["SQL_INVALID", "SQL_FORBIDDEN"]).toContain(problem.code);
    expect(JSON.stringify(problem)).not.toContain("root:");
  });

  test.each([
    ["", {}, "no SQL"], ["  \n", {}, "no SQL"],
    ["{", { "content-type": "application/json" }, "not JSON"], ["[]", { "content-type": "application/json" }, "not a JSON object"],
    ['{"sql": 1}', { "content-type": "application/json" }, "sql"], ['{"sql": "SELECT 1", "parms": []}', { "content-type": "application/json" }, "parms"],
    ['{"sql": "SELECT $1", "params": [[1]]}', { "content-type": "application/json" }, "$1"], ['{"sql": "SELECT 1", "version": -1}', { "content-type": "application/json" }, "version"],
  ] as const)("a body of %j is 400", async (body, headers, said) => {
    const reply = await ask(body, { headers });
    expect(reply.status).toBe(400);
    expect((await reply.json() as { detail: string }).detail).toContain(said);
  });

  test("a body over the limit is 413 and says the limit; a compressed one 415", async () => {
    const large = await ask(`SELECT '${"x".repeat(1024 * 1024)}'`);
    expect([large.status, await large.json()]).toEqual([413, expect.objectContaining({ code: "BODY_TOO_LARGE", detail: expect.stringContaining("1048576") })]);
    expect((await ask("SELECT 1", { headers: { "content-encoding": "gzip" } })).status).toBe(415);
  });

  test("an unknown parameter of the URL is named, with what there is", async () => {
    const reply = await ask("SELECT 1", {}, "/sql?fmt=csv");
    expect([reply.status, await reply.json()]).toEqual([400, expect.objectContaining({ code: "PARAMETER_INVALID", place: { parameter: "fmt" }, hint: expect.stringContaining("format") })]);
  });
});

describe("a reply that cannot be finished", () => {
  test.each(["json", "ndjson", "csv", "arrow", "parquet"])("a failure after rows were sent breaks the %s transfer", async (format) => {
    const reply = await ask("SELECT CAST(CASE WHEN i = 1000000 THEN 'x' ELSE '1' END AS INTEGER) AS n FROM range(2000000) t(i)", {}, `/sql?format=${format}`);
    if (reply.status === 200) await expect(reply.bytes()).rejects.toThrow();
    else expect((await reply.json() as { code: string }).code).toBe("SQL_INVALID");
  });

  test("a client that leaves stops its query", async () => {
    const before = served.signals.length;
    await new Promise<void>((resolve, reject) => {
      const leaving = request(`${served.url}/sql?format=ndjson`, { method: "POST" }, (reply) => reply.once("data", () => leaving.destroy()));
      leaving.on("close", resolve).on("error", reject);
      leaving.end("SELECT i FROM range(100000000000) t(i)");
    });
    const signal = served.signals[before];
    await new Promise<void>((resolve) => signal?.aborted === true ? resolve() : signal?.addEventListener("abort", () => resolve()));
    expect(await (await ask("SELECT 1 AS one")).json()).toEqual([{ one: 1 }]);
  });
});
