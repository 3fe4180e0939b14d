/**
 * How long `neuralake compile` takes over 1,000 tables of 20 columns with nothing generated yet, against TypeScript alone on the same files:
 * a program made and checked. Each run is a process of its own, timed from its start to its end; the two take turns, and the medians are
 * compared. Both keep Node's compile cache, as tsc does; a first pair that is not counted fills it.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Catalog } from "../../compiler/ir/catalog.ts";
import { columnsEach, writeTables } from "./compile/tables.ts";

const tables = 1_000;
const databases = 10;
const pairs = 5;
const goal = 1.25;

/** Seconds that a script takes in the project, as a process of its own. */
function timed(project: string, script: string, ...args: readonly string[]): number {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(import.meta.dirname, script), ...args], { cwd: project, encoding: "utf8" });
  if (status !== 0) throw new Error(`${script} failed: ${stdout}${stderr}`);
  return (performance.now() - started) / 1_000;
}

/** Every table is in what was generated. */
function requireWhole(project: string): void {
  const catalog = JSON.parse(readFileSync(path.join(project, "generated", "catalog.json"), "utf8")) as Catalog;
  const columns = catalog.databases.flatMap((database) => database.tables).map((table) => table.columns.length);
  if (columns.length !== tables || columns.some((count) => count !== columnsEach)) throw new Error("the catalog is not whole");
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const project = mkdtempSync(path.join(tmpdir(), "neuralake-bench-"));
try {
  writeTables(project, tables, databases);
  const ours: number[] = [];
  const peers: number[] = [];
  for (let pair = 0; pair <= pairs; pair++) {
    rmSync(path.join(project, "generated"), { recursive: true, force: true });
    const own = timed(project, "../../bin/neuralake.js", "compile");
    requireWhole(project);
    const peer = timed(project, "compile/peer.ts", project);
    if (pair === 0) continue;
    ours.push(own);
    peers.push(peer);
  }
  const [seconds, peerSeconds] = [median(ours), median(peers)];
  console.log(JSON.stringify({ bench: "compile", tables, columns: columnsEach, seconds, peerSeconds, ratio: Number((seconds / peerSeconds).toFixed(3)), goal }));
} finally {
  rmSync(project, { recursive: true, force: true });
}
