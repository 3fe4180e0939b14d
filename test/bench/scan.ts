/**
 * A filter and a group over three million rows of a Delta table through the embedded client's query, against DuckDB reading the very
 * same Parquet files bare. The two take turns, query by query; the medians are compared.
 */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Catalog } from "../../compiler/ir/catalog.ts";
import { openClient } from "../../runtime/client/entry.ts";
import { openLake } from "../../runtime/lake.ts";

const turns = 30;
const warmUps = 5;
const goal = 1.1;
const project = path.resolve(import.meta.dirname, "../..");
const sql = (from: string): string => `SELECT origin, count(*) AS flights, avg(delay) AS mean_delay FROM ${from} WHERE distance > 500 GROUP BY origin ORDER BY flights DESC, origin`;
const catalog = JSON.parse(await readFile(path.join(project, "generated/catalog.json"), "utf8")) as Catalog;

const directory = await mkdtemp(path.join(tmpdir(), "neuralake-bench-"));
const root = path.join(directory, "lake");
const instance = await DuckDBInstance.create(":memory:");
const bare = await instance.connect();
try {
  await fill();
  const lake = await openClient<object, object, object>({ catalog: new URL("../../generated/catalog.json", import.meta.url), functions: async () => ({ functions: {} }), project: new URL("../../", import.meta.url), root });
  const files = `read_parquet('${root}/flights/departures/*.parquet')`;
  const ours: number[] = [];
  const peers: number[] = [];
  for (let turn = 0; turn < turns + warmUps; turn++) {
    const began = performance.now();
    const rows = await lake.query(sql("flights.departures"));
    const between = performance.now();
    const peerRows = (await bare.runAndReadAll(sql(files))).getRowObjectsJS();
    const ended = performance.now();
    if (turn === 0) assert.deepEqual(rows.map((row) => ({ ...(row as object) })), peerRows);
    if (turn < warmUps) continue;
    ours.push(between - began);
    peers.push(ended - between);
  }
  await lake.close();
  const [seconds, peerSeconds] = [median(ours) / 1000, median(peers) / 1000];
  console.log(JSON.stringify({ bench: "scan", seconds: rounded(seconds), peerSeconds: rounded(peerSeconds), ratio: rounded(seconds / peerSeconds), goal }));
} finally {
  bare.closeSync();
  instance.closeSync();
  await rm(directory, { recursive: true, force: true });
}

/** The table the demonstration loads. */
async function fill(): Promise<void> {
  const lake = await openLake({ catalog, root, project });
  await lake.create("flights.departures");
  assert.equal((await lake.load("flights.departures", path.join(project, "node_modules/vega-datasets/data/flights-3m.parquet"))).kept, 3_000_000);
  await lake.close();
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
