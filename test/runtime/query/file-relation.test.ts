/** Tables over Parquet, CSV and JSON files, as queries read them. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Column, Source } from "../../../compiler/ir/catalog.ts";
import { catalogOf, column, newDirectory, openFixture, table, writeParquet } from "./fixture.ts";

let directory: string;
beforeAll(async () => {
  directory = await newDirectory();
  await mkdir(path.join(directory, "data"));
});
afterAll(() => rm(directory, { recursive: true }));

const csv: Extract<Source, { kind: "csv" }> = { kind: "csv", location: "data/t.csv", header: true, delimiter: ",", nulls: [""] };

async function read(source: Source, columns: readonly Column[], sql = "SELECT * FROM f.t"): Promise<unknown> {
  const lake = await openFixture(directory, { catalog: catalogOf(table("f", "t", source, columns)), readable: [path.join(directory, "data")] });
  try {
    return await lake.rows(sql);
  } finally {
    await lake.engine.close();
  }
}

async function file(name: string, text: string): Promise<void> {
  await writeFile(path.join(directory, "data", name), text);
}

describe("a CSV table", () => {
  test("finds its columns by the header, in any order, with quotes, line breaks and a byte order mark", async () => {
    await file("t.csv", '\uFEFFwhen,name,extra,"the ""id""",amount\r\n2026-08-01,"a, ""b""\nc",zzz,1,1.50\r\n2026-08-02,,zzz,2,\r\n');
    const columns = [column("id", "int64", { from: 'the "id"' }), column("name", "text"), column("when", "day"), column("amount", { kind: "decimal", precision: 10, scale: 2 })];
    expect(await read(csv, columns)).toEqual([
      { id: 1n, name: 'a, "b"\nc', when: Temporal.PlainDate.from("2026-08-01"), amount: "1.50" },
      { id: 2n, name: null, when: Temporal.PlainDate.from("2026-08-02"), amount: null },
    ]);
  });

  test("an empty cell is null, in quotes or not", async () => {
    await file("t.csv", 'id,name\n"1",""\n"",x\n,\n');
    expect(await read(csv, [column("id", "int64"), column("name", "text")])).toEqual([{ id: 1n, name: null }, { id: null, name: "x" }, { id: null, name: null }]);
  });

  test("a bad cell names file, line, column and value", async () => {
    await file("t.csv", "id,name\n1,a\n2,b\nthree,c\n");
    await expect(read(csv, [column("id", "int64"), column("name", "text")])).rejects.toMatchObject({ code: "FILE_INVALID", place: { file: path.join(directory, "data", "t.csv"), line: 4, parameter: "id", value: "three" } });
  });

  test.each([
    ["a fraction for an integer", "1.5", "int64"],
    ["marks between digits of an integer", "1_000", "int64"],
    ["a digit too many for a decimal", "1.005", { kind: "decimal", precision: 10, scale: 2 }],
    ["a float beyond its column", "1e400", "float64"],
  ] as const)("%s is refused with its line rather than rounded", async (_situation, value, type) => {
    await file("t.csv", `name,n\n"a\nb",1\nc,${value}\n`);
    await expect(read(csv, [column("name", "text"), column("n", type)])).rejects.toMatchObject({ code: "FILE_INVALID", place: { file: path.join(directory, "data", "t.csv"), line: 4, parameter: "n", value } });
  });

  test("a record with too many or too few cells is refused with its line", async () => {
    await file("t.csv", "id,name\n1,a\n2,b,c\n");
    await expect(read(csv, [column("id", "int64")])).rejects.toMatchObject({ code: "FILE_INVALID", place: { line: 3 } });
    await file("t.csv", "id,name\n1\n");
    await expect(read(csv, [column("id", "int64")])).rejects.toMatchObject({ code: "FILE_INVALID", place: { line: 2 } });
  });

  test("a bad cell far down, in a stream, is told as well", async () => {
    await file("t.csv", `id\n${"1\n".repeat(400_000)}x\n`);
    await expect(read(csv, [column("id", "int64")])).rejects.toMatchObject({ code: "FILE_INVALID", place: { line: 400_002, value: "x" } });
  });

  test("a column the header lacks is null where it may be, and else refused", async () => {
    await file("t.csv", "id\n1\n");
    expect(await read(csv, [column("id", "int64"), column("more", "text")])).toEqual([{ id: 1n, more: null }]);
    await expect(read(csv, [column("more", "text", { nullable: false })])).rejects.toMatchObject({ code: "FILE_INVALID", place: { value: "more" } });
  });

  test("without a header, with another delimiter and other nulls", async () => {
    await file("t.csv", "1|NA\n2|\n");
    expect(await read({ ...csv, header: false, delimiter: "|", nulls: ["NA"] }, [column("id", "int64"), column("name", "text")])).toEqual([{ id: 1n, name: null }, { id: 2n, name: "" }]);
  });

  test("a pattern reads its files anew at each query, each by its own header", async () => {
    await file("m-1.csv", "id,name\n1,a\n");
    const lake = await openFixture(directory, { catalog: catalogOf(table("f", "t", { ...csv, location: "data/m-*.csv" }, [column("id", "int64"), column("name", "text")])), readable: [path.join(directory, "data")] });
    expect(await lake.rows("FROM f.t ORDER BY id")).toEqual([{ id: 1n, name: "a" }]);
    await file("m-2.csv", "name,id\nb,2\n");
    expect(await lake.rows("FROM f.t ORDER BY id")).toEqual([{ id: 1n, name: "a" }, { id: 2n, name: "b" }]);
    await file("m-2.csv", "name,id\nc,33\n");
    expect(await lake.rows("FROM f.t ORDER BY id")).toEqual([{ id: 1n, name: "a" }, { id: 33n, name: "c" }]);
    await lake.engine.close();
  });
});

describe("a JSON table", () => {
  const columns = [column("id", "int64"), column("city", "text", { from: "trip.city" }), column("fare", { kind: "decimal", precision: 10, scale: 2 }), column("raw", "bytes"), column("at", "timestamp"), column("tags", { kind: "array", element: { kind: "text" }, elementNullable: true })];

  test("reads objects of lines or of one array, nested names, exact digits, base64", async () => {
    const objects = ['{"id":9007199254740993,"trip":{"city":"Köln"},"fare":12345678.91,"raw":"AP8=","at":"2026-08-01T12:00:00.000001Z","tags":["a",null]}', '{"id":2}'];
    const expected = [
      { id: 9007199254740993n, city: "Köln", fare: "12345678.91", raw: new Uint8Array([0, 255]), at: Temporal.Instant.from("2026-08-01T12:00:00.000001Z"), tags: ["a", null] },
      { id: 2n, city: null, fare: null, raw: null, at: null, tags: null },
    ];
    await file("t.ndjson", objects.join("\n"));
    expect(await read({ kind: "json", location: "data/t.ndjson", lines: true }, columns)).toEqual(expected);
    await file("t.json", `[${objects.join(",\n")}]`);
    expect(await read({ kind: "json", location: "data/t.json", lines: false }, columns)).toEqual(expected);
  });

  test("bytes within lists, maps and records are base64 as well, in CSV too", async () => {
    const within = column("w", { kind: "object", fields: [{ name: "raw", type: { kind: "bytes" }, nullable: true }, { name: "l", type: { kind: "array", element: { kind: "bytes" }, elementNullable: true }, nullable: true }, { name: "m", type: { kind: "map", key: { kind: "text" }, value: { kind: "bytes" }, valueNullable: true }, nullable: true }, { name: "n", type: { kind: "int64" }, nullable: true }] });
    const expected = [{ w: { raw: new Uint8Array([0, 255]), l: [new Uint8Array(), null], m: { a: new Uint8Array([255]) }, n: 9007199254740993n } }, { w: null }];
    const value = '{"raw":"AP8=","l":["",null],"m":{"a":"/w=="},"n":9007199254740993}';
    await file("t.ndjson", `{"w":${value}}\n{}\n`);
    expect(await read({ kind: "json", location: "data/t.ndjson", lines: true }, [within])).toMatchObject(expected);
    await file("t.ndjson", `{"trip":{"w":${value}}}\n{}\n`);
    expect(await read({ kind: "json", location: "data/t.ndjson", lines: true }, [{ ...within, from: "trip.w" }])).toMatchObject(expected);
    await file("t.csv", `id,w\n1,"${value.replaceAll('"', '""')}"\n2,\n`);
    expect(await read(csv, [within])).toMatchObject(expected);
    await file("t.ndjson", '{"w":{"raw":"!!"}}\n');
    await expect(read({ kind: "json", location: "data/t.ndjson", lines: true }, [within])).rejects.toThrow("\"!!\" is not Bytes");
  });

  test("a bad value names file, line and value", async () => {
    await file("t.ndjson", '{"id":1}\n{"id":"x"}\n');
    await expect(read({ kind: "json", location: "data/t.ndjson", lines: true }, [column("id", "int64")])).rejects.toMatchObject({ code: "FILE_INVALID", place: { file: path.join(directory, "data", "t.ndjson"), line: 2, value: '"x"' } });
    await file("t.ndjson", '{"id":1}\n{"id":\n');
    await expect(read({ kind: "json", location: "data/t.ndjson", lines: true }, [column("id", "int64")])).rejects.toMatchObject({ code: "FILE_INVALID" });
  });
});

describe("numbers of a JSON table that would be rounded", () => {
  test.each([
    ["a fraction for an integer", '{"n":1.5}', "int64"],
    ["a digit too many for a decimal", '{"n":1.005}', { kind: "decimal", precision: 10, scale: 2 }],
    ["more digits than a double keeps", '{"n":123456789012345678.0123456789}', { kind: "decimal", precision: 38, scale: 10 }],
    ["a float beyond its column", '{"n":1e400}', "float64"],
    ["a digit too many in a record, in a string", '{"n":{"s":"5.005","d":"1.005"}}', { kind: "object", fields: [{ name: "s", type: { kind: "text" }, nullable: true }, { name: "d", type: { kind: "decimal", precision: 10, scale: 2 }, nullable: true }] }],
    ["a fraction in a list of integers", '{"n":[1,1.5]}', { kind: "array", element: { kind: "int64" }, elementNullable: false }],
  ] as const)("%s is refused with its line", async (_situation, record, type) => {
    await file("t.ndjson", `{"n":null}\n\n${record}\n`);
    await expect(read({ kind: "json", location: "data/t.ndjson", lines: true }, [column("n", type)])).rejects.toMatchObject({ code: "FILE_INVALID", place: { line: 3, parameter: "n" } });
  });

  test("long decimals in strings are exact", async () => {
    await file("t.ndjson", '{"n":"123456789012345678.0123456789"}\n');
    expect(await read({ kind: "json", location: "data/t.ndjson", lines: true }, [column("n", { kind: "decimal", precision: 38, scale: 10 })])).toEqual([{ n: "123456789012345678.0123456789" }]);
  });
});

describe("a Parquet table", () => {
  test("reads one file or many, by `@from` names, columns within records too", async () => {
    await writeParquet(path.join(directory, "data", "a-1.parquet"), "SELECT 1 AS id, {'city': 'Bonn'} AS trip");
    await writeParquet(path.join(directory, "data", "a-2.parquet"), "SELECT 2::BIGINT AS id");
    expect(await read({ kind: "parquet", location: "data/a-*.parquet" }, [column("number", "int64", { from: "id" }), column("city", "text", { from: "trip.city" })], "FROM f.t ORDER BY number")).toEqual([{ number: 1n, city: "Bonn" }, { number: 2n, city: null }]);
  });

  test("that was written anew is read anew", async () => {
    const lake = await openFixture(directory, { catalog: catalogOf(table("f", "t", { kind: "parquet", location: "data/new.parquet" }, [column("id", "int64"), column("more", "text")])), readable: [path.join(directory, "data")] });
    await writeParquet(path.join(directory, "data", "new.parquet"), "SELECT 1 AS id");
    expect(await lake.rows("FROM f.t")).toEqual([{ id: 1n, more: null }]);
    await writeParquet(path.join(directory, "data", "new.parquet"), "SELECT 2 AS id, 'm' AS more");
    expect(await lake.rows("FROM f.t")).toEqual([{ id: 2n, more: "m" }]);
    await lake.engine.close();
  });

  test("a missing file is named, and so is a place this version does not read", async () => {
    await expect(read({ kind: "parquet", location: "data/none.parquet" }, [column("id", "int64")])).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
    await expect(read({ kind: "parquet", location: "data/none-*.parquet" }, [column("id", "int64")])).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
    await expect(read({ kind: "parquet", location: "s3://bucket/a.parquet" }, [column("id", "int64")])).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });
});
