/**
 * Extremes of every column type go through append, Delta, query and client, embedded and over HTTP, on local files and on S3, in every
 * combination, and come back as they were: numbers by Object.is, the rest by type and content.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { catalogFormat } from "../compiler/ir/catalog.ts";
import type { Catalog } from "../compiler/ir/catalog.ts";
import type { ColumnType } from "../compiler/ir/column-type.ts";
import { connectClient, openClient, sql } from "../runtime/client/entry.ts";
import type { ClientLake } from "../runtime/client/entry.ts";
import { openLake } from "../runtime/lake.ts";
import { duckType } from "../runtime/query/duckdb-types.ts";
import type { Lake } from "../runtime/lake.ts";
import { openServer } from "../runtime/server/server.ts";
import { Failure } from "../runtime/values/failure.ts";
import type { Row, Value } from "../runtime/values/value.ts";
import { column, deltaTable } from "./runtime/governance/table.ts";
import { onEveryStore } from "./stores.ts";

const day = Temporal.PlainDate.from;
const instant = Temporal.Instant.from;
const clock = Temporal.PlainDateTime.from;
const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);

const point: ColumnType = { kind: "object", fields: [{ name: "x", type: { kind: "float64" }, nullable: true }, { name: "big", type: { kind: "int64" }, nullable: true }, { name: "tags", type: { kind: "array", element: { kind: "text" }, elementNullable: true }, nullable: true }] };
const list = (element: ColumnType): ColumnType => ({ kind: "array", element, elementNullable: true });
const record = (value: ColumnType): ColumnType => ({ kind: "map", key: { kind: "text" }, value, valueNullable: true });

/** Per column its type and the values that go there; null goes everywhere besides. */
const extremes: { readonly [column: string]: readonly [ColumnType, readonly Value[]] } = {
  i8: [{ kind: "int8" }, [-128, 127, 0]],
  i16: [{ kind: "int16" }, [-32768, 32767]],
  i32: [{ kind: "int32" }, [-2147483648, 2147483647]],
  i64: [{ kind: "int64" }, [-(2n ** 63n), 2n ** 63n - 1n, 0n, 9007199254740993n, -9007199254740993n]],
  f32: [{ kind: "float32" }, [NaN, Infinity, -Infinity, -0, 0, 3.4028234663852886e38, -3.4028234663852886e38, 1.401298464324817e-45, Math.fround(0.1)]],
  f64: [{ kind: "float64" }, [NaN, Infinity, -Infinity, -0, 0, Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE, 2 ** -1022, 0.1, 1e21, Number.MAX_SAFE_INTEGER + 1]],
  d2: [{ kind: "decimal", precision: 10, scale: 2 }, ["99999999.99", "-99999999.99", "0.00", "-0.01", "7.50"]],
  d18: [{ kind: "decimal", precision: 18, scale: 18 }, ["0.999999999999999999", "-0.000000000000000001"]],
  d38: [{ kind: "decimal", precision: 38, scale: 0 }, ["9".repeat(38), `-${"9".repeat(38)}`, "0"]],
  d38s: [{ kind: "decimal", precision: 38, scale: 38 }, [`0.${"9".repeat(38)}`, `-0.${"0".repeat(37)}1`]],
  t: [{ kind: "text" }, ["", "a", "😀", "\u0000", "e\u0301", "\u{10FFFF}", "line\nbreak \"quoted\" \\ ' ,", "NaN", "null", "x".repeat(100_000)]],
  b: [{ kind: "bool" }, [true, false]],
  by: [{ kind: "bytes" }, [bytes(), bytes(0), bytes(0, 255, 128, 10, 92, 120), new Uint8Array(70_000).fill(255)]],
  u: [{ kind: "uuid" }, ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "6f9619ff-8b86-d011-b42d-00c04fc964ff"]],
  e: [{ kind: "enum", values: ["card", "it's", "😀"] }, ["card", "it's", "😀"]],
  p: [{ kind: "text" }, ["a b", "a/b=c%20d", "😀:?*[x]{y}#\\'\"", "__HIVE_DEFAULT_PARTITION__", "\u00e4", ".."]],
  d: [{ kind: "day" }, [day("0001-01-01"), day("9999-12-31"), day("1969-12-31"), day("1582-10-10"), day("2024-02-29")]],
  ts: [{ kind: "timestamp" }, [instant("0001-01-01T00:00:00Z"), instant("9999-12-31T23:59:59.999999Z"), instant("1969-12-31T23:59:59.999999Z"), instant("1900-01-01T00:00:00.000001Z"), instant("2026-03-29T01:30:00.123456Z")]],
  lt: [{ kind: "local_timestamp" }, [clock("0001-01-01T00:00:00"), clock("9999-12-31T23:59:59.999999"), clock("1969-12-31T23:59:59.999999"), clock("2026-03-29T02:30:00")]],
  at: [list({ kind: "text" }), [[], [null], ["", "😀", null, "a"]]],
  ai: [list({ kind: "int64" }), [[2n ** 63n - 1n, null, -(2n ** 63n)]]],
  af: [list({ kind: "float64" }), [[NaN, -0, null, -Infinity]]],
  aa: [list(list({ kind: "decimal", precision: 38, scale: 2 })), [[], [[]], [null, [], [null, "0.01"], [`${"9".repeat(36)}.99`]]]],
  ad: [list({ kind: "day" }), [[day("0001-01-01"), null, day("9999-12-31")]]],
  ats: [list({ kind: "timestamp" }), [[instant("1969-12-31T23:59:59.999999Z"), null]]],
  ab: [list({ kind: "bytes" }), [[bytes(), null, bytes(255)]]],
  ae: [list({ kind: "bool" }), [[true, null, false]]],
  mt: [record({ kind: "text" }), [{}, { a: "", "😀": "b", "": null }, JSON.parse('{"__proto__": "own", "constructor": "too"}') as Row]],
  mf: [record({ kind: "float32" }), [{ nan: NaN, zero: -0, none: null }]],
  mi: [record(list({ kind: "int64" })), [{ a: [], b: [9007199254740993n, null], c: null }]],
  mk: [{ kind: "map", key: { kind: "int64" }, value: { kind: "text" }, valueNullable: true }, [[], [{ key: 9007199254740993n, value: "a" }, { key: -1n, value: null }]]],
  o: [point, [{ x: -0, big: 9007199254740993n, tags: ["a", null] }, { x: null, big: null, tags: null }, { x: NaN, big: 0n, tags: [] }]],
  ao: [list(point), [[], [null, { x: 1.5, big: null, tags: [] }, { x: null, big: -1n, tags: null }, null]]],
  mo: [record(point), [{ a: { x: Infinity, big: 2n ** 63n - 1n, tags: [""] }, b: null }]],
  oo: [{ kind: "object", fields: [{ name: "inner", type: point, nullable: true }, { name: "on", type: { kind: "day" }, nullable: true }] }, [{ inner: null, on: day("1969-12-31") }, { inner: { x: -0, big: null, tags: ["😀"] }, on: null }]],
};

