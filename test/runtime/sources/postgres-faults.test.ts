import { rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openLake } from "../../../runtime/lake.ts";
import type { PostgresConfig } from "../../../runtime/config.ts";
import type { PostgresServer } from "../../services/postgres.ts";
import { withOwnServices, withServices } from "../../services/with-services.ts";
import { catalogOf, column, newDirectory } from "../query/fixture.ts";
import { openPostgresLake, postgresTable } from "./postgres-lake.ts";
import type { PostgresLake } from "./postgres-lake.ts";

const numbers = postgresTable("numbers", [column("n", "int32", { nullable: false }), column("filler", "text")]);
const secret = "not-to-be-seen-5f1c";

/** What a lake with such a connection says of a query. */
async function said(main: PostgresConfig | undefined, sql = "SELECT n FROM shop.numbers"): Promise<unknown> {
  const directory = await newDirectory();
  try {
    await using lake = await openLake({ catalog: catalogOf(numbers), root: `${directory}/lake`, project: directory, ...(main === undefined ? {} : { postgres: { main } }) });
    return await lake.query({ sql }).then(() => "answered", (error: unknown) => error);
  } finally {
    await rm(directory, { recursive: true });
  }
}

await withServices(["postgres"], "PostgreSQL that is otherwise than declared", (services) => {
  let shop: PostgresLake;
  beforeAll(async () => {
    shop = await openPostgresLake(services.postgres, `
      CREATE TABLE numbers AS SELECT g AS n, repeat('x', 1000) AS filler FROM generate_series(1, 20000) g;
      CREATE TABLE small (n smallint, big bigint, t text, "Case" int, nobody int, d numeric(30, 2));
      CREATE SCHEMA "odd""schema"; CREATE TABLE "odd""schema"."a table" ("the ""column""" int); INSERT INTO "odd""schema"."a table" VALUES (7);
      CREATE VIEW slow AS SELECT n, pg_sleep(0.01)::text AS filler FROM numbers;
      CREATE VIEW sleepy AS SELECT 1 AS n, pg_sleep(600)::text AS filler;
      CREATE VIEW wide AS SELECT a.n AS n, 'x' AS filler FROM numbers a, numbers b;`, [
      numbers, { ...numbers, name: "slow", source: { ...numbers.source, table: "slow" } as never }, { ...numbers, name: "wide", source: { ...numbers.source, table: "wide" } as never },
      postgresTable("small", [column("n", "int64"), column("big", "int32"), column("t", "bytes"), column("missing", "int32"), column("case", "int32"), column("d", { kind: "decimal", precision: 20, scale: 2 })]),
      postgresTable("nowhere", [column("n", "int32")]),
      postgresTable("odd", [column("seven", "int32", { from: 'the "column"' })], { schema: 'odd"schema', table: "a table" } as never),
    ]);
  });
  afterAll(() => shop.close());

  test("a table that is not there, a column that is not there and one of another type are told, the last with both types; columns that are not asked for are nobody's concern", async () => {
    expect(await shop.rows("SELECT count(*) AS n FROM shop.small")).toEqual([{ n: 0n }]);
    expect(await shop.rows("SELECT n FROM shop.small")).toEqual([]);
    const failure = async (sql: string): Promise<unknown> => await shop.rows(sql).catch((error: unknown) => error);
    const place = `the PostgreSQL connection "main" (${shop.database} at 127.0.0.1:${services.postgres.port})`;
    expect(await failure("SELECT n FROM shop.nowhere")).toMatchObject({ code: "SCHEMA_DIFFERS", message: expect.stringContaining(`shop.nowhere: there is no table public.nowhere of ${place}`) as string });
    expect(await failure("SELECT missing FROM shop.small")).toMatchObject({ code: "SCHEMA_DIFFERS", message: expect.stringContaining("has no column missing") as string });
    expect(await failure('SELECT "case" FROM shop.small')).toMatchObject({ code: "SCHEMA_DIFFERS", hint: expect.stringContaining("Case") as string });
    expect(await failure("SELECT big FROM shop.small")).toMatchObject({ code: "SCHEMA_DIFFERS", message: expect.stringMatching(/column big is declared Int32 \| null, and .* keeps bigint/) as string });
    expect(await failure("SELECT t FROM shop.small")).toMatchObject({ message: expect.stringMatching(/declared Bytes \| null, and .* keeps text/) as string });
    expect(await failure("SELECT d FROM shop.small")).toMatchObject({ message: expect.stringMatching(/declared Decimal<20, 2> \| null, and .* keeps numeric\(30,2\)/) as string });
  });

  test("names are told apart by the server as they are written, whatever stands in them", async () => {
    expect(await shop.rows("SELECT seven FROM shop.odd WHERE seven < 8")).toEqual([{ seven: 7 }]);
  });

  test("a column that does not exist is the query's own mistake, told with its place, and nothing is asked of the server", async () => {
    await shop.run("SELECT pg_stat_statements_reset(0, (SELECT oid FROM pg_database WHERE datname = current_database()), 0)");
    await expect(shop.rows("SELECT n,\n  fare FROM shop.numbers")).rejects.toMatchObject({ code: "SQL_INVALID", place: { line: 2, column: 3 } });
    expect(await shop.run(`SELECT query FROM pg_stat_statements WHERE query LIKE '%"numbers"%'`)).toEqual([]);
  });

  test("many rows come in steps, and none stays here: the server's cursor gives as many as make four megabytes", async () => {
    const [row] = await shop.rows("SELECT count(*) AS rows, sum(length(filler)) AS letters FROM shop.numbers");
    expect(row).toEqual({ rows: 20_000n, letters: "20000000" });
    const [steps] = await shop.run(`SELECT max(rows)::int AS most FROM pg_stat_statements WHERE query LIKE 'SELECT "filler"%'`);
    expect(Number(steps?.["most"])).toBe(20_000);
  });

  test("a query that is stopped stops at the server, and its connection goes back", async () => {
    const stop = new AbortController();
    const asked = shop.lake.query({ sql: "SELECT sum(n) FROM shop.wide", signal: stop.signal });
    const running = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'neuralake' AND state = 'active'`;
    await expect.poll(async () => (await shop.run(running))[0]?.["n"]).toBe(1);
    stop.abort(new Error("enough"));
    await expect(asked).rejects.toThrow("enough");
    await expect.poll(async () => (await shop.run(running))[0]?.["n"]).toBe(0);
    expect(await shop.rows("SELECT n FROM shop.numbers WHERE n = 3")).toEqual([{ n: 3 }]);
  });

  test("all tables of a query are read at one state, however long the first takes", async () => {
    await shop.run("CREATE TABLE left_side (n int); CREATE TABLE right_side (n int)");
    const pair = await openLake({ catalog: catalogOf(postgresTable("slow", numbers.columns, { table: "slow" } as never), postgresTable("right_side", [column("n", "int32")])), root: "/nowhere", project: "/nowhere", postgres: { main: { ...services.postgres, database: shop.database } } });
    const asked = pair.query({ sql: "SELECT (SELECT count(*) FROM shop.slow WHERE n <= 100 AND filler IS NOT NULL) AS a, (SELECT count(*) FROM shop.right_side) AS b" });
    await expect.poll(async () => (await shop.run(`SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'neuralake' AND query LIKE 'SELECT%"slow"%' AND state = 'active'`))[0]?.["n"], { interval: 20 }).toBe(1);
    await shop.run("INSERT INTO right_side VALUES (1)");
    const { batches } = await asked;
    const found: unknown[] = [];
    for await (const batch of batches) found.push(batch.get(0)?.toJSON());
    expect(found).toEqual([{ a: 100n, b: 0n }]);
    await pair.close();
  });

  test("nothing can be written, and no connection is left behind when the lake closes", async () => {
    const own = await openLake({ catalog: catalogOf(numbers), root: "/nowhere", project: "/nowhere", postgres: { main: { ...services.postgres, database: shop.database } } });
    for await (const _ of (await own.query({ sql: "SELECT n FROM shop.numbers LIMIT 1" })).batches) { /* read */ }
    await expect(own.append("shop.numbers", [{ n: 1, filler: "" }])).rejects.toMatchObject({ code: "TABLE_NOT_WRITABLE" });
    await own.close();
    await shop.lake.close();
    await expect.poll(async () => (await shop.run("SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'neuralake'"))[0]?.["n"]).toBe(0);
  });

  test("a wrong password, user, database or configuration is told without any password", async () => {
    const { host, port } = services.postgres;
    const told: readonly [PostgresConfig | undefined, string, string][] = [
      [{ host, port, database: "postgres", user: "postgres", password: secret }, "SOURCE_FAILED", "does not take this user's password"],
      [{ url: `postgres://postgres:${secret}@${host}:${port}/postgres` }, "SOURCE_FAILED", "does not take this user's password"],
      [{ ...services.postgres, database: "absent" }, "SOURCE_FAILED", "has no such database"],
      [{ url: `mysql://root:${secret}@${host}/x` }, "CONFIG_INVALID", "has a url that is none of PostgreSQL's"],
      [{ url: `postgres://u:${secret}@${host}/x?sslmode=maybe` }, "CONFIG_INVALID", "has the sslmode 'maybe'"],
      [{ host, port, database: "postgres", password: { env: "NEURALAKE_TEST_UNSET" } }, "CONFIG_INVALID", "the environment variable NEURALAKE_TEST_UNSET, which is not set"],
      [{ host, port }, "CONFIG_INVALID", "names no database"],
      [undefined, "CONFIG_INVALID", 'There is no PostgreSQL connection "main"'],
    ];
    for (const [config, code, text] of told) {
      const failure = await said(config);
      expect(failure).toMatchObject({ code, message: expect.stringContaining(text) as string });
      expect(JSON.stringify(failure, [...Object.getOwnPropertyNames(failure), "message", "hint", "place"])).not.toContain(secret);
    }
  });

  test("a statement that takes too long is stopped by the server", async () => {
    const slow = await openLake({ catalog: catalogOf(postgresTable("sleepy", numbers.columns)), root: "/nowhere", project: "/nowhere", postgres: { main: { ...services.postgres, database: shop.database, statementMs: 2_000 } } });
    await expect(slow.query({ sql: "SELECT filler FROM shop.sleepy" })).rejects.toMatchObject({ code: "SOURCE_FAILED", message: expect.stringContaining("took longer than statementMs allows") as string, retry: true });
    await slow.close();
  });
});

