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

/** Catalogs in which a table is declared. */
async function declared(): Promise<number> {
  const reader = await lake.engine.control.runAndReadAll("SELECT count(DISTINCT database_name) FROM duckdb_views() WHERE database_name LIKE 'session %' AND NOT internal");
  return Number(reader.getRows()[0]?.[0]);
}

/** Catalogs, those that wait for a session among them. */
async function attached(): Promise<number> {
  const reader = await lake.engine.control.runAndReadAll("SELECT count(*) FROM duckdb_databases() WHERE database_name LIKE 'session %'");
  return Number(reader.getRows()[0]?.[0]);
}

test("only the last few versions stay declared, and a running query keeps its own", async () => {
  const slow = (await lake.query("SELECT id FROM rides.trips", [], { asOf: { version: 0 } })).batches[Symbol.asyncIterator]();
  await slow.next();
  for (let version = 1; version < 40; version += 1) await lake.rows("SELECT count(*) AS n FROM rides.trips", [], { asOf: { version } });
  expect(await declared()).toBe(17);
  let rows = 0;
  for (let next = await slow.next(); next.done !== true; next = await slow.next()) rows += next.value.numRows;
  expect(rows).toBeGreaterThan(100_000);
  await expect.poll(declared).toBe(16);
  expect(await attached()).toBeLessThanOrEqual(20);
});

test("a query that was planned and whose session has fallen out since says that it may be asked again", async () => {
  const planned = await lake.query("SELECT id FROM rides.trips", [], { asOf: { version: 0 } });
  for (let version = 1; version < 40; version += 1) await lake.rows("SELECT 1 FROM rides.trips LIMIT 1", [], { asOf: { version } });
  await expect(Array.fromAsync(planned.batches)).rejects.toMatchObject({ code: "UNAVAILABLE", retry: true });
});

test("rows of functions leave no files", async () => {
  const before = await declared();
  for (let k = 0; k < 20; k += 1) expect(await lake.rows("FROM demo.rows")).toEqual([{ id: 7n }]);
  for await (const _ of (await lake.query("FROM demo.rows, range(100000)")).batches) break;
  expect(await readdir(path.join(lake.directory, "tmp"))).toEqual([]);
  // A session that fell out before may still be on its way out.
  await expect.poll(declared).toBeLessThanOrEqual(before);
});

test("a query asked of many versions is worked out once, and each version gives its own rows", async () => {
  const directory = await newDirectory();
  const files = Array.from({ length: 12 }, (_, k) => path.join(directory, "lake", `part-${k}.parquet`));
  for (const [k, file] of files.entries()) await writeParquet(file, `SELECT ${k}::BIGINT AS id`);
  const mixed = await openFixture(directory, {
    catalog: catalogOf(table("rides", "trips", { kind: "delta" }, columns), table("rides", "other", { kind: "delta" }, columns)),
    versions: { "rides.trips": files.map((_, k) => ({ columns, files: files.slice(0, k + 1).map((url) => ({ url, partitionValues: {} })) })), "rides.other": [{ columns, files: [] }] },
  });
  const prepared: string[] = [];
  const { control } = mixed.engine;
  const run = control.run.bind(control);
  control.run = async (sql, ...rest) => {
    prepared.push(sql);
    return await run(sql, ...rest);
  };
  for (let version = 0; version < files.length; version += 1) {
    expect(await mixed.rows("SELECT count(*) AS n, max(id) AS last FROM rides.trips", [], { asOf: { version } })).toEqual([{ n: BigInt(version + 1), last: BigInt(version) }]);
  }
  // A catalog that served another query knows nothing of it.
  expect(await mixed.rows("SELECT count(*) AS n FROM rides.other")).toEqual([{ n: 0n }]);
  // The reading, its gate behind it, and the one file of each kind.
  expect(prepared.filter((sql) => sql.includes("json_serialize_sql") && sql.includes("trips")).length).toBe(2);
  expect(prepared.filter((sql) => sql.includes("parquet_schema")).length).toBe(1);
  await mixed.close();
});

test("an engine has as many threads as it is told", async () => {
  const engine = await openEngine({ readable: [path.join(lake.directory, "lake")], temporary: path.join(lake.directory, "tmp"), threads: 1 });
  expect((await engine.control.runAndReadAll("SELECT current_setting('threads')::INTEGER")).getRows()).toEqual([[1]]);
  await engine.close();
});

test("an engine reads below its places only, whatever the SQL", async () => {
  const engine = await openEngine({ readable: [path.join(lake.directory, "lake")], temporary: path.join(lake.directory, "tmp") });
  for (const file of ["/etc/passwd", path.join(lake.directory, "lake", "..", "..", "x.csv"), path.join(lake.directory, "lakeside.csv")]) {
    await expect(engine.control.run(`SELECT * FROM read_text('${file}')`)).rejects.toThrow(/disabled by configuration/);
  }
  for (const statement of ["SET enable_external_access = true", "SET allowed_directories = ['/']", "INSTALL httpfs", "LOAD httpfs", "SET TimeZone = 'Asia/Tokyo'"]) await expect(engine.control.run(statement), statement).rejects.toThrow();
  await engine.close();
});