const names = Object.keys(extremes);
const rowCount = Math.max(...names.map((name) => extremes[name]?.[1].length ?? 0));
/** Row by row the k-th value of each column, then nulls: every row is a mix of extremes. The last row is all null. */
const rows: readonly Row[] = Array.from({ length: rowCount + 1 }, (_, k) => ({
  id: k,
  ...Object.fromEntries(names.map((name) => [name, extremes[name]?.[1][k] ?? null])),
}));

function tableNamed(name: string, partitionBy: readonly string[] = []): Catalog["databases"][number]["tables"][number] {
  return deltaTable([column("id", { kind: "int32" }), ...names.map((each) => column(each, extremes[each]?.[0] ?? { kind: "text" }, { nullable: true }))], { name, partitionBy });
}

/** An empty text is no partition value in Delta, and is refused as one; so column t is none. */
const partitions = ["i64", "d38", "p", "b", "d", "ts", "lt", "e", "u"];
const catalog: Catalog = {
  format: catalogFormat,
  databases: [{ name: "test", doc: "", tables: [tableNamed("embedded"), tableNamed("http"), tableNamed("split", partitions), tableNamed("changed_embedded"), tableNamed("changed_http", partitions)] }],
};

interface Tables { readonly [table: string]: Row }
type Client = ClientLake<Tables, {}, Tables>;

