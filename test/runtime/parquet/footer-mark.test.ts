import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { DuckDBConnection } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { buildBatch } from "../../../runtime/parquet/arrow-build.ts";
import { arrowSchema } from "../../../runtime/parquet/arrow-schema.ts";
import { footerMark } from "../../../runtime/parquet/footer-mark.ts";
import { encodeParquet } from "../../../runtime/parquet/parquet-file.ts";
import type { Row } from "../../../runtime/values/value.ts";

let directory: string;
let connection: DuckDBConnection;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "footer-mark-"));
  connection = await (await DuckDBInstance.create(":memory:")).connect();
});
afterAll(async () => {
  connection.closeSync();
  await rm(directory, { recursive: true, force: true });
});

let last = 0;

async function copied(sql: string, options = ""): Promise<string> {
  const file = path.join(directory, `${last++}.parquet`);
  await connection.run(`COPY (${sql}) TO '${file}' (FORMAT parquet${options})`);
  return file;
}

async function encoded(columns: readonly NamedType[], rows: readonly Row[]): Promise<string> {
  const file = path.join(directory, `${last++}.parquet`);
  await writeFile(file, encodeParquet(buildBatch(columns, rows, arrowSchema(columns))));
  return file;
}

const id: NamedType = { name: "id", type: { kind: "int64" }, nullable: false };

test("files of one writer and schema have one mark, however many rows and row groups they hold", async () => {
  const marks = await Promise.all([
    copied("SELECT i AS id, 'x' || i AS name FROM range(10) t(i)"),
    copied("SELECT i + 7 AS id, repeat('y', 300) || i AS name FROM range(300000) t(i)", ", ROW_GROUP_SIZE 2048"),
  ].map(async (file) => footerMark(await file)));
  expect(marks[0]).toBeTypeOf("string");
  expect(marks[1]).toBe(marks[0]);
  const [one, two] = [await encoded([id], [{ id: 1n }]), await encoded([id], Array.from({ length: 5_000 }, (_, k) => ({ id: BigInt(k) })))];
  expect(footerMark(two)).toBe(footerMark(one) ?? expect.fail("no mark"));
});

test("another name, type, nullability, field id or writer has another mark", async () => {
  const files = [
    await copied("SELECT 1::BIGINT AS id"), await copied("SELECT 1::BIGINT AS id2"), await copied("SELECT 1::INTEGER AS id"), await copied("SELECT 1::BIGINT AS id", ", FIELD_IDS {id: 4}"),
    await copied("SELECT {a: 1::BIGINT} AS id"), await copied("SELECT [1::BIGINT] AS id"), await copied("SELECT 1::BIGINT AS id", ", KV_METADATA {a: 'b'}"),
    await encoded([id], [{ id: 1n }]), await encoded([{ ...id, nullable: true }], [{ id: 1n }]),
  ];
  const marks = files.map(footerMark);
  expect(marks.every((mark) => mark !== undefined)).toBe(true);
  expect(new Set(marks).size).toBe(files.length);
});

test("what is no Parquet file, or a broken one, has no mark; none of its bytes makes it fail", async () => {
  const whole = await encoded([id, { name: "name", type: { kind: "text" }, nullable: true }], [{ id: 1n, name: "a" }]);
  const bytes = await readFile(whole);
  const mark = footerMark(whole);
  const file = path.join(directory, "broken.parquet");
  const length = bytes.readUInt32LE(bytes.length - 8);
  let refused = 0;
  for (let at = bytes.length - 8 - length; at < bytes.length; at++) {
    const broken = Buffer.from(bytes);
    broken[at] = (broken[at] ?? 0) ^ 0x5f;
    await writeFile(file, broken);
    if (footerMark(file) === undefined) refused++;
  }
  expect(refused).toBeGreaterThan(20);
  for (const text of ["", "PAR1", "PAR1PAR1", "no parquet file at all"]) {
    await writeFile(file, text);
    expect(footerMark(file), text).toBeUndefined();
  }
  expect(footerMark(path.join(directory, "absent.parquet"))).toBeUndefined();
  expect(footerMark(directory)).toBeUndefined();
  expect(mark).toBeTypeOf("string");
});

test("a footer with bytes behind it has no mark", async () => {
  const bytes = await readFile(await encoded([id], [{ id: 1n }]));
  const end = bytes.length - 8;
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.readUInt32LE(end) + 1);
  const file = path.join(directory, "longer.parquet");
  await writeFile(file, Buffer.concat([bytes.subarray(0, end), Buffer.of(0), length, bytes.subarray(end + 4)]));
  expect(footerMark(file)).toBeUndefined();
});
