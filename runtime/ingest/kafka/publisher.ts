/** Sends messages of one's own to a topic: what replays and producers in TypeScript stand on. */
import { Admin, ProduceAcks, Producer } from "@platformatic/kafka";
import { clientOptions, isProtocolError } from "./connection.ts";

export interface Publisher {
  /** Resolves when every replica in step has them. */
  send(values: readonly Uint8Array[]): Promise<void>;
  close(): Promise<void>;
}

/** Makes the topics that are not there yet, each of one partition. */
export async function makeTopics(brokers: readonly string[], topics: readonly string[]): Promise<void> {
  const admin = new Admin(clientOptions(brokers, "neuralake-topics"));
  try {
    for (const topic of topics) {
      await admin.createTopics({ topics: [topic], partitions: 1, replicas: -1 }).catch((error: unknown) => {
        if (!isProtocolError(error, "TOPIC_ALREADY_EXISTS")) throw error;
      });
    }
  } finally {
    await admin.close();
  }
}

/** A sender to one topic; connects when it first sends. */
export function openPublisher(brokers: readonly string[], topic: string): Publisher {
  // Without idempotence the library sends a batch again that the broker had taken in part.
  const producer = new Producer({ ...clientOptions(brokers, "neuralake-publisher"), acks: ProduceAcks.ALL, idempotent: true, autocreateTopics: false });
  return {
    async send(values) {
      if (values.length > 0) await producer.send({ messages: values.map((value) => ({ topic, value: Buffer.from(value.buffer, value.byteOffset, value.byteLength) })) });
    },
    close: () => producer.close(),
  };
}
