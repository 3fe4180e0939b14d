import path from "node:path";
import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openEngine } from "../../../runtime/query/engine.ts";
import { catalogOf, column, newDirectory, openFixture, table, writeParquet } from "./fixture.ts";
import type { Fixture } from "./fixture.ts";

let lake: Fixture;
const columns = [column("id", "int64")];

beforeAll(async () => {
  const directory = await newDirectory();
  const file = path.join(directory, "lake", "t.parquet");
  await writeParquet(file, "SELECT i AS id FROM range(200000) t(i)");
  const version = { columns, files: [{ url: file, partitionValues: {} }] };
  lake = await openFixture(directory, {
    catalog: catalogOf(table("rides", "trips", { kind: "delta" }, columns), table("demo", "rows", { kind: "rows", module: "", name: "", parameters: [] }, columns)),
    versions: { "rides.trips": Array.from({ length: 40 }, () => version) },
    rows: { "demo.rows": () => [{ id: 7n }] },
  });
});
afterAll(() => lake.close());

async function attached(): Promise<number> {
  const reader = await lake.engine.control.runAndReadAll("SELECT count(*) FROM duckdb_databases() WHERE database_name LIKE 'session %'");
  return Number(reader.getRows()[0]?.[0]);
}

test("only the last few versions stay declared, and a running query keeps its own", async () => {
  const slow = (await lake.query("SELECT id FROM rides.trips", [], { asOf: { version: 0 } })).batches[Symbol.asyncIterator]();
  await slow.next();
  for (let version = 1; version < 40; version += 1) await lake.rows("SELECT count(*) AS n FROM rides.trips", [], { asOf: { version } });
  expect(await attached()).toBe(17);
  let rows = 0;
  for (let next = await slow.next(); next.done !== true; next = await slow.next()) rows += next.value.numRows;
  expect(rows).toBeGreaterThan(100_000);
  expect(await attached()).toBe(16);
});

test("a query that was planned and whose session has fallen out since says that it may be asked again", async () => {
  const planned = await lake.query("SELECT id FROM rides.trips", [], { asOf: { version: 0 } });
  for (let version = 1; version < 40; version += 1) await lake.rows("SELECT 1 FROM rides.trips LIMIT 1", [], { asOf: { version } });
  await expect(Array.fromAsync(planned.batches)).rejects.toMatchObject({ code: "UNAVAILABLE", retry: true });
});

test("rows of functions leave no files", async () => {
  const before = await attached();
  for (let k = 0; k < 20; k += 1) expect(await lake.rows("FROM demo.rows")).toEqual([{ id: 7n }]);
  for await (const _ of (await lake.query("FROM demo.rows, range(100000)")).batches) break;
  expect(await readdir(path.join(lake.directory, "tmp"))).toEqual([]);
  expect(await attached()).toBe(before);
});

test("an engine reads below its places only, whatever the SQL", async () => {
  const engine = await openEngine({ readable: [path.join(lake.directory, "lake")], temporary: path.join(lake.directory, "tmp") });
  for (const file of ["/etc/passwd", path.join(lake.directory, "lake", "..", "..", "x.csv"), path.join(lake.directory, "lakeside.csv")]) {
    await expect(engine.control.run(`SELECT * FROM read_text('${file}')`)).rejects.toThrow(/disabled by configuration/);
  }
  for (const statement of ["SET enable_external_access = true", "SET allowed_directories = ['/']", "INSTALL httpfs", "LOAD httpfs", "SET TimeZone = 'Asia/Tokyo'"]) await expect(engine.control.run(statement), statement).rejects.toThrow();
  await engine.close();
});