test("a server that is not there, and one that never answers, are told by host and database", async () => {
  expect(await said({ host: "127.0.0.1", port: 1, database: "shop", password: secret })).toMatchObject({ code: "SOURCE_FAILED", retry: true, message: expect.stringMatching(/"main" \(shop at 127\.0\.0\.1:1\) does not answer: .*ECONNREFUSED/) as string });
  const mute = createServer(() => undefined).listen(0, "127.0.0.1");
  await new Promise((resolve) => mute.once("listening", resolve));
  expect(await said({ host: "127.0.0.1", port: (mute.address() as AddressInfo).port, database: "shop", password: secret, connectMs: 300 })).toMatchObject({ code: "SOURCE_FAILED", message: expect.stringContaining("does not answer") as string });
  mute.close();
});

await withOwnServices(["postgres"], "PostgreSQL that dies", ({ postgres: start }) => {
  let server: PostgresServer;
  afterAll(() => server.stop());
  test("a query that runs fails, and the next one is answered when the server is back", async () => {
    server = await start();
    const shop = await openPostgresLake(server, "CREATE TABLE numbers AS SELECT g AS n, 'x' AS filler FROM generate_series(1, 10) g", [numbers]);
    expect(await shop.rows("SELECT max(n) AS n FROM shop.numbers")).toEqual([{ n: 10 }]);
    await server.kill();
    // What the server's children still do when their parent is gone, they may do well.
    await expect.poll(() => shop.rows("SELECT max(n) AS n FROM shop.numbers").then(() => "answered", (error: unknown) => Reflect.get(Object(error), "code"))).toBe("SOURCE_FAILED");
    await server.restart();
    expect(await shop.rows("SELECT max(n) AS n FROM shop.numbers")).toEqual([{ n: 10 }]);
    await shop.close();
  });
});
