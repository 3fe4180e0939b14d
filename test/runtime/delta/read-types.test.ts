import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sizeOf } from "../../../runtime/delta/snapshot/read.ts";
import { buildTable, metaData, protocol } from "./log-builder.ts";
import type { BuiltTable } from "./log-builder.ts";

let table: BuiltTable;
beforeEach(async () => {
  table = await buildTable();
});
afterEach(async () => await table.close());

const day = (text: string) => Temporal.PlainDate.from(text);

describe("columns that were widened", () => {
  test.each(["typeWidening", "typeWidening-preview"])("are read from files of any age (%s)", async (feature) => {
    const changed = (from: string, to: string) => ({ "delta.typeChanges": [{ fromType: from, toType: to, tableVersion: 1 }] });
    await table.commit(0, protocol([feature]), metaData([
      { name: "id", type: "long", metadata: changed("byte", "long") },
      { name: "f", type: "double", metadata: changed("float", "double") },
      { name: "i", type: "double", metadata: changed("integer", "double") },
      { name: "d", type: "decimal(20,5)", metadata: changed("decimal(5,2)", "decimal(20,5)") },
      { name: "n", type: "decimal(12,1)", metadata: changed("integer", "decimal(12,1)") },
      { name: "t", type: "timestamp_ntz", metadata: changed("date", "timestamp_ntz") },
      { name: "a", type: { type: "array", elementType: "long", containsNull: true }, metadata: changed("short", "long") },
      { name: "m", type: { type: "map", keyType: "string", valueType: "long", valueContainsNull: true } },
      { name: "s", type: { type: "struct", fields: [{ name: "x", type: "long", nullable: true, metadata: changed("short", "long") }] } },
    ]));
    await table.commit(1,
      await table.add("old.parquet", "SELECT 1::TINYINT AS id, 0.1::FLOAT AS f, 2::INTEGER AS i, 3.25::DECIMAL(5,2) AS d, 4::INTEGER AS n, DATE '2026-08-01' AS t, [5::SMALLINT, NULL] AS a, MAP {'k': 6::SMALLINT} AS m, {'x': 7::SMALLINT} AS s"),
      await table.add("new.parquet", "SELECT 2::BIGINT AS id, 0.1::DOUBLE AS f, 2.5::DOUBLE AS i, 3.25::DECIMAL(20,5) AS d, 4.5::DECIMAL(12,1) AS n, TIMESTAMP '2026-08-01 12:00:00' AS t, [5::BIGINT] AS a, MAP {'k': 6::BIGINT} AS m, {'x': 7::BIGINT} AS s"));
    expect(await table.rows()).toEqual([
      { id: 1n, f: Math.fround(0.1), i: 2, d: "3.25000", n: "4.0", t: Temporal.PlainDateTime.from("2026-08-01T00:00"), a: [5n, null], m: { k: 6n }, s: { x: 7n } },
      { id: 2n, f: 0.1, i: 2.5, d: "3.25000", n: "4.5", t: Temporal.PlainDateTime.from("2026-08-01T12:00"), a: [5n], m: { k: 6n }, s: { x: 7n } },
    ]);
  });
});

describe("columns that files do not hold", () => {
  test("are null: void ones, and those that came later, also within records", async () => {
    await table.commit(0, protocol(), metaData([
      { name: "id", type: "long" }, { name: "nothing", type: "void" }, { name: "late", type: "date" },
      { name: "s", type: { type: "struct", fields: [{ name: "x", type: "long", nullable: true, metadata: {} }, { name: "none", type: "void", nullable: true, metadata: {} }, { name: "late", type: "string", nullable: true, metadata: {} }] } },
      { name: "l", type: { type: "array", containsNull: true, elementType: { type: "struct", fields: [{ name: "x", type: "long", nullable: true, metadata: {} }, { name: "late", type: "string", nullable: true, metadata: {} }] } } },
    ]));
    await table.commit(1, await table.add("a.parquet", "SELECT 1 AS id, {'x': 2} AS s, [{'x': 3}] AS l"));
    expect(await table.rows()).toEqual([{ id: 1n, nothing: null, late: null, s: { x: 2n, none: null, late: null }, l: [{ x: 3n, late: null }] }]);
  });
});

