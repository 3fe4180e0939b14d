import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import type { ColumnTest } from "../../../runtime/delta/engine.ts";
import { createTable } from "../../../runtime/delta/commit/create.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { openReadables } from "../../../runtime/lake/readables.ts";
import { readRows } from "../../../runtime/parquet/arrow-rows.ts";
import { openEngine } from "../../../runtime/query/engine.ts";
import type { Engine } from "../../../runtime/query/engine.ts";
import { runQuery } from "../../../runtime/query/query.ts";
import type { QueryContext } from "../../../runtime/query/context.ts";
import type { SqlParameter } from "../../../runtime/query/request.ts";
import { openFiles } from "../../../runtime/storage/files.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { catalogOf, column, table, template } from "../query/fixture.ts";
import { committed } from "../delta/rides.ts";

/** Twenty files of ten rows: ids in order, a day each. */
const columns = [column("id", "int64"), column("city", "text"), column("day", "day"), column("fare", { kind: "decimal", precision: 10, scale: 2 }), column("at", "timestamp"), column("x", "float64")];
const filesMade = 20;
const rowsOfFile = (file: number): Row[] => Array.from({ length: 10 }, (_, k): Row => {
  const id = file * 10 + k;
  return { id: BigInt(id), city: id % 10 === 0 ? null : `city ${String(id).padStart(4, "0")}`, day: Temporal.PlainDate.from("2026-08-01").add({ days: file }), fare: `${id}.25`, at: Temporal.Instant.fromEpochMilliseconds(id * 1_000), x: id === 55 ? Number.NaN : id };
});

let directory: string;
let store: Store;
let engine: Engine;
let context: QueryContext;
let opened: string[] = [];

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "skipping-"));
  const files = openFiles(directory);
  store = { ...files, localize: async (name, size) => (opened.push(name), await files.localize(name, size)) };
  engine = await openEngine({ readable: [directory], temporary: directory });
  let snapshot: Snapshot = committed(await createTable(store, "t", { name: "t", description: "", columns, partitionColumns: ["day"] }));
  for (let file = 0; file < filesMade; file += 1) snapshot = committed(await appendFiles(store, "t", snapshot, await writeRows(store, "t", snapshot, rowsOfFile(file))));
  const readableOf = openReadables(async () => engine);
  context = {
    catalog: catalogOf(table("d", "t", { kind: "delta" }, columns), table("d", "v", { kind: "view", declared: false, sql: template("SELECT * FROM d.t WHERE id < 10") }, [])), project: directory,
    snapshot: async (_table, _asOf, tests: readonly ColumnTest[] = []) => ({ ...(await readableOf({ store, location: "t", directory }, snapshot, tests)), version: snapshot.version, committed: snapshot.committed }),
    rows: () => Promise.reject(new Error("none")),
  };
});

afterAll(async () => {
  await engine.close();
  await rm(directory, { recursive: true });
});

/** The rows of a query, and how many files were opened for them. */
async function ask(sql: string, ...parameters: readonly SqlParameter[]): Promise<{ readonly rows: readonly Row[]; readonly opened: number }> {
  opened = [];
  const result = await runQuery(engine, context, { sql, parameters });
  const rows: Row[] = [];
  for await (const batch of result.batches) rows.push(...readRows(result.columns, batch));
  return { rows, opened: new Set(opened).size };
}

const ids = (rows: readonly Row[]): number[] => rows.map((row) => Number(row["id"]));

