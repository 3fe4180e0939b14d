import { writeFile } from "node:fs/promises";
import path from "node:path";
import { Field, Int64, makeData, RecordBatch, Schema, Struct, TimestampNanosecond } from "apache-arrow";
import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeArrowBatch } from "../../runtime/parquet/arrow-ipc.ts";
import { buildTable, metaData, protocol } from "../runtime/delta/log-builder.ts";
import type { BuiltTable } from "../runtime/delta/log-builder.ts";
import { runCommand, type Outcome } from "./command.ts";

let table: BuiltTable;
beforeAll(async () => {
  table = await buildTable();
  await table.commit(0, protocol(), metaData([{ name: "id", type: "long" }, { name: "city", type: "string" }]));
  await table.commit(1, await table.add("a.parquet", "SELECT i AS id, 'Bern' AS city FROM range(3) t(i)", { stats: '{"numRecords":3}' }));
  await writeFile(beside("cities.csv"), "id,city,op\n1,Chur,u\n7,Genf,u\n2,,d\n");
  await writeFile(beside("more.ndjson"), '{"id": 8, "city": "Biel", "gone": false}\n{"id": 0, "gone": true}\n');
  await writeFile(beside("bad.csv"), "id,city\n1,Chur\nx,Genf\n");
});
afterAll(async () => await table.close());

const beside = (name: string): string => path.join(path.dirname(table.directory), name);
const run = async (...args: readonly string[]): Promise<Outcome> => await runCommand(path.dirname(table.directory), args);

test("rows of files are merged into any Delta table by its path, by columns of theirs that the table does not have as well", async () => {
  const { code, stdout } = await run("merge", "./table", "cities.csv", "--on", "id", "--matched-if", "source.op = 'u'", "--json");
  expect([code, JSON.parse(stdout)]).toEqual([0, { table: table.directory, version: 2, inserted: 1, updated: 1, deleted: 0, filesRead: 1, filesRemoved: 1, filesAdded: 2, vectorsAdded: 0 }]);
  expect(await table.rows()).toEqual([{ id: 0n, city: "Bern" }, { id: 1n, city: "Chur" }, { id: 2n, city: "Bern" }, { id: 7n, city: "Genf" }]);
  expect(await run("merge", "./table", "more.ndjson", "--on", "target.id = source.id", "--matched", "delete", "--matched-if", "source.gone", "--not-matched-by-source", "delete", "--by-source-if", "city = 'Genf'")).toMatchObject({ code: 0, stdout: expect.stringContaining("1 row inserted, 2 rows deleted (version 3; 2 files removed, 2 files written)") });
  expect(await table.rows()).toEqual([{ id: 1n, city: "Chur" }, { id: 2n, city: "Bern" }, { id: 8n, city: "Biel" }]);
  expect(await run("merge", "./table", "more.ndjson", "--on", "id", "--set", "city=upper(target.city) || source.id", "--not-matched", "ignore")).toMatchObject({ code: 0, stdout: expect.stringContaining("1 row updated") });
  expect(await run("merge", "./table", "cities.csv", "--on", "id", "--matched", "ignore", "--not-matched-if", "id > 100")).toMatchObject({ code: 0, stdout: expect.stringContaining("gets none (version 4)") });
  expect(await table.rows()).toEqual([{ id: 1n, city: "Chur" }, { id: 2n, city: "Bern" }, { id: 8n, city: "BIEL8" }]);
});

test("history tells how many rows a merge touched, not those that it left as they were", async () => {
  const { stdout } = await run("history", "./table");
  expect(stdout.split("\n").flatMap((line) => line.match(/MERGE\s+(\S+)\s+(\S+)/)?.slice(1, 3).join(" ") ?? [])).toEqual(["1 1", "3 2", "2 2"]);
});

test("objects and lists of JSON, and values that are not all alike, come into the table's columns", async () => {
  const nested = await buildTable();
  try {
    const type = { type: "struct", fields: [{ name: "x", type: "integer", nullable: true, metadata: {} }, { name: "y", type: "string", nullable: true, metadata: {} }] };
    await nested.commit(0, protocol(), metaData([{ name: "id", type: "long" }, { name: "at", type }, { name: "parts", type: { type: "array", elementType: "long", containsNull: true } }, { name: "text", type: "string" }]));
    await nested.commit(1, await nested.add("a.parquet", "SELECT i AS id, {'x': 1::INTEGER, 'y': 'a'} AS at, [i] AS parts, 'old' AS text FROM range(2) t(i)", { stats: '{"numRecords":2}' }));
    const file = path.join(path.dirname(nested.directory), "nested.ndjson");
    await writeFile(file, '{"id": 1, "at": {"x": 8}, "parts": [5, 6], "text": "new"}\n{"id": "7", "at": {"y": "b"}, "aside": [1]}\n');
    expect(await run("merge", nested.directory, file, "--on", "id")).toMatchObject({ code: 0, stdout: expect.stringContaining("1 row inserted, 1 row updated") });
    expect(await nested.rows()).toEqual([{ id: 0n, at: { x: 1, y: "a" }, parts: [0n], text: "old" }, { id: 1n, at: { x: 8, y: null }, parts: [5n, 6n], text: "new" }, { id: 7n, at: { x: null, y: "b" }, parts: null, text: null }]);
  } finally {
    await nested.close();
  }
});

