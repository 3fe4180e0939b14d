import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Column, Table } from "../../../compiler/ir/catalog.ts";
import { buildBatch } from "../../../runtime/parquet/arrow-build.ts";
import { encodeArrowBatch } from "../../../runtime/parquet/arrow-ipc.ts";
import { readRows } from "../../../runtime/parquet/arrow-rows.ts";
import { decodeParquet } from "../../../runtime/parquet/parquet-file.ts";
import { loadBulk } from "../../../runtime/query/bulk.ts";
import type { BulkLoad, BulkResult } from "../../../runtime/query/bulk.ts";
import { openFiles } from "../../../runtime/storage/files.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { column, newDirectory, table, writeParquet } from "./fixture.ts";

let directory: string;
beforeAll(async () => {
  directory = await newDirectory();
});
afterAll(() => rm(directory, { recursive: true }));

const trips = [
  column("id", "int64", { nullable: false, from: "trip.id" }),
  column("fare", { kind: "decimal", precision: 10, scale: 2 }),
  column("name", "text"),
  column("seen_at", "timestamp"),
  column("day", "day", { dayOf: "seen_at" }),
];
const plain = [
  column("id", "int64", { nullable: false }),
  column("name", "text"),
  column("n", "int32"),
  column("raw", "bytes"),
  column("f", "float64"),
  column("d", { kind: "decimal", precision: 38, scale: 10 }),
  column("tags", { kind: "array", element: { kind: "text" }, elementNullable: true }),
  column("m", { kind: "map", key: { kind: "text" }, value: { kind: "int64" }, valueNullable: false }),
  column("o", { kind: "object", fields: [{ name: "x", type: { kind: "int64" }, nullable: false }, { name: "d", type: { kind: "decimal", precision: 20, scale: 2 }, nullable: true }] }),
];
const conditions: BulkLoad["conditions"] = [
  { rule: "the column is never null", column: "id", sql: '"id" IS NOT NULL', onFail: "reject" },
  { rule: "breaks the rule: between 0 and 100", column: "fare", sql: '"fare" BETWEEN 0 AND 100', onFail: "reject" },
  { rule: "isNamed", sql: "\"name\" <> ''", onFail: "quarantine" },
  { rule: "isCheap", sql: '"fare" < 50', onFail: "warn" },
];
const fills: BulkLoad["fills"] = [{ column: "day", sql: 'CAST("seen_at" AS DATE)' }];

async function load(file: string, text: string | Uint8Array, more: Partial<BulkLoad> & { readonly columns?: readonly Column[]; readonly partitionBy?: readonly string[] } = {}): Promise<BulkResult> {
  const full = path.join(directory, file);
  await writeFile(full, text);
  const declared: Table = table("rides", "trips", { kind: "delta" }, more.columns ?? trips, { partitionBy: more.partitionBy ?? [] });
  return await loadBulk({ file: full, conditions, fills, store: openFiles(path.join(directory, "lake")), location: "rides/trips", ...more, table: declared });
}

async function rowsOf(result: BulkResult, columns: readonly Column[] = trips): Promise<Row[]> {
  if (result.kind !== "written") throw new Error(JSON.stringify(result));
  const batches = await Promise.all(result.files.map(async (file) => decodeParquet(await readFile(path.join(directory, "lake", "rides", "trips", file.path)), file.path)));
  return batches.flat().flatMap((batch) => readRows(columns, batch));
}

/** What a load must not leave behind when it refuses. */
async function left(): Promise<readonly string[]> {
  return (await readdir(path.join(directory, "lake", "rides", "trips"), { recursive: true })).toSorted();
}

const header = "trip.id,fare,name,seen_at\n";
const seen = Temporal.Instant.from("2026-08-01T23:30:00Z");
const first = { id: 1n, fare: "1.50", name: "a", seen_at: seen, day: Temporal.PlainDate.from("2026-08-01") };

