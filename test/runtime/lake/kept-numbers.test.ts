/** Floating numbers keep their bits through everything that writes them: loads of every format, appends, changes of rows, optimize and copies of a table; also as others read them. */
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { catalogFormat } from "../../../compiler/ir/catalog.ts";
import { quoteText } from "../../../compiler/ir/names.ts";
import { readable } from "../../../runtime/delta/snapshot/read.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { createTable, openLake, types } from "../../../runtime/lake.ts";
import type { DeltaTable, Lake } from "../../../runtime/lake.ts";
import { openEngine } from "../../../runtime/query/engine.ts";
import type { Engine } from "../../../runtime/query/engine.ts";
import { snapshotSql } from "../../../runtime/query/relation.ts";
import { openFiles } from "../../../runtime/storage/files.ts";
import { withServices } from "../../services/with-services.ts";
import { bitsSql, doubleBits, floatBits } from "../query/number-bits.ts";

let directory: string;
let engine: Engine;
let lake: Lake;
beforeAll(async () => {
  directory = await realpath(await mkdtemp(path.join(tmpdir(), "kept-numbers-")));
  engine = await openEngine({ readable: [directory], temporary: directory });
  lake = await openLake({ catalog: { format: catalogFormat, databases: [] }, root: directory, project: directory });
});
afterAll(async () => {
  await lake.close();
  await engine.close();
  await rm(directory, { recursive: true });
});

const schema = {
  id: types.long.notNull(), word: types.string, x: types.double, f: types.float, list: types.array(types.double), record: types.struct({ y: types.double }), map: types.map(types.string, types.float), exact: types.decimal(10, 2),
};

/** Numbers that text can spell, and their bits as a double and as a float. */
const spelled: readonly (readonly [text: string, double: string, float: string])[] = [
  ["0", doubleBits.positiveZero, floatBits.positiveZero],
  ["-0.0", doubleBits.negativeZero, floatBits.negativeZero],
  ["1", doubleBits.usual[0] ?? "", floatBits.usual[0] ?? ""],
  ["NaN", doubleBits.nan, floatBits.nan],
  ["Infinity", doubleBits.usual[1] ?? "", floatBits.usual[1] ?? ""],
  ["-Infinity", doubleBits.usual[2] ?? "", floatBits.usual[2] ?? ""],
];
const doubles = [...spelled.map(([, double]) => double), ...doubleBits.usual, doubleBits.negativeNan, doubleBits.payloadNan];
const floats = [...spelled.map(([, , float]) => float), ...floatBits.usual, floatBits.negativeNan, floatBits.payloadNan];

type Expected = Map<number, readonly [double: string, float: string]>;

/** Rows of a file, as many as there are ids, with their numbers in turn. */
function spelledRows(from: number, into: Expected): readonly { readonly id: number; readonly text: string }[] {
  return Array.from({ length: 60 }, (_, k) => {
    const [text = "", double = "", float = ""] = spelled[k % spelled.length] ?? [];
    into.set(from + k, [double, float]);
    return { id: from + k, text };
  });
}

async function parquetFile(name: string, from: number, into: Expected): Promise<string> {
  const file = path.join(directory, name);
  for (let k = 0; k < 300; k++) into.set(from + k, [doubles[k % doubles.length] ?? "", floats[k % floats.length] ?? ""]);
  const numbers = `[${doubles.map((bits, k) => `{'x': ${bitsSql("float64", bits)}, 'f': ${bitsSql("float32", floats[k] ?? "")}}`).join(", ")}]`;
  const rows = `SELECT CAST(${from} + k AS BIGINT) AS id, 'word ' || k % 3 AS word, n.x AS x, n.f AS f, [n.x, n.x] AS list, {'y': n.x} AS record, MAP {'k': n.f} AS map, CAST(0 AS DECIMAL(10, 2)) AS exact`;
  await engine.control.run(`COPY (${rows} FROM (SELECT k, ns[1 + k % ${doubles.length}] AS n FROM range(300) t(k), (SELECT ${numbers} AS ns))) TO ${quoteText(file)} (FORMAT parquet, DICTIONARY_SIZE_LIMIT 0)`);
  return file;
}

