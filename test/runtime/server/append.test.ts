import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildBatch } from "../../../runtime/parquet/arrow-build.ts";
import { encodeArrowBatch } from "../../../runtime/parquet/arrow-ipc.ts";
import { catalog, rows, serveRides } from "./served-rides.ts";
import type { ServedRides } from "./served-rides.ts";

let served: ServedRides;
beforeAll(async () => { served = await serveRides(); });
afterAll(() => served.close());

const post = (body: NonNullable<RequestInit["body"]>, type: string | undefined, table = "rides.trips") =>
  fetch(`${served.url}/api/tables/${table}`, { method: "POST", body, headers: type === undefined ? {} : { "content-type": type } });
const count = async () => {
  const reply = await fetch(`${served.url}/sql`, { method: "POST", body: "SELECT count(*) AS n FROM rides.trips" });
  return ((await reply.json()) as { n: number }[])[0]?.n;
};

const one = { trip_id: 10, day: "2026-08-05", fare: "1.00", tip: null, paid_with: "card", note: "new" };

describe("rows that are appended", () => {
  test.each([
    ["application/json", JSON.stringify([one])],
    ["application/x-ndjson", `${JSON.stringify(one)}\n`],
    ["text/csv", "trip_id,day,fare,tip,paid_with,note\r\n10,2026-08-05,1.00,,card,new\r\n"],
    ["application/csv; charset=utf-8", "paid_with,trip_id,day,fare\ncard,10,2026-08-05,1"],
  ])("%s is judged and committed, and the reply says in which version", async (type, body) => {
    const before = await count();
    const reply = await post(body, type);
    const result = await reply.json() as { version: number };
    expect([reply.status, result]).toEqual([200, { table: "rides.trips", version: expect.any(Number), kept: 1, quarantined: 0, warnings: [] }]);
    expect(reply.headers.get("neuralake-version")).toBe(`rides.trips=${result.version}`);
    expect(await count()).toBe((before ?? 0) + 1);
  });

  test("an Arrow stream keeps every digit", async () => {
    const table = catalog.databases[0]?.tables.find((candidate) => candidate.name === "trips");
    const body = encodeArrowBatch(buildBatch(table?.columns ?? [], rows.slice(3, 4)));
    const result = await (await post(Buffer.from(body), "application/vnd.apache.arrow.stream")).json() as { version: number };
    const read = await fetch(`${served.url}/api/tables/rides.trips?filter[trip_id]=9007199254740993&filter[day]=2026-08-02&version=${result.version}`);
    expect((await read.text()).match(/9007199254740993/g)).toHaveLength(2);
  });

  test("rows that a check sets aside are counted, and so are those it warns of", async () => {
    const reply = await post(JSON.stringify([{ ...one, fare: "-1.00" }, { ...one, trip_id: 2_000_000 }]), "application/json");
    expect(await reply.json()).toMatchObject({ kept: 1, quarantined: 1, warnings: [{ check: "isOld", rows: 1 }] });
  });
});

describe("rows that are refused leave the table as it was", () => {
  test.each([
    ["application/json", '[{"trip_id": "ten"}]', 400, "VALUE_INVALID", 'column "trip_id"'],
    ["text/csv", "trip_id,day\n1,2026-08-05\n2,someday", 400, "VALUE_INVALID", "Line 3"],
    ["application/json", '[{"trip": 1}]', 400, "VALUE_INVALID", '"trip"'],
    ["application/json", '[{"trip_id": 1}]', 400, "ROWS_REFUSED", "day"],
    ["application/json", "{", 400, "VALUE_INVALID", "not JSON"],
    ["application/x-www-form-urlencoded", "trip_id=1", 415, "MEDIA_TYPE_UNSUPPORTED", "application/x-www-form-urlencoded"],
    ["application/vnd.apache.parquet", "PAR1", 415, "MEDIA_TYPE_UNSUPPORTED", "parquet"],
  ])("%s %s is %i %s", async (type, body, status, code, said) => {
    const before = await count();
    const reply = await post(body, type);
    expect([reply.status, await reply.json()]).toEqual([status, expect.objectContaining({ code, detail: expect.stringContaining(said) })]);
    expect(await count()).toBe(before);
  });

  test("only Delta tables are written to", async () => {
    const reply = await post("[]", "application/json", "rides.zones");
    expect([reply.status, reply.headers.get("allow"), await reply.json()]).toEqual([405, "GET, HEAD", expect.objectContaining({ code: "TABLE_NOT_WRITABLE" })]);
  });
});
