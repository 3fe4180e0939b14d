/** `neuralake import` of tables that live engines made: Spark and delta-rs. What is written compiles, and a plan shows no change. Ctrl-C leaves nothing behind. */
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeDatabase, postgresClient } from "../services/postgres.ts";
import { withServices } from "../services/with-services.ts";
import { outcomeOf, runCommand, startCommand, temporaryFolder, type Outcome } from "./command.ts";

let place: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => { place = await temporaryFolder(); });
afterAll(() => place.remove());

const at = (name: string): string => path.join(place.folder, "lake", "others", name);
const run = (...args: readonly string[]): Promise<Outcome> => runCommand(place.folder, args);
const declared = async (name: string): Promise<string> => await readFile(path.join(place.folder, `catalog/others/${name}.ts`), "utf8");

async function expectNoChange(...tables: readonly string[]): Promise<void> {
  await mkdir(path.join(place.folder, "catalog"), { recursive: true });
  const imported = await run("import", ...tables.map(at), "--json");
  expect(imported.stderr).toBe("");
  expect(JSON.parse(imported.stdout)).toMatchObject({ tables: tables.map((name) => ({ table: `others.${name}`, kind: "delta" })) });
  expect(JSON.parse((await run("compile", "--json")).stdout)).toMatchObject({ diagnostics: [] });
  const plan = await run("plan", "--json");
  expect([plan.code, JSON.parse(plan.stdout)]).toMatchObject([0, { changes: [] }]);
}

await withServices(["spark"], "tables that Spark made", ({ spark }) => {
  test("types, comments, partitions, clustering, constraints, renamed columns and vectors are declared as they are", async () => {
    const every = "CREATE TABLE {t} (id BIGINT NOT NULL COMMENT 'Never reused.', b TINYINT, s SMALLINT, f FLOAT, c DECIMAL(38, 18), h CHAR(3), x BINARY, seen TIMESTAMP, wall TIMESTAMP_NTZ, pair STRUCT<a: INT COMMENT 'Inside.', b: ARRAY<STRUCT<e: DATE>>>, tags MAP<STRING, DECIMAL(20, 4)>, day DATE) USING delta PARTITIONED BY (day) COMMENT 'Every type.'";
    const statements = {
      typed: [every],
      changed: ["CREATE TABLE {t} (id BIGINT, town STRING) USING delta TBLPROPERTIES ('delta.columnMapping.mode' = 'name', 'delta.enableDeletionVectors' = 'true')", "ALTER TABLE {t} RENAME COLUMN town TO city", "ALTER TABLE {t} ADD CONSTRAINT positive CHECK (id > 0)", "INSERT INTO {t} VALUES (1, 'a'), (2, 'b')", "DELETE FROM {t} WHERE id = 1"],
      near: ["CREATE TABLE {t} (id BIGINT, city STRING) USING delta CLUSTER BY (city)", "INSERT INTO {t} VALUES (1, 'a')"],
    };
    for (const [name, own] of Object.entries(statements)) await spark.run(...own.map((statement) => statement.replaceAll("{t}", `delta.\`${at(name)}\``)));
    await expectNoChange(...Object.keys(statements));
    expect(await declared("typed")).toContain("/** Every type. */\n@deltaTable()\nexport class Typed {\n  /** Never reused. */\n  id: Int64;\n");
    expect(await declared("typed")).toContain("    /** Inside. */\n    a: Int32 | null;\n    b: ({ e: Day | null } | null)[] | null;\n  } | null;\n");
    expect(await declared("changed")).toContain("  id: Int64 | null;\n  city: Text | null;\n\n  // The table itself holds rows to CHECK positive: id > 0\n");
    expect(await declared("near")).toContain("  @cluster()\n  city: Text | null;\n");
  });
});

await withServices(["python"], "tables that delta-rs made", ({ python }) => {
  test("types, comments, partitions and constraints are declared as they are", async () => {
    await python.run(`import sys, json, decimal, datetime, deltalake, pyarrow
at = sys.argv[1]
schema = pyarrow.schema([pyarrow.field("id", pyarrow.int64(), nullable=False), pyarrow.field("price", pyarrow.decimal128(10, 2)), pyarrow.field("seen", pyarrow.timestamp("us", tz="UTC")), pyarrow.field("tags", pyarrow.list_(pyarrow.string())), pyarrow.field("day", pyarrow.date32())])
rows = pyarrow.table({"id": [1], "price": [decimal.Decimal("1.50")], "seen": [datetime.datetime(2026, 8, 1, tzinfo=datetime.timezone.utc)], "tags": [["a", None]], "day": [datetime.date(2026, 8, 1)]}, schema=schema)
deltalake.write_deltalake(at, rows, partition_by=["day"], description="By delta-rs.")
deltalake.DeltaTable(at).alter.add_constraint({"positive": "id > 0"})
print(json.dumps(deltalake.DeltaTable(at).version()))`, [at("rusty")]);
    await expectNoChange("rusty");
    expect(await declared("rusty")).toContain("/** By delta-rs. */\n@deltaTable()\nexport class Rusty {\n  id: Int64;\n  price: Decimal<10, 2> | null;\n  seen: Timestamp | null;\n  tags: (Text | null)[] | null;\n\n  @partition()\n  day: Day | null;\n\n  // The table itself holds rows to CHECK positive: id > 0\n}");
  });
});

await withServices(["postgres"], "an import that is stopped", ({ postgres }) => {
  test("Ctrl-C while a server keeps it waiting ends it at once, and no file is left", async () => {
    const database = await makeDatabase(postgres, "CREATE TABLE a (id int)");
    const folder = path.join(place.folder, "stopped");
    await mkdir(path.join(folder, "catalog"), { recursive: true });
    await writeFile(path.join(folder, "neuralake.config.ts"), `export default { postgres: { main: { url: "postgres://postgres@${postgres.host}:${postgres.port}/${database}" } } };\n`);
    // Whoever reads the server's catalog of tables waits for this lock.
    const client = await postgresClient(postgres, database);
    await client.query("BEGIN; LOCK TABLE pg_catalog.pg_description IN ACCESS EXCLUSIVE MODE");
    try {
      const child = startCommand(folder, ["import", "a", "--postgres", "main", "--as", "shop.a"], { PGPASSWORD: postgres.password });
      const outcome = outcomeOf(child);
      await expect.poll(async () => (await client.query("SELECT count(*)::int AS n FROM pg_locks JOIN pg_database d ON d.oid = database AND d.datname = current_database() WHERE NOT granted")).rows[0]).toEqual({ n: 1 });
      child.kill("SIGINT");
      expect((await outcome).code).toBe(130);
    } finally {
      await client.query("ROLLBACK");
      await client.end();
    }
    expect(existsSync(path.join(folder, "catalog/shop"))).toBe(false);
  });
});