async function textFile(name: string, lines: readonly string[]): Promise<string> {
  const file = path.join(directory, name);
  await writeFile(file, lines.join("\n"));
  return file;
}

async function csvFile(name: string, from: number, into: Expected): Promise<string> {
  return await textFile(name, ["id,word,x,f", ...spelledRows(from, into).map(({ id, text }) => `${id},word,${text},${text}`)]);
}

async function jsonFile(name: string, from: number, into: Expected): Promise<string> {
  return await textFile(name, spelledRows(from, into).map(({ id, text }) => {
    const number = /\d/.test(text) ? text : JSON.stringify(text);
    return `{"id": ${id}, "word": "word", "x": ${number}, "f": ${number}, "list": [${number}], "record": {"y": ${number}}, "map": {"k": ${number}}}`;
  }));
}

/** What the table at a place holds now, by ids, held against what it should. */
async function expectKept(table: string, expected: Expected): Promise<void> {
  const store = openFiles(table);
  const sql = await snapshotSql(engine, await readable(store, "", await readSnapshot(store, "")));
  const bits = (value: string): string => `CAST(CAST(${value} AS BIT) AS VARCHAR)`;
  const rows = (await engine.control.runAndReadAll(`SELECT CAST(id AS INTEGER), ${bits("x")}, ${bits("f")}, ${bits("list[1]")}, ${bits("list[-1]")}, ${bits("record.y")}, ${bits("map_values(map)[1]")} FROM (${sql}) ORDER BY id`)).getRowsJson();
  const wanted = [...expected].toSorted(([left], [right]) => left - right);
  expect(rows.map(([id, x, f]) => [id, x, f])).toEqual(wanted.map(([id, [double, float]]) => [id, double, float]));
  const nested = rows.filter((row) => row[3] !== null);
  expect(nested.length).toBeGreaterThanOrEqual(300);
  for (const [id, x, f, ...inside] of nested) expect(inside, `id ${String(id)}`).toEqual([x, x, x, f]);
}

/** A table of rows that came by every way there is. */
async function filled(name: string, properties: Readonly<Record<string, string>> = {}): Promise<{ readonly table: DeltaTable; readonly at: string; readonly expected: Expected }> {
  const at = path.join(directory, name);
  const expected: Expected = new Map();
  const table = await createTable(at, { schema, properties });
  const files = [await parquetFile(`${name}.parquet`, 0, expected), await csvFile(`${name}.csv`, 1_000, expected), await jsonFile(`${name}.ndjson`, 2_000, expected)];
  for (const file of files) await lake.load(at, file);
  await table.refresh();
  const rows = spelledRows(3_000, expected).map(({ id, text }) => {
    const [x, f] = [Number(text), Math.fround(Number(text))];
    return { id: BigInt(id), word: "appended", x, f, list: [x], record: { y: x }, map: { k: f } };
  });
  await table.append(rows);
  await expectKept(at, expected);
  return { table: table as unknown as DeltaTable, at, expected };
}

test.each([["in files written anew", {}], ["by vectors", { "delta.enableDeletionVectors": "true" }]])("rows that came by files and appends keep their numbers as others change %s, and as files are put together, in order and purged", async (how, properties) => {
  const { table, at, expected } = await filled(`changed ${how}`, properties);
  await table.update({ word: "word || '!'", exact: "exact + 1" }, "id % 7 = 0");
  await expectKept(at, expected);
  await table.delete("id % 11 = 5");
  for (const id of expected.keys()) if (id % 11 === 5) expected.delete(id);
  await expectKept(at, expected);
  // The source's numbers come into rows that are there and into new ones.
  const merged = await csvFile(`merged ${how}.csv`, 2_030, expected);
  await lake.mergeFiles(at, [merged], { on: ["id"], matched: [{ update: { x: "source.x", f: "source.f", list: "NULL", record: "NULL", map: "NULL" } }], notMatched: [{ insert: "all" }] });
  await expectKept(at, expected);
  await table.refresh();
  await table.optimize({ purge: true });
  await expectKept(at, expected);
  await table.optimize();
  await expectKept(at, expected);
  await table.optimize({ zOrderBy: ["x"] });
  await expectKept(at, expected);
  await table.optimize({ zOrderBy: ["f", "id"] });
  await expectKept(at, expected);
  await table.optimize({ clusterBy: ["f"] });
  await expectKept(at, expected);
  await lake.upkeep.clone(at, `${at} copy`, { shallow: false });
  await expectKept(`${at} copy`, expected);
  await table.close();
});

