/** The library's own consumer, decoding each message and discarding it. Prints seconds from the group's assignment to the last message. */
import { Consumer } from "@platformatic/kafka";

const [brokers = "", topic = "", messages = ""] = process.argv.slice(2);
const consumer = new Consumer({ clientId: "bare", groupId: `bare-${crypto.randomUUID()}`, bootstrapBrokers: brokers.split(","), retries: 200, retryDelay: 25 });
const stream = await consumer.consume({ topics: [topic], mode: "earliest", autocommit: false });
const began = performance.now();
let [seen, sum] = [0, 0];
await new Promise<void>((resolve, reject) => {
  stream.on("error", reject);
  stream.on("data", ({ value }) => {
    sum += (JSON.parse(value.toString()) as { id: number }).id;
    if (++seen >= Number(messages)) resolve();
  });
});
console.log(JSON.stringify({ seconds: (performance.now() - began) / 1000, sum }));
process.exit();
