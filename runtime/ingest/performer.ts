/** Carries out the steps of a script against a fed table, its dead table and its topic of dead letters. */
import { encodeRows } from "../delta/commit/append.ts";
import type { Snapshot } from "../delta/snapshot/snapshot.ts";
import { deadMessageRows } from "../governance/dead-letters.ts";
import { Failure } from "../values/failure.ts";
import { takenId } from "./application-ids.ts";
import type { Declared, Feed, FeedEvent } from "./contract.ts";
import type { Refused } from "./message.ts";
import type { Answer, CommitAnswer, CommitStep, Judged, Script, Step } from "./script.ts";
import { createSieve } from "./sieve.ts";
import type { Sieve, Sifted } from "./sieve.ts";
import { isStoreTrouble } from "./steady.ts";
import type { Steady } from "./steady.ts";
import { openTwoTables } from "./two-tables.ts";
import type { TwoTables } from "./two-tables.ts";

export interface Performer {
  run<Result>(script: Script<Result>): Promise<Result>;
  /** The newest of the table that is known. */
  main(): Snapshot;
  /** The last commit to the table: its rows, its version, how long it took. */
  last(): LastCommit;
}

interface LastCommit { readonly rows: number; readonly version: number; readonly seconds: number }

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
  const tables = openTwoTables(options.feed, options.steady);
  const judge = createJudgment(options, tables);
  let last: LastCommit = { rows: 0, version: 0, seconds: 0 };
  const perform = async (step: Step): Promise<unknown> => {
    switch (step.do) {
      case "look":
        await tables.look("main");
        await tables.look("dead");
        return { main: tables.snapshot("main").transactions, dead: tables.snapshot("dead").transactions } satisfies Answer<typeof step>;
      case "commit": return await commit(options, tables, step, (done) => { last = done; });
      case "recall": return await recall(options, tables, step.beyond);
      case "judge": return await judge(step.messages);
      case "send": return await options.send(step.refused);
      case "refresh": return await refresh(options, tables);
    }
  };
  await refresh(options, tables);
  return { run: (script) => runScript(script, perform), main: () => tables.snapshot("main"), last: () => last };
}

async function runScript<Result>(script: Script<Result>, perform: (step: Step) => Promise<unknown>): Promise<Result> {
  let answer: unknown;
  for (;;) {
    const { value, done } = script.next(answer);
    if (done === true) return value;
    answer = await perform(value);
  }
}

/** The sieve of the table as it is declared when it is asked. Declaration and table each move on by themselves: under two that do not fit, values of a renamed column would be nobody's. */
function createJudgment(options: PerformerOptions, tables: TwoTables): (messages: Parameters<Sieve>[0]) => Promise<Judged> {
  const { feed, tell } = options;
  const sieves = new WeakMap<Declared, Sieve>();
  return async (messages) => {
    if (!fits(feed, tables)) await refresh(options, tables);
    const sieve = sieves.getOrInsertComputed(feed.current(), ({ table, engine }) => createSieve(table, engine));
    const sifted = await sieve(messages, tables.snapshot("main"));
    for (const [check, rows] of sifted.warned) tell({ kind: "warned", check, rows });
    return { kept: sifted, refused: sifted.refused };
  };
}

async function commit({ topic }: PerformerOptions, tables: TwoTables, step: CommitStep, done: (last: LastCommit) => void): Promise<CommitAnswer> {
  const began = performance.now();
  const sifted = step.kept as Sifted | undefined;
  const files = sifted?.files ?? (await encodeRows(tables.snapshot(step.side), deadRowsOf(topic(), step.refused ?? []), topic().name));
  const outcome = await tables.commit(step, files, topic().name);
  if (outcome.kind === "conflict") return { kind: "conflict", about: outcome.about };
  if (outcome.kind === "unknown") return { kind: "unknown" };
  if (step.side === "main") done({ rows: sifted?.rows ?? 0, version: outcome.version, seconds: (performance.now() - began) / 1000 });
  return { kind: "committed", counters: outcome.snapshot.transactions };
}

function deadRowsOf({ name, id }: { readonly name: string; readonly id: string }, refused: readonly Refused[]): ReturnType<typeof deadMessageRows> {
  return deadMessageRows(refused.map(({ partition, offset, reason, payload }) => (
    { reason, place: `${name} partition ${partition} offset ${offset}`, payload, origin: takenId(id, partition), offset }
  )), Temporal.Now.instant());
}

async function recall({ feed, steady, topic }: PerformerOptions, tables: TwoTables, beyond: ReadonlyMap<number, number | undefined>): Promise<readonly Refused[]> {
  const partitions = new Map([...beyond.keys()].map((partition) => [takenId(topic().id, partition), partition]));
  const asked = new Map([...partitions].map(([origin, partition]) => [origin, beyond.get(partition)]));
  const records = await steady.persist(() => feed.current().deadRecords(tables.snapshot("dead").version, asked));
  return records.map(({ origin, offset, reason, payload }) => ({ partition: partitions.get(origin) ?? -1, offset, reason, payload, key: null }));
}

/** Takes the newest declaration and both tables as they are, and waits until they fit. */
async function refresh({ feed, steady }: PerformerOptions, tables: TwoTables): Promise<void> {
  await steady.persist(async () => {
    await feed.refresh();
    await tables.look("main");
    await feed.current().createDead();
    await tables.look("dead");
    feed.current().requireFit(tables.snapshot("main"), tables.snapshot("dead"));
  }, misfitOrStore);
}

/** Whether the tables, as they are known, are as they are declared. */
function fits(feed: Feed, tables: TwoTables): boolean {
  try {
    feed.current().requireFit(tables.snapshot("main"), tables.snapshot("dead"));
    return true;
  } catch (error) {
    if (misfitOrStore(error) === undefined) throw error;
    return false;
  }
}

/** The lake and the catalog do not fit just now, or the store cannot be reached. */
function misfitOrStore(error: unknown): string | undefined {
  return error instanceof Failure && (isStoreTrouble(error) || error.code === "SCHEMA_DIFFERS") ? error.message : undefined;
}
