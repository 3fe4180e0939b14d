import { describe, expect, test } from "vitest";
import { printCursor } from "../../../runtime/server/cursor.ts";
import { readQueryString } from "../../../runtime/server/query-string.ts";
import { readKeyRequest, readRowsRequest } from "../../../runtime/server/rows-request.ts";
import { selectRows } from "../../../runtime/server/rows-sql.ts";
import { findTable } from "../../../runtime/server/table-name.ts";
import { failureOf } from "./failing.ts";
import { busiest, cityPulse, rides, trips } from "./rides.ts";

const read = (table: typeof trips, search: string) => readRowsRequest(table, readQueryString(`/api/tables/x?${search}`));
const sqlOf = (table: typeof trips, search: string) => selectRows(read(table, search), undefined);

describe("the SQL of a request", () => {
  test("filters are parameters cast to their column's type, never text of the statement", () => {
    const { sql, parameters } = sqlOf(trips, "columns=fare,trip_id&filter[note]='; DROP TABLE x --&filter[fare]gte=10&filter[paid_with]in=card,cash&filter[tip]is=null");
    expect(sql).toBe(
      'SELECT "fare", "trip_id" FROM "rides"."trips" WHERE "note" = CAST($1 AS VARCHAR) AND "fare" >= CAST($2 AS DECIMAL(10,2))'
      + ' AND "paid_with" IN (CAST($3 AS VARCHAR), CAST($4 AS VARCHAR)) AND "tip" IS NULL',
    );
    expect(parameters).toEqual(["'; DROP TABLE x --", "10.00", "card", "cash"]);
  });

  test("every type of column travels as text that its cast reads back", () => {
    const { parameters } = sqlOf(trips, "filter[trip_id]=9007199254740993&filter[day]=2026-08-01&filter[picked_up_at]=2026-08-01T02:00:00.123456%2B02:00&filter[left_at]=2026-08-01T02:00:00&filter[tip]=NaN&filter[shared]=true");
    expect(parameters).toEqual(["9007199254740993", "2026-08-01", "2026-08-01T00:00:00.123456Z", "2026-08-01T02:00:00", "NaN", "true"]);
  });

  test("a page of a sorted request orders by every other column too, so that its order is the same each time", () => {
    expect(sqlOf(busiest, "sort=-n&limit=2").sql).toContain('ORDER BY "n" DESC NULLS LAST, "day" NULLS LAST');
    expect(sqlOf(busiest, "sort=-n").sql).toMatch(/ORDER BY "n" DESC NULLS LAST$/);
  });

  test("a page without sort keeps the order of files and of SQL that orders itself; other SQL is ordered", () => {
    expect(sqlOf(trips, "limit=2").sql).not.toContain("ORDER BY");
    expect(sqlOf(busiest, "limit=2").sql).not.toContain("ORDER BY");
    expect(sqlOf(cityPulse, "day=2026-08-01&limit=2").sql).toContain('ORDER BY "minute" NULLS LAST, "pickups" NULLS LAST');
  });

  test("a function is called with the parameters given", () => {
    expect(sqlOf(cityPulse, "day=2026-08-01")).toMatchObject({ sql: expect.stringContaining('FROM "rides"."city_pulse"(CAST($1 AS DATE))'), parameters: ["2026-08-01"] });
    expect(sqlOf(cityPulse, "day=2026-08-01&atLeast=5").sql).toContain('"city_pulse"(CAST($1 AS DATE), "atLeast" := CAST($2 AS INTEGER))');
  });

  test("a state is asked for by version or time", () => {
    expect(sqlOf(trips, "version=5").asOf).toEqual({ version: 5 });
    expect(sqlOf(trips, "timestamp=2026-08-01T12:00:00Z").asOf).toEqual({ timestamp: "2026-08-01T12:00:00Z" });
  });
});

describe("a request that cannot be read", () => {
  test.each([
    ["colums=fare", "colums", "columns"],
    ["columns=fair", "columns", "fare"],
    ["columns=fare,FARE", "columns", ""],
    ["sort=-fair", "sort", "fare"],
    ["sort=fare,-fare", "sort", ""],
    ["limit=-1", "limit", ""],
    ["limit=ten", "limit", ""],
    ["limit=1&limit=2", "limit", "once"],
    ["filter[fare]gte=1&filter[fare]gte=2", "filter[fare]gte", "once"],
    ["version=1.5", "version", ""],
    ["version=1&timestamp=2026-08-01T00:00:00Z", "timestamp", "one"],
    ["timestamp=yesterday", "timestamp", "2026"],
    ["cursor=abc", "cursor", "Link"],
  ])("?%s names the parameter and the way out", (search, parameter, hint) => {
    const failure = failureOf(() => read(trips, search));
    expect(failure.code).toBe("PARAMETER_INVALID");
    expect(failure.place?.parameter).toBe(parameter);
    expect(failure.hint ?? "").toContain(hint);
  });

  test("a function's required parameter that is missing is named", () => {
    expect(failureOf(() => read(cityPulse, "atLeast=2"))).toMatchObject({ code: "PARAMETER_INVALID", place: { parameter: "day" } });
  });

  test("a cursor of another request is refused; of the same it goes on, in the state of the first page", () => {
    const first = read(trips, "sort=fare&limit=2");
    const cursor = printCursor({ offset: 2, asOf: { version: 7 }, request: first.fingerprint });
    expect(read(trips, `limit=50&sort=fare&cursor=${cursor}`)).toMatchObject({ offset: 2, asOf: { version: 7 } });
    expect(failureOf(() => read(trips, `limit=2&sort=tip&cursor=${cursor}`))).toMatchObject({ code: "PARAMETER_INVALID", place: { parameter: "cursor" } });
  });
});

describe("a look-up by key", () => {
  const readKey = (table: typeof trips, key: string[]) => readKeyRequest(table, key, readQueryString("/x"));

  test("a composite key is read in the order of its columns", () => {
    const { sql, parameters } = selectRows(readKey(trips, ["2026-08-01", "7"]), 2);
    expect(sql).toContain('WHERE "day" = CAST($1 AS DATE) AND "trip_id" = CAST($2 AS BIGINT) LIMIT 2');
    expect(parameters).toEqual(["2026-08-01", "7"]);
  });

  test("too few parts, a bad part, a table without key: each is said", () => {
    expect(failureOf(() => readKey(trips, ["2026-08-01"]))).toMatchObject({ code: "PARAMETER_INVALID", hint: expect.stringContaining("{day}/{trip_id}") });
    expect(failureOf(() => readKey(trips, ["2026-08-01", "seven"]))).toMatchObject({ code: "PARAMETER_INVALID", place: { parameter: "trip_id", value: "seven" } });
    expect(failureOf(() => readKey(busiest, ["1"]))).toMatchObject({ code: "PARAMETER_INVALID", message: expect.stringContaining("no key") });
  });
});

describe("a table's name", () => {
  test("it is found in any letter case, alone where it is unique", () => {
    expect(findTable(rides, "Rides.TRIPS")).toBe(trips);
    expect(findTable(rides, "busiest")).toBe(busiest);
  });

  test("a bare name of two tables asks which; an unknown one says where to look", () => {
    expect(failureOf(() => findTable(rides, "trips"))).toMatchObject({ code: "TABLE_NOT_FOUND", hint: "Write fleet.trips or rides.trips." });
    expect(failureOf(() => findTable(rides, "rides.trip"))).toMatchObject({ code: "TABLE_NOT_FOUND", hint: expect.stringContaining("/api/schema") });
  });
});
