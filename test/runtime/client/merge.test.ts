/** Merges through the builder, in this process and over HTTP: one face, the same rows. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createClientLake } from "../../../runtime/client/client-lake.ts";
import { connectClient, sql } from "../../../runtime/client/entry.ts";
import type { ClientLake } from "../../../runtime/client/entry.ts";
import { serveRides } from "../server/served-rides.ts";
import type { ServedRides } from "../server/served-rides.ts";

interface Trip { readonly trip_id: bigint; readonly day: Temporal.PlainDate; readonly fare: string; readonly tip: number | null; readonly paid_with: "card" | "cash"; readonly note: string | null }
interface Tables { "rides.trips": Trip; "rides.zones": { readonly zone: string; readonly borough: string } }
type Client = ClientLake<Tables, {}, { "rides.trips": Trip }>;

let served: ServedRides;
beforeEach(async () => { served = await serveRides(); });
afterEach(() => served.close());

describe.each<[string, () => Client]>([
  ["embedded", () => createClientLake(served.lake)],
  ["over HTTP", () => connectClient({ url: served.url })],
])("a merge %s", (_port, open) => {
  const notes = async (lake: Client): Promise<unknown> => (await lake.selectFrom("rides.trips").select(["trip_id", "fare", "note"]).where("trip_id", "<", 100n).orderBy("trip_id").execute()).map(({ trip_id: id, fare, note }) => [id, fare, note]);

  test("of a query: rows that match change by values and by expressions, others are inserted, the rest changes by itself", async () => {
    const lake = open();
    const source = lake.selectFrom("rides.trips").where("trip_id", "<", 3n).select(["day", sql<string>`fare + CAST(${"0.50"} AS DECIMAL(10, 2))`.as("more"), sql<bigint>`CASE WHEN trip_id = 1 THEN 1 ELSE 77 END`.as("id")]).as("s");
    const result = await lake.mergeInto("rides.trips").using(source, (join) => join.onRef("s.id", "=", "rides.trips.trip_id").on("rides.trips.trip_id", "<", 50n))
      .whenMatchedAnd("rides.trips.note", "=", "nobody's").thenDelete()
      .whenMatched().thenUpdateSet((eb) => ({ fare: eb.ref("s.more"), note: "it's" }))
      .whenNotMatched().thenInsertValues((eb) => ({ trip_id: eb.ref("s.id"), day: eb.ref("s.day"), fare: eb.ref("s.more"), paid_with: "cash", note: null, tip: null }))
      .whenNotMatchedBySourceAnd("rides.trips.trip_id", "=", 3n).thenDelete()
      .executeTakeFirst();
    expect(result).toEqual({ numChangedRows: 3n });
    expect(await notes(lake)).toEqual([[1n, "10.50", "it's"], [2n, "10.00", null], [77n, "10.50", null]]);
  });

  test("of a file's rows does nothing where it is told so", async () => {
    const lake = open();
    const result = await lake.mergeInto("rides.trips").using("rides.zones as z", "z.zone", "rides.trips.paid_with")
      .whenMatched().thenDoNothing()
      .whenNotMatchedAnd("z.zone", "=", "B").thenDoNothing()
      .whenNotMatched().thenInsertValues((eb) => ({ trip_id: 50n, day: Temporal.PlainDate.from("2026-08-09"), fare: "7.00", paid_with: "card", note: eb.ref("z.borough"), tip: Number.NaN }))
      .executeTakeFirst();
    expect(result).toEqual({ numChangedRows: 1n });
    expect((await notes(lake) as unknown[]).at(-1)).toEqual([50n, "7.00", "Queens, NY"]);
  });

  test("that cannot be is refused, and the table is as it was", async () => {
    const lake = open();
    const into = lake.mergeInto("rides.trips").using("rides.trips as s", "s.trip_id", "rides.trips.trip_id");
    await expect(into.whenMatched().thenUpdateSet({ fare: "1.234" }).execute()).rejects.toMatchObject({ code: "VALUE_INVALID" });
    await expect(into.whenMatched().thenUpdateSet({ fare: "1.00" }).execute()).rejects.toMatchObject({ code: "ROWS_REFUSED" });
    await expect(into.whenMatched().thenDoNothing().execute()).rejects.toMatchObject({ code: "SQL_FORBIDDEN" });
    await expect(into.whenMatched().thenDelete().returningAll().execute()).rejects.toMatchObject({ code: "SQL_FORBIDDEN" });
    await expect(lake.asOf({ version: 1 }).mergeInto("rides.trips").using("rides.trips as s", "s.trip_id", "rides.trips.trip_id").whenMatched().thenDelete().execute()).rejects.toMatchObject({ code: "SQL_FORBIDDEN" });
    expect((await served.lake.versions(["rides.trips"]))?.[0]?.version).toBe(1);
    // @ts-expect-error rows of a file are not merged into
    expect(() => lake.mergeInto("rides.zones")).not.toThrow();
    // @ts-expect-error no such way to pay
    expect(() => into.whenMatched().thenUpdateSet({ paid_with: "cheque" })).not.toThrow();
  });
});

describe("a request to merge", () => {
  const send = async (body: unknown): Promise<[number, unknown, string | null]> => {
    const reply = await fetch(`${served.url}/api/tables/rides.trips/merge`, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });
    return [reply.status, await reply.json(), reply.headers.get("neuralake-version")];
  };

  test("brings its own rows: those that match get their values, others are inserted", async () => {
    const row = { trip_id: 1, day: "2026-08-01", fare: "3.00", paid_with: "cash" };
    expect(await send({ rows: [row, { ...row, trip_id: 60 }], on: ["trip_id"] })).toEqual([200, expect.objectContaining({ version: 2, inserted: 1, updated: 1, deleted: 0 }), "rides.trips=2"]);
    expect(await send({ rows: [{ trip_id: 60 }], on: "target.trip_id = source.trip_id AND target.fare < $1", params: [5], matched: [{ update: { note: { value: "late" } } }] })).toMatchObject([200, { updated: 1, inserted: 0 }, "rides.trips=3"]);
    expect((await send({ rows: [{ trip_id: 60 }], on: ["trip_id"], matched: [{ delete: true }] }))[1]).toMatchObject({ deleted: 1 });
  });

  test.each<[unknown, number, string]>([
    [{ on: ["trip_id"] }, 400, "PARAMETER_INVALID"],
    [{ rows: [], using: { sql: "SELECT 1" }, on: ["trip_id"] }, 400, "PARAMETER_INVALID"],
    [{ rows: [{ trip_id: 1 }] }, 400, "PARAMETER_INVALID"],
    [{ rows: [{ trip: 1 }], on: ["trip_id"] }, 400, "VALUE_INVALID"],
    [{ rows: [{ trip_id: 1 }], on: ["trip_id"], matched: [{ insert: "all" }] }, 400, "PARAMETER_INVALID"],
    [{ rows: [{ trip_id: 1 }], on: ["trip_id"], params: [1] }, 400, "PARAMETER_INVALID"],
    [{ using: { sql: "SELECT * FROM read_csv('/etc/passwd')" }, on: ["trip_id"] }, 403, "SQL_FORBIDDEN"],
    [{ using: { sql: "SELECT 1 AS trip_id" }, on: "target.trip_id = source.colour" }, 400, "SQL_INVALID"],
  ])("%j is %i %s", async (body, status, code) => {
    expect(await send(body)).toMatchObject([status, { code }, null]);
  });
});
