import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, expectTypeOf, test, vi } from "vitest";
import { openLake } from "../../../runtime/lake.ts";
import type { Functions, Lake as OpenLake } from "../../../runtime/lake.ts";
import type { Int64, Lake, Text } from "../../../runtime/language/index.ts";
import type { HandedLake } from "../../../runtime/lake/handed.ts";
import { readRows } from "../../../runtime/parquet/arrow-rows.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { catalogOf, column, newDirectory, table, template } from "../query/fixture.ts";

class Base {
  declare a: Int64;
  declare t: Text | null;
}

const columns = [column("a", "int64", { nullable: false }), column("t", "text")];
const rowsOf = (name: string, lake: number, parameters: readonly unknown[] = []) => table("demo", name, { kind: "rows", module: "demo.js", name, parameters, lake, reads: [] } as never, columns);

let directory: string;
let lake: OpenLake;
beforeAll(async () => {
  directory = await newDirectory();
  vi.stubEnv("TMPDIR", directory);
  const functions: Functions = {
    "demo.some": (async function* (handed: HandedLake) { yield* handed.rows("demo.base", { columns: ["a", "t"], where: { t: "it's" }, limit: 1 }); }) as never,
    "demo.none": (async function* (handed: HandedLake) { yield* handed.rows("demo.base", { where: { t: null } }); }) as never,
    "demo.wrong": (async function* (handed: HandedLake) { yield* handed.rows("demo.base", { columns: ["b"] }); }) as never,
    "demo.round": (async function* (handed: HandedLake) { yield* handed.rows("demo.seen"); }) as never,
    "demo.forever": (function* () { for (let a = 0n; ; a++) yield { a, t: null }; }) as never,
    "demo.bare": (() => { throw Object.create(null); }) as never,
    "demo.over": (async function* (handed: HandedLake) { yield* handed.rows("demo.some"); }) as never,
  };
  const seen = table("demo", "seen", { kind: "view", declared: false, sql: template("SELECT a, t FROM demo.round") }, columns);
  const catalog = catalogOf(table("demo", "base", { kind: "delta" }, columns), rowsOf("some", 0), rowsOf("none", 0), rowsOf("wrong", 0), rowsOf("round", 0), rowsOf("over", 0), rowsOf("forever", 0), rowsOf("bare", 0), seen);
  lake = await openLake({ catalog, root: `${directory}/lake`, project: directory, functions });
  await lake.create("demo.base");
  await lake.append("demo.base", [{ a: 1n, t: "it's" }, { a: 2n, t: "it's" }, { a: 3n, t: null }]);
});
afterAll(async () => {
  await lake.close();
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true });
});

async function rows(sql: string): Promise<Row[]> {
  const { batches, columns: given } = await lake.query({ sql });
  const found: Row[] = [];
  for await (const batch of batches) found.push(...readRows(given, batch));
  return found;
}

test("a function reads the rows and columns it asks for, through other functions too, beside the query it is part of", async () => {
  expect(await rows("SELECT * FROM demo.some")).toEqual([{ a: expect.any(BigInt) as bigint, t: "it's" }]);
  expect(await rows("SELECT * FROM demo.none")).toEqual([{ a: 3n, t: null }]);
  expect(await rows("SELECT o.t, count(*) AS n FROM demo.over o JOIN demo.base b USING (t) GROUP BY 1")).toEqual([{ t: "it's", n: 2n }]);
});

test("a column that is not there is told; a function whose rows would be made of themselves is refused, and the lake goes on", async () => {
  await expect(rows("SELECT * FROM demo.wrong")).rejects.toMatchObject({ code: "FUNCTION_FAILED", message: expect.stringContaining("demo.base has no column b") as string });
  for (const name of ["round", "seen"]) await expect(rows(`SELECT * FROM demo.${name}`)).rejects.toMatchObject({ code: "FUNCTION_FAILED", hint: "demo.round reads demo.round" });
  expect(await rows("SELECT count(*) AS n FROM demo.base")).toEqual([{ n: 3n }]);
});

test("a function that gives rows for ever, and waits for nothing, ends with whoever asked it, and leaves no file", async () => {
  const reason = new Error("nobody waits any more");
  const asker = new AbortController();
  // A timer has a turn only where the function leaves one.
  setTimeout(() => asker.abort(reason), 200);
  await expect(lake.query({ sql: "SELECT * FROM demo.forever LIMIT 3", signal: asker.signal })).rejects.toBe(reason);
  expect(await rows("SELECT count(*) AS n FROM demo.base")).toEqual([{ n: 3n }]);
  expect((await readdir(directory, { recursive: true })).filter((name) => path.basename(name).startsWith("rows-"))).toEqual([]);
});

test("a function that throws what is no error, and has no text either, is told as any other", async () => {
  await expect(rows("SELECT * FROM demo.bare")).rejects.toMatchObject({ code: "FUNCTION_FAILED", message: "The function of demo.bare failed: [Object: null prototype] {}" });
});

test("the lake is typed by the table's class, and has nothing to write with", () => {
  const use = (handed: Lake): void => {
    expectTypeOf(handed.rows(Base)).toEqualTypeOf<AsyncIterable<Pick<Base, "a" | "t">>>();
    expectTypeOf(handed.rows(Base, { columns: ["a"] })).toEqualTypeOf<AsyncIterable<Pick<Base, "a">>>();
    // @ts-expect-error there is no such column
    handed.rows(Base, { columns: ["b"] });
    // @ts-expect-error a number is no Int64
    handed.rows(Base, { where: { a: 1 } });
    // @ts-expect-error a name is no class
    handed.rows("demo.base");
    // @ts-expect-error it changes nothing
    handed.append;
  };
  expect(use).toBeTypeOf("function");
});