/** A value that conditions compare with, which null is not. */
function present(value: Value): Value & {} {
  if (value === null) throw new Error("null equals nothing");
  return value;
}

await onEveryStore((site) => {
  let directory: string;
  let lake: Lake;
  let server: { readonly url: string; close(): Promise<void> };
  let clients: { readonly embedded: Client; readonly http: Client };

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "values-"));
    await mkdir(path.join(directory, "generated"));
    const file = path.join(directory, "generated", "catalog.json");
    await writeFile(file, JSON.stringify(catalog));
    const root = site.newRoot(directory);
    lake = await openLake({ catalog, root, project: directory });
    for (const { name } of catalog.databases[0]?.tables ?? []) await lake.create(`test.${name}`);
    server = await openServer({ lake, openapi: {}, host: "127.0.0.1", port: 0 });
    process.env["NEURALAKE_ROOT"] = root;
    clients = {
      embedded: await openClient({ catalog: pathToFileURL(file), functions: async () => ({ functions: {} }), project: pathToFileURL(`${directory}/`) }),
      http: connectClient({ url: server.url }),
    };
    await clients.embedded.append("test.embedded", rows);
    await clients.http.append("test.http", rows);
    await clients.embedded.append("test.split", rows);
  });

  afterAll(async () => {
    delete process.env["NEURALAKE_ROOT"];
    await clients?.embedded.close();
    await server?.close();
    await lake?.close();
    await rm(directory, { recursive: true, force: true });
  });

  /** A value as something `toEqual` compares exactly: zeros and NaN by Object.is, times by type and text, bytes by content. */
  function exact(value: Value | undefined): unknown {
    if (typeof value !== "object" || value === null) return value;
    if (value instanceof Uint8Array) return `bytes ${value.toHex()}`;
    if (value instanceof Temporal.PlainDate || value instanceof Temporal.Instant || value instanceof Temporal.PlainDateTime) return `${value[Symbol.toStringTag]} ${value.toString()}`;
    if (Array.isArray(value)) return value.map(exact);
    return Object.entries(value).map(([name, inner]) => [name, exact(inner)]);
  }

  function expectSame(got: readonly Row[], sent: readonly Row[]): void {
    expect(got.length).toBe(sent.length);
    for (const name of ["id", ...names]) {
      for (const [k, row] of sent.entries()) expect([name, row["id"], exact(got[k]?.[name])]).toStrictEqual([name, row["id"], exact(row[name])]);
    }
  }

  describe.each(["embedded", "http"] as const)("read by the %s client", (reader) => {
    test.each(["test.embedded", "test.http", "test.split"])("every extreme of %s is as it was sent", async (table) => {
      expectSame(await clients[reader].selectFrom(table).selectAll().orderBy("id").execute(), rows);
    });

    test("a stream gives the same rows as a whole answer", async () => {
      const streamed: Row[] = [];
      for await (const row of clients[reader].selectFrom("test.embedded").selectAll().orderBy("id").stream()) streamed.push(row);
      expectSame(streamed, rows);
    });

    const comparable = names.filter((name) => !["array", "map", "object"].includes(extremes[name]?.[0].kind ?? "") && !name.startsWith("f"));
    test.each(comparable)("column %s finds each of its values by equality", async (name) => {
      for (const [k, value] of (extremes[name]?.[1] ?? []).entries()) {
        const found = await clients[reader].selectFrom("test.split").select("id").where(name, "=", present(value)).execute();
        expect([value, found]).toEqual([value, [{ id: k }]]);
      }
    });

    test.each(["f32", "f64"])("column %s finds each of its values by equality, zeros alike", async (name) => {
      for (const value of extremes[name]?.[1] ?? []) {
        const found = await clients[reader].selectFrom("test.embedded").select(name).where(name, "=", present(value)).execute();
        expect(found.length).toBe(value === 0 ? 2 : 1);
        expect(found.some((row) => Object.is(row[name], value))).toBe(true);
      }
    });

    const scalar = names.filter((name) => !["array", "map", "object"].includes(extremes[name]?.[0].kind ?? ""));
    test.each(scalar)("a value of column %s goes into a query and comes back", async (name) => {
      const [type, values] = extremes[name] ?? [{ kind: "text" }, []];
      for (const value of values) {
        const [row] = await clients[reader].selectNoFrom(sql<Value>`CAST(${value} AS ${sql.raw(duckType(type))})`.as("v")).execute();
        expect(exact(row?.v)).toStrictEqual(exact(value));
      }
    });

    test("a nested value goes into a query and comes back", async () => {
      const value = [{ at: Temporal.Instant.from("1969-12-31T23:59:59.999999Z"), on: [day("0001-01-01"), null], "it's": 9007199254740993n }];
      const [row] = await clients[reader].selectNoFrom(sql<Value>`${value}`.as("v")).execute();
      expect(exact(row?.v)).toStrictEqual(exact(value));
    });
  });

  describe.each(["embedded", "http"] as const)("rows changed by the %s client", (writer) => {
    const table = `test.changed_${writer}`;

    test("hold every extreme that they were given, and only they", async () => {
      const client = clients[writer];
      await client.append(table, rows.map(({ id = null }) => ({ id })));
      for (const { id = null, ...values } of rows.slice(0, -1)) expect(await client.updateTable(table).set(values).where("id", "=", present(id)).executeTakeFirst()).toMatchObject({ numUpdatedRows: 1n });
      expectSame(await client.selectFrom(table).selectAll().orderBy("id").execute(), rows);
    }, 120_000);

    test("go by each value of a column that conditions compare with", async () => {
      const client = clients[writer];
      for (const name of ["i64", "d38s", "t", "by", "u", "d", "ts", "lt"]) {
        const value = extremes[name]?.[1][1] ?? null;
        expect([name, await client.deleteFrom(table).where("id", "=", 1).where(name, "=", present(value)).where("i16", "in", []).executeTakeFirst()]).toEqual([name, { numDeletedRows: 0n }]);
        expect([name, await client.deleteFrom(`${table} as c`).where("c.id", "=", 1).where(`c.${name}`, "=", present(value)).where("c.i16", "not in", []).executeTakeFirst()]).toEqual([name, { numDeletedRows: 1n }]);
        await client.append(table, rows.slice(1, 2));
      }
      expectSame(await client.selectFrom(table).selectAll().orderBy("id").execute(), rows);
    }, 120_000);
  });

  describe("both clients", () => {
    async function failures(act: (client: Client) => Promise<unknown>): Promise<unknown[]> {
      return await Promise.all([clients.embedded, clients.http].map(async (client) => await act(client).then(() => "no failure", (error: unknown) => {
        if (!(error instanceof Failure)) throw error;
        const { code, message, hint, place } = error;
        return { code, message, hint, place };
      })));
    }

    test.each<[string, string, (client: Client) => Promise<unknown>]>([
      ["a column that is not there", "SQL_INVALID", (client) => client.query("SELECT id,\n  colour FROM test.embedded")],
      ["a table that is not there", "SQL_INVALID", (client) => client.selectFrom("test.embeded").selectAll().execute()],
      ["a file read in SQL", "SQL_FORBIDDEN", (client) => client.query("SELECT * FROM read_csv('/etc/passwd')")],
      ["a version that is not there", "DELTA_VERSION_NOT_FOUND", (client) => client.asOf({ version: 99 }).selectFrom("test.embedded").selectAll().execute()],
      ["a parameter too few", "PARAMETER_INVALID", (client) => client.query("SELECT CAST($2 AS INTEGER) AS a", [1])],
      ["a row without its id", "ROWS_REFUSED", (client) => client.append("test.http", [{ t: "a" }])],
      ["an id that is null", "ROWS_REFUSED", (client) => client.updateTable("test.http").set({ id: null }).where("id", "=", 0).execute()],
      ["a new value of no column", "SQL_INVALID", (client) => client.updateTable("test.http").set({ colour: "red" }).where("id", "=", 0).execute()],
      ["a condition on no column", "SQL_INVALID", (client) => client.deleteFrom("test.http").where("id", "=", 5000).where("colour", "=", "red").execute()],
      ["a condition that asks other rows", "SQL_FORBIDDEN", (client) => client.deleteFrom("test.http").where(({ exists, selectFrom }) => exists(selectFrom("test.http").select("id"))).execute()],
      ["a change of the past", "SQL_FORBIDDEN", (client) => client.asOf({ version: 1 }).deleteFrom("test.http").execute()],
      ["rows added to the past", "SQL_FORBIDDEN", (client) => client.asOf({ version: 1 }).append("test.http", [])],
    ])("fail alike: %s", async (_case, code, act) => {
      const [embedded, http] = await failures(act);
      expect(embedded).toMatchObject({ code });
      expect(http).toEqual(embedded);
    });

    test.each<[string, Row]>([
      ["a decimal of too many digits", { d2: "0.001" }],
      ["a word that an enum lacks", { e: "cash" }],
      ["a day that is none", { d: "2026-02-30" }],
      ["a number beyond its column", { i8: 128 }],
    ])("refuse as a new value %s", async (_case, set) => {
      const version = async (): Promise<unknown> => (await lake.versions(["test.http"]))?.[0]?.version;
      const before = await version();
      for (const failure of await failures((client) => client.updateTable("test.http").set(set).where("id", "=", 0).execute())) expect(failure).toMatchObject({ code: "VALUE_INVALID", place: { parameter: Object.keys(set)[0] } });
      expect(await version()).toBe(before);
    });

    test("see a failure among the rows, however late it comes", async () => {
      const sql = "SELECT CASE WHEN range = 900000 THEN CAST('x' AS INTEGER) ELSE 1 END AS n FROM range(1000000)";
      for (const client of [clients.embedded, clients.http]) await expect(client.query(sql)).rejects.toBeInstanceOf(Failure);
    });

    test("ask for the state at a version and at a time", async () => {
      for (const client of [clients.embedded, clients.http]) {
        const count = async (state: Client): Promise<unknown> => (await state.selectFrom("test.embedded").select((eb) => eb.fn.countAll<bigint>().as("n")).execute())[0]?.n;
        expect(await count(client.asOf({ version: 0 }))).toBe(0n);
        expect(await count(client.asOf({ version: 1 }))).toBe(BigInt(rows.length));
        expect(await count(client.asOf({ timestamp: Temporal.Now.instant() }))).toBe(BigInt(rows.length));
      }
    });

    test("stop a stream early and go on with the next query", async () => {
      for (const client of [clients.embedded, clients.http]) {
        for (let round = 0; round < 10; round++) {
          for await (const row of client.selectFrom("test.embedded").selectAll().orderBy("id").stream()) {
            expect(row["id"]).toBe(0);
            break;
          }
        }
        expect((await client.selectFrom("test.embedded").select("id").execute()).length).toBe(rows.length);
      }
    });
  });
});