describe("a query opens only files that can hold its rows", () => {
  test.each<[string, readonly SqlParameter[], number, readonly number[]]>([
    ["SELECT id FROM d.t WHERE id = 42", [], 1, [42]],
    ["SELECT id FROM d.t WHERE id = 0", [], 1, [0]],
    ["SELECT id FROM d.t WHERE 42 = id", [], 1, [42]],
    ["SELECT id FROM d.t WHERE id = $1", [42], 1, [42]],
    ["SELECT id FROM d.t WHERE id = ?", [42n], 1, [42]],
    ["SELECT id FROM d.t WHERE id = CAST($1 AS BIGINT)", ["42"], 1, [42]],
    ["SELECT t.id FROM d.t WHERE t.id = 42 AND city LIKE '%42'", [], 1, [42]],
    ["SELECT a.id FROM d.t a WHERE a.ID BETWEEN 38 AND 41 ORDER BY ALL", [], 2, [38, 39, 40, 41]],
    ["SELECT id FROM d.t WHERE d.t.id IN (5, 199, 1000) ORDER BY ALL", [], 2, [5, 199]],
    ["SELECT id FROM d.t WHERE id > 1000", [], 0, []],
    ["SELECT id FROM d.t WHERE city = 'city 0017'", [], 1, [17]],
    ["SELECT id FROM d.t WHERE day = '2026-08-03' AND id = 21", [], 1, [21]],
    ["SELECT id FROM d.t WHERE day = DATE '2026-08-03' AND city IS NULL", [], 1, [20]],
    ["SELECT id FROM d.t WHERE fare = 77.25", [], 1, [77]],
    ["SELECT id FROM d.t WHERE \"at\" = TIMESTAMPTZ '1970-01-01 00:01:17Z'", [], 1, [77]],
    // A file with NaN in it says nothing of its numbers.
    ["SELECT id FROM d.t WHERE x < 1", [], 2, [0]],
    ["SELECT id FROM (SELECT * FROM d.t WHERE id = 42)", [], 1, [42]],
    ["WITH a AS (SELECT * FROM d.t WHERE id = 42) SELECT a.id FROM a JOIN a b ON a.id = b.id", [], 1, [42]],
    ["SELECT id FROM d.v WHERE id = 3", [], 1, [3]],
  ])("%s", async (sql, parameters, files, expected) => {
    const answer = await ask(sql, ...parameters);
    expect(answer.opened).toBe(files);
    expect(ids(answer.rows)).toEqual(expected);
  });
});

describe("a query whose conditions are not of one table's rows is answered from all that may matter", () => {
  test.each<[string, readonly number[]]>([
    ["SELECT a.id FROM d.t a LEFT JOIN d.t b ON a.id = b.id WHERE a.id = 42", [42]],
    ["SELECT id FROM d.t WHERE id = 42 UNION ALL SELECT id FROM d.t WHERE id = 150", [42, 150]],
    ["SELECT id FROM d.t WHERE id = 42 OR city = 'city 0151' ORDER BY ALL", [42, 151]],
    ["SELECT id FROM d.t WHERE NOT id <> 42", [42]],
    ["SELECT id FROM d.t WHERE x > 198 ORDER BY ALL", [55, 199]],
    ["SELECT id FROM d.t WHERE id + 1 = 43", [42]],
    ["SELECT id FROM d.t WHERE id = (SELECT max(id) FROM d.t)", [199]],
    ["SELECT id + 100 AS id FROM d.t WHERE id = 42", [142]],
    ["SELECT id FROM d.t AS t(number, id) WHERE id = 'city 0017'", []],
  ])("%s", async (sql, expected) => {
    if (expected.length > 0) expect(ids((await ask(sql)).rows)).toEqual(expected);
    else expect((await ask(sql)).rows).toHaveLength(1);
  });

  test("queries of most files share one session, and each version has its own", async () => {
    const sessions = async (): Promise<number> => Number((await engine.control.runAndReadAll("SELECT count(*) FROM duckdb_databases() WHERE database_name LIKE 'session %'")).getRows()[0]?.[0]);
    await ask("SELECT count(*) AS id FROM d.t");
    const before = await sessions();
    for (let id = 0; id < 10; id += 1) await ask(`SELECT id FROM d.t WHERE id >= ${id}`);
    expect(await sessions()).toBe(before);
  });
});
