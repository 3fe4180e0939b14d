/**
 * Durable appends of 1,000 rows x 8 columns to one table on S3 (MinIO on this machine), against the floor: two bare PUTs of the same bytes
 * to the same server by the same client, one after the other. The two take turns, append by append, and the medians are compared.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { appendFiles, writeRows } from "../../runtime/delta/commit/append.ts";
import { createTable } from "../../runtime/delta/commit/create.ts";
import { commitPath } from "../../runtime/delta/log/log.ts";
import type { Snapshot } from "../../runtime/delta/snapshot/snapshot.ts";
import { openStores } from "../../runtime/storage/open-store.ts";
import { startMinio } from "../services/minio.ts";
import { awsEnvironment, makeBucket, s3Client } from "../services/s3-server.ts";
import { checkAppends, columns, median, rows } from "./append/rides.ts";

const appends = 200;
const warmUps = 20;
const goal = 1.5;

const server = await startMinio();
const directory = await mkdtemp(path.join(tmpdir(), "neuralake-bench-"));
try {
  Object.assign(process.env, awsEnvironment(server));
  const bucket = await makeBucket(server, "bench");
  const store = openStores({ directory, bytesMax: 1e9 })(`s3://${bucket}/lake`);
  const created = await createTable(store, "bench/rides", { name: "bench.rides", description: "", columns, partitionColumns: [] });
  assert(created.kind === "committed");
  let snapshot: Snapshot = created.snapshot;
  const bare = s3Client(server);
  const put = (key: string, bytes: Uint8Array) => bare.send(new PutObjectCommand({ Bucket: bucket, Key: `floor/${key}`, Body: bytes }));
  const ours: number[] = [];
  const peers: number[] = [];
  for (let turn = 0; turn < appends + warmUps; turn++) {
    const began = performance.now();
    const files = await writeRows(store, "bench/rides", snapshot, rows);
    const outcome = await appendFiles(store, "bench/rides", snapshot, files);
    const between = performance.now();
    assert(outcome.kind === "committed");
    snapshot = outcome.snapshot;
    const [data, text] = [await store.read(`bench/rides/${files[0]?.path}`), await store.read(commitPath("bench/rides", outcome.version))];
    const resumed = performance.now();
    await put(`${randomUUID()}.parquet`, data);
    await put(`_delta_log/${turn}.json`, text);
    if (turn < warmUps) continue;
    ours.push(between - began);
    peers.push(performance.now() - resumed);
  }
  bare.destroy();
  await checkAppends(store, appends + warmUps);
  const [seconds, peerSeconds] = [median(ours) * appends / 1_000, median(peers) * appends / 1_000];
  console.log(JSON.stringify({ bench: "s3-append", appends, seconds, peer: "two bare PUTs of the same bytes", peerSeconds, ratio: Number((seconds / peerSeconds).toFixed(3)), goal }));
} finally {
  await rm(directory, { recursive: true, force: true });
  await server.stop();
}
