import { afterAll, beforeAll, expect, test } from "vitest";
import { withServices } from "../../services/with-services.ts";
import { column } from "../query/fixture.ts";
import { openPostgresLake, postgresTable } from "./postgres-lake.ts";
import type { PostgresLake } from "./postgres-lake.ts";

const customers = postgresTable("customers", [
  column("id", "int64", { nullable: false }), column("name", "text"), column("city", "text"), column("credit", { kind: "decimal", precision: 12, scale: 2 }),
  column("joined", "timestamp"), column("born", "day"), column("score", "float64"), column("active", "bool"), column("code", "text"), column("folded", "text"),
  column("mood", { kind: "enum", values: ["sad", "ok", "happy"] }), column("ref", "uuid"),
]);

const made = `
CREATE COLLATION folding (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE customers (id bigint PRIMARY KEY, name text, city varchar(20), credit numeric(10, 2), joined timestamptz, born date, score double precision, active boolean, code char(6), folded text COLLATE folding, mood mood, ref uuid, secret text);
INSERT INTO customers SELECT g, 'name ' || g, CASE WHEN g % 10 = 0 THEN NULL ELSE 'city ' || g % 7 END, g / 4.0, timestamptz '2026-01-01 00:00:00Z' + g * interval '1 hour', date '1990-01-01' + g,
  CASE WHEN g % 100 = 0 THEN 'NaN' ELSE g / 8.0 END, g % 3 = 0, 'c' || g % 5, CASE WHEN g % 2 = 0 THEN 'Abc' ELSE 'aBC' END, (ARRAY['sad', 'ok', 'happy']::mood[])[1 + g % 3], ('00000000-0000-0000-0000-' || lpad(g::text, 12, '0'))::uuid, 'never asked'
FROM generate_series(1, 1000) g;
ANALYZE customers;`;

await withServices(["postgres"], "what a query asks of PostgreSQL", (services) => {
  let shop: PostgresLake;
  beforeAll(async () => { shop = await openPostgresLake(services.postgres, made, [customers]); });
  afterAll(() => shop.close());

  const all = (where: string): string => `SELECT count(*) AS n FROM shop.customers WHERE ${where}`;

  test("only the columns that are used cross the wire, and only rows that meet the conditions", async () => {
    expect(await shop.rows("SELECT name FROM shop.customers WHERE id = 7")).toEqual([{ name: "name 7" }]);
    expect(await shop.asked("SELECT name FROM shop.customers WHERE id = 7")).toEqual([{ sql: 'SELECT "id", "name" FROM "public"."customers" WHERE "id" = $1::int8', rows: 1 }]);
    expect(await shop.asked("SELECT name FROM shop.customers WHERE id = $1", [7])).toEqual([{ sql: 'SELECT "id", "name" FROM "public"."customers" WHERE "id" = $1::int8', rows: 1 }]);
    expect(await shop.asked("SELECT count(*) FROM shop.customers")).toEqual([{ sql: 'SELECT  FROM "public"."customers"', rows: 1000 }]);
  });

  test.each([
    ["id BETWEEN 10 AND 19", 10, 10],
    ["id IN (1, 2, 5000)", 2, 2],
    ["id NOT IN (1, 2)", 998, 998],
    ["id < 3 OR id >= 999", 4, 4],
    ["id <> 5", 999, 999],
    ["city = 'city 3'", 128, 128],
    ["city IS NULL", 100, 100],
    ["city IS NOT NULL AND id <= 20", 18, 18],
    ["name > 'name 99'", 10, 10],
    ["name = 'x''; DROP TABLE customers; --'", 0, 0],
    ["credit = 2.5", 1, 1],
    ["credit <= 1.00", 4, 4],
    ["joined >= TIMESTAMPTZ '2026-01-01 10:00:00Z' AND joined < TIMESTAMPTZ '2026-01-01 12:00:00Z'", 2, 2],
    ["born = DATE '1990-01-11'", 1, 1],
    ["score > 120", 49, 49],
    ["score = 'NaN'::DOUBLE", 10, 10],
    ["score <= 1", 8, 8],
    ["active", 333, 333],
    ["NOT active", 667, 667],
    ["mood = 'ok' AND id < 10", 3, 3],
    ["mood > 'ok'", 333, 333],
    ["ref = '00000000-0000-0000-0000-000000000009'", 1, 1],
    ["ref < '00000000-0000-0000-0000-000000000009'", 8, 8],
    // Padding counts for nothing there and for something here: more rows come, and are judged here.
    ["code = 'c1    '", 200, 200],
    ["code = 'c1'", 0, 200],
    ["code <> 'c1'", 1000, 1000],
    // Not equal by their bytes, though their collation says so.
    ["folded = 'abc'", 0, 0],
    ["folded = 'Abc'", 500, 500],
    // What only the engine can say is asked of all rows, beside what is not.
    ["length(name) = 6", 9, 1000],
    ["name LIKE '%7' AND id <= 30", 3, 3],
    ["name LIKE 'name 99%'", 11, 11],
    ["name LIKE 'name 99%' OR id = 1", 12, 12],
    ["starts_with(name, 'name 99')", 11, 11],
    ["ends_with(name, '00')", 10, 10],
    ["name LIKE '%e 99%'", 11, 11],
    ["name LIKE 'name _'", 9, 9],
    ["name NOT LIKE 'name _'", 991, 991],
    ["name NOT LIKE 'name \\_'", 1000, 1000],
    ["name ILIKE 'NAME 99%'", 11, 1000],
    ["name LIKE 'name $_' ESCAPE '$'", 0, 1000],
    ["folded LIKE 'a%'", 500, 500],
    ["folded LIKE '_bc'", 500, 500],
    ["mood LIKE 's%'", 333, 333],
    ["code LIKE 'c1%'", 200, 1000],
    ["ref::VARCHAR LIKE '%9'", 100, 1000],
    ["id + 1 = 8 OR city = 'city 3'", 129, 129],
    ["abs(id) = 8 OR city = 'city 3'", 129, 1000],
  ])("%s: %i rows, of %i that came", async (where, kept, came) => {
    expect(await shop.rows(all(where))).toEqual([{ n: BigInt(kept) }]);
    expect((await shop.asked(all(where))).map(({ rows }) => rows)).toEqual([came]);
  });

  test("a limit goes along where nothing else stands between it and the rows, and not where it would cut the wrong ones", async () => {
    const came = async (sql: string): Promise<number[]> => (await shop.asked(sql)).map(({ rows }) => rows);
    expect(await came("SELECT id FROM shop.customers LIMIT 5")).toEqual([5]);
    expect(await came("SELECT id + 1 FROM shop.customers WHERE active LIMIT 5 OFFSET 2")).toEqual([7]);
    expect(await came("SELECT id FROM shop.customers ORDER BY id DESC LIMIT 5")).toEqual([1000]);
    expect(await came("SELECT id FROM shop.customers WHERE length(name) = 6 LIMIT 5")).toEqual([1000]);
    expect(await came("SELECT id FROM shop.customers WHERE code = 'c1' LIMIT 5")).toEqual([200]);
    expect(await shop.rows("SELECT id FROM shop.customers WHERE code = 'c1    ' ORDER BY id LIMIT 2")).toEqual([{ id: 1n }, { id: 6n }]);
    expect(await came("SELECT DISTINCT active FROM shop.customers LIMIT 2")).toEqual([1000]);
  });

  test("a table that stands twice in a query is read once, with what either needs", async () => {
    const sql = "SELECT a.name, b.city FROM shop.customers a JOIN shop.customers b ON a.id + 1 = b.id WHERE a.id = 3 AND b.id IN (4, 5)";
    expect(await shop.rows(sql)).toEqual([{ name: "name 3", city: "city 4" }]);
    expect(await shop.asked(sql)).toEqual([{ sql: 'SELECT "id", "name", "city" FROM "public"."customers" WHERE ("id" = $1::int8 OR ("id" >= $2::int8 AND "id" <= $3::int8))', rows: 3 }]);
    expect(await shop.rows("SELECT (SELECT count(*) FROM shop.customers) AS n, name FROM shop.customers WHERE id = 5")).toEqual([{ n: 1000n, name: "name 5" }]);
  });
});

