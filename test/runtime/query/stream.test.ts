import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { catalogOf, column, newDirectory, openFixture, table, writeParquet } from "./fixture.ts";
import type { Fixture } from "./fixture.ts";

let lake: Fixture;

beforeAll(async () => {
  const directory = await newDirectory();
  const columns = [column("id", "int64"), column("cell", "text")];
  const file = path.join(directory, "lake", "t.parquet");
  await writeParquet(file, "SELECT i AS id, CASE WHEN i = 1000000 THEN 'x' ELSE '1' END AS cell FROM range(1500000) t(i)");
  lake = await openFixture(directory, { catalog: catalogOf(table("rides", "trips", { kind: "delta" }, columns)), versions: { "rides.trips": [{ columns, files: [{ url: file, partitionValues: {} }] }] } });
});
afterAll(() => lake.close());

async function count(result: Awaited<ReturnType<Fixture["query"]>>): Promise<number> {
  let rows = 0;
  for await (const batch of result.batches) rows += batch.numRows;
  return rows;
}

describe("a stream", () => {
  test("gives every row in order, in batches larger than the engine's", async () => {
    const result = await lake.query("SELECT id FROM rides.trips ORDER BY id");
    let next = 0n;
    let batches = 0;
    for await (const batch of result.batches) {
      batches += 1;
      const ids = batch.getChildAt(0)?.data[0]?.values as BigInt64Array;
      expect(ids[0]).toBe(next);
      next += BigInt(batch.numRows);
      expect(ids[batch.numRows - 1]).toBe(next - 1n);
    }
    expect(next).toBe(1_500_000n);
    expect(batches).toBeLessThan(60);
  });

  test("that fails half-way ends by the failure, with its place, never as if it were done", async () => {
    const result = await lake.query("SELECT id,\n CAST(cell AS INTEGER) AS n FROM rides.trips");
    let rows = 0;
    await expect((async () => { for await (const batch of result.batches) rows += batch.numRows; })()).rejects.toMatchObject({ code: "SQL_INVALID", message: expect.stringContaining("'x'"), place: { line: 2, column: 2 } });
    expect(rows).toBeGreaterThan(0);
    expect(rows).toBeLessThan(1_000_001);
  });

  test("that is stopped early leaves the engine free, and the same query runs again", async () => {
    for (let k = 0; k < 20; k += 1) {
      for await (const batch of (await lake.query("SELECT * FROM rides.trips a, range(1000)")).batches) {
        expect(batch.numRows).toBeGreaterThan(0);
        break;
      }
    }
    expect(await count(await lake.query("SELECT id FROM rides.trips WHERE id < 10"))).toBe(10);
  });

  test("whose signal is raised stops, before, at once and half-way", async () => {
    await expect(lake.query("SELECT 1", [], { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: "AbortError" });
    const sum = new AbortController();
    const slow = await lake.query("SELECT sum(hash(a.id, b.id)) AS s FROM rides.trips a, rides.trips b", [], { signal: sum.signal });
    setTimeout(() => sum.abort(), 50);
    await expect(count(slow)).rejects.toMatchObject({ name: "AbortError" });
    const half = new AbortController();
    const rows = await lake.query("SELECT a.id FROM rides.trips a, rides.trips b", [], { signal: half.signal });
    await expect((async () => { for await (const _ of rows.batches) half.abort(); })()).rejects.toMatchObject({ name: "AbortError" });
    expect(await count(await lake.query("SELECT 1"))).toBe(1);
  });

  test("holds no more than a few batches", async () => {
    const before = process.memoryUsage().rss;
    let most = 0;
    for await (const _ of (await lake.query("SELECT a.id, a.cell || repeat('x', 100) AS t FROM rides.trips a")).batches) most = Math.max(most, process.memoryUsage().rss - before);
    expect(most / 2 ** 20).toBeLessThan(400);
  });

  test("runs beside others", async () => {
    const results = await Promise.all(Array.from({ length: 8 }, async (_, k) => await count(await lake.query(`SELECT id FROM rides.trips WHERE id < ${k * 1000}`))));
    expect(results).toEqual([0, 1000, 2000, 3000, 4000, 5000, 6000, 7000]);
  });

  test("declares a table once for all queries at the same version", async () => {
    const before = lake.engine.next();
    for (let k = 0; k < 10; k += 1) await lake.rows(`SELECT ${k} FROM rides.trips LIMIT 1`);
    expect(lake.engine.next()).toBe(before + 1);
  });

  test("without rows still has its columns, and none at all is one batch fewer", async () => {
    const result = await lake.query("SELECT id, cell FROM rides.trips WHERE false");
    expect(result.columns.map(({ name }) => name)).toEqual(["id", "cell"]);
    expect(await Array.fromAsync(result.batches)).toEqual([]);
  });
});