describe("a bulk load", () => {
  test.each([
    ["t.csv", `${header}1,1.5,a,2026-08-02T01:30:00+02:00\n2,60,,2026-08-01 23:30:00Z\n`],
    ["t.ndjson", '{"trip":{"id":1},"fare":1.5,"name":"a","seen_at":"2026-08-01T23:30:00Z"}\n\n{"trip":{"id":2},"fare":"60.00","seen_at":"2026-08-01T23:30:00Z","other":1}\n'],
    ["t.json", '[{"trip":{"id":1},"fare":1.5,"name":"a","seen_at":"2026-08-01T23:30:00Z"},{"trip":{"id":2},"fare":60,"name":null,"seen_at":"2026-08-01T23:30:00Z","day":"2026-08-01"}]'],
  ])("reads %s by the names of its cells, fills in the day, keeps and counts what only warns", async (file, text) => {
    const result = await load(file, text);
    expect(result).toMatchObject({ kind: "written", kept: 2, aside: [], warnings: [{ check: "isCheap", rows: 1 }] });
    expect(await rowsOf(result)).toEqual([first, { ...first, id: 2n, fare: "60.00", name: null }]);
  });

  test("reads Parquet and Arrow, exact in every value, and tells the file's statistics", async () => {
    await writeParquet(path.join(directory, "in.parquet"), "SELECT {'id': 1::INTEGER} AS trip, 1.5::DECIMAL(4,1) AS fare, 'a' AS name, TIMESTAMPTZ '2026-08-01 23:30:00+00' AS seen_at");
    const parquet = await load("again.parquet", await readFile(path.join(directory, "in.parquet")));
    expect(await rowsOf(parquet)).toEqual([first]);
    const flat = trips.map(({ from: _from, ...rest }) => rest);
    const arrow = await load("t.arrow", encodeArrowBatch(buildBatch(flat, [first])), { columns: flat });
    expect(await rowsOf(arrow, flat)).toEqual([first]);
    expect(parquet.kind === "written" && parquet.files[0]?.statistics).toEqual({
      numRecords: 1,
      minValues: { id: "1", fare: "1.50", name: '"a"', seen_at: '"2026-08-01T23:30:00.000Z"', day: '"2026-08-01"' },
      maxValues: { id: "1", fare: "1.50", name: '"a"', seen_at: '"2026-08-01T23:30:00.000Z"', day: '"2026-08-01"' },
      nullCount: { id: 0, fare: 0, name: 0, seen_at: 0, day: 0 },
    });
  });

  test("that is stopped ends at once and leaves nothing, however long a check would go on", async () => {
    await mkdir(path.join(directory, "lake", "rides", "trips"), { recursive: true });
    const before = await left();
    const [stop, reason] = [new AbortController(), new Error("stopped")];
    const endless = { rule: "isEndless", sql: "(SELECT sum(i) FROM range(1000000000000000) t(i)) > 0", onFail: "reject" } as const;
    const loading = expect(load("endless.csv", `${header}1,1.5,a,2026-08-01T23:30:00Z\n`, { conditions: [endless], signal: stop.signal })).rejects.toBe(reason);
    await expect.poll(async () => (await left()).length).toBeGreaterThan(before.length);
    stop.abort(reason);
    await loading;
    expect(await left()).toEqual(before);
  });

  test("empty quotes in CSV are empty text, and null in any other column", async () => {
    const result = await load("empty.csv", 'id,name,n,raw\n1,"","",""\n2,,,\n', { columns: plain, conditions: [], fills: [] });
    expect(await rowsOf(result, plain)).toMatchObject([{ name: "", n: null, raw: new Uint8Array() }, { name: null, n: null, raw: null }]);
  });

  test("what CSV and JSON output spell comes back: lists, maps, records, infinities", async () => {
    const csv = 'id,tags,m,o,f\n1,"[""a\\n\\""b"",null]","{""a\\""b"":9007199254740993}","{""x"":1,""d"":""1.50""}",-Infinity\n';
    const expected = { tags: ['a\n"b', null], m: { 'a"b': 9007199254740993n }, o: { x: 1n, d: "1.50" }, f: -Infinity };
    expect(await rowsOf(await load("nested.csv", csv, { columns: plain, conditions: [], fills: [] }), plain)).toMatchObject([expected]);
    const json = '{"id":1,"tags":["a\\n\\"b",null],"m":{"a\\"b":9007199254740993},"o":{"x":1,"d":"1.50"},"f":"-Infinity"}\n';
    expect(await rowsOf(await load("nested.ndjson", json, { columns: plain, conditions: [], fills: [] }), plain)).toMatchObject([expected]);
  });

  test.each([
    ["a float beyond its column in CSV", "r.csv", "id,f\n1,1e400\n", "f"],
    ["a float beyond its column in JSON", "r.ndjson", '{"id":1,"f":1e400}\n', "f"],
    ["a decimal in JSON with more digits than a double keeps", "r.ndjson", '{"id":1,"d":123456789012345678.0123456789}\n', "d"],
    ["a fraction in a list of integers", "r.ndjson", '{"id":1,"m":{"a":1.5}}\n', "m"],
    ["too many digits in a record", "r.ndjson", '{"id":1,"o":{"x":1,"d":1.005}}\n', "o"],
    ["a long decimal in a record", "r.ndjson", '{"id":1,"o":{"x":1,"d":12345678901234567.12}}\n', "o"],
  ])("refuses %s rather than round it", async (_situation, file, text, name) => {
    expect(await load(file, text, { columns: plain, conditions: [], fills: [] })).toMatchObject({ kind: "refused", rows: 1, first: [{ column: name }] });
  });

  describe("a value within a list, map or record of JSON", () => {
    const within: Column[] = [
      column("id", "int64", { nullable: false }),
      column("o", { kind: "object", fields: [
        { name: "n", type: { kind: "int32" }, nullable: true }, { name: "d", type: { kind: "decimal", precision: 20, scale: 2 }, nullable: true }, { name: "f", type: { kind: "float32" }, nullable: true },
        { name: "raw", type: { kind: "bytes" }, nullable: true }, { name: "e", type: { kind: "enum", values: ["it's", "b"] }, nullable: true }, { name: "u", type: { kind: "uuid" }, nullable: true },
        { name: "day", type: { kind: "day" }, nullable: true }, { name: "at", type: { kind: "local_timestamp" }, nullable: true }, { name: "s", type: { kind: "text" }, nullable: true }, { name: "is", type: { kind: "bool" }, nullable: true },
      ] }),
      column("l", { kind: "array", element: { kind: "object", fields: [{ name: "m", type: { kind: "map", key: { kind: "text" }, value: { kind: "bytes" }, valueNullable: true }, nullable: false }] }, elementNullable: false }),
      column("k", { kind: "map", key: { kind: "int64" }, value: { kind: "array", element: { kind: "day" }, elementNullable: false }, valueNullable: false }),
    ];
    const given = { columns: within, conditions: [], fills: [] };

    test("comes back: bytes, enums, names of any letters, maps by numbers", async () => {
      const row = '{"id":1,"o":{"raw":"AP8=","e":"it\'s","u":"FFFFFFFF-0000-0000-0000-00000000ABCD","d":"1.50","f":"NaN"},"l":[{"m":{"__proto__":"/w==","a\\"b":null}},{"m":{}}],"k":[{"key":9007199254740993,"value":["2026-08-01"]}]}\n{"id":2}\n{"id":3,"o":null,"l":[],"k":[]}\n';
      const [first, ...others] = await rowsOf(await load("within.ndjson", row, given), within);
      expect(first).toMatchObject({ o: { raw: new Uint8Array([0, 255]), e: "it's", u: "ffffffff-0000-0000-0000-00000000abcd", d: "1.50", f: Number.NaN, n: null }, k: [{ key: 9007199254740993n, value: [Temporal.PlainDate.from("2026-08-01")] }] });
      expect(Object.entries((first?.["l"] as { m: object }[] | undefined)?.[0]?.m ?? {})).toEqual([["__proto__", new Uint8Array([255])], ['a"b', null]]);
      expect(others).toMatchObject([{ o: null, l: null, k: null }, { o: null, l: [], k: [] }]);
    });

    test.each([
      ["o", '{"n":"1.5"}'], ["o", '{"n":3000000000}'], ["o", '{"d":"1.005"}'], ["o", '{"f":1e300}'], ["o", '{"raw":"!!"}'], ["o", '{"e":"c"}'], ["o", '{"u":"none"}'], ["o", '{"day":"2026-08-01T05:00:00"}'],
      ["o", '{"at":"2026-08-01T05:00:00+02:00"}'], ["o", '{"s":5}'], ["o", '{"is":1}'], ["o", "[]"], ["o", '{"s":"a","t":"b"}'], ["o", '{"S":"a"}'], ["l", '[{"m":{},"more":null}]'],
      ["l", "[null]"], ["l", "[{}]"], ["l", '[{"m":null}]'], ["l", '[{"m":{"a":"!!"}}]'], ["l", "{}"],
      ["k", '[{"key":null,"value":[]}]'], ["k", '[{"key":1,"value":null}]'], ["k", '[{"key":1,"value":[null]}]'], ["k", '{"1":[]}'],
    ])("is refused where it is none of its type: %s of %s", async (name, text) => {
      expect(await load("within.ndjson", `{"id":1,"${name}":${text}}\n{"id":2}\n`, given)).toMatchObject({ kind: "refused", rows: 1, first: [{ column: name }] });
    });
  });

  describe("a value within a list, map or record of Parquet", () => {
    const within: Column[] = [
      column("id", "int64", { nullable: false }),
      column("l", { kind: "array", element: { kind: "int16" }, elementNullable: false }),
      column("o", { kind: "object", fields: [{ name: "e", type: { kind: "enum", values: ["it's", "b"] }, nullable: true }, { name: "u", type: { kind: "uuid" }, nullable: true }, { name: "n", type: { kind: "array", element: { kind: "object", fields: [{ name: "m", type: { kind: "int32" }, nullable: false }] }, elementNullable: true }, nullable: false }] }),
      column("m", { kind: "map", key: { kind: "text" }, value: { kind: "day" }, valueNullable: false }),
    ];
    const good = { l: "[1::SMALLINT, 2]", o: "{'e': 'it''s', 'u': 'FFFFFFFF-0000-0000-0000-000000000000', 'n': [{'m': 1}, NULL]}", m: "MAP {'a': DATE '2026-08-01'}" };
    const loaded = async (values: { readonly [name: string]: string }): Promise<BulkResult> => {
      await writeParquet(path.join(directory, "within.parquet"), `SELECT 1::BIGINT AS id, ${Object.entries(values).map(([name, sql]) => `${sql} AS ${name}`).join(", ")}`);
      return await load("within.parquet", await readFile(path.join(directory, "within.parquet")), { columns: within, conditions: [], fills: [] });
    };

    test("comes back", async () => {
      expect(await rowsOf(await loaded(good), within)).toMatchObject([{ l: [1, 2], o: { e: "it's", n: [{ m: 1 }, null] }, m: { a: Temporal.PlainDate.from("2026-08-01") } }]);
      expect(await rowsOf(await loaded({ l: "[]::SMALLINT[]", o: "{'e': NULL::VARCHAR, 'u': NULL::VARCHAR, 'n': []::STRUCT(m INTEGER)[]}", m: "NULL::MAP(VARCHAR, DATE)" }), within)).toMatchObject([{ l: [], o: { e: null, u: null, n: [] }, m: null }]);
    });

    test.each([
      ["l", "[1::SMALLINT, NULL]"], ["l", "[1::INTEGER, NULL]"], ["m", "MAP {'a': NULL::DATE}"],
      ["o", "{'e': 'c', 'u': NULL::VARCHAR, 'n': []::STRUCT(m INTEGER)[]}"], ["o", "{'e': NULL::VARCHAR, 'u': 'none', 'n': []::STRUCT(m INTEGER)[]}"],
      ["o", "{'e': NULL::VARCHAR, 'u': NULL::VARCHAR, 'n': NULL::STRUCT(m INTEGER)[]}"], ["o", "{'e': NULL::VARCHAR, 'u': NULL::VARCHAR, 'n': [{'m': NULL::INTEGER}]}"],
    ])("is refused where it is none of its type: %s of %s", async (name, sql) => {
      expect(await loaded({ ...good, [name]: sql })).toMatchObject({ kind: "refused", rows: 1, first: [{ column: name }] });
    });
  });

  test("unmarked text of a Parquet file is read as UTF-8, and refused when it is none", async () => {
    await writeParquet(path.join(directory, "blob.parquet"), "SELECT 1::BIGINT AS id, '\\xC3\\xA9'::BLOB AS name");
    expect(await rowsOf(await load("blob.parquet", await readFile(path.join(directory, "blob.parquet")), { columns: plain, conditions: [], fills: [] }), plain)).toMatchObject([{ name: "é" }]);
    await writeParquet(path.join(directory, "blob.parquet"), "SELECT 1::BIGINT AS id, '\\xFF'::BLOB AS name");
    expect(await load("blob.parquet", await readFile(path.join(directory, "blob.parquet")), { columns: plain, conditions: [], fills: [] })).toMatchObject({ kind: "refused", first: [{ column: "name" }] });
  });

  test("refuses the whole file for one bad row, with line, column, value and rule, and leaves nothing", async () => {
    await load("good.csv", `${header}1,1.5,a,2026-08-01 23:30:00Z\n`);
    const before = await left();
    const result = await load("bad.csv", `${header}1,1.5,"a\nb",2026-08-01T00:00:00Z\n\nx,1,c,\n3,1.005,d,\n4,100.01,e,\n,1,f,\n5,1,g,tomorrow\n6,1,h,\n`);
    expect(result).toEqual({
      kind: "refused", rows: 5, first: [
        { where: "bad.csv line 5", column: "id", value: '"x"', rule: "is not Int64" },
        { where: "bad.csv line 6", column: "fare", value: '"1.005"', rule: "is not Decimal<10, 2> | null" },
        { where: "bad.csv line 7", column: "fare", value: '"100.01"', rule: "breaks the rule: between 0 and 100" },
        { where: "bad.csv line 8", column: "id", value: "null", rule: "the column is never null" },
        { where: "bad.csv line 9", column: "seen_at", value: '"tomorrow"', rule: "is not Timestamp | null" },
      ],
    });
    expect(await left()).toEqual(before);
  });

  test("tells lines of NDJSON and rows of Parquet", async () => {
    expect(await load("bad.ndjson", '{"trip":{"id":1}}\n\n{"trip":{"id":1.5}}\n{"trip":{"id":true}}\n{"trip":{}}\n')).toMatchObject({
      kind: "refused", rows: 3, first: [{ where: "bad.ndjson line 3", column: "id", value: '"1.5"' }, { where: "bad.ndjson line 4", column: "id", value: '"true"' }, { where: "bad.ndjson line 5", column: "id", value: "null" }],
    });
    await writeParquet(path.join(directory, "in.parquet"), "SELECT {'id': i} AS trip, i::DOUBLE / 3 AS fare FROM range(3) t(i)");
    expect(await load("bad.parquet", await readFile(path.join(directory, "in.parquet")))).toMatchObject({ kind: "refused", rows: 2, first: [{ where: "bad.parquet row 2", column: "fare" }, { where: "bad.parquet row 3", column: "fare" }] });
  });

  test("sets aside what a check says, with its place and its row", async () => {
    const result = await load("aside.csv", `${header}1,1,,\n2,2,"",\n3,3,c,\n`, { format: { kind: "csv", header: true, delimiter: ",", nulls: ["NULL"] }, columns: trips.slice(0, 3), fills: [] });
    expect(result).toMatchObject({ kind: "written", kept: 1, aside: [{ where: "aside.csv line 2", checks: ["isNamed"], row: { id: 1n, fare: "1.00", name: "" } }, { where: "aside.csv line 3", row: { id: 2n } }] });
    expect(await rowsOf(result, trips.slice(0, 3))).toEqual([{ id: 3n, fare: "3.00", name: "c" }]);
  });

  test("writes a file or more a partition, values told as Delta's strings, the column itself not stored", async () => {
    const result = await load("parts.csv", `${header}1,1,a/b,2026-08-01T00:00:00.5Z\n2,2,é =,\n3,3,a/b,2026-08-01T00:00:00.5Z\n`, { partitionBy: ["name", "seen_at"] });
    if (result.kind !== "written") throw new Error("refused");
    expect(result.files.map(({ partitionValues, statistics }) => [partitionValues, statistics.numRecords]).toSorted()).toEqual([[{ name: "a/b", seen_at: "2026-08-01T00:00:00.5Z" }, 2], [{ name: "é =", seen_at: null }, 1]].toSorted());
    expect(await rowsOf(result, trips.filter(({ name }) => !["name", "seen_at"].includes(name)))).toHaveLength(3);
    expect(result.files.every(({ statistics }) => !("name" in statistics.nullCount))).toBe(true);
    expect(await load("empty.csv", `${header}1,1,"",\n`, { format: { kind: "csv", header: true, delimiter: ",", nulls: ["-"] }, conditions: [], columns: trips.slice(0, 3), fills: [], partitionBy: ["name"] })).toMatchObject({ kind: "refused", first: [{ column: "name", rule: expect.stringContaining("empty") }] });
  });

  test("of a file without rows writes no file", async () => {
    expect(await load("none.csv", header)).toEqual({ kind: "written", files: [], kept: 0, aside: [], columns: { notLoaded: [], filledWithNull: [] }, warnings: [] });
  });

  test("of what is no such file says so and leaves nothing", async () => {
    const before = await left();
    await expect(load("x.csv", "fare\n1\n")).rejects.toMatchObject({ code: "FILE_INVALID", place: { parameter: "id" } });
    await expect(load("x.csv", `${header}1,2\n`)).rejects.toMatchObject({ code: "FILE_INVALID", place: { line: 2 } });
    await expect(load("x.parquet", "no parquet")).rejects.toMatchObject({ code: expect.stringMatching(/^(FILE_INVALID|SQL_INVALID|STORE_FAILED)$/) });
    await expect(load("x.xlsx", "")).rejects.toMatchObject({ code: "FILE_INVALID" });
    await expect(load("x.ndjson", '{"trip":')).rejects.toMatchObject({ code: "FILE_INVALID" });
    await expect(loadBulk({ table: table("a", "b", { kind: "delta" }, trips), file: path.join(directory, "absent.csv"), conditions, fills, store: openFiles(path.join(directory, "lake")), location: "rides/trips" })).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
    expect(await left()).toEqual(before);
  });

  test.each<[Column, string, boolean]>([
    [column("c", "int8"), "128", false], [column("c", "int8"), "-128", true], [column("c", "int32"), "1e3", false], [column("c", "int64"), "9223372036854775807", true], [column("c", "int64"), "1.0", false],
    [column("c", { kind: "decimal", precision: 4, scale: 2 }), "99.990", true], [column("c", { kind: "decimal", precision: 4, scale: 2 }), "99.999", false], [column("c", { kind: "decimal", precision: 4, scale: 2 }), "100", false],
    [column("c", "float64"), "NaN", true], [column("c", "float64"), "-Infinity", true], [column("c", "float64"), "one", false], [column("c", "bool"), "true", true], [column("c", "bool"), "maybe", false],
    [column("c", "bytes"), "AP8=", true], [column("c", "bytes"), "?", false], [column("c", "uuid"), "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", true], [column("c", "uuid"), "a0eebc99", false],
    [column("c", "day"), "2026-02-29", false], [column("c", "day"), "2024-02-29", true], [column("c", "timestamp"), "2026-01-01T00:00:00.1234567Z", false], [column("c", "timestamp"), "2026-01-01T00:00:00.123456Z", true],
    [column("c", "local_timestamp"), "2026-01-01T00:00:00Z", false], [column("c", "local_timestamp"), "2026-01-01T00:00:00", true], [column("c", { kind: "array", element: { kind: "int32" }, elementNullable: true }), '"[1, 2]"', true],
  ])("of %o takes %s: %s", async (one, cell, taken) => {
    const result = await load("cell.csv", `c\n${cell}\n`, { columns: [one, column("d", "text")], conditions: [], fills: [] });
    expect(result.kind).toBe(taken ? "written" : "refused");
  });
});
