/** A lake with one table that a topic feeds, on a real broker: made of the class that a test writes, fed for as long as a test wants. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Producer } from "@platformatic/kafka";
import type { MessageToProduce } from "@platformatic/kafka";
import type { Catalog } from "../../../compiler/ir/catalog.ts";
import type { IngestMetrics } from "../../../runtime/governance/metrics.ts";
import { ingest } from "../../../runtime/ingest/ingest.ts";
import type { IngestEvent, OpenFeed } from "../../../runtime/ingest/ingest.ts";
import { openLake } from "../../../runtime/lake.ts";
import type { Lake } from "../../../runtime/lake.ts";
import { readRows } from "../../../runtime/parquet/arrow-rows.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { extractFiles, tableFile } from "../../compiler/written-project.ts";
import { eager, makeTopic } from "../../services/kafka.ts";
import type { KafkaAddress, TopicOptions } from "../../services/kafka.ts";

export interface FedLakeOptions extends TopicOptions {
  /** Columns and checks of the class `Trips`. */
  readonly body: string;
  readonly freshness?: string;
  /** With a topic of dead letters, made too. */
  readonly deadLetter?: boolean;
  /** No topic is made: it is missing, and `topicId` is empty. */
  readonly missing?: boolean;
  /** The root; a temporary directory without it. */
  readonly root?: string;
}

export interface FedLake {
  readonly kafka: KafkaAddress;
  readonly topic: string;
  readonly topicId: string;
  readonly deadLetter: string;
  readonly directory: string;
  lake(): Lake;
  /** Another class for the same table, as after a compile: whoever feeds takes it with its next refresh. */
  declare(body: string): Promise<void>;
  rows(sql: string): Promise<Row[]>;
  remove(): Promise<void>;
}

export const table = "rides.trips";

/** Makes topic, catalog and table. */
export async function makeFedLake(kafka: KafkaAddress, options: FedLakeOptions): Promise<FedLake> {
  const topic = `trips-${crypto.randomUUID()}`;
  const deadLetter = `${topic}.dead`;
  const topicId = options.missing === true ? "" : await makeTopic(kafka, topic, options);
  if (options.deadLetter === true) await makeTopic(kafka, deadLetter);
  const directory = await mkdtemp(path.join(tmpdir(), "fed-"));
  const catalogOf = (body: string): Catalog => fedCatalog(topic, body, options.freshness ?? "100ms", options.deadLetter === true ? deadLetter : undefined);
  const open = (body: string): Promise<Lake> => openLake({ catalog: catalogOf(body), root: options.root ?? path.join(directory, "lake"), project: directory });
  let lake = await open(options.body);
  const lakes = [lake];
  await lake.create(table);
  return {
    kafka, topic, topicId, deadLetter, directory,
    lake: () => lake,
    async declare(body) {
      lake = await open(body);
      lakes.push(lake);
    },
    async rows(sql) {
      const { columns, batches } = await lake.query({ sql });
      return (await Array.fromAsync(batches)).flatMap((batch) => readRows(columns, batch));
    },
    async remove() {
      for (const each of lakes) await each.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The catalog of one table `rides.trips` fed from a topic. */
export function fedCatalog(topic: string, body: string, freshness: string, deadLetter?: string): Catalog {
  const facts = JSON.stringify({ topic, format: "json", ...(deadLetter === undefined ? {} : { deadLetter }) });
  const { catalog, diagnostics } = extractFiles({ "catalog/rides/trips.ts": tableFile(body, `@deltaTable({ freshness: ${JSON.stringify(freshness)} })\n@fromKafka(${facts})`) });
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join("\n"));
  return catalog;
}

export interface Feeding {
  readonly events: readonly IngestEvent[];
  /** Resolves with the first event, from the beginning on, that `is` says yes to. */
  until(is: (event: IngestEvent, events: readonly IngestEvent[]) => boolean): Promise<IngestEvent>;
  /** Stops it; rejects with what it failed with. */
  stop(): Promise<void>;
  /** Resolves when it ends by itself. */
  readonly ended: Promise<void>;
}

export interface FeedOptions { readonly fromEarliest?: boolean; readonly forever?: boolean; readonly metrics?: IngestMetrics }

/** Feeds the table, by whatever lake is the newest when it looks. */
export function feed(fed: Pick<FedLake, "kafka" | "lake">, { fromEarliest = false, forever = false, metrics }: FeedOptions = {}): Feeding {
  const stop = new AbortController();
  const events: IngestEvent[] = [];
  const waiting = new Set<() => void>();
  const tell = (event: IngestEvent): void => {
    events.push(event);
    for (const wake of waiting) wake();
  };
  const open: OpenFeed = () => {
    let declared = fed.lake().feed(table);
    return { name: table, current: () => declared, refresh: async () => { declared = fed.lake().feed(table); }, close: () => undefined };
  };
  const ended = ingest(table, open, { brokers: fed.kafka.brokers, signal: stop.signal, tell, fromEarliest, forever, ...(metrics === undefined ? {} : { metrics }) });
  ended.catch(() => undefined);
  return {
    events, ended,
    async until(is) {
      for (;;) {
        const found = events.find((event) => is(event, events));
        if (found !== undefined) return found;
        const news = new Promise<void>((resolve) => waiting.add(resolve));
        await Promise.race([news, ended.then(() => { throw new Error(`ended before it came: ${JSON.stringify(events)}`); })]);
      }
    },
    async stop() {
      stop.abort();
      await ended;
    },
  };
}

/** Resolves when so many messages were taken in all, as rows or dead letters. */
export async function taken(feeding: Feeding, messages: number): Promise<void> {
  await feeding.until((_, events) => totals(events).messages >= messages);
}

/** What was committed in all. */
export function totals(events: readonly IngestEvent[]): { readonly rows: number; readonly dead: number; readonly messages: number; readonly commits: number } {
  const committed = events.filter((event) => event.kind === "committed");
  const [rows, dead] = [committed.reduce((sum, event) => sum + event.rows, 0), committed.reduce((sum, event) => sum + event.dead, 0)];
  return { rows, dead, messages: rows + dead, commits: committed.length };
}

export type Sent = string | Uint8Array | null | { readonly key?: string; readonly value: string; readonly partition?: number };

/** Produces messages, in order within a partition. */
export async function produce({ kafka, topic }: Pick<FedLake, "kafka" | "topic">, values: readonly Sent[]): Promise<void> {
  const producer = new Producer({ clientId: "neuralake-tests", bootstrapBrokers: [...kafka.brokers], ...eager });
  try {
    for (let from = 0; from < values.length; from += 2_000) await producer.send({ messages: values.slice(from, from + 2_000).map((value) => messageOf(topic, value)) });
  } finally {
    await producer.close();
  }
}

function messageOf(topic: string, sent: Sent): MessageToProduce {
  if (sent === null) return { topic, key: Buffer.from("gone") };
  if (typeof sent === "string" || sent instanceof Uint8Array) return { topic, value: Buffer.from(sent as string) };
  return { topic, value: Buffer.from(sent.value), ...(sent.key === undefined ? {} : { key: Buffer.from(sent.key) }), ...(sent.partition === undefined ? {} : { partition: sent.partition }) };
}
