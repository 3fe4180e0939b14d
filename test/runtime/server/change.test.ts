import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rows, serveRides } from "./served-rides.ts";
import type { ServedRides } from "./served-rides.ts";

let served: ServedRides;
beforeAll(async () => { served = await serveRides(); });
afterAll(() => served.close());

const send = (method: "PATCH" | "DELETE", body: unknown, { table = "rides.trips", type = "application/json" } = {}) =>
  fetch(`${served.url}/api/tables/${table}`, { method, body: typeof body === "string" ? body : JSON.stringify(body), headers: type === "" ? {} : { "content-type": type } });
const ask = async (sql: string) => (await (await fetch(`${served.url}/sql`, { method: "POST", body: sql })).json()) as { [column: string]: unknown }[];
const version = async () => (await served.lake.versions(["rides.trips"]))?.[0]?.version ?? -1;

describe("rows that are changed", () => {
  test("get new values in SQL and as they are, and the reply says in which version", async () => {
    const before = await version();
    const reply = await send("PATCH", { set: { fare: "fare * 2 + $2" }, values: { note: "it's", tip: "NaN", TRIP_ID: 11 }, where: "trip_id = $1", params: [1, "0.50"] });
    expect([reply.status, await reply.json()]).toEqual([200, { table: "rides.trips", version: before + 1, updated: 1, filesRead: expect.any(Number), filesRemoved: 1, filesAdded: 1, vectorsAdded: 0 }]);
    expect(reply.headers.get("neuralake-version")).toBe(`rides.trips=${before + 1}`);
    expect(await ask("SELECT fare, note, tip FROM rides.trips WHERE trip_id = 11")).toEqual([{ fare: "20.50", note: "it's", tip: "NaN" }]);
  });

  test("go by a condition with parameters, all rows by true alone", async () => {
    const before = await version();
    const reply = await send("DELETE", { where: "note = $1 OR day = CAST($2 AS DATE)", params: ["x/y", "2026-08-02"] });
    expect([reply.status, await reply.json()]).toEqual([200, expect.objectContaining({ version: before + 1, deleted: 3 })]);
    expect(await (await send("DELETE", { where: "note = 'nobody'" })).json()).toMatchObject({ version: before + 1, deleted: 0 });
    expect(await (await send("DELETE", { where: "true" })).json()).toMatchObject({ version: before + 2, deleted: 3 });
    await served.lake.append("rides.trips", rows);
  });
});

describe("a change that is refused leaves the table as it was", () => {
  test.each<["PATCH" | "DELETE", unknown, number, string, string]>([
    ["DELETE", {}, 400, "PARAMETER_INVALID", "where"],
    ["DELETE", "", 400, "BAD_REQUEST", "not JSON"],
    ["DELETE", { where: 5 }, 400, "PARAMETER_INVALID", "where"],
    ["DELETE", { where: "fare < 0", limit: 5 }, 400, "PARAMETER_INVALID", "limit"],
    ["DELETE", { where: "fare < $1" }, 400, "PARAMETER_INVALID", "$1"],
    ["DELETE", { where: "fare < $1", params: [1, 2] }, 400, "PARAMETER_INVALID", "2 values"],
    ["DELETE", { where: "trip_id IN (SELECT trip_id FROM rides.trips)" }, 403, "SQL_FORBIDDEN", "query"],
    ["DELETE", { where: "note = $1 AND colour = 'red'", params: ["a long text"] }, 400, "SQL_INVALID", "colour"],
    ["PATCH", { where: "true" }, 400, "PARAMETER_INVALID", "No column"],
    ["PATCH", { set: { fare: 0 }, where: "true" }, 400, "PARAMETER_INVALID", "fare"],
    ["PATCH", { values: { fare: "1.234" }, where: "true" }, 400, "VALUE_INVALID", "fare"],
    ["PATCH", { values: { colour: "red" }, where: "true" }, 400, "SQL_INVALID", "colour"],
    ["PATCH", { values: { fare: "1.00" }, set: { Fare: "2" }, where: "true" }, 400, "SQL_INVALID", "two values"],
    ["PATCH", { values: { paid_with: "cheque" }, where: "true" }, 400, "VALUE_INVALID", "paid_with"],
    ["PATCH", { set: { paid_with: "'cheque'" }, where: "true" }, 400, "ROWS_REFUSED", "paid_with"],
    ["PATCH", { values: { fare: "-1.00" }, where: "true" }, 400, "ROWS_REFUSED", "isPaid"],
  ])("%s %j is %i %s", async (method, body, status, code, said) => {
    const before = await version();
    const reply = await send(method, body);
    expect([reply.status, await reply.json()]).toEqual([status, expect.objectContaining({ code, detail: expect.stringContaining(said) })]);
    expect(await version()).toBe(before);
  });

  test("a place in the condition is one in what was sent, not in what its values made of it", async () => {
    const reply = await send("DELETE", { where: "note = $1\n  AND note = $1 AND colour = 'red'", params: ["a long text"] });
    expect(await reply.json()).toMatchObject({ code: "SQL_INVALID", place: { line: 2, column: 21 } });
  });

  test("only JSON, only Delta tables, only what there is", async () => {
    expect(await (await send("DELETE", "where=true", { type: "application/x-www-form-urlencoded" })).json()).toMatchObject({ code: "MEDIA_TYPE_UNSUPPORTED" });
    for (const table of ["rides.zones", "rides.by_day", "rides.city_pulse"]) {
      const reply = await send("DELETE", { where: "true" }, { table });
      expect([reply.status, reply.headers.get("allow"), await reply.json()]).toEqual([405, "GET, HEAD", expect.objectContaining({ code: "TABLE_NOT_WRITABLE" })]);
    }
    expect(await (await send("PATCH", { where: "true" }, { table: "rides.nothing" })).json()).toMatchObject({ code: "TABLE_NOT_FOUND" });
  });
});
