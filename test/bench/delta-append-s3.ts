/**
 * Durable appends of 1,000 rows x 8 columns to one table on S3 (MinIO on this machine), against the floor, two bare PUTs of the same bytes
 * to the same server by the same client, one after the other; and against delta-rs on the same server. They take turns, append by append,
 * and the medians are compared.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { createTable } from "../../runtime/delta/commit/create.ts";
import { commitPath } from "../../runtime/delta/log/log.ts";
import { openStores } from "../../runtime/storage/open-store.ts";
import { startMinio } from "../services/minio.ts";
import { awsEnvironment, makeBucket, s3Client } from "../services/s3-server.ts";
import { startDeltaRs } from "./append/delta-rs.ts";
import { appendRides, checkAppends, columns, median, rounded, rows } from "./append/rides.ts";

const appends = 200;
const warmUps = 20;
const goals = { ofFloor: 1.3, timesDeltaRs: 1 };

const server = await startMinio();
const directory = await mkdtemp(path.join(tmpdir(), "neuralake-bench-"));
try {
  Object.assign(process.env, awsEnvironment(server));
  const bucket = await makeBucket(server, "bench");
  const store = openStores({ directory, bytesMax: 1e9 })(`s3://${bucket}/lake`);
  const created = await createTable(store, "ours", { name: "bench.rides", description: "", columns, partitionColumns: [] });
  assert(created.kind === "committed");
  let { snapshot } = created;
  const deltaRs = await startDeltaRs(directory, rows);
  const bare = s3Client(server);
  const put = (key: string, bytes: Uint8Array) => bare.send(new PutObjectCommand({ Bucket: bucket, Key: `floor/${key}`, Body: bytes }));
  const times = { ours: [] as number[], floor: [] as number[], deltaRs: [] as number[] };
  for (let turn = 0; turn < appends + warmUps; turn++) {
    if (turn === 1) await checkTables(1);
    const began = performance.now();
    snapshot = await appendRides(store, "ours", snapshot);
    const between = performance.now();
    const [data, text] = [await store.read(`ours/${[...snapshot.files].at(-1)?.path}`), await store.read(commitPath("ours", snapshot.version))];
    const resumed = performance.now();
    await put(`${randomUUID()}.parquet`, data);
    await put(`_delta_log/${turn}.json`, text);
    const ended = performance.now();
    const peer = await deltaRs.append(`s3://${bucket}/lake/peer`);
    if (turn < warmUps) continue;
    times.ours.push(between - began);
    times.floor.push(ended - resumed);
    times.deltaRs.push(peer);
  }
  bare.destroy();
  await deltaRs.close();
  await checkTables(appends + warmUps);
  const [ms, floorMs, deltaRsMs] = [median(times.ours), median(times.floor), median(times.deltaRs)];
  console.log(JSON.stringify({
    bench: "delta-append-s3", appends, ms: rounded(ms), floor: "two bare PUTs of the same bytes", floorMs: rounded(floorMs), ofFloor: rounded(ms / floorMs),
    deltaRs: deltaRs.release, deltaRsMs: rounded(deltaRsMs), timesDeltaRs: rounded(deltaRsMs / ms), goals,
  }));

  async function checkTables(so: number): Promise<void> {
    await checkAppends(store, "ours", so);
    await checkAppends(store, "peer", so);
  }
} finally {
  await rm(directory, { recursive: true, force: true });
  await server.stop();
}
