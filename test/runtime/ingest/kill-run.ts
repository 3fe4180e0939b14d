/**
 * Messages arrive while the processes that feed and compact a table are killed, again and again, and the broker twice. At the end every
 * message of the topic is looked for, by partition and offset: the topic itself is the truth, also about what a producer sent twice.
 */
import type { ChildProcess } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import { Consumer, Producer } from "@platformatic/kafka";
import { ownerId, takenId } from "../../../runtime/ingest/application-ids.ts";
import { startCommand } from "../../bin/command.ts";
import { eager, makeTopic } from "../../services/kafka.ts";
import type { Kafka } from "../../services/kafka.ts";
import { makeFedProject } from "./fed-project.ts";
import type { FedProject } from "./fed-project.ts";

export interface KillOptions {
  readonly kafka: Kafka;
  readonly messages: number;
  /** Of writers and compactor. */
  readonly kills: number;
  readonly root?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds at most from when a process is at work to its death. */
  readonly livesMs: number;
}

/** What was found at the end. */
export interface KillCounts {
  readonly sent: number; readonly good: number; readonly bad: number;
  /** Rows in the table and the dead table, and offsets that are missing, twice, or on the wrong side. */
  readonly rows: number; readonly dead: number; readonly missing: number; readonly twice: number; readonly misplaced: number;
  /** Dead rows whose offset never came to the topic of dead letters. */
  readonly unsent: number;
  readonly writerKills: number; readonly compactorKills: number; readonly brokerKills: number;
  /** Epochs of the owners, summed over the partitions. */
  readonly epochs: number;
  readonly commits: number; readonly compactions: number;
}

const partitions = 4;
const badEvery = 100;

/** Runs it and counts. Logs of the processes come with the error when they do not catch up. */
export async function runKills(options: KillOptions): Promise<KillCounts> {
  const { kafka, messages, kills, livesMs } = options;
  const topic = `kills-${crypto.randomUUID()}`;
  const topicId = await makeTopic(kafka, topic, { partitions });
  await makeTopic(kafka, `${topic}.dead`);
  const project = await makeFedProject({
    topic, deadLetter: `${topic}.dead`, freshness: "100ms", ...(options.root === undefined ? {} : { root: options.root }),
    body: "@key() id: Int64;\nname: Text;\n@kafka(\"offset\") o: Int64;\n@kafka(\"partition\") p: Int32;",
  });
  const env = { ...options.env, NEURALAKE_KAFKA_BROKERS: kafka.brokers.join(","), NEURALAKE_ROOT: project.root };
  const crew = [keep("ingest", project, env), keep("ingest", project, env), keep("compact", project, env, "--every", "300ms")];
  const counts = { writerKills: 0, compactorKills: 0, brokerKills: 0 };
  try {
    const done = { kills: 0 };
    const producing = produceAll(kafka, topic, messages, () => (messages * (done.kills + 1)) / kills);
    for (let kill = 0; kill < kills; kill++, done.kills++) {
      const [first, second, compactor] = crew;
      const victim = kill % 3 === 2 ? compactor : Math.random() < 0.5 ? first : second;
      await victim?.atWork();
      await wait(Math.random() * livesMs);
      victim?.kill();
      if (victim === compactor) counts.compactorKills++;
      else counts.writerKills++;
      if (kill !== Math.floor(kills / 3) && kill !== Math.floor((kills * 2) / 3)) continue;
      await kafka.kill();
      await wait(200);
      await kafka.restart();
      counts.brokerKills++;
    }
    await producing;
    const truth = await readTopic(kafka, topic, partitions);
    await caughtUp(project, topicId, truth, crew);
    for (const process of crew) await process.stop();
    return { ...counts, ...(await countAll(project, kafka, topic, topicId, truth)) };
  } finally {
    for (const process of crew) await process.stop();
    await project.remove();
  }
}

interface Kept {
  /** Resolves when it has done something since it was last started, or after a while: there may be nothing to do for it. */
  atWork(): Promise<void>;
  kill(): void;
  stop(): Promise<void>;
  log(): string;
}

/** A command that is started again as soon as it is gone. */
function keep(command: string, { folder }: FedProject, env: NodeJS.ProcessEnv, ...args: readonly string[]): Kept {
  let stopped = false;
  let child: ChildProcess;
  let gone: Promise<void>;
  const lines: string[] = [];
  let worked = false;
  const start = (): void => {
    child = startCommand(folder, [command, "--json", ...args], { TMPDIR: folder, ...env });
    worked = false;
    const started = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        lines.push(chunk.toString());
        if (child === started && /"committed"|"version"/.test(chunk.toString())) worked = true;
      });
    }
    gone = new Promise((resolve) => child.once("close", () => {
      if (!stopped) start();
      resolve();
    }));
  };
  start();
  return {
    async atWork() {
      for (let tries = 0; !worked && tries < 300; tries++) await wait(50);
    },
    kill: () => void child.kill("SIGKILL"),
    async stop() {
      stopped = true;
      child.kill("SIGTERM");
      await gone;
    },
    log: () => lines.join("").slice(-4_000),
  };
}

/** A message of a partition: good ones are rows, bad ones cannot be. */
function messageText(index: number): string {
  if (index % badEvery !== 7) return JSON.stringify({ id: index, name: `trip number ${index}` });
  return ["no JSON", JSON.stringify({ id: "seven", name: "x" }), JSON.stringify({ id: index }), JSON.stringify({ id: 1e30, name: "x" })][Math.floor(index / badEvery) % 4] ?? "";
}

