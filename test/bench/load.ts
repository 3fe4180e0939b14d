/**
 * Three million rows of a Parquet file into a new Delta table, judged, with statistics, against DuckDB's COPY of the same rows with the
 * same codec to one file. The two take turns; the medians are compared.
 */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Catalog } from "../../compiler/ir/catalog.ts";
import { openLake } from "../../runtime/lake.ts";

const turns = 5;
const goal = 1.5;
const project = path.resolve(import.meta.dirname, "../..");
const file = path.join(project, "node_modules/vega-datasets/data/flights-3m.parquet");
const catalog = JSON.parse(await readFile(path.join(project, "generated/catalog.json"), "utf8")) as Catalog;

const directory = await mkdtemp(path.join(tmpdir(), "neuralake-bench-"));
const instance = await DuckDBInstance.create(":memory:");
const bare = await instance.connect();
try {
  const ours: number[] = [];
  const peers: number[] = [];
  for (let turn = 0; turn <= turns; turn++) {
    const lake = await openLake({ catalog, root: path.join(directory, `lake-${turn}`), project });
    await lake.create("flights.departures");
    const began = performance.now();
    const { kept } = await lake.load("flights.departures", file);
    const took = performance.now() - began;
    assert.equal(kept, 3_000_000);
    if (turn === 0) await checkRows(lake);
    await lake.close();
    await mkdir(path.join(directory, `copy-${turn}`));
    const peerBegan = performance.now();
    await bare.run(`COPY (SELECT * FROM read_parquet('${file}')) TO '${path.join(directory, `copy-${turn}`, "rows.parquet")}' (FORMAT parquet, COMPRESSION zstd)`);
    const peerTook = performance.now() - peerBegan;
    await rm(path.join(directory, `copy-${turn}`), { recursive: true });
    await rm(path.join(directory, `lake-${turn}`), { recursive: true });
    // The first turn warms both up.
    if (turn > 0) {
      ours.push(took);
      peers.push(peerTook);
    }
  }
  const [seconds, peerSeconds] = [median(ours) / 1000, median(peers) / 1000];
  console.log(JSON.stringify({ bench: "load", seconds: rounded(seconds), peerSeconds: rounded(peerSeconds), ratio: rounded(seconds / peerSeconds), goal }));
} finally {
  bare.closeSync();
  instance.closeSync();
  await rm(directory, { recursive: true, force: true });
}

/** What the lake holds is what the file holds. */
async function checkRows(lake: Awaited<ReturnType<typeof openLake>>): Promise<void> {
  const sums = "count(*) AS n, sum(delay) AS delay, sum(distance) AS distance, min(date) AS first, max(date) AS last, sum(hash(date, delay, distance, origin, destination)) AS hash";
  const result = await lake.query({ sql: `SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (SELECT ${sums} FROM flights.departures)` });
  const batches = await Array.fromAsync(result.batches);
  const stored = batches[0]?.toArray()[0]?.toJSON();
  const [given] = (await bare.runAndReadAll(`SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (SELECT ${sums} FROM read_parquet('${file}'))`)).getRowObjectsJson();
  assert.deepEqual({ ...stored }, given);
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
