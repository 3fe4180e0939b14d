import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serveRides } from "./served-rides.ts";
import type { ServedRides } from "./served-rides.ts";

let served: ServedRides;
beforeAll(async () => { served = await serveRides(); });
afterAll(() => served.close());

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${served.url}${path}`, { headers });
const ask = (sql: string, headers: Record<string, string> = {}) => fetch(`${served.url}/sql`, { method: "POST", body: sql, headers });
const row = { trip_id: 77n, day: Temporal.PlainDate.from("2026-08-09"), fare: "1.00", tip: null, paid_with: "card", note: null };

describe("how old an answer is", () => {
  test("the reply names the versions it read and the age of the data", async () => {
    for (const reply of [await get("/api/tables/rides.trips?limit=1"), await get("/api/tables/rides.by_day"), await ask("SELECT 1 AS one FROM rides.trips"), await get("/api/tables/rides.trips/2026-08-01/1")]) {
      expect(reply.headers.get("neuralake-version")).toBe("rides.trips=1");
      expect(Number(reply.headers.get("age"))).toBeGreaterThanOrEqual(0);
      await reply.body?.cancel();
    }
  });

  test("what has no versions names none and bears no tag", async () => {
    for (const reply of [await get("/api/tables/rides.zones"), await get("/api/tables/rides.drivers"), await ask("SELECT 1 AS one"), await ask("SELECT count(*) AS n FROM rides.trips, rides.zones"), await ask("SELECT random() AS r FROM rides.trips")]) {
      expect([reply.status, reply.headers.get("etag")]).toEqual([200, null]);
      await reply.body?.cancel();
    }
  });
});

describe("an answer the client has already", () => {
  test.each(["/api/tables/rides.trips?filter[paid_with]=card", "/api/tables/rides.by_day", "/api/tables/rides.city_pulse?day=2026-08-01", "/api/tables/rides.trips/2026-08-01/1"])("%s is answered 304 without a query, until a commit", async (path) => {
    const first = await get(path);
    const tag = first.headers.get("etag") ?? "";
    expect([first.status, tag]).toEqual([200, expect.stringMatching(/^W\/"/)]);
    await first.body?.cancel();
    const asked = served.signals.length;
    const second = await get(path, { "if-none-match": tag });
    expect([second.status, await second.text(), second.headers.get("etag"), served.signals.length]).toEqual([304, "", tag, asked]);
    await served.lake.append("rides.trips", [row]);
    const third = await get(path, { "if-none-match": tag });
    expect([third.status, third.headers.get("etag") === tag]).toEqual([200, false]);
    await third.body?.cancel();
  });

  test("SQL too", async () => {
    const sql = "SELECT day, count(*) AS n FROM rides.trips GROUP BY day";
    const tag = (await ask(sql)).headers.get("etag") ?? "";
    expect((await ask(sql, { "if-none-match": `"other", ${tag}` })).status).toBe(304);
    expect((await ask(`${sql} HAVING count(*) > 1`, { "if-none-match": tag })).status).toBe(200);
  });

  test("another format is another answer", async () => {
    const path = "/api/tables/rides.trips?limit=1";
    const tag = (await get(path)).headers.get("etag") ?? "";
    expect((await get(path, { "if-none-match": tag, accept: "text/csv" })).status).toBe(200);
    expect((await get(path)).headers.get("vary")).toBe("Accept");
  });

  test("HEAD tells the headers alone", async () => {
    const reply = await fetch(`${served.url}/api/tables/rides.trips?limit=1`, { method: "HEAD" });
    expect([reply.status, await reply.text(), reply.headers.get("etag"), reply.headers.get("content-length")]).toEqual([200, "", expect.stringMatching(/^W\//), null]);
  });

  test("a failure bears no tag", async () => {
    const reply = await get("/api/tables/rides.trips/2026-08-01/999");
    expect([reply.status, reply.headers.get("etag"), reply.headers.get("neuralake-version")]).toEqual([404, null, null]);
  });
});
