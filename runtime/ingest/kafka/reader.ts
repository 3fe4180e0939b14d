/** Reads a topic by partition and offset. Whose turn it is to read what is the group's affair and not known here. */
import { Consumer, ListOffsetTimestamps } from "@platformatic/kafka";
import { Failure } from "../../values/failure.ts";
import { clientOptions, isProtocolError, isUnknownTopic } from "./connection.ts";
import { offsetOf, portionOf } from "./records.ts";
import type { FetchResponse, Portion } from "./records.ts";

/** A topic as the broker has it: its id, and how many partitions. */
export interface TopicFacts { readonly id: string; readonly partitions: number }

/** Raised for a partition that cannot be read where it was asked to be. */
export interface OutOfRange { readonly partition: number; readonly asked: number; readonly first: number; readonly end: number }

export type Read =
  | { readonly kind: "portions"; readonly portions: readonly Portion[] }
  | { readonly kind: "out of range"; readonly partitions: readonly OutOfRange[] };

export interface Reader {
  /** TOPIC_NOT_FOUND when there is none; `anew` asks the broker even when the answer is known. */
  facts(anew?: boolean): Promise<TopicFacts>;
  /** The broker that serves a partition, as far as was heard last; -1 before. */
  leader(partition: number): number;
  /** The offset of the oldest message of each partition. */
  earliest(partitions: readonly number[]): Promise<ReadonlyMap<number, number>>;
  /** What a broker has of these partitions from these offsets on; waits for the first message, and not for long. */
  read(broker: number, positions: ReadonlyMap<number, number>): Promise<Read>;
  close(): Promise<void>;
}

/** How long a broker holds back an answer that would be empty. */
const answerMs = 500;
const partitionBytes = 4 * 1024 * 1024;
const answerBytes = 16 * 1024 * 1024;

/** A reader of one topic; connects when it is first asked. */
export function openReader(brokers: readonly string[], topic: string): Reader {
  // It never joins a group; the library wants a name for one all the same.
  const client = new Consumer({ ...clientOptions(brokers, "neuralake-ingest"), groupId: "neuralake-reader", minBytes: 1, maxBytes: answerBytes, maxWaitTime: answerMs });
  client.topics.track(topic);
  let leaders: readonly number[] = [];
  const facts = async (anew = false): Promise<TopicFacts> => {
    if (anew) client.clearMetadata();
    const { topics } = await client.metadata({ topics: [topic], retries: 4 }).catch((error: unknown) => {
      throw isUnknownTopic(error) ? topicNotFound(brokers, topic, error) : error;
    });
    const found = topics.get(topic);
    if (found === undefined) throw topicNotFound(brokers, topic);
    leaders = found.partitions.map(({ leader }) => leader);
    return { id: found.id, partitions: leaders.length };
  };
  return {
    facts,
    leader: (partition) => leaders[partition] ?? -1,
    async earliest(partitions) {
      const offsets = await client.listOffsets({ topics: [topic], partitions: { [topic]: [...partitions] }, timestamp: ListOffsetTimestamps.EARLIEST });
      const found = offsets.get(topic) ?? [];
      return new Map(partitions.map((partition) => [partition, offsetOf(found[partition] ?? 0n)]));
    },
    async read(broker, positions) {
      const { id } = await facts();
      const partitions = [...positions].map(([partition, offset]) => ({ partition, fetchOffset: BigInt(offset), partitionMaxBytes: partitionBytes, currentLeaderEpoch: -1, lastFetchedEpoch: -1 }));
      try {
        return portions(await client.fetch({ node: broker, topics: [{ topicId: id, partitions }], maxBytes: answerBytes }), positions);
      } catch (error) {
        if (!isProtocolError(error, "OFFSET_OUT_OF_RANGE")) throw error;
        return { kind: "out of range", partitions: await outOfRange(client, topic, positions) };
      }
    },
    close: () => client.close(true),
  };
}

function portions({ responses }: FetchResponse, positions: ReadonlyMap<number, number>): Read {
  return { kind: "portions", portions: responses.flatMap(({ partitions }) => partitions.flatMap((answer) => {
    const from = positions.get(answer.partitionIndex);
    return from === undefined ? [] : [portionOf(answer, from)];
  })) };
}

/** The partitions whose offset lies before the first or behind the last that the broker has. */
async function outOfRange(client: Consumer, topic: string, positions: ReadonlyMap<number, number>): Promise<readonly OutOfRange[]> {
  const asked = { topics: [topic], partitions: { [topic]: [...positions.keys()] } };
  const [first, end] = await Promise.all([client.listOffsets({ ...asked, timestamp: ListOffsetTimestamps.EARLIEST }), client.listOffsets({ ...asked, timestamp: ListOffsetTimestamps.LATEST })]);
  return [...positions].map(([partition, offset]) => ({
    partition, asked: offset, first: offsetOf(first.get(topic)?.[partition] ?? 0n), end: offsetOf(end.get(topic)?.[partition] ?? 0n),
  })).filter((range) => range.asked < range.first || range.asked > range.end);
}

function topicNotFound(brokers: readonly string[], topic: string, cause?: unknown): Failure {
  return new Failure("TOPIC_NOT_FOUND", `There is no topic ${topic} on ${brokers.join(", ")}.`, { hint: "Make it, or mend its name in @fromKafka or the brokers in neuralake.config.ts.", retry: true, place: { value: topic }, cause });
}
