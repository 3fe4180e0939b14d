/**
 * How old a row is when a query first sees it: 2,000 messages a second for a minute into a table of freshness 20 ms, the commands ingest
 * and compact running beside, queries one after another. From the stamp that the producer put into the message to the answer of the first query
 * that has its row. On local files, and on MinIO where that can be had.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { makeFedProject } from "../runtime/ingest/fed-project.ts";
import { openLake } from "../../runtime/lake.ts";
import type { Lake } from "../../runtime/lake.ts";
import { readRows } from "../../runtime/parquet/arrow-rows.ts";
import { printed, startCommand } from "../bin/command.ts";
import { makeTopic, startKafka } from "../services/kafka.ts";
import type { Kafka } from "../services/kafka.ts";
import { startMinio } from "../services/minio.ts";
import { awsEnvironment, makeBucket } from "../services/s3-server.ts";
import { body } from "./hot-throughput/messages.ts";

const perSecond = 2_000;
const seconds = Number(process.env["BENCH_SECONDS"] ?? 60);
const goalMs = 50;
/** Between two queries: one who asks without a pause takes a core of the two from those who feed the table. */
const pauseMs = 5;
/** What starts up is not measured: the first seconds of messages. */
const warmUpSeconds = 5;

const kafka = await startKafka();
try {
  console.log(JSON.stringify({ bench: "hot-latency", store: "files", ...(await measure(kafka, "files")), goalP99Ms: goalMs }));
  const minio = await startMinio();
  try {
    Object.assign(process.env, awsEnvironment(minio));
    const bucket = await makeBucket(minio, "latency");
    console.log(JSON.stringify({ bench: "hot-latency", store: "s3", ...(await measure(kafka, "s3", `s3://${bucket}/lake`)) }));
  } finally {
    await minio.stop();
  }
} finally {
  await kafka.stop();
}

/** `commitP99Ms`: of the newest row in each answer, its age when it was committed; the rest is the query's. On S3 a commit's time is told in whole seconds, and left out. */
interface Figures { readonly messages: number; readonly p50Ms: number; readonly p99Ms: number; readonly maxMs: number; readonly commitP50Ms?: number; readonly commitP99Ms?: number; readonly queries: number }

async function measure({ brokers }: Kafka, topic: string, root?: string): Promise<Figures> {
  await makeTopic({ brokers }, topic);
  const project = await makeFedProject({ topic, body, freshness: "20ms", ...(root === undefined ? {} : { root }) });
  const env = { NEURALAKE_KAFKA_BROKERS: brokers.join(","), NEURALAKE_ROOT: project.root };
  const beside = [["ingest"], ["compact", "--every", "1s"]].map((args) => startCommand(project.folder, [...args, "--json"], env));
  try {
    await printed(beside[0] ?? assert.fail(), /"owns"/);
    const total = perSecond * (seconds + warmUpSeconds);
    const producer = spawn(process.execPath, ["-C", "source", path.join(import.meta.dirname, "hot-latency/produce.ts"), brokers.join(","), topic, String(perSecond), String(seconds + warmUpSeconds)], { stdio: ["ignore", "ignore", "inherit"] });
    await using lake = await openLake({ catalog: project.catalog, root: project.root, project: project.folder });
    const seen = await watch(lake, total);
    if (producer.exitCode === null) await once(producer, "close");
    return figures(seen.latencies.slice(perSecond * warmUpSeconds), root === undefined ? seen.commits : [], seen.queries);
  } finally {
    for (const child of beside) child.kill("SIGTERM");
    await Promise.all(beside.map((child) => child.exitCode ?? once(child, "close")));
    await project.remove();
  }
}

interface Seen { readonly latencies: readonly number[]; readonly commits: readonly number[]; readonly queries: number }

/** Asks for what is new until every message was seen, each once; the age of each, in their order. */
async function watch(lake: Lake, total: number): Promise<Seen> {
  const [latencies, commits]: [number[], number[]] = [[], []];
  let queries = 0;
  while (latencies.length < total) {
    const { columns, batches, tables } = await lake.query({ sql: "SELECT id, epoch_ms(seen_at) AS stamp FROM rides.trips WHERE id >= CAST($1 AS BIGINT) ORDER BY id", parameters: [BigInt(latencies.length)] });
    const rows = (await Array.fromAsync(batches)).flatMap((batch) => readRows(columns, batch));
    const now = Date.now();
    queries++;
    await wait(pauseMs);
    for (const { id, stamp } of rows) {
      assert.equal(Number(id), latencies.length, "each message is a row, once");
      latencies.push(now - Number(stamp));
    }
    const newest = rows.at(-1);
    if (newest !== undefined && latencies.length > perSecond * warmUpSeconds) commits.push((tables[0]?.committed ?? now) - Number(newest["stamp"]));
  }
  return { latencies, commits, queries };
}

function figures(latencies: readonly number[], commits: readonly number[], queries: number): Figures {
  const ofCommits = commits.length === 0 ? {} : { commitP50Ms: at(commits, 0.5), commitP99Ms: at(commits, 0.99) };
  return { messages: latencies.length, p50Ms: at(latencies, 0.5), p99Ms: at(latencies, 0.99), maxMs: at(latencies, 1), ...ofCommits, queries };
}

function at(values: readonly number[], share: number): number {
  return Math.round(values.toSorted((left, right) => left - right)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN);
}
