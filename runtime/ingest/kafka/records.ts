/**
 * The messages in a fetched portion of a partition: record batches (Kafka protocol, "Record Batch") without the broker's own control
 * records, and without those of transactions that were aborted.
 */
import type { Consumer, RecordsBatch } from "@platformatic/kafka";
import type { Message } from "../message.ts";

export interface Portion {
  readonly partition: number;
  readonly messages: readonly Message[];
  readonly bytes: number;
  /** The offset to read from next: behind everything here, control records too. */
  readonly next: number;
  /** The offset behind the last that can be read. */
  readonly end: number;
}

/** What the library makes of a broker's answer to a fetch. */
export type FetchResponse = Awaited<ReturnType<Consumer["fetch"]>>;
type FetchResponsePartition = FetchResponse["responses"][number]["partitions"][number];

const controlBit = 0x20;
const transactionalBit = 0x10;
/** The version and the type of a control record are its key; type 0 ends a transaction by aborting it. */
const abortType = 0;

/** What a partition's answer holds from the offset `from` on: a batch is sent whole, also when only its end was asked for. */
export function portionOf(answer: FetchResponsePartition, from: number): Portion {
  const { partitionIndex: partition } = answer;
  const messages: Message[] = [];
  const aborted = abortedProducers(answer);
  let [bytes, next] = [0, from];
  for (const batch of answer.records ?? []) {
    const first = offsetOf(batch.firstOffset);
    next = Math.max(next, first + batch.lastOffsetDelta + 1);
    if (!aborted.keeps(batch, first)) continue;
    bytes += batch.length;
    for (const { offsetDelta, timestampDelta, key, value } of batch.records) {
      const offset = first + offsetDelta;
      if (offset >= from) messages.push({ partition, offset, timestamp: Number(batch.firstTimestamp + timestampDelta), key, value });
    }
  }
  return { partition, messages, bytes, next, end: offsetOf(answer.lastStableOffset >= 0n ? answer.lastStableOffset : answer.highWatermark) };
}

/** An offset as a number: 2^53 of them are more than a partition ever holds. */
export function offsetOf(offset: bigint): number {
  return Number(offset);
}

/** Which batches are to be read, told in their order: a producer's are left out from where its transaction began to where it was aborted. */
function abortedProducers({ abortedTransactions }: FetchResponsePartition): { keeps(batch: RecordsBatch, first: number): boolean } {
  const begins = (abortedTransactions ?? []).map(({ producerId, firstOffset }) => ({ producerId, first: offsetOf(firstOffset) })).toSorted((left, right) => left.first - right.first);
  const open = new Set<bigint>();
  return {
    keeps(batch, first) {
      while (begins[0] !== undefined && begins[0].first <= first + batch.lastOffsetDelta) open.add(begins.shift()?.producerId ?? -1n);
      if ((batch.attributes & controlBit) !== 0) {
        if (batch.records[0]?.key?.readInt16BE(2) === abortType) open.delete(batch.producerId);
        return false;
      }
      return (batch.attributes & transactionalBit) === 0 || !open.has(batch.producerId);
    },
  };
}
