/**
 * One face over every kind of table: the catalog of test/golden/everything, its Delta tables in a lake of the test's own, its PostgreSQL and its S3 real. Each
 * table is asked in this process and over HTTP, and one statement joins seven kinds; what comes is what was worked out by hand from the rows below.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Catalog } from "../compiler/ir/catalog.ts";
import { openLake } from "../runtime/lake.ts";
import type { Functions, Lake as OpenLake } from "../runtime/lake.ts";
import { collectFacts } from "../runtime/facts.ts";
import { openServer } from "../runtime/server/server.ts";
import { connect, filter, open } from "./golden/everything/generated/client/index.ts";
import type { Lake, ShopOrders } from "./golden/everything/generated/client/index.ts";
import { makeDatabase } from "./services/postgres.ts";
import { awsEnvironment, s3Client } from "./services/s3-server.ts";
import { withServices } from "./services/with-services.ts";

const project = path.join(import.meta.dirname, "golden/everything");
const bucket = "neuralake-everything";
const day = (text: string): Temporal.PlainDate => Temporal.PlainDate.from(text);

const office = `
CREATE SCHEMA office; CREATE TYPE office.tier AS ENUM ('bronze', 'silver', 'gold');
CREATE TABLE office."Customer" (id bigint PRIMARY KEY, name text NOT NULL, card uuid NOT NULL, since date NOT NULL, tier office.tier NOT NULL, interests text[], settings jsonb, changed_at timestamptz, secret text);
INSERT INTO office."Customer" VALUES
  (1, 'Ada', '6f9619ff-8b86-d011-b42d-00c04fc964ff', '2020-02-29', 'gold', '{"rye, dark",macaron}', '{"newsletter": true}', '2026-08-01 10:00:00.000001+02', 'x'),
  (2, 'Bela', '00000000-0000-0000-0000-000000000002', '2024-01-01', 'bronze', NULL, NULL, NULL, 'x'),
  (3, 'Cleo', '00000000-0000-0000-0000-000000000003', '2025-12-31', 'silver', '{}', '{}', NULL, 'x');`;

/** An order with what every one has; the rest is null. */
function order(orderId: bigint, storeId: number, customerId: bigint | null, orderedAt: string, total: string): Parameters<Lake["append"]>[1] extends Iterable<infer Row> ? Row : never {
  const row: Omit<ShopOrders, "ordered_day"> = {
    order_id: orderId, receipt: `00000000-0000-0000-0000-00000000000${orderId}`, store_id: storeId, customer_id: customerId, ordered_at: Temporal.Instant.from(orderedAt), till_time: null, total, currency: "EUR", paid_with: "card",
    email: null, born: null, latitude: null, oven: null, stars: 5, till: 1, is_gift: false, signature: null, lines: [{ article: "rye bread", pieces: 1, price: "4.20" }], coupons: null, notes: { hint: "warm" }, address: { street: "Quay 1", zip: null }, cashier: null,
  };
  return row as never;
}

