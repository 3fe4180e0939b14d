/** Keeps the inbox filled with the messages of the partitions that are followed, one question at a time to each broker. */
import type { Portion } from "./kafka/records.ts";
import type { OutOfRange, Reader } from "./kafka/reader.ts";
import type { Inbox } from "./inbox.ts";

export interface Puller {
  /** Reads a partition from an offset on; what was read of it before is forgotten. */
  follow(partition: number, from: number): void;
  leave(partition: number): void;
  /** There is room in the inbox again. */
  resume(): void;
  /** How many offsets of a partition the broker has that are not in the inbox yet; undefined before it was asked. */
  ahead(partition: number): number | undefined;
  close(): Promise<void>;
}

export interface PullerOptions {
  readonly reader: Reader;
  readonly inbox: Inbox;
  /** Reading stops while the inbox holds so much. */
  readonly messagesMax: number;
  readonly bytesMax: number;
  /** Pause after an answer that was nearly empty, so that a slow stream is not asked for message by message. */
  readonly restMs: number;
  readonly arrived: () => void;
  readonly outOfRange: (partition: OutOfRange) => void;
  /** A broker could not be read; it is tried again after the promise resolves. */
  readonly trouble: (error: unknown) => Promise<void>;
  /** A broker was read. */
  readonly well: () => void;
}

/** An answer of fewer bytes is nearly empty. */
const smallBytes = 64 * 1024;

interface Position { next: number; end: number | undefined }

/** A puller that follows nothing yet. */
export function openPuller(options: PullerOptions): Puller {
  const { reader, inbox } = options;
  const positions = new Map<number, Position>();
  const busy = new Map<number, Promise<void>>();
  let closed = false;
  const isFull = (): boolean => inbox.messages >= options.messagesMax || inbox.bytes >= options.bytesMax;

  const take = (portion: Portion, position: Position | undefined, asked: number): number => {
    // Left, or followed anew, while the broker was asked.
    if (position === undefined || positions.get(portion.partition) !== position || position.next !== asked) return 0;
    position.next = portion.next;
    position.end = portion.end;
    inbox.add(portion.partition, portion.messages, portion.bytes, Date.now());
    return portion.bytes;
  };

  const readOnce = async (broker: number, followed: ReadonlyMap<number, Position>): Promise<void> => {
    const asked = new Map([...followed].map(([partition, { next }]) => [partition, next]));
    const read = await reader.read(broker, asked);
    if (closed) return;
    options.well();
    if (read.kind === "out of range") {
      for (const range of read.partitions) if (positions.get(range.partition)?.next === range.asked) options.outOfRange(range);
      // Nothing but a moment's disagreement between two brokers, or told just now: not to be asked in a hurry.
      return await pause(Math.max(options.restMs, 50));
    }
    const bytes = read.portions.reduce((sum, portion) => sum + take(portion, followed.get(portion.partition), asked.get(portion.partition) ?? -1), 0);
    if (bytes > 0) options.arrived();
    if (bytes < smallBytes && bytes > 0 && options.restMs >= 1) await pause(options.restMs);
  };

  const serve = async (broker: number, followed: ReadonlyMap<number, Position>): Promise<void> => {
    await readOnce(broker, followed).catch(async (error: unknown) => { if (!closed) await options.trouble(error); });
    busy.delete(broker);
    step();
  };

  const step = (): void => {
    if (closed || positions.size === 0 || isFull()) return;
    const byBroker = Map.groupBy(positions, ([partition]) => reader.leader(partition));
    for (const [broker, followed] of byBroker) if (!busy.has(broker)) busy.set(broker, serve(broker, new Map(followed)));
  };

  return {
    follow(partition, from) {
      inbox.drop(partition);
      positions.set(partition, { next: from, end: undefined });
      step();
    },
    leave(partition) {
      inbox.drop(partition);
      positions.delete(partition);
    },
    resume: step,
    ahead(partition) {
      const { next, end } = positions.get(partition) ?? { next: 0, end: undefined };
      return end === undefined ? undefined : Math.max(0, end - next);
    },
    async close() {
      closed = true;
      await reader.close();
      await Promise.allSettled(busy.values());
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, ms); });
}
