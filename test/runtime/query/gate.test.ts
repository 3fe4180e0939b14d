/** What a query must not reach: every way we know of to read a file, the process, another session or the engine's own tables. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isAllowedFunction, isVolatileFunction } from "../../../runtime/query/sql-functions.ts";
import { catalogOf, column, newDirectory, openFixture, table, writeParquet } from "./fixture.ts";
import type { Fixture } from "./fixture.ts";

let lake: Fixture;

beforeAll(async () => {
  const directory = await newDirectory();
  const trips = [column("id", "int64"), column("name", "text")];
  const file = path.join(directory, "lake", "t.parquet");
  await writeParquet(file, "SELECT 1 AS id, 'a' AS name");
  // Within what the engine may read: only the gate keeps a query from it.
  await writeFile(path.join(directory, "lake", "secret.csv"), "secret\nhidden\n");
  lake = await openFixture(directory, { catalog: catalogOf(table("rides", "trips", { kind: "delta" }, trips)), versions: { "rides.trips": [{ columns: trips, files: [{ url: file, partitionValues: {} }] }] } });
  await lake.rows("SELECT * FROM rides.trips");
});
afterAll(() => lake.close());

/** `$F` stands for a file the engine could read. */
const forbidden = [
  "SELECT * FROM read_csv('$F')", "SELECT * FROM read_csv_auto('$F')", "SELECT * FROM read_text('$F')", "SELECT * FROM read_blob('$F')",
  "SELECT * FROM read_json('$F')", "SELECT * FROM read_parquet('$F')", "SELECT * FROM parquet_scan('$F')", "SELECT * FROM parquet_metadata('$F')", "SELECT * FROM parquet_schema('$F')",
  "SELECT * FROM parquet_kv_metadata('$F')", "SELECT * FROM read_duckdb('$F')", "SELECT * FROM sniff_csv('$F')", "SELECT * FROM glob('$F')", "SELECT * FROM READ_CSV('$F')", 'SELECT * FROM "read_csv"(\'$F\')',
  "SELECT * FROM main.read_csv('$F')", "SELECT * FROM system.main.read_csv('$F')", "SELECT * FROM read_csv(['$F'])", "SELECT * FROM read_csv($1)",
  "SELECT * FROM '$F'", 'SELECT * FROM "$F"', "FROM '$F'", "TABLE '$F'", "SELECT * FROM '$D/*.csv'", "SELECT * FROM 'secret.csv'", "SELECT * FROM rides.trips JOIN '$F' ON true",
  "SELECT (SELECT secret FROM '$F' LIMIT 1)", "SELECT * FROM (SELECT * FROM (FROM '$F'))", "WITH x AS (FROM '$F') FROM x", "SELECT * FROM rides.trips t, LATERAL (SELECT * FROM '$F') s",
  "SELECT * FROM rides.trips WHERE id IN (SELECT 1 FROM '$F')", "SELECT * FROM rides.trips ORDER BY (SELECT secret FROM '$F')", "SELECT * FROM rides.trips LIMIT (SELECT 1 FROM '$F')",
  "SELECT count(*) FILTER (WHERE EXISTS (FROM '$F')) FROM rides.trips", "SELECT row_number() OVER (ORDER BY (SELECT secret FROM '$F')) FROM rides.trips",
  "SELECT list_transform([1], x -> (SELECT secret FROM '$F'))", "SELECT [y FOR y IN (SELECT list(secret) FROM '$F')]", "SELECT CASE WHEN true THEN (SELECT secret FROM '$F') END", "SELECT {'a': (SELECT secret FROM '$F')}",
  "SELECT * REPLACE ((SELECT secret FROM '$F') AS name) FROM rides.trips", "SELECT * FROM unnest((SELECT list(secret) FROM '$F'))", "SELECT * FROM range((SELECT 1 FROM '$F'))", "VALUES ((SELECT secret FROM '$F'))",
  "SELECT 1 UNION ALL SELECT secret FROM '$F'", "WITH RECURSIVE r AS (SELECT secret FROM '$F' UNION ALL SELECT secret FROM r) FROM r", "SELECT * FROM (PIVOT rides.trips ON name USING count(*)) p, '$F'",
  "SELECT * FROM rides.trips PIVOT (count(*) FOR name IN ((SELECT secret FROM '$F')))", "FROM rides.trips SELECT (FROM '$F')", "SELECT (FROM '$F').secret", "SELECT * FROM rides.trips AT (VERSION => (SELECT 0 FROM '$F'))",
  // A WITH name of the same spelling shields nothing where it is not in scope.
  "WITH a AS (WITH \"$F\" AS (SELECT 1) SELECT 1) SELECT * FROM \"$F\"", "WITH a AS (FROM '$F'), \"$F\" AS (SELECT 1) FROM a", "WITH \"$F\" AS (FROM '$F') FROM \"$F\"", "SELECT * FROM (WITH x AS (SELECT 1) FROM x) y, x",
  "WITH x AS (FROM x) FROM x",
  "SELECT * FROM query('SELECT 1')", "SELECT * FROM query_table('$F')", "SELECT * FROM query_table(['trips'])", "SELECT * FROM histogram_values('$F', 'secret')", "SELECT * FROM histogram(trips, id)", "SELECT * FROM json_execute_serialized_sql('{}')",
  "SELECT json_serialize_plan('FROM ''$F''')", "SELECT json_serialize_sql('SELECT 1')", "SELECT json_deserialize_sql('{}')", "SELECT * FROM sql_auto_complete('SEL')", "SELECT * FROM check_peg_parser('x')",
  "SELECT getenv('HOME')", "SELECT ('HOME').getenv()", "SELECT getvariable('x')", "SELECT current_setting('temp_directory')", "SELECT main.current_setting('temp_directory')", "SELECT system.main.current_setting('x')",
  "SELECT id FROM rides.trips WHERE name = current_setting('home_directory')", "SELECT nextval('s')", "SELECT currval('s')", "SELECT txid_current()", "SELECT setseed(0.5)", "SELECT sleep_ms(100000)", "SELECT pg_sleep(100)", "SELECT write_log('x')",
  "SELECT current_query()", "SELECT current_database()", "SELECT current_schemas(true)", "SELECT pg_get_viewdef(1)", "SELECT stats(id) FROM rides.trips", "SELECT getenv('A') OVER ()", "SELECT list_transform(['HOME'], x -> getenv(x))", "SELECT COLUMNS(c -> getenv('x') = c) FROM rides.trips",
  "SELECT * FROM duckdb_secrets()", "SELECT * FROM duckdb_settings()", "SELECT * FROM duckdb_views()", "SELECT * FROM duckdb_tables()", "SELECT * FROM duckdb_databases()", "SELECT * FROM duckdb_functions()", "SELECT * FROM duckdb_logs()", "SELECT * FROM which_secret('a', 'b')",
  "SELECT * FROM pragma_table_info('rides.trips')", "SELECT * FROM pragma_storage_info('t')", "SELECT * FROM pragma_database_size()", "SELECT * FROM pragma_show('t')", "SELECT * FROM test_all_types()", "SELECT * FROM seq_scan('t')", "SELECT * FROM arrow_scan(1, 2, 3)",
  "SELECT * FROM enable_logging()", "SELECT * FROM checkpoint()", "SELECT * FROM force_checkpoint('x')",
  "SELECT * FROM duckdb_views", "SELECT * FROM information_schema.tables", "SELECT * FROM information_schema.columns", "SELECT * FROM pg_catalog.pg_class", "SELECT * FROM pg_tables", "SELECT * FROM sqlite_master", "SELECT * FROM system.information_schema.tables", "SELECT * FROM pg_catalog.pg_settings",
  'SELECT * FROM "session 1".rides.trips', 'SELECT * FROM "session 1".main.trips', "SELECT * FROM memory.main.x", "SELECT * FROM temp.x", "SELECT * FROM main.trips", "SELECT * FROM rides.secrets",
  "SELECT * FROM (DESCRIBE rides.trips)", "SELECT * FROM (SHOW TABLES)", "SELECT * FROM (SUMMARIZE rides.trips)", "DESCRIBE rides.trips", "SHOW ALL TABLES", "SUMMARIZE rides.trips", "SUMMARIZE '$F'",
  "COPY rides.trips TO '$D/out.csv'", "COPY (SELECT 1) TO '$D/out.csv'", "COPY x FROM '$F'", "ATTACH '$D/x.db'", "ATTACH ':memory:' AS y", "DETACH \"session 1\"", "USE memory", "PRAGMA version", "PRAGMA database_list", "SET threads = 1", "SET VARIABLE x = 1", "RESET threads",
  "INSTALL httpfs", "LOAD httpfs", "FORCE INSTALL httpfs", "CALL pragma_version()", "EXPORT DATABASE '$D/e'", "IMPORT DATABASE '$D/e'", "CREATE TABLE x AS SELECT 1", "CREATE VIEW x AS SELECT 1", "CREATE MACRO f() AS 1", "CREATE SECRET (TYPE s3)", "CREATE TEMP TABLE x AS FROM '$F'",
  "INSERT INTO rides.trips VALUES (1)", "UPDATE rides.trips SET id = 1", "DELETE FROM rides.trips", "TRUNCATE rides.trips", "MERGE INTO rides.trips USING rides.trips b ON true WHEN MATCHED THEN DELETE", "DROP VIEW rides.trips", "ALTER VIEW rides.trips RENAME TO x",
  "BEGIN", "COMMIT", "CHECKPOINT", "VACUUM", "ANALYZE", "EXPLAIN SELECT 1", "EXPLAIN ANALYZE SELECT 1", "PREPARE p AS SELECT 1", "EXECUTE p", "DEALLOCATE p", "PIVOT rides.trips ON name", "COMMENT ON VIEW rides.trips IS 'x'",
  "SELECT 1; SELECT 2", "SELECT 1; COPY (SELECT 1) TO '$D/out.csv'", "SELECT 1; ; SELECT 2", "COPY (SELECT 1) TO '$D/out.csv'; SELECT 1",
  // Breaking out of the brackets a query is run in.
  "SELECT 1) UNION ALL SELECT secret, true FROM '$F' --", "SELECT 1) AS q(c0); COPY (SELECT 1) TO '$D/out.csv'; SELECT (1", "SELECT 1 /* ) */ ) FROM '$F' /*",
  "SELECT $$ $$ FROM '$F'", "SELECT E'\\'' FROM '$F' --'", "SELECT '\\' FROM '$F' --'", "SELECT \"\"\"\" FROM '$F'", "SELECT 1 -- \n FROM '$F'", "SELECT 1 /* /* */ */ FROM '$F'", "SELECT U&'\\0041' FROM '$F'",
];