await withServices(["postgres", "minio"], "every kind of table", ({ postgres, minio }) => {
  let folder: string;
  let served: OpenLake;
  let server: Awaited<ReturnType<typeof openServer>>;
  let embedded: Lake;
  let remote: Lake;
  let refreshed: readonly (readonly unknown[])[];
  beforeAll(async () => {
    Object.assign(process.env, awsEnvironment(minio));
    const client = s3Client(minio);
    await client.send(new CreateBucketCommand({ Bucket: bucket })).catch((error: unknown) => { if (!String(error).includes("Already")) throw error; });
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: "mill/flour-2025.csv", Body: "day,euros\n2025-08-01,21.00\n" }));
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: "mill/flour-2026.csv", Body: "day,euros\n2026-08-01,24.50\n2026-08-02,23.75\n" }));
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: "mill/notes.txt", Body: "no table" }));
    client.destroy();
    folder = await mkdtemp(path.join(os.tmpdir(), "neuralake-every-kind-"));
    const connection = { host: postgres.host, port: postgres.port, user: postgres.user, password: postgres.password, database: await makeDatabase(postgres, office) };
    const catalog = JSON.parse(await readFile(path.join(project, "generated/catalog.json"), "utf8")) as Catalog;
    const { functions } = (await import("./golden/everything/generated/functions/index.js")) as { functions: Functions };
    served = await openLake({ catalog, root: folder, project, functions, postgres: { main: connection } });
    for (const table of ["shop.orders", "shop.order_events", ...served.materialized]) await served.create(table);
    await served.refresh("shop.daily_takings");
    server = await openServer({ lake: served, openapi: JSON.parse(await readFile(path.join(project, "generated/openapi.json"), "utf8")) as object, host: "127.0.0.1", port: 0 });
    embedded = await open({ root: folder, postgres: { main: connection } });
    remote = connect({ url: server.url });
    await embedded.append("shop.orders", [
      order(1n, 1, 1n, "2026-08-01T07:00:00Z", "10.00"), order(2n, 1, 1n, "2026-08-01T08:00:00Z", "5.50"), order(3n, 2, 2n, "2026-08-01T09:00:00Z", "7.25"),
      order(4n, 3, 1n, "2026-08-02T09:00:00Z", "100.00"), order(5n, 1, null, "2026-08-02T10:00:00Z", "3.00"), order(6n, 1, 3n, "2026-08-02T11:00:00Z", "4.20"),
    ] as never);
    refreshed = [await served.refresh("shop.daily_takings"), await served.refresh("shop.best_days")].map(({ table, mode, rows }) => [table, mode, rows]);
  });
  afterAll(async () => {
    await embedded.close();
    await server.close();
    await served.close();
    await rm(folder, { recursive: true });
  });
  const faces = (): readonly Lake[] => [embedded, remote];

  test("each table gives its rows through both clients", async () => {
    const expected: { readonly [table: string]: readonly object[] } = {
      "shop.stores": [{ store_id: 1, name: "Harbour", region: "north", has_seats: true }, { store_id: 2, name: "Market", region: "south", has_seats: null }, { store_id: 3, name: "Old; Town", region: "north", has_seats: false }],
      "shop.visits": [{ store_id: 1, day: day("2026-08-01"), people: 120 }, { store_id: 1, day: day("2026-08-02"), people: 80 }, { store_id: 2, day: day("2026-08-01"), people: 200 }, { store_id: 3, day: day("2026-08-02"), people: 40 }],
      "shop.articles": [{ article: "rye bread", price: "4.20", allergens: ["gluten"] }, { article: "macaron", price: "2.50", allergens: ["almond", "egg"] }],
      "shop.holidays": [{ day: day("2026-08-15"), name: "Assumption" }],
      "shop.weather": [
        { region: null, year: 2026, day: day("2026-08-01"), noon: 0.5 }, { region: "north", year: 2025, day: day("2025-08-01"), noon: 18 }, { region: "north", year: 2026, day: day("2026-08-01"), noon: 21.5 },
        { region: "north", year: 2026, day: day("2026-08-02"), noon: 17 }, { region: "south", year: 2026, day: day("2026-08-01"), noon: 29.25 }, { region: "south", year: 2026, day: day("2026-08-02"), noon: 31 },
      ],
      "shop.flour_prices": [{ day: day("2025-08-01"), euros: "21.00" }, { day: day("2026-08-01"), euros: "24.50" }, { day: day("2026-08-02"), euros: "23.75" }],
      "shop.customers": [
        { customer_id: 1n, name: "Ada", card: "6f9619ff-8b86-d011-b42d-00c04fc964ff", since: day("2020-02-29"), tier: "gold", interests: ["rye, dark", "macaron"], settings: '{"newsletter": true}', changed_at: Temporal.Instant.from("2026-08-01T08:00:00.000001Z") },
        { customer_id: 2n, name: "Bela", card: "00000000-0000-0000-0000-000000000002", since: day("2024-01-01"), tier: "bronze", interests: null, settings: null, changed_at: null },
        { customer_id: 3n, name: "Cleo", card: "00000000-0000-0000-0000-000000000003", since: day("2025-12-31"), tier: "silver", interests: [], settings: "{}", changed_at: null },
      ],
      "shop.currencies": [{ code: "EUR", in_euros: "1.000000" }, { code: "USD", in_euros: "0.920000" }, { code: "JPY", in_euros: "0.006100" }],
      "shop.discounts": [{ customer_id: 1n, percent: 10 }, { customer_id: 2n, percent: 5 }],
      "shop.letters": [{ name: "Ada", text: "Dear Ada, thank you for 115.50 euros." }],
      "shop.ticks": [{ tick: 1 }, { tick: 2 }, { tick: 3 }],
      "shop.regulars": [{ customer_id: 1n, tier: "gold", orders: 3n, total: "115.50" }],
      "shop.order_events": [],
      "shop.daily_takings": [
        { day: day("2026-08-01"), store_id: 1, orders: 2n, takings: "15.50" }, { day: day("2026-08-01"), store_id: 2, orders: 1n, takings: "7.25" },
        { day: day("2026-08-02"), store_id: 1, orders: 2n, takings: "7.20" }, { day: day("2026-08-02"), store_id: 3, orders: 1n, takings: "100.00" },
      ],
      "shop.best_days": [{ day: day("2026-08-02"), takings: "107.20" }, { day: day("2026-08-01"), takings: "22.75" }],
    };
    for (const lake of faces()) {
      for (const [table, rows] of Object.entries(expected)) {
        const found = await lake.selectFrom(table as "shop.stores").selectAll().execute();
        expect([table, found.map((row) => JSON.stringify(row, spelled)).sort()]).toEqual([table, rows.map((row) => JSON.stringify(row, spelled)).sort()]);
      }
      expect((await lake.selectFrom("shop.orders").selectAll().execute()).length).toBe(6);
      expect(await lake.selectFrom(lake.call("shop.discounts", { atLeast: 6 }).as("d")).selectAll().execute()).toEqual([{ customer_id: 1n, percent: 10 }]);
      expect(await lake.selectFrom(lake.call("shop.letters", { atLeast: 4 }).as("l")).selectAll().execute()).toEqual([]);
      expect(await lake.selectFrom(lake.call("shop.ticks", { upTo: 1 }).as("t")).selectAll().execute()).toEqual([{ tick: 1 }]);
      expect(await lake.selectFrom(lake.call("shop.takings", { region: "north" }).as("t")).selectAll().orderBy("store").execute()).toEqual([{ store: "Harbour", orders: 4n, total: "22.70" }, { store: "Old; Town", orders: 1n, total: "100.00" }]);
      expect(await lake.db("shop").table("customers", [filter("tier", "in", ["gold", "silver"]), filter("since", ">", day("2021-01-01"))]).execute()).toMatchObject([{ name: "Cleo", customer_id: 3n }]);
      expect(await lake.db("shop").table("weather", [filter("region", "=", "south"), filter("year", "=", 2026)]).orderBy("noon").execute()).toMatchObject([{ noon: 29.25 }, { noon: 31 }]);
    }
  });

  test("materialized views are refreshed by new rows or in full, give what is kept, and are written by nothing else; one that Spark works out has no rows yet", async () => {
    expect(refreshed).toEqual([["shop.daily_takings", "incremental", 4], ["shop.best_days", "full", 2]]);
    for (const lake of faces()) await expect(lake.selectFrom("shop.pairs").selectAll().execute()).rejects.toMatchObject({ code: "TABLE_NOT_REFRESHED", hint: "Spark works them out." });
    await expect(served.refresh("shop.pairs")).rejects.toMatchObject({ code: "ENGINE_MISSING" });
    const reply = await fetch(`${server.url}/api/tables/shop.best_days`, { method: "POST", headers: { "content-type": "application/json" }, body: "[]" });
    expect([reply.status, await reply.json()]).toEqual([405, expect.objectContaining({ code: "TABLE_NOT_WRITABLE", detail: "shop.best_days is a materialized view; nothing can be appended to it." })]);
    const keyed = await fetch(`${server.url}/api/tables/shop.daily_takings/2026-08-02/3`);
    expect([keyed.headers.get("neuralake-version"), await keyed.json()]).toEqual(["shop.daily_takings=2", { day: "2026-08-02", store_id: 3, orders: 1, takings: "100.00" }]);
  });

  test("one statement joins Delta, partitioned Parquet, CSV, NDJSON, PostgreSQL, a function of rows and a view", async () => {
    for (const lake of faces()) {
      const rows = await lake
        .selectFrom("shop.orders as o")
        .innerJoin("shop.stores as s", "s.store_id", "o.store_id")
        .innerJoin("shop.visits as v", (join) => join.onRef("v.store_id", "=", "o.store_id").onRef("v.day", "=", "o.ordered_day"))
        .innerJoin("shop.weather as w", (join) => join.onRef("w.region", "=", "s.region").onRef("w.day", "=", "o.ordered_day"))
        .innerJoin("shop.customers as c", "c.customer_id", "o.customer_id")
        .innerJoin("shop.currencies as m", "m.code", "o.currency")
        .leftJoin("shop.regulars as r", "r.customer_id", "o.customer_id")
        .where("w.year", "=", 2026)
        .where("c.tier", "in", ["gold", "bronze"])
        .select((eb) => ["s.name as store", "c.name as customer", "w.noon", "v.people", "r.orders as visits", eb.fn.sum<string>("o.total").as("total"), eb.fn.countAll<bigint>().as("n")])
        .groupBy(["s.name", "c.name", "w.noon", "v.people", "r.orders"])
        .orderBy("store")
        .execute();
      // Harbour on the 1st: Ada's 10.00 and 5.50; Market on the 1st: Bela's 7.25; Old Town on the 2nd: Ada's 100.00. Order 5 has no customer, and Cleo of order 6 is silver.
      expect(rows).toEqual([
        { store: "Harbour", customer: "Ada", noon: 21.5, people: 120, visits: 3n, total: "15.50", n: 2n },
        { store: "Market", customer: "Bela", noon: 29.25, people: 200, visits: null, total: "7.25", n: 1n },
        { store: "Old; Town", customer: "Ada", noon: 17, people: 40, visits: 3n, total: "100.00", n: 1n },
      ]);
    }
  });

  test("a table of PostgreSQL is asked by REST, in every format, and its server's name and password are in no answer and no figure", async () => {
    const get = async (url: string, accept = "application/json"): Promise<{ status: number; text: string }> => {
      const reply = await fetch(server.url + url, { headers: { accept } });
      return { status: reply.status, text: await reply.text() };
    };
    expect(JSON.parse((await get("/api/tables/shop.customers?columns=name,since&filter[tier]=gold&sort=-since&limit=5")).text)).toEqual([{ name: "Ada", since: "2020-02-29" }]);
    expect(JSON.parse((await get("/api/tables/shop.customers/2?columns=name")).text)).toMatchObject({ name: "Bela" });
    expect((await get("/api/tables/shop.customers/9")).status).toBe(404);
    expect((await get("/api/tables/shop.customers?columns=name&filter[customer_id]gte=2&sort=name", "text/csv")).text).toMatch(/^name\r?\nBela\r?\nCleo\r?\n$/);
    expect((await get("/api/tables/shop.customers?filter[born]=1")).status).toBe(400);
    for (const url of ["/api/schema/shop.customers", "/metrics", "/openapi.json", "/api/schema"]) expect((await get(url)).text).not.toContain(postgres.password);
  });

  test("the site is told a few rows of a table of PostgreSQL, without what is personal, and nothing that all rows would have to come for", async () => {
    const { tables } = await collectFacts(served);
    expect(tables["shop.customers"]).toMatchObject({ rows: null, versions: [], sample: { columns: ["customer_id", "card", "since", "tier", "interests", "settings", "changed_at"] } });
    expect(tables["shop.customers"]?.sample?.rows).toHaveLength(3);
    expect(tables["shop.customers"]).not.toHaveProperty("values");
  });

  test("a file on S3 that is written over, in as many bytes, is read anew", async () => {
    const client = s3Client(minio);
    const last = async (): Promise<string | undefined> => (await embedded.selectFrom("shop.flour_prices").select("euros").where("day", "=", day("2026-08-02")).execute())[0]?.euros;
    expect(await last()).toBe("23.75");
    // A store tells times by the second, so one that is written twice within it is the same.
    await expect.poll(async () => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: "mill/flour-2026.csv", Body: "day,euros\n2026-08-01,24.50\n2026-08-02,99.75\n" }));
      return await last();
    }).toBe("99.75");
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: "mill/flour-2026.csv", Body: "day,euros\n2026-08-01,24.50\n2026-08-02,23.75\n" }));
    client.destroy();
  });
});

/** Values as texts that tell their types apart. */
function spelled(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}
