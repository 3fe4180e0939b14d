/**
 * Durable appends of 1,000 rows x 8 columns to one local table, against the floor: the same rows, as a finished Arrow batch, encoded
 * each time, then the same two files written, synced and linked, each with its directory synced, and nothing else. The two take turns,
 * append by append, and the medians are compared: a disk that stalls once says nothing about either.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { link, mkdir, mkdtemp, open, rm, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { appendFiles, writeRows } from "../../runtime/delta/commit/append.ts";
import { createTable } from "../../runtime/delta/commit/create.ts";
import { commitPath } from "../../runtime/delta/log/log.ts";
import type { Snapshot } from "../../runtime/delta/snapshot/snapshot.ts";
import { buildBatch } from "../../runtime/parquet/arrow-build.ts";
import { encodeParquet } from "../../runtime/parquet/parquet-file.ts";
import { openFiles } from "../../runtime/storage/files.ts";
import { checkAppends, columns, median, rows } from "./append/rides.ts";

const appends = 200;
const warmUps = 20;
const goal = 1.6;

const directory = await mkdtemp(path.join(tmpdir(), "neuralake-bench-"));
try {
  const store = openFiles(path.join(directory, "lake"));
  const created = await createTable(store, "bench/rides", { name: "bench.rides", description: "", columns, partitionColumns: [] });
  assert(created.kind === "committed");
  let snapshot: Snapshot = created.snapshot;
  const floor = path.join(directory, "floor");
  await mkdir(path.join(floor, "_delta_log"), { recursive: true });
  const batch = buildBatch(columns, rows);
  const ours: number[] = [];
  const peers: number[] = [];
  for (let turn = 0; turn < appends + warmUps; turn++) {
    const began = performance.now();
    const outcome = await appendFiles(store, "bench/rides", snapshot, await writeRows(store, "bench/rides", snapshot, rows));
    const between = performance.now();
    assert(outcome.kind === "committed");
    snapshot = outcome.snapshot;
    const text = await store.read(commitPath("bench/rides", outcome.version));
    const resumed = performance.now();
    await placeFile(path.join(floor, `${randomUUID()}.parquet`), encodeParquet(batch));
    await placeFile(path.join(floor, "_delta_log", `${turn}.json`), text);
    if (turn < warmUps) continue;
    ours.push(between - began);
    peers.push(performance.now() - resumed);
  }
  await checkAppends(store, appends + warmUps);
  const [seconds, peerSeconds] = [median(ours) * appends / 1_000, median(peers) * appends / 1_000];
  console.log(JSON.stringify({ bench: "append", appends, seconds, peer: "encode, write, sync and link", peerSeconds, ratio: Number((seconds / peerSeconds).toFixed(3)), goal }));
} finally {
  await rm(directory, { recursive: true, force: true });
}

/** The least that makes a file durable under a name that nobody else may take. */
async function placeFile(file: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${file}.tmp`;
  const handle = await open(temporary, "wx");
  await handle.writeFile(bytes);
  await handle.datasync();
  await handle.close();
  await link(temporary, file);
  await unlink(temporary);
  const above = await open(path.dirname(file), "r");
  await above.sync();
  await above.close();
}
