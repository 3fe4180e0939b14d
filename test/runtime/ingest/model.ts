/**
 * The world of the ingest protocol in memory: a topic, two tables, and writers that crash, linger after they lost their partitions, and
 * judge by rules that change. A schedule is drawn from a seed; at its end every message is counted.
 */
import { ownerId, takenId } from "../../../runtime/ingest/application-ids.ts";
import { claim } from "../../../runtime/ingest/claim.ts";
import type { Message, Refused } from "../../../runtime/ingest/message.ts";
import { only } from "../../../runtime/ingest/ownership.ts";
import type { Ownership } from "../../../runtime/ingest/ownership.ts";
import { ask } from "../../../runtime/ingest/script.ts";
import type { Answer, CommitAnswer, CommitStep, Script, Side, Step } from "../../../runtime/ingest/script.ts";
import { take } from "../../../runtime/ingest/take.ts";
import { below, randomOf } from "../../random.ts";

const topic = "t";
const partitions = [0, 1];
const messagesEach = 12;
const writersMax = 3;
const faultySteps = 220;

/** A protocol that is broken on purpose: what a step becomes before it is carried out, and its answer after. */
export interface Sabotage {
  readonly step?: (step: Step) => Step;
  readonly answer?: (step: Step, answer: unknown) => unknown;
}

/** What went wrong in a schedule; none when every message is where it belongs, once. */
export type Fault = string;

interface Row { readonly partition: number; readonly offset: number }

interface Table {
  version: number;
  metadata: number;
  readonly counters: Map<string, number>;
  readonly rows: Row[];
}

/** A commit whose answer was lost: it lands if its version is still free when its time comes. */
interface Late { readonly side: Side; readonly version: number; readonly step: CommitStep }

interface Writer {
  readonly life: Generator<Step, void, unknown>;
  answer: unknown;
  /** What it believes is assigned to it. */
  assigned: ReadonlySet<number>;
  rules: number;
  readonly metadata: { [K in Side]: number };
}

type Kind = "good" | "bad" | "disputed";

function kindOf({ offset }: Row): Kind {
  return offset % 5 === 1 ? "bad" : offset % 3 === 2 ? "disputed" : "good";
}

/** Rules differ about the disputed messages alone. */
function isGood(message: Row, rules: number): boolean {
  const kind = kindOf(message);
  return kind === "disputed" ? (message.offset * 7 + message.partition * 3 + rules * 5) % 4 < 2 : kind === "good";
}

/** Runs the schedule of a seed and tells its faults. */
export function runSchedule(seed: number, sabotage: Sabotage = {}): readonly Fault[] {
  const numbers = randomOf(seed);
  const draw = (end: number): number => below(numbers, end);
  const tables: { readonly [K in Side]: Table } = { main: newTable(), dead: newTable() };
  const letters: Row[] = [];
  const late: Late[] = [];
  const writers = new Set<Writer>();
  let owners: number[] = partitions.map(() => 0);
  let rules = 0;
  let calm = false;

  const perform = (writer: Writer, step: Step): unknown => {
    switch (step.do) {
      case "look":
        for (const side of ["main", "dead"] as const) writer.metadata[side] = tables[side].metadata;
        return { main: new Map(tables.main.counters), dead: new Map(tables.dead.counters) } satisfies Answer<typeof step>;
      case "commit": return commit(writer, step);
      case "recall": return recall(tables.dead, step.beyond);
      case "judge": return {
        kept: step.messages.filter((message) => isGood(message, writer.rules)),
        refused: step.messages.filter((message) => !isGood(message, writer.rules)).map(refused),
      };
      case "send": return void letters.push(...step.refused);
      case "refresh":
        for (const side of ["main", "dead"] as const) writer.metadata[side] = tables[side].metadata;
        writer.rules = rules;
        return undefined;
    }
  };

  const commit = (writer: Writer, step: CommitStep): CommitAnswer => {
    const table = tables[step.side];
    const conflict = conflictOf(table, writer.metadata[step.side], step);
    if (conflict !== undefined) return { kind: "conflict", about: conflict };
    const fate = calm ? 9 : draw(20);
    if (fate === 0) late.push({ side: step.side, version: table.version + 1, step });
    if (fate === 1) apply(table, step);
    if (fate <= 2) return { kind: "unknown" };
    apply(table, step);
    return { kind: "committed", counters: new Map(table.counters) };
  };

  const settle = (one: Late): void => {
    late.splice(late.indexOf(one), 1);
    const table = tables[one.side];
    if (table.version + 1 === one.version) apply(table, one.step);
  };

  const start = (): Writer => {
    const writer: Writer = { life: live(() => writer.assigned, draw), answer: undefined, assigned: new Set(), rules, metadata: { main: 0, dead: 0 } };
    return writer;
  };

  const advance = (writer: Writer): void => {
    const { value, done } = writer.life.next(writer.answer);
    if (done === true) return;
    const step = sabotage.step?.(value) ?? value;
    const answer = perform(writer, step);
    writer.answer = sabotage.answer === undefined ? answer : sabotage.answer(step, answer);
  };

  for (let tick = 0; tick < faultySteps; tick++) {
    const one = [...writers][draw(Math.max(1, writers.size))];
    const event = draw(24);
    if (one === undefined || (event === 0 && writers.size < writersMax)) writers.add(start());
    else if (event === 1) writers.delete(one);
    else if (event === 2) owners = partitions.map(() => draw(writersMax));
    else if (event <= 4) one.assigned = new Set(partitions.filter((partition) => owners[partition] === [...writers].indexOf(one)));
    else if (event === 5) one.rules = rules = draw(4);
    else if (event === 6) tables[draw(2) === 0 ? "main" : "dead"].metadata++;
    else if (event === 7 && late[0] !== undefined) settle(late[draw(late.length)] ?? late[0]);
    else advance(one);
  }

  calm = true;
  while (late[0] !== undefined) settle(late[0]);
  const last = start();
  last.assigned = new Set(partitions);
  for (let step = 0; !isTaken(tables.main); step++) {
    if (step > 2_000) return ["the last writer did not come to an end"];
    advance(last);
  }
  return faultsOf(tables, letters);
}