describe("variants", () => {
  beforeEach(async () => {
    await table.commit(0, protocol(["variantType"]), metaData([{ name: "id", type: "long" }, { name: "v", type: "variant" }]));
  });

  test("are read as the parts that files hold", async () => {
    await table.commit(1, await table.add("a.parquet", "SELECT 1 AS id, {'value': '\\x0C'::BLOB, 'metadata': '\\x01\\x00'::BLOB} AS v UNION ALL SELECT 2, NULL"));
    expect(await table.rows()).toEqual([{ id: 1n, v: { metadata: new Uint8Array([1, 0]), value: new Uint8Array([12]) } }, { id: 2n, v: null }]);
  });

  test("that files keep in pieces are refused by name", async () => {
    await table.commit(1, await table.add("a.parquet", "SELECT 1 AS id, {'a': 1}::VARIANT AS v"));
    await expect(table.rows()).rejects.toMatchObject({ code: "DELTA_UNSUPPORTED_FEATURE", message: expect.stringContaining("variantShredding") });
  });
});

describe("partition values", () => {
  const partition = async (type: string, values: readonly (string | null)[]): Promise<unknown[]> => {
    await table.commit(0, protocol(type === "timestamp_ntz" ? ["timestampNtz"] : []), metaData([{ name: "id", type: "long" }, { name: "p", type }], { partitionColumns: ["p"] }));
    // The directory says something else, and is not believed.
    await table.commit(1, ...await Promise.all(values.map((p, k) => table.add(`p=wrong/${k}.parquet`, `SELECT ${k} AS id, 'also wrong' AS p`, { partitionValues: { p } }))));
    return (await table.rows()).map((row) => row["p"]);
  };

  test.each([
    ["byte", ["1", "-128"], [1, -128]], ["short", ["32767"], [32_767]], ["integer", ["-5"], [-5]], ["long", ["9223372036854775807"], [9_223_372_036_854_775_807n]],
    ["short", ["+7", "7.0"], [7, 7]], ["float", ["1.5", "NaN", "-Infinity", "1.0E10"], [1.5, Number.NaN, Number.NEGATIVE_INFINITY, 1e10]], ["double", ["0.1", "Infinity", "-0.0"], [0.1, Number.POSITIVE_INFINITY, -0]],
    ["decimal(10,2)", ["1.50", "2", "1E+2", "0E-18", "-.5", "1000E-1", "1500e-3"], ["1.50", "2.00", "100.00", "0.00", "-0.50", "100.00", "1.50"]], ["boolean", ["true", "false"], [true, false]], ["string", ["a/b=c%20 é'\"", " ", "null"], ["a/b=c%20 é'\"", " ", "null"]],
    ["date", ["2026-08-01", "0001-01-01"], [day("2026-08-01"), day("0001-01-01")]], ["binary", ["\u0001A"], [new Uint8Array([1, 65])]],
    ["timestamp", ["2026-08-01 12:00:00", "2026-08-01T12:00:00.000001Z", "2026-08-01 12:00:00.5"], ["2026-08-01T12:00:00Z", "2026-08-01T12:00:00.000001Z", "2026-08-01T12:00:00.5Z"].map((text) => Temporal.Instant.from(text))],
    ["timestamp_ntz", ["2026-08-01 12:00:00.25"], [Temporal.PlainDateTime.from("2026-08-01T12:00:00.25")]],
  ])("of %s come from the log, and the empty text is null", async (type, texts, values) => {
    expect(await partition(type, [...texts, "", null])).toEqual([...values, null, null]);
  });

  test.each([["integer", "seven"], ["integer", "1.5"], ["long", "0x10"], ["byte", "128"], ["decimal(5,2)", "1.005"], ["decimal(5,2)", "15E-3"], ["date", "2026-02-30"], ["boolean", "maybe"]])("of %s that are none of their type are damage, told before any row: %s", async (type, text) => {
    await expect(partition(type, [text])).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN", message: expect.stringContaining(`"${text}"`) });
  });

  test.each([["date", "+12345-01-01"], ["date", "-0044-03-15"], ["timestamp_ntz", "+12345-01-01 00:00:00"]])("of years that we do not give out are no damage: %s %s", async (type, text) => {
    await expect(partition(type, [text])).rejects.toMatchObject({ message: expect.stringContaining("outside the years 0001 to 9999") });
  });

  test("of a column that the schema does not have are damage", async () => {
    await table.commit(0, protocol(), metaData([{ name: "id", type: "long" }], { partitionColumns: ["p"] }));
    await expect(table.rows()).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN", message: expect.stringContaining('"p"') });
  });
});