/** As many as `allowed` says by now; a batch whose answer was lost with the broker is sent again, and may be there twice. */
async function produceAll(kafka: Kafka, topic: string, messages: number, allowed: () => number): Promise<void> {
  const batch = Math.max(20, Math.ceil(messages / 1_000));
  for (let from = 0; from < messages;) {
    const producer = new Producer({ clientId: "neuralake-tests", bootstrapBrokers: [...kafka.brokers], ...eager, acks: -1 });
    producer.on("error", () => undefined);
    try {
      for (; from < messages; from += batch) {
        await producer.send({ messages: Array.from({ length: Math.min(batch, messages - from) }, (_, k) => ({ topic, value: Buffer.from(messageText(from + k)), partition: (from + k) % partitions })) });
        do await wait(20);
        while (from + batch > allowed());
      }
    } catch {
      await wait(100);
    } finally {
      await producer.close().catch(() => undefined);
    }
  }
}

/** What each offset of each partition holds: whether it is good. */
type Truth = readonly (readonly boolean[])[];

async function readTopic(kafka: Kafka, topic: string, count: number): Promise<Truth> {
  return (await readAll(kafka, topic, count)).map((values) => values.map(isGood));
}

function isGood(value: Buffer): boolean {
  try {
    const { id, name } = JSON.parse(value.toString()) as { id?: unknown; name?: unknown };
    return Number.isSafeInteger(id) && typeof name === "string";
  } catch {
    return false;
  }
}

/** The values of every partition, in order, by a consumer that has nothing of ours. */
async function readAll(kafka: Kafka, topic: string, count: number): Promise<Buffer[][]> {
  const consumer = new Consumer({ clientId: "neuralake-tests", groupId: `truth-${topic}-${crypto.randomUUID()}`, bootstrapBrokers: [...kafka.brokers], ...eager });
  try {
    const stream = await consumer.consume({ topics: [topic], mode: "earliest", autocommit: false, maxWaitTime: 100 });
    const ends = (await consumer.listOffsets({ topics: [topic] })).get(topic) ?? [];
    const values: Buffer[][] = Array.from({ length: count }, () => []);
    const missing = (): boolean => values.some((read, partition) => read.length < Number(ends[partition] ?? 0n));
    if (missing()) {
      for await (const { partition, value } of stream) {
        values[partition]?.push(value);
        if (!missing()) break;
      }
    }
    return values;
  } finally {
    await consumer.close(true);
  }
}

async function caughtUp(project: FedProject, topicId: string, truth: Truth, crew: readonly Kept[]): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const { transactions } = await project.withLake((lake) => lake.describe("rides.trips"));
    if (truth.every((messages, partition) => transactions[takenId(topicId, partition)] === messages.length - 1)) return;
    await wait(200);
  }
  throw new Error(`the table did not catch up:\n${crew.map((process) => process.log()).join("\n---\n")}`);
}

async function countAll(project: FedProject, kafka: Kafka, topic: string, topicId: string, truth: Truth): Promise<Omit<KillCounts, "writerKills" | "compactorKills" | "brokerKills">> {
  const rows = await project.rows("SELECT p, o FROM rides.trips");
  const dead = await project.rows("SELECT CAST(regexp_extract(place, 'partition (\\d+)', 1) AS INTEGER) AS p, \"offset\" AS o FROM rides.trips__dead");
  const letters = await letterOffsets(kafka, `${topic}.dead`);
  const [inTable, inDead] = [tally(rows), tally(dead)];
  let [missing, twice, misplaced] = [0, 0, 0];
  for (const [partition, messages] of truth.entries()) {
    for (const [offset, good] of messages.entries()) {
      const [main, aside] = [inTable.get(`${partition}:${offset}`) ?? 0, inDead.get(`${partition}:${offset}`) ?? 0];
      if (main + aside === 0) missing++;
      if (main + aside > 1) twice++;
      if ((good ? aside : main) > 0) misplaced++;
    }
  }
  const history = await project.withLake((lake) => lake.history("rides.trips"));
  const { transactions } = await project.withLake((lake) => lake.describe("rides.trips"));
  const all = truth.flat();
  return {
    sent: all.length, good: all.filter(Boolean).length, bad: all.filter((good) => !good).length, rows: rows.length, dead: dead.length, missing, twice, misplaced,
    unsent: [...inDead.keys()].filter((place) => !letters.has(place)).length,
    epochs: truth.reduce((sum, _, partition) => sum + (transactions[ownerId(topicId, partition)] ?? 0), 0),
    commits: history.filter(({ operation }) => operation === "WRITE").length, compactions: history.filter(({ operation }) => operation === "OPTIMIZE").length,
  };
}

function tally(rows: readonly { readonly [name: string]: unknown }[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const { p, o } of rows) times.set(`${p}:${o}`, (times.get(`${p}:${o}`) ?? 0) + 1);
  return times;
}

/** `partition:offset` of each message that came to the topic of dead letters. */
async function letterOffsets(kafka: Kafka, topic: string): Promise<ReadonlySet<string>> {
  const consumer = new Consumer({ clientId: "neuralake-tests", groupId: `letters-${crypto.randomUUID()}`, bootstrapBrokers: [...kafka.brokers], ...eager });
  const found = new Set<string>();
  try {
    const stream = await consumer.consume({ topics: [topic], mode: "earliest", autocommit: false, maxWaitTime: 100 });
    const end = Number((await consumer.listOffsets({ topics: [topic] })).get(topic)?.[0] ?? 0n);
    let read = 0;
    if (end > 0) {
      for await (const { headers } of stream) {
        const named = Object.fromEntries([...headers].map(([name, text]) => [name.toString(), text.toString()]));
        found.add(`${named["neuralake.partition"]}:${named["neuralake.offset"]}`);
        if (++read >= end) break;
      }
    }
    return found;
  } finally {
    await consumer.close(true);
  }
}
