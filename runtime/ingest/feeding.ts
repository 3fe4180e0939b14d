/** One fed table, from its topic's messages to commits, until it is told to stop. */
import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import type { Table } from "../../compiler/ir/catalog.ts";
import { fullName } from "../../compiler/ir/names.ts";
import type { IngestMetrics } from "../governance/metrics.ts";
import { Failure } from "../values/failure.ts";
import { createBell } from "./bell.ts";
import type { Bell } from "./bell.ts";
import type { Feed, FeedEvent } from "./contract.ts";
import { openInbox } from "./inbox.ts";
import { brokerTrouble, isUnknownTopic } from "./kafka/connection.ts";
import { openLetters } from "./kafka/letters.ts";
import type { Letters } from "./kafka/letters.ts";
import { joinGroup } from "./kafka/membership.ts";
import { openReader } from "./kafka/reader.ts";
import type { OutOfRange, TopicFacts } from "./kafka/reader.ts";
import type { Line } from "./line.ts";
import { beyondReach, settleOwnership, topicChanged } from "./ownerships.ts";
import { paceOf } from "./pace.ts";
import { openPerformer } from "./performer.ts";
import { openPuller } from "./puller.ts";
import { createSteady, isStoreTrouble } from "./steady.ts";
import type { Outside, Steady } from "./steady.ts";
import { countLag, dueIn, takeWaiting } from "./taking.ts";

export interface FeedingOptions {
  /** `host:port` each. */
  readonly brokers: readonly string[];
  /** When it is aborted, what is in hand is committed and the feeding ends. */
  readonly signal: AbortSignal;
  readonly tell: (event: FeedEvent) => void;
  readonly metrics?: IngestMetrics;
  /** Goes on at the oldest message that the broker has where those before it were lost. */
  readonly fromEarliest?: boolean;
}

/** How often the topic is looked at for more partitions, or for another topic under its name. */
const topicMs = 10_000;
/** How often a newer catalog is looked for: rules may change where no column does. */
const refreshMs = 1_000;
/** The longest sleep: nothing but a lost wake-up is waited for so long. */
const napMs = 1_000;

/** Feeds a table; returns when the signal is aborted and all is closed. TOPIC_NOT_FOUND, DELTA_TABLE_NOT_FOUND, OFFSET_LOST and what else no waiting mends. */
export async function feedTable(feed: Feed, options: FeedingOptions): Promise<void> {
  const { signal } = options;
  const opened: (() => Promise<void>)[] = [];
  const ending = new AbortController();
  try {
    await runLine(feed, options, ending.signal, (close) => opened.push(close));
  } catch (error) {
    // Whatever was waited for when it was told to stop is tried again by the next who starts.
    if (!signal.aborted || !mendsItself(error)) throw error;
  } finally {
    ending.abort();
    for (const close of opened.toReversed()) await close();
  }
}

/** The outside things that may be away for a while. */
interface Steadies { readonly broker: Steady; readonly group: Steady; readonly lake: Steady }

/** What the changing line hears from outside between two looks at it. */
interface News { range: OutOfRange | undefined; facts: TopicFacts | undefined }

async function runLine(feed: Feed, options: FeedingOptions, ending: AbortSignal, opened: (close: () => Promise<void>) => void): Promise<void> {
  const { signal, tell, fromEarliest = false } = options;
  const bell = createBell();
  signal.addEventListener("abort", bell.ring, { once: true });
  const news: News = { range: undefined, facts: undefined };
  // Of what is told by one, another cannot say that it is over.
  const steady: Steadies = { broker: createSteady(tell, signal), group: createSteady(tell, signal), lake: createSteady(tell, signal) };
  const line = await openLine(feed, options, steady, bell, news, opened);
  const watching = watchTopic(line, news, bell, AbortSignal.any([signal, ending]));
  opened(() => watching);
  let refreshed = Date.now();
  while (!signal.aborted) {
    const { range, facts } = news;
    [news.range, news.facts] = [undefined, undefined];
    if (facts !== undefined) topicChanged(line, facts);
    else if (range !== undefined) await beyondReach(line, range, fromEarliest);
    if (await settleOwnership(line, steady.broker)) continue;
    const due = dueIn(line, Date.now());
    if (due === 0 && Date.now() - refreshed > refreshMs) {
      await feed.refresh();
      refreshed = Date.now();
    }
    if (due === undefined) countLag(line);
    if (due === 0) await takeWaiting(line);
    else await bell.wait(Math.min(due ?? napMs, napMs));
  }
  await takeWaiting(line);
}

