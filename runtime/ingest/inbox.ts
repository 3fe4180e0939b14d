/** Messages that were read and not taken yet, by partition in their order, and since when they wait. Bounded by whoever fills it. */
import type { Batch } from "./take.ts";
import type { Message } from "./message.ts";

export interface Inbox {
  /** Messages of one partition, behind those that are there. */
  add(partition: number, messages: readonly Message[], bytes: number, now: number): void;
  /** Everything of these partitions; the inbox is empty after. What is of no partition among them is dropped. */
  drain(partitions: ReadonlySet<number>): Batch;
  drop(partition: number): void;
  /** How many messages of a partition wait. */
  of(partition: number): number;
  readonly messages: number;
  readonly bytes: number;
  /** When the first that is still here came; undefined when nothing is. */
  readonly since: number | undefined;
}

/** An empty one. */
export function openInbox(): Inbox {
  const waiting = new Map<number, { readonly messages: Message[]; bytes: number }>();
  let since: number | undefined;
  const sum = (measure: (slot: { readonly messages: readonly Message[]; readonly bytes: number }) => number): number => [...waiting.values()].reduce((total, slot) => total + measure(slot), 0);
  return {
    add(partition, messages, bytes, now) {
      if (messages.length === 0) return;
      const slot = waiting.getOrInsertComputed(partition, () => ({ messages: [], bytes: 0 }));
      for (const message of messages) slot.messages.push(message);
      slot.bytes += bytes;
      since ??= now;
    },
    drain(partitions) {
      const batch = new Map([...waiting].filter(([partition]) => partitions.has(partition)).map(([partition, { messages }]) => [partition, messages]));
      waiting.clear();
      since = undefined;
      return batch;
    },
    drop(partition) {
      waiting.delete(partition);
      if (waiting.size === 0) since = undefined;
    },
    of: (partition) => waiting.get(partition)?.messages.length ?? 0,
    get messages() { return sum((slot) => slot.messages.length); },
    get bytes() { return sum((slot) => slot.bytes); },
    get since() { return since; },
  };
}