test("both zeros are found by either, whichever a file's statistics tell, and partitions by them stay apart", async () => {
  const at = path.join(directory, "zeros");
  const table = await createTable(at, { schema: { id: types.long.notNull(), x: types.double, p: types.double }, partitionBy: ["p"] });
  const lines = (from: number, x: string, p: string): string[] => Array.from({ length: 10 }, (_, k) => `${from + k},${x},${p}`);
  for (const [k, [x, p]] of ([["0.0", "1"], ["-0.0", "1"], ["0", "1.5"], ["-0.0", "1.5"]] as const).entries()) await lake.load(at, await textFile(`zeros ${k}.csv`, ["id,x,p", ...lines(k * 10, x, p)]));
  await lake.load(at, await textFile("zeros 4.csv", ["id,x,p", ...lines(40, "2", "0.0"), ...lines(50, "3", "-0.0")]));
  await table.refresh();
  const count = async (where: string): Promise<number> => (await table.rows({ columns: ["id"], where }).toArray()).length;
  for (const where of ["x = 0", "x = CAST('-0.0' AS DOUBLE)", "x <= 0", "x >= 0 AND x < 1", "x IN (0, 7)", "x BETWEEN -1 AND 0"]) expect([where, await count(where)]).toEqual([where, 40]);
  expect(await count("x < 0")).toBe(0);
  expect([await count("signbit(x)"), await count("signbit(p)"), await count("p = 0"), await count("p = 0 AND NOT signbit(p)")]).toEqual([20, 10, 20, 10]);
  await table.optimize();
  for (const where of ["x = 0", "x = CAST('-0.0' AS DOUBLE)", "x >= CAST('-0.0' AS DOUBLE) AND x <= 0"]) expect([where, await count(where)]).toEqual([where, 40]);
  await table.update({ x: "x + 1" }, "x = 0 AND signbit(x)");
  expect([await count("x = 1"), await count("x = 0"), await count("signbit(p)")]).toEqual([20, 20, 10]);
  await table.close();
});

await withServices(["python"], "as delta-rs and pyarrow read them", ({ python }) => {
  test("a loaded and optimized table's numbers have the same bits", async () => {
    const { table, at, expected } = await filled("read by others");
    await table.optimize();
    await table.close();
    const script = `
import json, struct, sys
from deltalake import DeltaTable
rows = DeltaTable(sys.argv[1]).to_pyarrow_table()
ids, xs, fs = rows["id"].to_pylist(), rows["x"].combine_chunks(), rows["f"].combine_chunks()
doubles = struct.unpack(f"<{len(ids)}Q", xs.buffers()[1].to_pybytes()[xs.offset * 8:(xs.offset + len(ids)) * 8])
floats = struct.unpack(f"<{len(ids)}I", fs.buffers()[1].to_pybytes()[fs.offset * 4:(fs.offset + len(ids)) * 4])
print(json.dumps(sorted([i, f"{d:064b}", f"{f:032b}"] for i, d, f in zip(ids, doubles, floats))))`;
    const read = (await python.run(script, [at])) as readonly (readonly [bigint | number, string, string])[];
    expect(read.map(([id, x, f]) => [Number(id), x, f])).toEqual([...expected].toSorted(([left], [right]) => left - right).map(([id, [double, float]]) => [id, double, float]));
  });
});
