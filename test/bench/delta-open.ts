/**
 * A table of 300,000 files opened: cold, in a process that has opened nothing before, from a checkpoint and 100 commits behind it; and again when
 * nothing changed. Against delta-rs, which also wrote the checkpoint. Processes take turns; what each finds is checked before any is timed.
 * When the clock stops both know version, protocol, metadata, transactions and how many files there are. Of the files we have gone through paths
 * and sizes, removed what commits remove, and left all else in the checkpoint; delta-rs has decoded every column. So what it then takes to count
 * the rows of all files by their statistics, for the first time, is told beside it.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { commitPath } from "../../runtime/delta/log/log.ts";
import { installPython, pythonProcess } from "../services/python.ts";

const files = Number(process.env["BENCH_FILES"] ?? 300_000);
const commits = 100;
/** Each so many of the commits also remove a file. */
const removesEvery = 5;
const rowsPerFile = 1_000;
const turns = Number(process.env["BENCH_TURNS"] ?? 5);
const goals = { coldMs: 150, unchangedMs: 5 };
const folder = path.join(import.meta.dirname, "open");

interface Opened { readonly coldMs: number; readonly statisticsMs: number; readonly unchangedMs: number; readonly grown: number; readonly peak: number; readonly files: number | null; readonly rows: number | null; readonly version: number }

const directory = await mkdtemp(path.join(tmpdir(), "neuralake-bench-"));
try {
  const python = pythonProcess(await installPython());
  const ours = (what: string): Promise<Opened> => run(process.execPath, ["-C", "source", path.join(folder, "ours.ts"), directory, what]);
  const peer = (what: string): Promise<Opened> => run(python.command, [path.join(folder, "peer.py"), directory, what], python.env);
  const removed = await writeTable(() => peer("checkpoint"));
  const expected = { files: files + commits - removed, rows: (files + commits - removed) * rowsPerFile };
  for (const { files: found, rows, version } of [await ours("check"), await peer("check")]) assert.deepEqual({ files: found, rows, version }, { ...expected, version: 1 + commits });
  const times = { ours: [] as Opened[], peer: [] as Opened[] };
  for (let turn = 0; turn < turns; turn++) {
    times.ours.push(await ours("time"));
    times.peer.push(await peer("time"));
  }
  const [mine, theirs] = [medians(times.ours), medians(times.peer)];
  console.log(JSON.stringify({
    bench: "delta-open", files: expected.files, commits, coldMs: mine.coldMs, unchangedMs: mine.unchangedMs, statisticsMs: mine.statisticsMs, grownMb: mine.grown, peakMb: mine.peak,
    peer: "delta-rs", peerColdMs: theirs.coldMs, peerUnchangedMs: theirs.unchangedMs, peerStatisticsMs: theirs.statisticsMs, peerGrownMb: theirs.grown, peerPeakMb: theirs.peak,
    ofPeerCold: ratio(mine.coldMs, theirs.coldMs), ofPeerUnchanged: ratio(mine.unchangedMs, theirs.unchangedMs), ofPeerGrown: ratio(mine.grown, theirs.grown), ofPeerPeak: ratio(mine.peak, theirs.peak), goals,
  }));
} finally {
  await rm(directory, { recursive: true, force: true });
}

/** Version 0 is the empty table, version 1 has all files, and a checkpoint; then come the others. How many files were removed again. */
async function writeTable(checkpoint: () => Promise<unknown>): Promise<number> {
  await mkdir(path.join(directory, "_delta_log"));
  const schema = { type: "struct", fields: [["id", "long"], ["city", "string"], ["fare", "double"], ["at", "timestamp"]].map(([name, type]) => ({ name, type, nullable: true, metadata: {} })) };
  const metaData = { id: randomUUID(), format: { provider: "parquet", options: {} }, schemaString: JSON.stringify(schema), partitionColumns: [], configuration: {}, createdTime: 0 };
  await writeCommit(0, [{ protocol: { minReaderVersion: 1, minWriterVersion: 2 } }, { metaData }]);
  const first = Array.from({ length: files }, (_, n) => addOf(n));
  await writeCommit(1, first);
  await checkpoint();
  let removed = 0;
  for (let n = 0; n < commits; n++) {
    const gone = first[n * 17];
    const removes = n % removesEvery === 0 && gone !== undefined ? [{ remove: { path: gone.add.path, deletionTimestamp: Date.now(), dataChange: true, extendedFileMetadata: true, partitionValues: {}, size: gone.add.size } }] : [];
    removed += removes.length;
    await writeCommit(2 + n, [...removes, addOf(files + n)]);
  }
  return removed;
}

function addOf(n: number) {
  const at = new Date(1_700_000_000_000 + n * 60_000).toISOString();
  const stats = { numRecords: rowsPerFile, minValues: { id: n * rowsPerFile, city: "Amsterdam", fare: 1.25 + (n % 7), at }, maxValues: { id: (n + 1) * rowsPerFile - 1, city: "Zürich", fare: 98.5 + (n % 11), at }, nullCount: { id: 0, city: 0, fare: 0, at: 0 } };
  return { add: { path: `part-00000-${randomUUID()}-c000.snappy.parquet`, partitionValues: {}, size: 100_000 + (n % 999), modificationTime: 1_700_000_000_000 + n, dataChange: true, stats: JSON.stringify(stats) } };
}

async function writeCommit(version: number, actions: readonly object[]): Promise<void> {
  await writeFile(path.join(directory, commitPath("", version)), [{ commitInfo: { timestamp: 0, operation: "WRITE" } }, ...actions].map((action) => `${JSON.stringify(action)}\n`).join(""));
}

async function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Opened> {
  const { stdout } = await promisify(execFile)(command, args, { env: { ...process.env, ...env } });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Opened;
}

/** Each figure's median; sizes in megabytes. */
function medians(times: readonly Opened[]): { readonly coldMs: number; readonly unchangedMs: number; readonly statisticsMs: number; readonly grown: number; readonly peak: number } {
  const median = (values: readonly number[]): number => values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
  const rounded = (value: number): number => Math.round(value * 100) / 100;
  return {
    coldMs: rounded(median(times.map(({ coldMs }) => coldMs))), unchangedMs: rounded(median(times.map(({ unchangedMs }) => unchangedMs))),
    statisticsMs: rounded(median(times.map(({ statisticsMs }) => statisticsMs))),
    grown: rounded(median(times.map(({ grown }) => grown)) / 2 ** 20), peak: rounded(median(times.map(({ peak }) => peak)) / 2 ** 20),
  };
}

function ratio(one: number, other: number): number {
  return Math.round((one / other) * 1000) / 1000;
}
