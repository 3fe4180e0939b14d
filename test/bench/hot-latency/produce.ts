/** Produces so many messages a second for so many seconds, each with the time of its own making in it, and prints how many. */
import { Producer } from "@platformatic/kafka";
import { setTimeout as wait } from "node:timers/promises";
import { messageText } from "../hot-throughput/messages.ts";

const [brokers = "", topic = "", perSecond = "", seconds = ""] = process.argv.slice(2);
const producer = new Producer({ clientId: "bench", bootstrapBrokers: brokers.split(","), retries: 200, retryDelay: 25 });
const total = Number(perSecond) * Number(seconds);
// The first send connects, and is none of the figures.
await producer.metadata({ topics: [topic] });
const began = Date.now();
const pending = new Set<Promise<unknown>>();
for (let id = 0; id < total;) {
  const due = Math.min(total, Math.floor(((Date.now() - began) * Number(perSecond)) / 1000));
  if (due > id) {
    const now = Date.now();
    const sent = producer.send({ messages: Array.from({ length: due - id }, (_, k) => ({ topic, value: Buffer.from(messageText(id + k, now)) })) });
    pending.add(sent);
    void sent.finally(() => pending.delete(sent));
    id = due;
  }
  await wait(4);
}
await Promise.all(pending);
console.log(JSON.stringify({ total }));
process.exit();
