/** Sends messages that could not become rows to the topic of dead letters, as they came, with where they came from in headers. */
import { Producer, ProduceAcks } from "@platformatic/kafka";
import type { MessageToProduce } from "@platformatic/kafka";
import type { Refused } from "../message.ts";
import { clientOptions, isProtocolError } from "./connection.ts";

export interface Letters {
  /** Resolves when every replica in step has them. At least once: after a crash the same may be sent again. */
  send(refused: readonly Refused[]): Promise<void>;
  close(): Promise<void>;
}

/** A sender to `to` of messages of the topic `from`; connects when it first sends. */
export function openLetters(brokers: readonly string[], from: string, to: string): Letters {
  const producer = new Producer({ ...clientOptions(brokers, "neuralake-dead-letters"), acks: ProduceAcks.ALL, autocreateTopics: false });
  const sendAll = async (messages: readonly MessageToProduce[]): Promise<void> => {
    if (messages.length > 0) await producer.send({ messages: [...messages] });
  };
  return {
    async send(refused) {
      const letters = refused.map((message) => letterOf(from, to, message));
      try {
        await sendAll(letters);
      } catch (error) {
        if (!isTooLarge(error)) throw error;
        // One too large for this topic must not hold up the others; the dead table has its bytes.
        for (const letter of letters) {
          await sendAll([letter]).catch(async (alone: unknown) => {
            if (!isTooLarge(alone)) throw alone;
            await sendAll([withoutValue(letter)]);
          });
        }
      }
    },
    close: () => producer.close(),
  };
}

function isTooLarge(error: unknown): boolean {
  return isProtocolError(error, "MESSAGE_TOO_LARGE") || isProtocolError(error, "RECORD_LIST_TOO_LARGE");
}

function letterOf(from: string, to: string, { partition, offset, reason, payload, key }: Refused): MessageToProduce {
  const headers = { "neuralake.topic": from, "neuralake.partition": String(partition), "neuralake.offset": String(offset), "neuralake.reason": reason };
  return {
    topic: to,
    ...(key === null ? {} : { key: Buffer.from(key) }),
    value: Buffer.from(payload),
    headers: new Map(Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)])),
  };
}

function withoutValue(letter: MessageToProduce): MessageToProduce {
  const headers = new Map(letter.headers instanceof Map ? letter.headers : []);
  headers.set(Buffer.from("neuralake.bytes-left-out"), Buffer.from(String(letter.value?.length ?? 0)));
  return { ...letter, value: Buffer.alloc(0), headers };
}
