/** What a process knows of the partitions it owns: a value that each commit replaces. */
import type { Expectations } from "../delta/commit/conflict.ts";
import { ownerId, takenId } from "./application-ids.ts";
import type { Message, Refused } from "./message.ts";
import type { Counters, Side } from "./script.ts";

/** A message that the dead table holds beyond what was taken, and whether the topic of dead letters has it from us. */
interface Aside { readonly message: Refused; readonly sent: boolean }

export interface Owned {
  /** Ours, as both tables have it. */
  readonly epoch: number;
  /** The last offset taken; undefined before the first. */
  readonly taken: number | undefined;
  /** The same counter in the dead table: no row of the partition there has a greater offset. */
  readonly dead: number | undefined;
  /** By offset: neither judged nor written again. */
  readonly aside: ReadonlyMap<number, Aside>;
}

/** By partition. */
export type Ownership = ReadonlyMap<number, Owned>;

/** An offset by partition. */
export type Offsets = ReadonlyMap<number, number>;

/** The entries of these partitions. */
export function only<V>(map: ReadonlyMap<number, V>, partitions: ReadonlySet<number>): ReadonlyMap<number, V> {
  return new Map([...map].filter(([partition]) => partitions.has(partition)));
}

/** The counters that a commit raises to `last`, and what it demands of them and of the owners. A counter that is as high already stays. */
export function demands(topicId: string, owned: Ownership, counter: "taken" | "dead", last: Offsets): { readonly counters: Counters; readonly expects: Expectations } {
  const counters = new Map<string, number>();
  const expects = new Map<string, number | undefined>();
  for (const [partition, offset] of last) {
    const state = owned.get(partition);
    const id = takenId(topicId, partition);
    expects.set(ownerId(topicId, partition), state?.epoch);
    expects.set(id, state?.[counter]);
    if (offset > (state?.[counter] ?? -1)) counters.set(id, offset);
  }
  return { counters, expects };
}

/** Whether both tables count a partition as we left it. */
export function isOurs(topicId: string, partition: number, { epoch, taken, dead }: Owned, counters: { readonly [K in Side]: Counters }): boolean {
  const [id, owner] = [takenId(topicId, partition), ownerId(topicId, partition)];
  const { main, dead: aside } = counters;
  return main.get(owner) === epoch && aside.get(owner) === epoch && main.get(id) === taken && aside.get(id) === dead;
}

/** The messages set aside up to `last` that the topic of dead letters has not from us, with their keys where they are at hand. */
export function unsent(owned: Ownership, last: Offsets, batch: ReadonlyMap<number, readonly Message[]>): readonly Refused[] {
  return [...owned].flatMap(([partition, { aside }]) => {
    const waiting = [...aside.values()].filter(({ message, sent }) => !sent && message.offset <= (last.get(partition) ?? -1));
    const keys = new Map(waiting.length === 0 ? [] : batch.get(partition)?.map(({ offset, key }) => [offset, key]));
    return waiting.map(({ message }) => ({ ...message, key: keys.get(message.offset) ?? message.key }));
  });
}

/** After a commit to the dead table. */
export function afterAside(owned: Ownership, refused: readonly Refused[]): Ownership {
  return each(owned, (state, partition) => {
    const mine = refused.filter((message) => message.partition === partition);
    const dead = Math.max(state.dead ?? -1, ...mine.map(({ offset }) => offset));
    return mine.length === 0 ? state : { ...state, dead, aside: new Map([...state.aside, ...mine.map((message) => [message.offset, { message, sent: false }] as const)]) };
  });
}

/** After the topic of dead letters has them. */
export function afterSent(owned: Ownership, refused: readonly Refused[]): Ownership {
  return each(owned, (state, partition) => {
    const mine = refused.filter((message) => message.partition === partition);
    return mine.length === 0 ? state : { ...state, aside: new Map([...state.aside, ...mine.map((message) => [message.offset, { message, sent: true }] as const)]) };
  });
}

/** After a commit to the table: what was set aside up to there is done with. */
export function afterTaken(owned: Ownership, last: Offsets): Ownership {
  return each(owned, (state, partition) => {
    const taken = last.get(partition);
    return taken === undefined ? state : { ...state, taken, aside: new Map([...state.aside].filter(([offset]) => offset > taken)) };
  });
}

function each(owned: Ownership, change: (state: Owned, partition: number) => Owned): Ownership {
  return new Map([...owned].map(([partition, state]) => [partition, change(state, partition)]));
}
