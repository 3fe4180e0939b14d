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
import type { NamedType } from "../../compiler/ir/column-type.ts";
import { appendFiles, writeRows } from "../../runtime/delta/append.ts";
import { createTable } from "../../runtime/delta/create.ts";
import { commitPath } from "../../runtime/delta/log.ts";
import { readSnapshot } from "../../runtime/delta/snapshot.ts";
import type { Snapshot } from "../../runtime/delta/snapshot.ts";
import { buildBatch } from "../../runtime/parquet/arrow-build.ts";
import { readRows } from "../../runtime/parquet/arrow-rows.ts";
import { decodeParquet, encodeParquet } from "../../runtime/parquet/parquet-file.ts";
import { openFiles } from "../../runtime/storage/files.ts";
import type { Row } from "../../runtime/values/value.ts";

const appends = 200;
const warmUps = 20;
const goal = 1.6;

const columns: readonly NamedType[] = [
  { name: "id", type: { kind: "int64" }, nullable: false },
  { name: "seen_at", type: { kind: "timestamp" }, nullable: false },
  { name: "day", type: { kind: "day" }, nullable: false },
  { name: "name", type: { kind: "text" }, nullable: true },
  { name: "fare", type: { kind: "decimal", precision: 10, scale: 2 }, nullable: false },
  { name: "distance", type: { kind: "float64" }, nullable: false },
  { name: "passengers", type: { kind: "int32" }, nullable: true },
  { name: "paid", type: { kind: "bool" }, nullable: false },
];

const day = Temporal.PlainDate.from("2026-08-01");
const start = Temporal.Instant.from("2026-08-01T00:00:00Z");
const rows: readonly Row[] = Array.from({ length: 1_000 }, (_, index) => ({
  id: BigInt(index), seen_at: start.add({ milliseconds: index }), day, name: index % 10 === 0 ? null : `rider number ${index}`,
  fare: (index / 8).toFixed(2), distance: index * 1.1, passengers: index % 7 === 0 ? null : index % 5, paid: index % 2 === 0,
}));

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
  await checkAnswer(store);
  const [seconds, peerSeconds] = [median(ours) * appends / 1_000, median(peers) * appends / 1_000];
  console.log(JSON.stringify({ bench: "append", appends, seconds, peer: "encode, write, sync and link", peerSeconds, ratio: Number((seconds / peerSeconds).toFixed(3)), goal }));
} finally {
  await rm(directory, { recursive: true, force: true });
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
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

/** Every append is there, whole. */
async function checkAnswer(store: ReturnType<typeof openFiles>): Promise<void> {
  const { files, version } = await readSnapshot(store, "bench/rides");
  assert.equal(version, appends + warmUps);
  assert.equal(files.length, appends + warmUps);
  for (const file of files) {
    const [batch] = decodeParquet(await store.read(`bench/rides/${file.path}`), file.path);
    assert(batch !== undefined);
    assert.deepEqual(readRows(columns, batch), rows);
  }
}