/** Opens everything a table's feeding stands on, in an order in which each can be closed behind the next. */
async function openLine(feed: Feed, options: FeedingOptions, steady: Steadies, bell: Bell, news: News, opened: (close: () => Promise<void>) => void): Promise<Line> {
  const { brokers, tell, metrics } = options;
  const { table } = feed.current();
  const { stream } = table;
  assert(stream !== undefined, `${feed.name} is fed by nothing`);
  const reader = openReader(brokers, stream.topic);
  opened(() => reader.close());
  const waitsFor: Outside = (error) => brokerTrouble(brokers, error);
  const facts = await steady.broker.persist(() => reader.facts(), waitsFor);
  const letters = await lettersOf(table, stream, options, steady.broker, opened);
  const inbox = openInbox();
  const pace = paceOf(table.freshness);
  const line: { facts: TopicFacts } = { facts };
  const performer = await openPerformer({
    feed, tell, steady: steady.lake,
    topic: () => ({ name: stream.topic, id: line.facts.id }),
    send: async (refused) => { if (letters !== undefined) await steady.broker.persist(() => letters.send(refused), (error) => (isUnknownTopic(error) ? noLetterTopic(brokers, table, stream.deadLetter).message : waitsFor(error))); },
  });
  const puller = openPuller({
    reader, inbox, messagesMax: pace.messagesMax * 2, bytesMax: pace.bytesMax * 2, restMs: Math.min(50, pace.waitMs / 5),
    arrived: bell.ring,
    outOfRange(range) {
      news.range = range;
      bell.ring();
    },
    trouble: async (error) => {
      await steady.broker.trouble(troubleText(brokers, error));
      await reader.facts(true).catch(() => undefined);
    },
    well: steady.broker.well,
  });
  opened(() => puller.close());
  const membership = joinGroup({
    brokers, topic: stream.topic, group: `neuralake/${feed.name}/${performer.main().metadata.id}`, changed: bell.ring,
    trouble: (error) => void steady.group.trouble(troubleText(brokers, error)),
    well: steady.group.well,
  });
  opened(() => membership.close());
  return Object.assign(line, { table: feed.name, topic: stream.topic, brokers, reader, inbox, puller, membership, performer, pace, tell, metrics, owned: new Map(), lostAt: new Map() });
}

/** The sender to the topic of dead letters, which must be there before anything is sent to it. */
async function lettersOf(table: Table, { topic, deadLetter }: NonNullable<Table["stream"]>, { brokers }: FeedingOptions, steady: Steady, opened: (close: () => Promise<void>) => void): Promise<Letters | undefined> {
  if (deadLetter === undefined) return undefined;
  const reader = openReader(brokers, deadLetter);
  try {
    await steady.persist(() => reader.facts(), (error) => brokerTrouble(brokers, error));
  } catch (error) {
    throw error instanceof Failure && error.code === "TOPIC_NOT_FOUND" ? noLetterTopic(brokers, table, deadLetter, error) : error;
  } finally {
    await reader.close();
  }
  const letters = openLetters(brokers, topic, deadLetter);
  opened(() => letters.close());
  return letters;
}

/** The failure for a topic of dead letters that is not there: it is none that the table is fed by. */
function noLetterTopic(brokers: readonly string[], table: Table, deadLetter = "", cause?: Failure): Failure {
  return new Failure("TOPIC_NOT_FOUND", `There is no topic ${deadLetter} on ${brokers.join(", ")}, to which ${fullName(table)} sends what cannot be a row (its \`deadLetter\`).`, {
    hint: `Make it, or mend or leave out \`deadLetter\` in @fromKafka: ${fullName(table)}__dead has those messages either way.`, retry: true, place: { value: deadLetter }, cause,
  });
}

/** Hears of more partitions, and of another topic under the same name. */
async function watchTopic(line: Line, news: News, bell: Bell, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await wait(topicMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    // A broker that is away is told of by those who read from it.
    const facts = await line.reader.facts(true).catch(() => line.facts);
    if (facts.id === line.facts.id && facts.partitions === line.facts.partitions) continue;
    news.facts = facts;
    bell.ring();
  }
}

/** What is waited for while nobody says stop. */
function mendsItself(error: unknown): boolean {
  return !(error instanceof Failure) || isStoreTrouble(error) || error.code === "SCHEMA_DIFFERS";
}

/** What the library says of these brokers, or what we do. */
function troubleText(brokers: readonly string[], error: unknown): string {
  return brokerTrouble(brokers, error) ?? (error instanceof Failure ? error.message : String(error));
}