/** A process: claims what it believes is its own and takes what it reads. */
function* live(assigned: () => ReadonlySet<number>, draw: (below: number) => number): Generator<Step, void, unknown> {
  let owned: Ownership = new Map();
  for (;;) {
    owned = only(owned, assigned());
    const missing = [...assigned()].filter((partition) => !owned.has(partition));
    if (missing.length > 0) owned = new Map([...owned, ...(yield* claim(topic, missing))]);
    const batch = new Map([...owned].flatMap(([partition, { taken }]) => {
      const messages = messagesOf(partition).slice((taken ?? -1) + 1).slice(0, 1 + draw(5));
      return messages.length === 0 ? [] : [[partition, messages] as const];
    }));
    if (batch.size === 0) yield* idle();
    else {
      const taken = yield* take(topic, only(owned, new Set(batch.keys())), batch);
      owned = new Map([...owned].flatMap(([partition, state]) => {
        const now = batch.has(partition) ? taken.owned.get(partition) : state;
        return now === undefined ? [] : [[partition, now] as const];
      }));
    }
  }
}

/** Nothing to do, for one step. */
function* idle(): Script<void> {
  yield* ask({ do: "send", refused: [] });
}

function messagesOf(partition: number): Message[] {
  return Array.from({ length: messagesEach }, (_, offset) => ({ partition, offset, timestamp: 0, key: null, value: null }));
}

function refused({ partition, offset }: Row): Refused {
  return { partition, offset, reason: "bad", payload: new Uint8Array(), key: null };
}

function newTable(): Table {
  return { version: 0, metadata: 0, counters: new Map(), rows: [] };
}

/** What the real commit refuses, in its order. */
function conflictOf(table: Table, metadata: number, { counters, expects }: CommitStep): "metadata" | "transaction" | undefined {
  if (table.metadata !== metadata) return "metadata";
  if ([...expects].some(([id, version]) => table.counters.get(id) !== version)) return "transaction";
  return [...counters].some(([id, version]) => (table.counters.get(id) ?? -1) >= version) ? "transaction" : undefined;
}

function apply(table: Table, { counters, kept, refused: aside }: CommitStep): void {
  table.version++;
  for (const [id, version] of counters) table.counters.set(id, version);
  table.rows.push(...((kept ?? []) as readonly Row[]), ...(aside ?? []));
}

function recall(dead: Table, beyond: ReadonlyMap<number, number | undefined>): Refused[] {
  return dead.rows.filter(({ partition, offset }) => beyond.has(partition) && offset > (beyond.get(partition) ?? -1)).map(refused);
}

function isTaken(main: Table): boolean {
  return partitions.every((partition) => main.counters.get(takenId(topic, partition)) === messagesEach - 1);
}

function faultsOf(tables: { readonly [K in Side]: Table }, letters: readonly Row[]): Fault[] {
  const times = (rows: readonly Row[], message: Row): number => rows.filter(({ partition, offset }) => partition === message.partition && offset === message.offset).length;
  return partitions.flatMap((partition) => messagesOf(partition).flatMap((message) => {
    const [main, dead, letter] = [times(tables.main.rows, message), times(tables.dead.rows, message), times(letters, message)];
    const name = `${kindOf(message)} message ${partition}:${message.offset}`;
    return [
      ...(main + dead === 1 ? [] : [`${name} is ${main} times in the table and ${dead} times in the dead table`]),
      ...(kindOf(message) === "good" && dead > 0 ? [`${name} is in the dead table`] : []),
      ...(kindOf(message) === "bad" && main > 0 ? [`${name} is in the table`] : []),
      ...(dead > 0 && letter === 0 ? [`${name} never came to the topic of dead letters`] : []),
    ];
  })).concat(partitions.filter((partition) => (tables.main.counters.get(ownerId(topic, partition)) ?? 0) === 0).map((partition) => `nobody owns partition ${partition}`));
}
