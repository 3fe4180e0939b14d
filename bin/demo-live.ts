/**
 * The stream of the demonstration: flights of the past are told to a topic as if they left now, ingest takes them into `flights.live`, and
 * a query that looks all the time says how soon it sees each.
 */
import { setTimeout as wait } from "node:timers/promises";
import type * as Client from "../generated/client/index.ts";
import { makeTopics, openPublisher } from "../runtime/ingest/kafka/publisher.ts";
import { countText, durationText } from "./amounts.ts";
import type { Project } from "./project.ts";
import { errorStyle, type Terminal } from "./terminal.ts";

const topic = "flights.departures.v1";
const perTick = 10;
const tickMs = 50;
/** How often it is looked for what is new, and over how much of it latency is told. */
const lookMs = 25;
const tellMs = 5_000;

type Told = Map<bigint, number>;

/** The stream's topics, made where they are not there. */
export async function makeStream({ brokers }: Project): Promise<void> {
  await makeTopics(brokers, [topic, `${topic}.dead`]);
}

/** Replays flights until the terminal's signal, behind the last that the table holds, and tells how soon a query sees them. */
export async function replayFlights(project: Project, lake: Client.Lake, terminal: Terminal): Promise<void> {
  const told: Told = new Map();
  const { last } = await lake.selectFrom("flights.live").select(({ fn }) => fn.max("flight_number").as("last")).executeTakeFirstOrThrow();
  await Promise.all([tellFlights(project, lake, last ?? 0n, told, terminal.signal), watchFlights(lake, last ?? 0n, told, terminal)]);
}

async function tellFlights({ brokers }: Project, lake: Client.Lake, last: bigint, told: Told, signal: AbortSignal): Promise<void> {
  const publisher = openPublisher(brokers, topic);
  try {
    let number = last;
    while (!signal.aborted) {
      const flights = lake.selectFrom("flights.departures").selectAll().orderBy("date").orderBy("origin").orderBy("destination").limit(100_000).offset(Number(number % 2_900_000n)).stream();
      let values: Uint8Array[] = [];
      for await (const { date, delay, distance, origin, destination } of flights) {
        if (signal.aborted) return;
        number += 1n;
        told.set(number, Date.now());
        values.push(Buffer.from(JSON.stringify({ number: Number(number), date: date.toString(), delay: Number(delay), distance: Number(distance), route: { from: origin, to: destination } })));
        if (values.length < perTick) continue;
        await publisher.send(values);
        values = [];
        await wait(tickMs, undefined, { signal }).catch(() => undefined);
      }
      await publisher.send(values);
    }
  } finally {
    await publisher.close();
  }
}

async function watchFlights(lake: Client.Lake, last: bigint, told: Told, terminal: Terminal): Promise<void> {
  let seen = last;
  let latencies: number[] = [];
  let tellAt = Date.now() + tellMs;
  while (!terminal.signal.aborted) {
    const { newest } = await lake.selectFrom("flights.live").select(({ fn }) => fn.max("flight_number").as("newest")).executeTakeFirstOrThrow();
    const now = Date.now();
    for (; seen < (newest ?? 0n); seen += 1n) {
      const sent = told.get(seen + 1n);
      told.delete(seen + 1n);
      if (sent !== undefined) latencies.push(now - sent);
    }
    if (now >= tellAt && latencies.length > 0) {
      terminal.note(`${errorStyle().blue("live")}  ${latencyText(seen, latencies)}`);
      [latencies, tellAt] = [[], now + tellMs];
    }
    await wait(lookMs, undefined, { signal: terminal.signal }).catch(() => undefined);
  }
}

function latencyText(seen: bigint, latencies: readonly number[]): string {
  const sorted = latencies.toSorted((a, b) => a - b);
  const [half, most] = [0.5, 0.99].map((part) => durationText(sorted[Math.floor(sorted.length * part)] ?? 0));
  return `${countText(Number(seen))} flights in flights.live; a query sees one ${half} after it was told, 99 of 100 within ${most}`;
}
