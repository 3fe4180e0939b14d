/** Every number's bits, as they go into a file: those that the engine's dictionaries would take for another's, and those that they keep. */
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ColumnType, NamedType } from "../../../compiler/ir/column-type.ts";
import { quoteText } from "../../../compiler/ir/names.ts";
import type { KeptSql } from "../../../runtime/query/copy-layout.ts";
import { openEngine } from "../../../runtime/query/engine.ts";
import type { Engine } from "../../../runtime/query/engine.ts";
import { copyParquet } from "../../../runtime/query/parquet-writing.ts";
import { newDirectory } from "./fixture.ts";
import { bitsSql, doubleBits, floatBits } from "./number-bits.ts";

let directory: string;
let engine: Engine;
beforeAll(async () => {
  directory = await newDirectory();
  engine = await openEngine({ readable: [directory], temporary: directory });
});
afterAll(async () => {
  await engine.close();
  await rm(directory, { recursive: true });
});

const rows = async (sql: string): Promise<unknown[][]> => (await engine.control.runAndReadAll(sql)).getRowsJson();
const encodings = async (files: string): Promise<unknown[]> => (await rows(`SELECT path_in_schema, encodings FROM parquet_metadata(${quoteText(files)}) ORDER BY ALL`)).map(([column, encoding]) => `${column} ${encoding}`);

/** 40 rows of a number each, in turn, a text that repeats, and the number's bits. */
function numbered(type: "float32" | "float64", bits: readonly string[]): string {
  return `(SELECT k, 'word ' || k % 3 AS word, n[1 + k % ${bits.length}] AS x FROM range(40) t(k), (SELECT [${bits.map((each) => bitsSql(type, each)).join(", ")}] AS n))`;
}

const places: readonly [string, (type: ColumnType) => ColumnType, string, string][] = [
  ["alone", (type) => type, "x", "[v]"],
  ["in a list", (element) => ({ kind: "array", element, elementNullable: true }), "[x, NULL]", "v"],
  ["in a record", (type) => ({ kind: "object", fields: [{ name: "it's", type, nullable: true }] }), "{'it''s': x}", "[v['it''s']]"],
  ["in a map's values", (value) => ({ kind: "map", key: { kind: "text" }, value, valueNullable: true }), "MAP {'a': x}", "map_values(v)"],
  ["in a map's keys", (key) => ({ kind: "map", key, value: { kind: "text" }, valueNullable: true }), "MAP {x: 'a'}", "map_keys(v)"],
  ["in records of lists of records", (type) => ({ kind: "object", fields: [{ name: "l", type: { kind: "array", element: { kind: "object", fields: [{ name: "f", type, nullable: true }] }, elementNullable: true }, nullable: true }] }), "{'l': [{'f': x}, NULL]}", "list_transform(v['l'], lambda e: e['f'])"],
];
const kinds = [["float64", doubleBits], ["float32", floatBits]] as const;
let files = 0;

test.each(kinds.flatMap(([kind, bits]) => places.map(([place, typeOf, made, read]) => [kind, place, bits, typeOf({ kind }), made, read] as const)))("%s %s keeps its bits, and a file only goes without dictionaries when it has to", async (kind, _place, bits, type, made, read) => {
  const columns: readonly NamedType[] = [{ name: "k", type: { kind: "int64" }, nullable: false }, { name: "word", type: { kind: "text" }, nullable: true }, { name: "v", type, nullable: true }];
  const lossless = [...bits.usual.slice(0, 4), bits.positiveZero];
  for (const [own, dictionaries] of [[lossless, true], [[...lossless, bits.negativeZero], false], [[...lossless, bits.nan], true], [[...lossless, bits.nan, bits.negativeNan], false], [[...bits.usual, bits.payloadNan, bits.nan], false]] as const) {
    const target = path.join(directory, `${(files += 1)}.parquet`);
    const select = (kept: KeptSql): string => `SELECT k, word, ${kept(type, "v")} AS v FROM (SELECT k, word, ${made} AS v FROM ${numbered(kind, own)})`;
    const [file, ...others] = await copyParquet(engine.control, { select, stored: columns, target });
    expect([file?.rows, others, file?.file]).toEqual([40, [], target]);
    const read40 = await rows(`SELECT k, CAST(CAST((${read})[1] AS BIT) AS VARCHAR) FROM ${quoteText(target)} ORDER BY k`);
    expect(read40.map(([, number]) => number)).toEqual(Array.from({ length: 40 }, (_, k) => own[k % own.length]));
    expect(await encodings(target)).toContain(`word ${dictionaries ? "PLAIN_DICTIONARY" : "PLAIN"}`);
  }
});

test("several files are written anew as one, nothing of the first try stays, and decimals and whole numbers are not asked", async () => {
  const columns: readonly NamedType[] = [{ name: "word", type: { kind: "text" }, nullable: true }, { name: "d", type: { kind: "decimal", precision: 10, scale: 2 }, nullable: true }, { name: "x", type: { kind: "float64" }, nullable: true }];
  const [partition] = columns;
  const target = path.join(directory, "parts");
  const asked: string[] = [];
  const select = (kept: KeptSql): string => `SELECT word, ${kept({ kind: "decimal", precision: 10, scale: 2 }, "d")} AS d, ${kept({ kind: "float64" }, "x")} AS x FROM (SELECT word, CAST(0 AS DECIMAL(10, 2)) AS d, x FROM ${numbered("float64", [doubleBits.positiveZero, doubleBits.negativeZero])})`;
  const copied = await copyParquet(engine.control, { select: (kept) => (asked.push(select(kept)), asked.at(-1) ?? ""), stored: columns.slice(1), partitions: partition === undefined ? [] : [partition], target });
  expect(copied.map(({ rows: count }) => count).toSorted()).toEqual([13, 13, 14]);
  expect((await readdir(target, { recursive: true })).filter((name) => name.endsWith(".parquet"))).toHaveLength(3);
  expect(await rows(`SELECT count(*) FILTER (signbit(x)), count(*) FROM read_parquet(${quoteText(`${target}/*/*.parquet`)})`)).toEqual([["20", "40"]]);
  expect(asked).toHaveLength(2);
  expect(asked[0]).toMatch(/SELECT word, d AS d, CASE WHEN/);
  expect((await readdir(directory)).filter((name) => name.startsWith("tmp_"))).toEqual([]);
});

test("what fails for another reason fails once, with that", async () => {
  let tries = 0;
  const columns: readonly NamedType[] = [{ name: "x", type: { kind: "float64" }, nullable: true }];
  const select = (kept: KeptSql): string => {
    tries += 1;
    return `SELECT ${kept({ kind: "float64" }, "x")} AS x FROM (SELECT error('something else') AS x)`;
  };
  await expect(copyParquet(engine.control, { select, stored: columns, target: path.join(directory, "failing.parquet") })).rejects.toThrow("something else");
  expect(tries).toBe(1);
});