const kinds = postgresTable("kinds", [
  column("i2", "int16"), column("i4", "int32"), column("i8", "int64"), column("wide", "int64", { from: "i2" }), column("n", { kind: "decimal", precision: 38, scale: 10 }), column("free", { kind: "decimal", precision: 20, scale: 4 }),
  column("f4", "float32"), column("f8", "float64"), column("t", "text"), column("v", "text"), column("c", "text"), column("b", "bool"), column("bytes", "bytes"), column("u", "uuid"),
  column("d", "day"), column("ts", "local_timestamp"), column("tz", "timestamp"), column("ints", { kind: "array", element: { kind: "int32" }, elementNullable: true }),
  column("texts", { kind: "array", element: { kind: "text" }, elementNullable: false }), column("j", "text"), column("m", { kind: "enum", values: ["a", "b"] }), column("dom", "int32"),
]);

await withServices(["postgres"], "values of PostgreSQL", (services) => {
  let shop: PostgresLake;
  beforeAll(async () => {
    shop = await openPostgresLake(services.postgres, `
      CREATE TYPE m AS ENUM ('a', 'b'); CREATE DOMAIN positive AS int CHECK (VALUE > 0);
      CREATE TABLE kinds (i2 smallint, i4 int, i8 bigint, n numeric(38, 10), free numeric, f4 real, f8 double precision, t text, v varchar(9), c char(5), b boolean, bytes bytea, u uuid,
        d date, ts timestamp, tz timestamptz, ints int[], texts text[], j jsonb, m m, dom positive);
      INSERT INTO kinds VALUES
        (-32768, -2147483648, -9223372036854775808, 1234567890123456789012345678.0123456789, 1.5, 0.1, 0.1, E'tab\\t"q" é 🦆', 'v', 'ab', true, '\\x00ff', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11',
         '0001-01-01', '9999-12-31 23:59:59.999999', '0001-01-01 00:00:00.000001Z', '{1,NULL,-3}', ARRAY['a,b', '"', '', 'NULL', '\\'], '{"a": 1.10}', 'b', 5),
        (32767, 2147483647, 9223372036854775807, -0.0000000001, -99999999.9999, 'NaN', '-0', '', '', '', false, '', '00000000-0000-0000-0000-000000000000', '9999-12-31', '2026-03-29 02:30:00', '2026-03-29 03:30:00.5+02', '{}', '{}', 'null', 'a', 1),
        (0, 0, 0, 0, 0, '-Infinity', 'Infinity', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
      CREATE TABLE beyond (k int, d date, tz timestamptz, n numeric, ints int[], m text);
      INSERT INTO beyond VALUES (1, 'infinity', NULL, NULL, NULL, NULL), (2, '0044-03-15 BC', NULL, NULL, NULL, NULL), (3, NULL, '-infinity', NULL, NULL, NULL), (4, NULL, '10000-01-01 00:00:00Z', NULL, NULL, NULL),
        (5, NULL, NULL, 'NaN', NULL, NULL), (6, NULL, NULL, 1.23456, NULL, NULL), (7, NULL, NULL, NULL, '{{1,2},{3,4}}', NULL), (8, NULL, NULL, NULL, '[0:1]={1,2}', NULL), (9, NULL, NULL, NULL, NULL, 'c');`, [kinds,
      postgresTable("beyond", [column("k", "int32", { nullable: false }), column("d", "day"), column("tz", "timestamp"), column("n", { kind: "decimal", precision: 20, scale: 4 }), column("ints", { kind: "array", element: { kind: "int32" }, elementNullable: false }), column("m", { kind: "enum", values: ["a", "b"] })]),
      { ...postgresTable("never_null", [column("m", "text", { nullable: false })]), source: { kind: "postgres", connection: "main", schema: "public", table: "beyond" } },
    ]);
  });
  afterAll(() => shop.close());

  test("each type's extremes come as they are", async () => {
    const [first, second, third] = await shop.rows("SELECT * FROM shop.kinds");
    expect(first).toEqual({
      i2: -32768, i4: -2147483648, i8: -9223372036854775808n, wide: -32768n, n: "1234567890123456789012345678.0123456789", free: "1.5000", f4: Math.fround(0.1), f8: 0.1, t: 'tab\t"q" é 🦆', v: "v", c: "ab   ", b: true,
      bytes: new Uint8Array([0, 255]), u: "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", d: Temporal.PlainDate.from("0001-01-01"), ts: Temporal.PlainDateTime.from("9999-12-31T23:59:59.999999"), tz: Temporal.Instant.from("0001-01-01T00:00:00.000001Z"),
      ints: [1, null, -3], texts: ["a,b", '"', "", "NULL", "\\"], j: '{"a": 1.10}', m: "b", dom: 5,
    });
    expect(second).toMatchObject({ i8: 9223372036854775807n, n: "-0.0000000001", free: "-99999999.9999", f4: Number.NaN, f8: -0, t: "", c: "     ", bytes: new Uint8Array(), d: Temporal.PlainDate.from("9999-12-31"), tz: Temporal.Instant.from("2026-03-29T01:30:00.5Z"), ints: [], texts: [], j: "null" });
    expect(third).toMatchObject({ f4: -Infinity, f8: Infinity, t: null, tz: null, ints: null, dom: null });
  });

  test("a letter of LIKE is one character on both sides, however many bytes it has", async () => {
    const sql = "SELECT i2 FROM shop.kinds WHERE t LIKE '%é _' OR starts_with(t, 'é')";
    expect(await shop.rows(sql)).toEqual([{ i2: -32768 }]);
    expect(await shop.asked(sql)).toEqual([{ sql: expect.stringContaining('"t" COLLATE "C" LIKE $1::text ESCAPE ') as string, rows: 1 }]);
  });

  test.each([
    ["d", 1, "infinity is not in the years 0001 to 9999"], ["d", 2, "0044-03-15 BC is not in the years 0001 to 9999"], ["tz", 3, "-infinity is not in the years"], ["tz", 4, "10000-01-01 00:00:00+00 is not in the years"],
    ["n", 5, "NaN is no Decimal<20, 4>"], ["n", 6, "has more than 4 digits after the point"], ["ints", 7, "has more than one dimension"], ["ints", 8, "counts its elements from another number than 1"], ["m", 9, 'c is none of "a", "b"'],
  ])("what no %s can hold is refused by name, and by row (%i)", async (name, k, text) => {
    const failure: unknown = await shop.rows(`SELECT ${name} FROM shop.beyond WHERE k = ${k}`).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "VALUE_INVALID", message: expect.stringContaining(`shop.beyond, row 1, column ${name}: `) as string });
    expect(String(failure)).toContain(text);
  });

  test("a null where none is declared is refused by name", async () => {
    await expect(shop.rows("SELECT m FROM shop.never_null")).rejects.toMatchObject({ code: "VALUE_INVALID", message: expect.stringContaining("shop.never_null, row 1: column m is null") as string });
    expect(await shop.rows("SELECT m FROM shop.never_null WHERE m IS NOT NULL")).toEqual([{ m: "c" }]);
  });
});