describe("paths", () => {
  test("of another machine's files are damage", async () => {
    await table.commit(0, protocol(), metaData([{ name: "id", type: "long" }]), { add: { path: "file://elsewhere/x.parquet", size: 1, partitionValues: {}, modificationTime: 0, dataChange: true } });
    await expect(table.rows()).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN", message: expect.stringContaining("file://elsewhere/x.parquet") });
  });

  test("are decoded once, whatever letters they hold", async () => {
    const names = ["a b", "a%20b", "a+b", "ü é😀", "a#b", "a?b", "a&b=c", "a'b", "a:b", "[a]", "a;b", "{a}", "d=1/x"];
    await table.commit(0, protocol(), metaData([{ name: "id", type: "long" }]));
    await table.commit(1, ...await Promise.all(names.map(async (name, k) => {
      const { add } = await table.add(`${name}.parquet`, `SELECT ${k} AS id`) as { add: object };
      return { add: { ...add, path: `${name.split("/").map(encodeURIComponent).join("/")}.parquet` } };
    })));
    expect((await table.rows()).map(({ id }) => Number(id))).toEqual([...names.keys()]);
  });

  test("that are absolute or URIs lead to files elsewhere on the disk", async () => {
    const other = await buildTable();
    try {
      await table.commit(0, protocol(), metaData([{ name: "id", type: "long" }]));
      const added = await Promise.all(["a b", "c"].map(async (name, k) => (await other.add(`${name}.parquet`, `SELECT ${k} AS id`))["add"]));
      const own = (await table.add("own.parquet", "SELECT 2 AS id"))["add"];
      await table.commit(1, { add: { ...added[0], path: `file://${encodeURI(other.directory)}/a%20b.parquet` } }, { add: { ...added[1], path: `${other.directory}/c.parquet` } }, { add: { ...own, path: `file:${table.directory}/own.parquet` } });
      expect((await table.rows()).map(({ id }) => Number(id))).toEqual([0, 1, 2]);
      await table.commit(2, { remove: { path: `file:${other.directory}/c.parquet`, dataChange: true } }, { add: { ...added[0], path: "/nowhere/x.parquet" } });
      await expect(table.rows()).rejects.toMatchObject({ code: "FILE_NOT_FOUND", message: expect.stringContaining("/nowhere/x.parquet") });
    } finally {
      await other.close();
    }
  });

  test("to a place that is not reached are refused by name", async () => {
    await table.commit(0, protocol(), metaData([{ name: "id", type: "long" }]), { add: { path: "abfss://c@a.dfs.core.windows.net/x.parquet", size: 1, partitionValues: {}, modificationTime: 0, dataChange: true } });
    await expect(table.rows()).rejects.toMatchObject({ code: "DELTA_UNSUPPORTED_FEATURE", message: expect.stringContaining("abfss://") });
  });
});

test("statistics that are no JSON tell no number of rows, and keep nobody from reading", async () => {
  await table.commit(0, protocol(), metaData([{ name: "id", type: "long" }]));
  await table.commit(1, await table.add("a.parquet", "SELECT 1 AS id", { stats: '{"minValues":{"id":NaN},"numRecords":1}' }));
  expect(sizeOf(await table.snapshot())).toMatchObject({ files: 1, rows: null });
  expect(await table.rows()).toEqual([{ id: 1n }]);
});

test("a table without columns has a state, and no rows to ask for", async () => {
  await table.commit(0, protocol(), metaData([]));
  const snapshot = await table.snapshot();
  expect(snapshot.columns).toEqual([]);
  await expect(table.rowsOf(snapshot, "x")).rejects.toMatchObject({ code: "SQL_INVALID", message: expect.stringContaining("no columns") });
});
