/**
 * 100,000 rows merged into ten million: half of them are there already, scattered over all files and row groups, and get new values; half are inserted. Into a table without deletion
 * vectors and into one with them, against delta-rs, which only writes files anew and syncs nothing. Each merge is done on a table of its own in a process of its own that has opened
 * nothing before, and timed there from opening table and source to the commit; its peak is the largest resident size of the process as the system counts it, code of libraries included. Ours
 * runs the built package, as users do. The processes take turns; what each leaves is counted and summed before any is timed.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { openEngine } from "../../runtime/query/engine.ts";
import { openFiles } from "../../runtime/storage/files.ts";
import { installPython, pythonProcess } from "../services/python.ts";
import { median, rounded } from "./append/rides.ts";
import { builtScript } from "./merge/built.ts";
import { copyRides, makeRides, newRides, sumsMerged, sumsOf } from "./merge/rides-table.ts";

const rows = Number(process.env["BENCH_ROWS"] ?? 10_000_000);
const merged = Number(process.env["BENCH_MERGED"] ?? 100_000);
const turns = Number(process.env["BENCH_TURNS"] ?? 5);
const files = 10;
const goals = { timesDeltaRs: 1, ofItsMemory: 0.33 };
const folder = path.join(import.meta.dirname, "merge");
const kinds = { copied: {}, vectors: { "delta.enableDeletionVectors": "true" } };

interface Merged { readonly ms: number; readonly peak: number; readonly inserted: number; readonly updated: number }

const directory = await mkdtemp(path.join(tmpdir(), "neuralake-bench-"));
await mkdir(path.join(directory, "tmp"));
const rides = { directory, store: openFiles(directory), engine: await openEngine({ readable: [directory], temporary: path.join(directory, "tmp") }) };
try {
  const python = pythonProcess(await installPython());
  const script = await builtScript(path.join(folder, "ours.ts"), path.join(directory, "package"));
  const source = path.join(directory, "source.parquet");
  await rides.engine.control.run(`COPY (${newRides(rows, merged)}) TO '${source}' (FORMAT parquet)`);
  const ours = (table: string): Promise<Merged> => run(process.execPath, [script, table, source]);
  const peer = (table: string): Promise<Merged> => run(python.command, [path.join(folder, "peer.py"), table, source], python.env);
  for (const [kind, configuration] of Object.entries(kinds)) await makeRides(rides, kind, rows, files, configuration);
  const acts = { copied: ["copied", ours], vectors: ["vectors", ours], deltaRs: ["copied", peer] } as const;
  const figures = { copied: [] as Merged[], vectors: [] as Merged[], deltaRs: [] as Merged[] };
  const expected = await sumsMerged(rides, "copied", `SELECT * FROM '${source}'`);
  for (let turn = 0; turn <= turns; turn++) {
    for (const name of ["copied", "vectors", "deltaRs"] as const) {
      const [kind, act] = acts[name];
      await copyRides(rides, kind, "copy");
      const figure = await act(path.join(directory, "copy"));
      assert.deepEqual([figure.inserted, figure.updated], [merged / 2, merged / 2]);
      if (turn === 0) assert.deepEqual(await sumsOf(rides, "copy"), expected);
      else figures[name].push(figure);
      await rm(path.join(directory, "copy"), { recursive: true });
      // What delta-rs leaves unsynced, the next sync of anybody would pay for.
      await promisify(execFile)("sync", []);
    }
  }
  const [copied, vectors, deltaRs] = [medians(figures.copied), medians(figures.vectors), medians(figures.deltaRs)];
  console.log(JSON.stringify({
    bench: "delta-merge", rows, merged, files, copied: { ...copied, timesDeltaRs: rounded(deltaRs.ms / copied.ms), ofItsMemory: rounded(copied.peakMb / deltaRs.peakMb) },
    vectors: { ...vectors, timesDeltaRs: rounded(deltaRs.ms / vectors.ms), ofItsMemory: rounded(vectors.peakMb / deltaRs.peakMb) }, deltaRs, goals,
  }));
} finally {
  await rides.engine.close();
  await rm(directory, { recursive: true, force: true });
}

async function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Merged> {
  const { stdout } = await promisify(execFile)(command, args, { env: { ...process.env, ...env } });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Merged;
}

/** Each figure's median, and between which the peaks lie; sizes in megabytes. */
function medians(figures: readonly Merged[]): { readonly ms: number; readonly peakMb: number; readonly peaksMb: readonly number[] } {
  const peaks = figures.map(({ peak }) => peak / 2 ** 20);
  return { ms: rounded(median(figures.map(({ ms }) => ms))), peakMb: rounded(median(peaks)), peaksMb: [Math.min(...peaks), Math.max(...peaks)].map(rounded) };
}
