import { tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { catalog, serveRides } from "./served-rides.ts";
import type { ServedRides } from "./served-rides.ts";

let served: ServedRides;
beforeAll(async () => { served = await serveRides(); });
afterAll(() => served.close());

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${served.url}/api/tables/${path}`, { headers });
const rowsOf = async (path: string) => {
  const reply = await get(path);
  expect(reply.status, await reply.clone().text()).toBe(200);
  return reply.json();
};
const problemOf = async (path: string) => {
  const reply = await get(path);
  expect(reply.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
  return { httpStatus: reply.status, ...(await reply.json() as { code: string }) };
};

describe("rows of a table", () => {
  test("all of them, spelled without loss", async () => {
    const text = await (await get("rides.trips?sort=day,trip_id&columns=trip_id,day,fare,tip,paid_with,note")).text();
    expect(text.split(",\n")[0]).toBe('[{"trip_id":1,"day":"2026-08-01","fare":"10.00","tip":1.5,"paid_with":"card","note":"a, \\"b\\""}');
    expect(text.split(",\n")[2]).toContain('"tip":"NaN"');
    expect(text.split(",\n")[3]).toContain('"trip_id":9007199254740993');
  });

  test.each([
    ["filter[trip_id]=1", [1]], ["filter[trip_id]neq=1&filter[trip_id]lt=10", [2, 3]], ["filter[trip_id]in=1,3", [1, 3]], ["filter[trip_id]nin=1,3&filter[day]=2026-08-01", [2]],
    ["filter[fare]gteq=10&filter[fare]lt=11", [1, 2, 3]], ["filter[tip]is=null", [2]], ["filter[tip]is=notnull&filter[trip_id]lt=10", [1, 3]], ["filter[tip]=NaN", [3]],
    ["filter[note]='a, \"b\"'", [1]], ["filter[note]=", [3]], ["filter[note]contains=%22b", [1]], ["filter[note]ilike=A,%25", [1]], ["filter[paid_with]=cash&filter[day]lteq=2026-08-01", [2]],
    ["filter[note]=' OR 1=1 --", []],
  ])("?%s", async (search, ids) => {
    expect(((await rowsOf(`rides.trips?sort=trip_id&${search}`)) as { trip_id: number }[]).map((row) => row.trip_id)).toEqual(ids);
  });

  test("one filtered and limited request is the same rows as JSON, CSV and Arrow", async () => {
    const search = "rides.trips?filter[paid_with]=card&limit=5&columns=trip_id&sort=trip_id";
    expect(await rowsOf(search)).toHaveLength(4);
    const csv = await get(search, { accept: "text/csv" });
    expect([csv.headers.get("content-type"), (await csv.text()).split("\r\n").length]).toEqual(["text/csv; charset=utf-8; header=present", 6]);
    expect(tableFromIPC(await (await get(search, { accept: "application/vnd.apache.arrow.file" })).bytes()).numRows).toBe(4);
    expect((await (await get(`${search}&format=parquet`)).bytes()).subarray(0, 4)).toEqual(new TextEncoder().encode("PAR1"));
  });

  test("views, files and functions are tables like any other; names in any letter case, alone where unique", async () => {
    expect(await rowsOf("rides.by_day?sort=-n&limit=1")).toEqual([{ day: "2026-08-01", n: 3 }]);
    expect(await rowsOf("ZONES?filter[Zone]=A")).toEqual([{ zone: "A", borough: "Queens, NY" }]);
    expect(await rowsOf("drivers?sort=-driver")).toEqual([{ driver: 2, name: "Bo" }, { driver: 1, name: "Ada" }]);
  });

  test("a function's parameters are query parameters, with their defaults", async () => {
    expect(await rowsOf("rides.city_pulse?day=2026-08-01&sort=n")).toEqual([{ paid_with: "cash", n: 1 }, { paid_with: "card", n: 2 }]);
    expect(await rowsOf("rides.city_pulse?day=2026-08-01&atLeast=2")).toEqual([{ paid_with: "card", n: 2 }]);
    expect(await problemOf("rides.city_pulse")).toMatchObject({ httpStatus: 400, place: { parameter: "day" } });
    expect(await problemOf("rides.city_pulse?day=August")).toMatchObject({ httpStatus: 400, place: { parameter: "day", value: "August" } });
  });

  test.each([
    ["nowhere.trips", 404, "TABLE_NOT_FOUND"], ["rides.trips?fare=1", 400, "PARAMETER_INVALID"], ["rides.trips?filter[fair]=1", 400, "PARAMETER_INVALID"], ["rides.trips?filter[fare]=x", 400, "PARAMETER_INVALID"],
    ["rides.trips?filter[fare]near=1", 400, "PARAMETER_INVALID"], ["rides.trips?version=99", 404, "DELTA_VERSION_NOT_FOUND"], ["rides.trips?format=xml", 400, "PARAMETER_INVALID"],
  ])("%s is %i %s", async (path, httpStatus, code) => {
    expect(await problemOf(path)).toMatchObject({ httpStatus, status: httpStatus, code });
  });

  test("what nobody writes is 406", async () => {
    expect((await get("rides.trips", { accept: "image/png" })).status).toBe(406);
  });
});

describe("pages", () => {
  const follow = async (first: string): Promise<string[]> => {
    const rows: string[] = [];
    for (let next: string | undefined = first; next !== undefined;) {
      const reply: Response = await fetch(served.url + next);
      expect(reply.status).toBe(200);
      rows.push(...(await reply.text()).split(/,?\n/).map((line) => line.replace(/^\[|\]$/g, "")).filter((line) => line !== ""));
      next = /<(.*)>; rel="next"/.exec(reply.headers.get("link") ?? "")?.[1];
    }
    return rows;
  };

  test.each(["sort=fare&limit=1", "sort=-fare&limit=2", "limit=4", "sort=paid_with&limit=5&filter[day]gte=2026-08-01"])("following the links of ?%s gives every row once, also under equal sort keys", async (search) => {
    const all = await follow(`/api/tables/rides.trips?${search.replace(/&?limit=\d+/, "").replace(/^&/, "")}`);
    const paged = await follow(`/api/tables/rides.trips?${search}`);
    expect(all).toHaveLength(6);
    expect(paged.toSorted()).toEqual(all.toSorted());
  });

  test("rows that are appended between two pages do not move them", async () => {
    const first = await get("rides.trips?limit=3&sort=trip_id");
    await served.lake.append("rides.trips", [{ trip_id: 0n, day: Temporal.PlainDate.from("2026-08-09"), fare: "1.00", tip: null, paid_with: "card", note: null }]);
    const next = /<(.*)>/.exec(first.headers.get("link") ?? "")?.[1] ?? "";
    const second = await fetch(served.url + next);
    expect(second.headers.get("neuralake-version")).toBe("rides.trips=1");
    expect(await second.json()).toHaveLength(3);
    expect(second.headers.get("link")).toBeNull();
  });

  test("a page that ends the rows has no link; nor has one of no rows; without a limit nothing is left out", async () => {
    expect((await get("rides.zones?limit=2")).headers.get("link")).toBeNull();
    expect((await get("rides.zones?limit=1")).headers.get("link")).toContain("cursor=");
    expect((await get("rides.zones?limit=0")).headers.get("link")).toBeNull();
    expect((await get("rides.zones")).headers.get("link")).toBeNull();
  });

  test("a computed table that does not order itself pages in one order", async () => {
    expect(await follow("/api/tables/rides.by_day?limit=1&version=1")).toEqual(['{"day":"2026-08-01","n":3}', '{"day":"2026-08-02","n":1}', '{"day":"2026-08-03","n":2}']);
  });
});

describe("a row by its key", () => {
  test("a composite key in the order of its columns; the row itself, not an array", async () => {
    expect(await (await get("rides.trips/2026-08-02/9007199254740993?columns=note,fare")).text()).toBe('{"note":"it\'s","fare":"99999999.99"}\n');
    expect(await (await get("zones/A", { accept: "text/csv" })).text()).toBe('zone,borough\r\nA,"Queens, NY"\r\n');
  });

  test.each([
    ["rides.trips/2026-08-02/5", 404, "ROW_NOT_FOUND"], ["rides.trips/2026-08-03/9007199254740993", 409, "KEY_NOT_UNIQUE"], ["rides.trips/2026-08-02", 400, "PARAMETER_INVALID"],
    ["rides.trips/2026-08-02/five", 400, "PARAMETER_INVALID"], ["rides.zones/A%2FB", 404, "ROW_NOT_FOUND"], ["rides.zones/%zz", 400, "BAD_REQUEST"], ["rides.by_day/2026-08-01", 400, "PARAMETER_INVALID"],
    ["rides.zones/A?limit=1", 400, "PARAMETER_INVALID"],
  ])("%s is %i %s", async (path, httpStatus, code) => {
    expect(await problemOf(path)).toMatchObject({ httpStatus, code });
  });
});

test("the schema tells every table and its columns as their author wrote them", async () => {
  const all = await (await fetch(`${served.url}/api/schema`)).json() as { tables: { name: string }[] };
  expect(all.tables.map((table) => table.name)).toEqual(catalog.databases.flatMap((database) => database.tables.map((table) => `rides.${table.name}`)));
  const one = await (await fetch(`${served.url}/api/schema/rides.trips`)).json();
  expect(one).toMatchObject({ name: "rides.trips", kind: "delta", doc: "About trips.", key: ["day", "trip_id"], columns: expect.arrayContaining([{ name: "fare", type: "Decimal<10, 2>", nullable: false, doc: "" }]) });
  expect((await fetch(`${served.url}/api/schema/rides.none`)).status).toBe(404);
});