test("a column is found in a file by another case of its name, and by points in it", async () => {
  const odd = await buildTable();
  try {
    await odd.commit(0, protocol(), metaData([{ name: "id", type: "long" }, { name: "do.t", type: "integer" }, { name: "a b", type: "string" }]));
    await odd.commit(1, await odd.add("a.parquet", "SELECT i AS id, 1::INTEGER AS \"do.t\", 'old' AS \"a b\" FROM range(2) t(i)", { stats: '{"numRecords":2}' }));
    const file = async (name: string, text: string): Promise<string> => {
      await writeFile(path.join(path.dirname(odd.directory), name), text);
      return path.join(path.dirname(odd.directory), name);
    };
    expect(await run("merge", odd.directory, await file("whole.ndjson", '{"ID": 1, "Do.T": 2}\n'), "--on", "id")).toMatchObject({ code: 0 });
    expect(await run("load", odd.directory, await file("rows.ndjson", '{"id": 3, "do.t": 3}\n'))).toMatchObject({ code: 0 });
    const rows = [{ id: 0n, "do.t": 1, "a b": "old" }, { id: 1n, "do.t": 2, "a b": "old" }, { id: 3n, "do.t": 3, "a b": null }];
    expect(await odd.rows()).toEqual(rows);
    expect(await run("merge", odd.directory, await file("cut.csv", "ID,DO.T\n1,1.7\n"), "--on", "id")).toMatchObject({ code: 1, stderr: expect.stringContaining('line 2, column do.t: "1.7" is not Int32') });
    expect(await run("merge", odd.directory, await file("named.csv", "id,do.t,a b\n1,2,new\n"), "--on", '"do.t", id', "--not-matched", "ignore")).toMatchObject({ code: 0 });
    expect(await run("merge", odd.directory, await file("named.csv", "id,do.t,a b\n1,2,old\n"), "--on", 'id, "do.t"')).toMatchObject({ code: 0 });
    expect(await run("load", odd.directory, await file("cut.csv", "id,do.t\n1,1.7\n"), "--json")).toMatchObject({ code: 1, stderr: expect.stringContaining(`${odd.directory} refuses 1 row`) });
    expect(await run("load", odd.directory, await file("other.csv", "id,do.t\n1,1\n"), "--mode", "overwrite", "--where", "id > 1")).toMatchObject({ code: 1, stderr: expect.stringContaining("fails the check that new rows meet id > 1") });
    expect(await run("merge", odd.directory, await file("twins.csv", "id,x,X\n1,1,1\n"), "--on", "id")).toMatchObject({ code: 1, stderr: expect.stringContaining('columns "x" and "X"') });
    expect(await odd.rows()).toEqual(rows);
  } finally {
    await odd.close();
  }
});

test("an Arrow file has columns of the table by types that no column has", async () => {
  const timed = await buildTable();
  try {
    await timed.commit(0, protocol(), metaData([{ name: "id", type: "long" }, { name: "at", type: "timestamp" }]));
    await timed.commit(1, await timed.add("a.parquet", "SELECT 1 AS id, TIMESTAMPTZ '2020-01-01 00:00:00+00' AS at", { stats: '{"numRecords":1}' }));
    const fields = [new Field("id", new Int64()), new Field("at", new TimestampNanosecond("UTC"))];
    const children = [makeData({ type: new Int64(), data: BigInt64Array.of(1n) }), makeData({ type: new TimestampNanosecond("UTC"), data: BigInt64Array.of(2_000n) })];
    const file = path.join(path.dirname(timed.directory), "fine.arrow");
    await writeFile(file, encodeArrowBatch(new RecordBatch(new Schema(fields), makeData({ type: new Struct(fields), length: 1, children }))));
    expect(await run("merge", timed.directory, file, "--on", "id")).toMatchObject({ code: 0, stdout: expect.stringContaining("1 row updated") });
    expect(await timed.rows()).toEqual([{ id: 1n, at: Temporal.Instant.from("1970-01-01T00:00:00.000002Z") }]);
  } finally {
    await timed.close();
  }
});

test("what makes no sense is told, and changes nothing", async () => {
  expect((await run("merge", "./table", "cities.csv")).code).toBe(2);
  expect((await run("merge", "./table", "cities.csv", "--on", "id", "--matched", "delete", "--set", "city=1")).code).toBe(2);
  expect((await run("merge", "./table", "cities.csv", "--on", "id", "--matched", "ignore", "--not-matched", "ignore")).code).toBe(2);
  const wrong = async (...args: readonly string[]): Promise<unknown> => {
    const { code, stdout } = await run("merge", "./table", ...args, "--json");
    return [code, (JSON.parse(stdout) as { error: unknown }).error];
  };
  expect(await wrong("none.csv", "--on", "id")).toMatchObject([1, { code: "FILE_NOT_FOUND" }]);
  expect(await wrong("cities.csv", "--on", "town")).toMatchObject([1, { code: "SQL_INVALID", place: { parameter: "on", value: "town" } }]);
  expect(await wrong("cities.csv", "--on", "id", "--set", "city=source.town")).toMatchObject([1, { code: "SQL_INVALID", place: { parameter: "matched.city", line: 1, column: 1 } }]);
  expect(await wrong("bad.csv", "--on", "id")).toMatchObject([1, { code: "ROWS_REFUSED", message: expect.stringContaining("bad.csv line 3") }]);
  expect(await wrong("cities.csv", "more.ndjson", "--on", "id")).toMatchObject([1, { code: "FILE_INVALID", message: expect.stringContaining('"op"') }]);
  expect((await table.snapshot()).version).toBe(4);
});
