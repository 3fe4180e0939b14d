/** One engine for many copies, another where one does not do, and none that outlasts them. */
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTable, types } from "../../../runtime/lake.ts";
import { copyingEngines } from "../../../runtime/query/copying-engine.ts";
import type { Copying } from "../../../runtime/query/copying-engine.ts";
import type { Engine } from "../../../runtime/query/engine.ts";
import { newDirectory } from "./fixture.ts";

let directory: string;
beforeAll(async () => { directory = await newDirectory(); });
afterAll(() => rm(directory, { recursive: true }));

const threadsOf = async ({ control }: Engine): Promise<unknown> => (await control.runAndReadAll("SELECT current_setting('threads')")).getRowsJson()[0]?.[0];

test("copies that ask for the same share an engine, also at once; others get another, and what it kept on the disk goes with each", async () => {
  const engines = copyingEngines();
  const small: Copying = { inputs: [{ file: path.join(directory, "lake", "p=1", "a.parquet"), size: 10 }], outputs: [path.join(directory, "lake")], memoryMax: "100MB" };
  const large: Copying = { ...small, inputs: [{ file: path.join(directory, "lake", "a.parquet"), size: 2 ** 30 }], threads: 3 };
  const elsewhere: Copying = { ...small, inputs: [{ file: path.join(directory, "other", "a.parquet"), size: 10 }] };
  const same = async (engine: Engine): Promise<Engine> => engine;
  const [first, again] = await Promise.all([engines.run(small, same), engines.run(small, same)]);
  expect(again).toBe(first);
  expect([await engines.run(small, threadsOf), first.closing.aborted]).toEqual(["1", false]);
  const second = await engines.run(large, same);
  expect([await engines.run(large, threadsOf), first.closing.aborted, second.closing.aborted]).toEqual(["3", true, false]);
  const third = await engines.run(elsewhere, same);
  expect(third.readable).toContain(path.join(directory, "other"));
  await expect(engines.run(elsewhere, async () => { throw new Error("a fault"); })).rejects.toThrow("a fault");
  expect(third.closing.aborted).toBe(true);
  const fourth = await engines.run(elsewhere, same);
  expect(fourth).not.toBe(third);
  expect(await readdir(fourth.temporary)).toEqual([]);
  await engines.close();
  for (const engine of [first, second, third, fourth]) await expect(readdir(engine.temporary)).rejects.toMatchObject({ code: "ENOENT" });
});

test("one that is no longer wanted ends once the copies that are in it have", async () => {
  const engines = copyingEngines();
  const copying: Copying = { inputs: [], outputs: [directory], memoryMax: "100MB" };
  const { promise: until, resolve: go } = Promise.withResolvers<void>();
  const slow = engines.run(copying, async ({ control }) => {
    await until;
    return (await control.runAndReadAll("SELECT 1")).getRowsJson();
  });
  const next = engines.run({ ...copying, memoryMax: "200MB" }, async (engine) => engine);
  go();
  expect(await slow).toEqual([[1]]);
  expect((await next).closing.aborted).toBe(false);
  await engines.close();
});

test("a table of many partitions is put together by one engine", async () => {
  const table = await createTable(path.join(directory, "parts"), { schema: { p: types.integer, n: types.integer }, partitionBy: ["p"] });
  for (let n = 0; n < 3; n++) await table.append(Array.from({ length: 30 }, (_, k) => ({ p: k, n })));
  const started = vi.spyOn(DuckDBInstance, "create");
  try {
    expect(await table.optimize()).toMatchObject({ filesRemoved: 90, filesAdded: 30, commits: 1 });
    expect(started).toHaveBeenCalledTimes(1);
  } finally {
    started.mockRestore();
  }
  expect((await table.rows().toArray()).map(({ p, n }) => (p ?? 0) * 3 + (n ?? 0)).toSorted((left, right) => left - right)).toEqual(Array.from({ length: 90 }, (_, k) => k));
  await table.close();
});
