/**
 * 0.1 % of ten million rows deleted, scattered over all files and row groups, from a table without deletion vectors and from one with them; against
 * delta-rs, which only writes files anew and syncs nothing. Each deletion is done on a table of its own in a process of its own that has opened nothing
 * before, and timed there from opening the table to the commit; its peak is that of the process. The processes take turns; what each leaves is
 * counted and summed before any is timed.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { link, mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { appendFiles } from "../../runtime/delta/commit/append.ts";
import { createTable } from "../../runtime/delta/commit/create.ts";
import { readable } from "../../runtime/delta/snapshot/read.ts";
import { readSnapshot } from "../../runtime/delta/snapshot/snapshot.ts";
import { openEngine } from "../../runtime/query/engine.ts";
import type { Engine } from "../../runtime/query/engine.ts";
import { snapshotSql } from "../../runtime/query/relation.ts";
import { openFiles } from "../../runtime/storage/files.ts";
import type { Store } from "../../runtime/storage/store.ts";
import { installPython, pythonProcess } from "../services/python.ts";
import { columns, median, rounded } from "./append/rides.ts";

const rows = Number(process.env["BENCH_ROWS"] ?? 10_000_000);
const turns = Number(process.env["BENCH_TURNS"] ?? 5);
const files = 10;
const where = "id % 1000 = 7";
const goals = { timesDeltaRs: 1, ofItsMemory: 1 };
const folder = path.join(import.meta.dirname, "delete");
const kinds = { copied: {}, vectors: { "delta.enableDeletionVectors": "true" } };

interface Deleted { readonly ms: number; readonly before: number; readonly peak: number; readonly deleted: number }

const directory = await mkdtemp(path.join(tmpdir(), "neuralake-bench-"));
const store = openFiles(directory);
await mkdir(path.join(directory, "tmp"));
const engine = await openEngine({ readable: [directory], temporary: path.join(directory, "tmp") });
try {
  const python = pythonProcess(await installPython());
  const ours = (table: string): Promise<Deleted> => run(process.execPath, ["-C", "source", path.join(folder, "ours.ts"), table, where]);
  const peer = (table: string): Promise<Deleted> => run(python.command, [path.join(folder, "peer.py"), table, where], python.env);
  for (const [kind, configuration] of Object.entries(kinds)) await makeTable(kind, configuration);
  const acts = { copied: ["copied", ours], vectors: ["vectors", ours], deltaRs: ["copied", peer] } as const;
  const figures = { copied: [] as Deleted[], vectors: [] as Deleted[], deltaRs: [] as Deleted[] };
  const expected = await sumsOf("copied", `NOT (${where})`);
  for (let turn = 0; turn <= turns; turn++) {
    for (const name of ["copied", "vectors", "deltaRs"] as const) {
      const [kind, act] = acts[name];
      await copyTable(kind);
      const figure = await act(path.join(directory, "copy"));
      assert.equal(figure.deleted, rows / 1_000);
      if (turn === 0) assert.deepEqual(await sumsOf("copy", "true"), expected);
      else figures[name].push(figure);
      await rm(path.join(directory, "copy"), { recursive: true });
      // What delta-rs leaves unsynced, the next sync of anybody would pay for.
      await promisify(execFile)("sync", []);
    }
  }
  const [copied, vectors, deltaRs] = [medians(figures.copied), medians(figures.vectors), medians(figures.deltaRs)];
  console.log(JSON.stringify({
    bench: "delta-delete", rows, deleted: rows / 1_000, files, copied: { ...copied, timesDeltaRs: rounded(deltaRs.ms / copied.ms), ofItsMemory: rounded(copied.peakMb / deltaRs.peakMb) },
    vectors: { ...vectors, timesDeltaRs: rounded(deltaRs.ms / vectors.ms), ofItsMemory: rounded(vectors.peakMb / deltaRs.peakMb) }, deltaRs, goals,
  }));
} finally {
  await engine.close();
  await rm(directory, { recursive: true, force: true });
}

/** Files of equal size, in one version behind the empty one. */
async function makeTable(location: string, configuration: { readonly [name: string]: string }): Promise<void> {
  const created = await createTable(store, location, { name: "bench.rides", description: "", columns, partitionColumns: [], configuration });
  assert(created.kind === "committed");
  const own = rows / files;
  const written = await Promise.all(Array.from({ length: files }, async (_, k) => {
    const name = `rides-${k}.parquet`;
    const file = path.join(directory, location, name);
    const select = `i AS id, TIMESTAMPTZ '2026-08-01 00:00:00Z' + to_milliseconds(i) AS seen_at, DATE '2026-08-01' AS day, CASE WHEN i % 10 > 0 THEN 'rider number ' || hash(i) % 100000 END AS name, CAST((hash(i) % 100000) / 8 AS DECIMAL(10, 2)) AS fare, hash(i + 1) / 1e15 AS distance, CASE WHEN i % 7 > 0 THEN CAST(i % 5 AS INTEGER) END AS passengers, i % 2 = 0 AS paid`;
    await engine.control.run(`COPY (SELECT ${select} FROM range(${k * own}, ${(k + 1) * own}) r(i)) TO '${file}' (FORMAT parquet)`);
    const statistics = { numRecords: own, minValues: { id: `${k * own}` }, maxValues: { id: `${(k + 1) * own - 1}` }, nullCount: { id: 0 } };
    return { path: name, size: (await stat(file)).size, partitionValues: {}, statistics };
  }));
  assert((await appendFiles(store, location, created.snapshot, written)).kind === "committed");
}

/** Data files have second names there: nobody changes one. */
async function copyTable(kind: string): Promise<void> {
  for (const one of await readdir(path.join(directory, kind), { recursive: true, withFileTypes: true })) {
    if (!one.isFile()) continue;
    const name = path.join(one.parentPath, one.name);
    const copy = path.join(directory, "copy", path.relative(path.join(directory, kind), name));
    await mkdir(path.dirname(copy), { recursive: true });
    await link(name, copy);
  }
}

/** Count and sums over all columns of what a table holds. */
async function sumsOf(location: string, condition: string, from: { readonly engine: Engine; readonly store: Store } = { engine, store }): Promise<unknown> {
  const snapshot = await readSnapshot(from.store, location);
  const sql = await snapshotSql(from.engine, await readable(from.store, location, snapshot));
  const reader = await from.engine.control.runAndReadAll(`SELECT count(*), sum(id), sum(fare), sum(hash(${columns.map(({ name }) => name).join(", ")})) FROM (${sql}) WHERE ${condition}`);
  return reader.getRowsJson();
}

async function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Deleted> {
  const { stdout } = await promisify(execFile)(command, args, { env: { ...process.env, ...env } });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Deleted;
}

/** Each figure's median; sizes in megabytes. */
function medians(figures: readonly Deleted[]): { readonly ms: number; readonly peakMb: number } {
  return { ms: rounded(median(figures.map(({ ms }) => ms))), peakMb: rounded(median(figures.map(({ peak }) => peak)) / 2 ** 20) };
}
