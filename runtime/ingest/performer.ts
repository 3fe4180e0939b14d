/** Carries out the steps of a script against a fed table, its dead table and its topic of dead letters. */
import assert from "node:assert/strict";
import { appendFiles, encodeRows, storeFiles } from "../delta/append.ts";
import type { EncodedFile } from "../delta/append.ts";
import { below } from "../delta/file-paths.ts";
import { readSnapshot } from "../delta/snapshot.ts";
import type { Snapshot } from "../delta/snapshot.ts";
import type { CommitOutcome } from "../delta/transaction.ts";
import { deadMessageRows } from "../governance/dead-letters.ts";
import { Failure } from "../values/failure.ts";
import { takenId } from "./application-ids.ts";
import type { Declared, Feed, FeedEvent, FeedPlace } from "./contract.ts";
import type { Refused } from "./message.ts";
import type { Answer, CommitAnswer, CommitStep, Judged, Script, Side, Step } from "./script.ts";
import { createSieve } from "./sieve.ts";
import type { Sieve, Sifted } from "./sieve.ts";
import { isStoreTrouble } from "./steady.ts";
import type { Steady } from "./steady.ts";

export interface Performer {
  run<Result>(script: Script<Result>): Promise<Result>;
  /** The newest of the table that is known. */
  main(): Snapshot;
  /** What was written by the last commit to the table: rows, version, seconds from its first byte to its end. */
  last(): { readonly rows: number; readonly version: number; readonly seconds: number };
}

export interface PerformerOptions {
  readonly feed: Feed;
  readonly topic: () => { readonly name: string; readonly id: string };
  /** Resolves when the topic of dead letters has them. */
  readonly send: (refused: readonly Refused[]) => Promise<void>;
  readonly steady: Steady;
  readonly tell: (event: FeedEvent) => void;
}

/** A performer over tables that are there and as they are declared; waits until they are. DELTA_TABLE_NOT_FOUND for a table that was not created. */
export async function openPerformer(options: PerformerOptions): Promise<Performer> {
  const { feed, steady, tell } = options;
  const sieves = new WeakMap<Declared, Sieve>();
  const sieve = (): Sieve => sieves.getOrInsertComputed(feed.current(), ({ table, engine }) => createSieve(table, engine));
  const known: { [K in Side]?: Snapshot } = {};
  let last = { rows: 0, version: 0, seconds: 0 };

  const snapshot = (side: Side): Snapshot => {
    const found = known[side];
    assert(found !== undefined, "the tables are looked at before anything else");
    return found;
  };
  const lookAt = async (side: Side): Promise<void> => {
    known[side] = await steady.persist(() => readNow(feed.current()[side], known[side]));
  };
  const look = async (): Promise<void> => {
    await lookAt("main");
    await lookAt("dead");
  };
  const refresh = async (): Promise<void> => {
    await steady.persist(async () => {
      await feed.refresh();
      await lookAt("main");
      await feed.current().createDead();
      await lookAt("dead");
      feed.current().requireFit(snapshot("main"), snapshot("dead"));
    }, isMisfit);
  };
  const judge = async (messages: Parameters<Sieve>[0]): Promise<Judged> => {
    const sifted = await sieve()(messages, snapshot("main"));
    for (const [check, rows] of sifted.warned) tell({ kind: "warned", check, rows });
    return { kept: sifted, refused: sifted.refused };
  };
  const commit = async (step: CommitStep): Promise<CommitAnswer> => {
    const began = performance.now();
    const sifted = step.kept as Sifted | undefined;
    const files = sifted?.files ?? encodeRows(snapshot(step.side), deadRowsOf(options.topic(), step.refused ?? []));
    const outcome = await commitFiles(feed.current()[step.side], snapshot(step.side), files, step, options.topic().name).catch(async (error: unknown): Promise<CommitOutcome> => {
      // Whether it stands is not known; a claim will tell, after a pause.
      if (!isStoreTrouble(error)) throw error;
      await steady.trouble(error instanceof Error ? error.message : String(error));
      return { kind: "unknown", version: snapshot(step.side).version + 1, cause: error };
    });
    if (outcome.kind === "conflict") return { kind: "conflict", about: outcome.about };
    if (outcome.kind === "unknown") return { kind: "unknown" };
    known[step.side] = outcome.snapshot;
    if (step.side === "main") last = { rows: sifted?.rows ?? 0, version: outcome.version, seconds: (performance.now() - began) / 1000 };
    return { kind: "committed", counters: outcome.snapshot.transactions };
  };
  const recall = async (beyond: ReadonlyMap<number, number | undefined>): Promise<readonly Refused[]> => {
    const origins = new Map([...beyond.keys()].map((partition) => [takenId(options.topic().id, partition), partition]));
    const asked = new Map([...origins].map(([origin, partition]) => [origin, beyond.get(partition)]));
    const records = await steady.persist(() => feed.current().deadRecords(snapshot("dead").version, asked));
    return records.map(({ origin, offset, reason, payload }) => ({ partition: origins.get(origin) ?? -1, offset, reason, payload, key: null }));
  };
  const perform = async (step: Step): Promise<unknown> => {
    switch (step.do) {
      case "look":
        await look();
        return { main: snapshot("main").transactions, dead: snapshot("dead").transactions } satisfies Answer<typeof step>;
      case "commit": return await commit(step);
      case "recall": return await recall(step.beyond);
      case "judge": return await judge(step.messages);
      case "send": return await options.send(step.refused);
      case "refresh": return await refresh();
    }
  };

  await refresh();
  return { run: (script) => runScript(script, perform), main: () => snapshot("main"), last: () => last };
}

async function runScript<Result>(script: Script<Result>, perform: (step: Step) => Promise<unknown>): Promise<Result> {
  let answer: unknown;
  for (;;) {
    const { value, done } = script.next(answer);
    if (done === true) return value;
    answer = await perform(value);
  }
}

function readNow({ store, location }: FeedPlace, known: Snapshot | undefined): Promise<Snapshot> {
  return readSnapshot(store, location, undefined, known);
}

/** Stores the files and commits them; what no version names is removed again. */
async function commitFiles({ store, location }: FeedPlace, base: Snapshot, files: readonly EncodedFile[], { counters, expects, note }: CommitStep, topic: string): Promise<CommitOutcome> {
  await storeFiles(store, location, files);
  const transactions = [...counters].map(([appId, version]) => ({ appId, version, lastUpdated: Date.now() }));
  const outcome = await appendFiles(store, location, base, files, { transactions, expects, parameters: { topic, ...(note === undefined ? {} : { note }) } });
  if (outcome.kind === "conflict") for (const { path } of files) await store.remove(below(location, path));
  return outcome;
}

function deadRowsOf({ name, id }: { readonly name: string; readonly id: string }, refused: readonly Refused[]): ReturnType<typeof deadMessageRows> {
  return deadMessageRows(refused.map(({ partition, offset, reason, payload }) => (
    { reason, place: `${name} partition ${partition} offset ${offset}`, payload, origin: takenId(id, partition), offset }
  )), Temporal.Now.instant());
}

/** The lake and the catalog do not fit just now, or the store cannot be reached. */
function isMisfit(error: unknown): boolean {
  return isStoreTrouble(error) || (error instanceof Failure && error.code === "SCHEMA_DIFFERS");
}
