/** Keeps the inbox filled with the messages of the partitions that are followed, one question at a time to each broker. */
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
  const serve = async (broker: number, followed: ReadonlyMap<number, Position>): Promise<void> => {
    try {
      await readOnce(options, broker, followed, (partition) => (closed ? undefined : positions.get(partition)));
    } catch (error) {
      if (!closed) await options.trouble(error);
    }
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

/** Asks a broker once and puts what it has into the inbox; of a partition that was left, or followed anew meanwhile (`now` tells), nothing is kept. */
async function readOnce({ reader, inbox, restMs, arrived, outOfRange, well }: PullerOptions, broker: number, followed: ReadonlyMap<number, Position>, now: (partition: number) => Position | undefined): Promise<void> {
  const asked = new Map([...followed].map(([partition, { next }]) => [partition, next]));
  const read = await reader.read(broker, asked);
  well();
  if (read.kind === "out of range") {
    for (const range of read.partitions) if (now(range.partition)?.next === range.asked) outOfRange(range);
    // Whoever hears of it decides; until then the same would be asked in vain.
    return await pause(Math.max(restMs, refusedMs));
  }
  let bytes = 0;
  for (const { partition, messages, bytes: own, next, end } of read.portions) {
    const position = now(partition);
    if (position === undefined || position !== followed.get(partition) || position.next !== asked.get(partition)) continue;
    [position.next, position.end] = [next, end];
    inbox.add(partition, messages, own, Date.now());
    bytes += own;
  }
  if (bytes > 0) arrived();
  if (bytes > 0 && bytes < smallBytes && restMs >= 1) await pause(restMs);
}

const refusedMs = 50;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, ms); });
}
