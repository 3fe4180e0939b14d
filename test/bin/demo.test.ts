/** The demonstration, as a stranger runs it; the second run finds the rows of the first. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand, temporaryFolder } from "./command.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const flights = "node_modules/vega-datasets/data/flights-3m.parquet";

describe("npm run demo", () => {
  let root: Awaited<ReturnType<typeof temporaryFolder>>;
  const demo = (): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, ["-C", "source", "bin/demo.ts"], { cwd: repository, env: { ...process.env, NEURALAKE_ROOT: root.folder }, encoding: "utf8" });
  beforeAll(async () => { root = await temporaryFolder(); });
  afterAll(() => root.remove());

  test("it compiles, creates, loads three million rows, answers four queries and exits 0; a second run does not load again", () => {
    const first = demo();
    expect([first.status, first.stderr]).toEqual([0, ""]);
    expect(first.stdout).toContain("3,000,000 rows into flights.departures");
    for (const row of ["ORD     Chicago", "ghost linen  Brand#1  Supplier#1", "olive beige  Brand#2  Supplier#2", "query 4"]) expect(first.stdout).toContain(row);
    const second = demo();
    expect([second.status, second.stderr]).toEqual([0, ""]);
    expect(second.stdout).toContain("3,000,000 rows already; not loaded again");
  });

  test("what the lake then answers is what DuckDB says of the source file", async () => {
    const sql = (from: string): string => `SELECT origin, count(*) AS n, sum(delay) AS delay, min(date) AS first FROM ${from} GROUP BY origin ORDER BY n DESC, origin`;
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    const expected = (await connection.runAndReadAll(sql(`'${repository}${flights}'`))).getRowObjectsJson();
    connection.closeSync();
    const { code, stdout } = await runCommand(repository, ["query", sql("flights.departures"), "--json", "--root", root.folder]);
    expect(code).toBe(0);
    const rows = JSON.parse(stdout) as { origin: string; n: number; delay: string; first: string }[];
    expect(rows.map(({ origin, n, delay, first }) => ({ origin, n: String(n), delay: String(delay), first: first.replace("T", " ") }))).toEqual(expected);
    expect(rows.length).toBeGreaterThan(200);
  });
});