describe("the gate", () => {
  test.each(forbidden)("stops %s", async (sql) => {
    const text = sql.replaceAll("$F", path.join(lake.directory, "lake", "secret.csv")).replaceAll("$D", path.join(lake.directory, "lake"));
    const failure = await lake.rows(text, text.includes("$1") ? [path.join(lake.directory, "lake", "secret.csv")] : []).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: expect.stringMatching(/^SQL_(FORBIDDEN|INVALID)$/) });
    expect(String(failure)).not.toContain("hidden");
  });

  test("leaves what it stopped undone", async () => {
    const { readdir } = await import("node:fs/promises");
    expect((await readdir(path.join(lake.directory, "lake"))).toSorted()).toEqual(["secret.csv", "t.parquet"]);
  });

  test.each([
    "SELECT 1", "VALUES (1)", "FROM range(3)", "FROM generate_series(1, 3)", "SELECT unnest([1, 2])", "FROM json_each('[1]')", "FROM repeat(1, 2)", "WITH x AS (SELECT 1 AS a), y AS (FROM x) FROM y",
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) FROM r", "SELECT * FROM rides.trips PIVOT (count(*) FOR name IN ('a'))", "SELECT * FROM (UNPIVOT rides.trips ON id)", "SELECT * EXCLUDE (id) FROM rides.trips",
    "SELECT name, count(*) FROM rides.trips GROUP BY name HAVING count(*) > 0 QUALIFY row_number() OVER (ORDER BY name) = 1 ORDER BY ALL LIMIT 10%", "SELECT list_transform([1], lambda x: x + 1)", "SELECT CAST('1' AS DECIMAL(4,1)), DATE '2020-01-01', {'a': 1}.a, [1][1]",
    "SELECT * FROM rides.trips TABLESAMPLE 10%", "FROM rides.trips a POSITIONAL JOIN rides.trips b", "FROM rides.trips a ASOF JOIN rides.trips b ON a.id >= b.id", "SELECT now(), current_date, random(), uuid()", "SELECT 'a' COLLATE NOCASE = 'A'", "SELECT DISTINCT ON (name) id FROM rides.trips",
    "SELECT #1 FROM rides.trips", "SELECT ANY_VALUE(id), MODE(name) FROM rides.trips", "SELECT pg_typeof(1), typeof(1), version()", "SELECT grouping(name) FROM rides.trips GROUP BY CUBE (name)", "SELECT 1 UNION BY NAME SELECT 2 AS x", "SELECT try(1/0), 1e400",
  ])("lets %s through", async (sql) => {
    await expect(lake.rows(sql)).resolves.toBeInstanceOf(Array);
  });

  test("looks at all of a query before the engine works out any of it", async () => {
    const secret = path.join(lake.directory, "lake", "secret.csv");
    await expect(lake.query(`SELECT 1 FROM rides.trips AT (VERSION => (SELECT length(secret) FROM '${secret}'))`)).rejects.toMatchObject({ code: "SQL_INVALID", message: expect.stringContaining("There is no table") });
    await expect(lake.query("SELECT 1 FROM rides.trips AT (VERSION => (SELECT count(*) FROM rides.trips))")).rejects.toMatchObject({ code: "SQL_INVALID", message: expect.stringContaining("constant") });
    await expect(lake.query("SELECT 1 FROM rides.trips AT (VERSION => getenv('X'))")).rejects.toMatchObject({ code: "SQL_FORBIDDEN" });
  });

  test("tells where, and does not name what it does not know", async () => {
    await expect(lake.query("SELECT 1,\n  getenv('HOME')")).rejects.toMatchObject({ code: "SQL_FORBIDDEN", place: { line: 2, column: 3 } });
    await expect(lake.query("SELECT 'é' FROM read_csv('x')")).rejects.toMatchObject({ code: "SQL_FORBIDDEN", place: { line: 1, column: 17 } });
    await expect(lake.query("COPY (SELECT 1) TO 'x'")).rejects.toMatchObject({ code: "SQL_FORBIDDEN", message: expect.stringContaining("COPY") });
  });

  test("knows each function of the engine whose answer is not in its arguments", async () => {
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    const functions = await connection.runAndReadAll("SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type IN ('scalar', 'aggregate') AND (stability <> 'CONSISTENT' OR has_side_effects)");
    const names = functions.getRows().map(([name]) => String(name));
    connection.closeSync();
    instance.closeSync();
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => isAllowedFunction(name) && !isVolatileFunction(name) && name !== "error")).toEqual([]);
  });

  test("says which queries answer differently each time", async () => {
    for (const sql of ["SELECT now()", "SELECT current_timestamp", "SELECT random()", "SELECT * FROM rides.trips TABLESAMPLE 10%", "SELECT id FROM rides.trips WHERE id < (SELECT random())"]) expect((await lake.query(sql)).volatile, sql).toBe(true);
    expect((await lake.query("SELECT id FROM rides.trips")).volatile).toBe(false);
  });
});
