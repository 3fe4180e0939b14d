/**
 * A million waiting messages of 200 bytes into a Delta table, judged and committed with their offsets, against two peers over the same topic:
 * the Kafka library's own consumer that decodes and discards, and a Python consumer that writes with delta-rs in batches of the same size
 * (kafka-python; the figure with librdkafka's C beneath, confluent-kafka, stands beside it). Each in a process of its own, taking turns.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { Producer } from "@platformatic/kafka";
import { makeFedProject } from "../runtime/ingest/fed-project.ts";
import type { FedProject } from "../runtime/ingest/fed-project.ts";
import { eager, makeTopic, startKafka } from "../services/kafka.ts";
import type { Kafka } from "../services/kafka.ts";
import { installPackages, pythonProcess } from "../services/python.ts";
import { body, messageText } from "./hot-throughput/messages.ts";

const messages = Number(process.env["BENCH_MESSAGES"] ?? 1_000_000);
const turns = 3;
const goals = { ofBare: 0.5, ofPeer: 3 };
const packages = ["confluent-kafka==2.16.1", "kafka-python==3.0.12", "deltalake==1.6.6", "pyarrow==26.0.1"];
const folder = path.join(import.meta.dirname, "hot-throughput");

const kafka = await startKafka();
try {
  const python = pythonProcess(await installPackages("python-kafka", packages)).command;
  await makeTopic(kafka, "trips");
  await fill(kafka, "trips");
  const brokers = kafka.brokers.join(",");
  const [ours, bare]: [number[], number[]] = [[], []];
  let size = 0;
  for (let turn = 0; turn < turns; turn++) {
    bare.push((await timed(process.execPath, path.join(folder, "bare.ts"), brokers, "trips", String(messages))).seconds);
    const project = await makeFedProject({ topic: "trips", body, freshness: "1s" });
    const { seconds, commits = 1 } = await timed(process.execPath, "-C", "source", path.join(folder, "ours.ts"), brokers, project.folder, String(messages));
    ours.push(seconds);
    size = Math.round(messages / commits);
    await checkRows(project);
    await project.remove();
  }
  const peer = async (library: string, table: string): Promise<number> => (await timed(python, path.join(folder, "peer.py"), library, brokers, "trips", table, String(messages), String(size))).seconds;
  const scratch = await makeFedProject({ topic: "trips", body, freshness: "1s" });
  const [slow, quick] = [await peer("kafka-python", path.join(scratch.folder, "slow")), await peer("confluent-kafka", path.join(scratch.folder, "quick"))];
  await scratch.remove();
  const [seconds, bareSeconds] = [median(ours), median(bare)];
  console.log(JSON.stringify({
    bench: "hot-throughput", messages, rowsPerSecond: perSecond(seconds), rowsPerCommit: size,
    barePerSecond: perSecond(bareSeconds), ofBare: rounded(bareSeconds / seconds), peer: "kafka-python + delta-rs", peerPerSecond: perSecond(slow), ofPeer: rounded(slow / seconds),
    confluentPerSecond: perSecond(quick), ofConfluent: rounded(quick / seconds), goals,
  }));
} finally {
  await kafka.stop();
}

async function fill({ brokers }: Kafka, topic: string): Promise<void> {
  const producer = new Producer({ clientId: "bench", bootstrapBrokers: [...brokers], ...eager });
  for (let from = 0; from < messages; from += 4_000) {
    await producer.send({ messages: Array.from({ length: Math.min(4_000, messages - from) }, (_, k) => ({ topic, value: Buffer.from(messageText(from + k)) })) });
  }
  await producer.close();
}

async function timed(command: string, ...args: readonly string[]): Promise<{ readonly seconds: number; readonly commits?: number }> {
  const { stdout } = await promisify(execFile)(command, args);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as { seconds: number; commits?: number };
}

/** Every message is a row, once, whole. */
async function checkRows(project: FedProject): Promise<void> {
  const [row] = await project.rows("SELECT count(*) AS n, count(DISTINCT id) AS d, CAST(sum(fare) AS VARCHAR) AS fare, CAST(sum(length(note)) AS BIGINT) AS notes FROM rides.trips");
  const expected = Array.from({ length: messages }, (_, id) => id).reduce((sum, id) => ({ fare: sum.fare + (id % 10_000) * 25, notes: sum.notes + (JSON.parse(messageText(id)) as { note: string }).note.length }), { fare: 0, notes: 0 });
  assert.deepEqual(row, { n: BigInt(messages), d: BigInt(messages), fare: (expected.fare / 100).toFixed(2), notes: BigInt(expected.notes) });
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function perSecond(seconds: number): number {
  return Math.round(messages / seconds);
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
