import { expect, test } from "vitest";
import { Producer } from "@platformatic/kafka";
import { makeFedProject } from "../runtime/ingest/fed-project.ts";
import type { FedProject } from "../runtime/ingest/fed-project.ts";
import { eager, makeTopic } from "../services/kafka.ts";
import type { KafkaAddress } from "../services/kafka.ts";
import { withServices } from "../services/with-services.ts";
import { makeShop, outcomeOf, printed, runCommand, startCommand } from "./command.ts";

test("without brokers ingest is wrong use, and so is a variable that names none; both say how to name them", async () => {
  const shop = await makeShop();
  try {
    const without = await runCommand(shop.folder, ["ingest", "--json"], { NEURALAKE_KAFKA_BROKERS: "" });
    expect([without.code, JSON.parse(without.stdout)]).toEqual([2, { error: { code: "CONFIG_INVALID", message: "No brokers are configured.", hint: expect.stringContaining("NEURALAKE_KAFKA_BROKERS=host:port") } }]);
    const wrong = await runCommand(shop.folder, ["ingest", "--json"], { NEURALAKE_KAFKA_BROKERS: "localhost" });
    expect([wrong.code, JSON.parse(wrong.stdout)]).toMatchObject([2, { error: { code: "CONFIG_INVALID", message: 'NEURALAKE_KAFKA_BROKERS names "localhost", which is no broker.' } }]);
    const unfed = await runCommand(shop.folder, ["ingest", "--json"], { NEURALAKE_KAFKA_BROKERS: "localhost:1" });
    expect([unfed.code, JSON.parse(unfed.stdout)]).toMatchObject([1, { error: { code: "TABLE_NOT_FED" } }]);
    const named = await runCommand(shop.folder, ["ingest", "shop.orders", "--json"], { NEURALAKE_KAFKA_BROKERS: "localhost:1" });
    expect([named.code, JSON.parse(named.stdout)]).toMatchObject([1, { error: { code: "TABLE_NOT_FED", message: "No topic feeds shop.orders." } }]);
  } finally {
    await shop.remove();
  }
});

await withServices(["kafka"], "neuralake ingest", ({ kafka }) => {
  const withProject = async (freshness: string, use: (project: FedProject, topic: string) => Promise<void>): Promise<void> => {
    const topic = `ingest-${crypto.randomUUID()}`;
    const project = await makeFedProject({ topic, freshness, body: "@key() id: Int64;" });
    try {
      await use(project, topic);
    } finally {
      await project.remove();
    }
  };
  const env = { NEURALAKE_KAFKA_BROKERS: kafka.brokers.join(",") };

  test("feeds all fed tables, tells in lines of JSON, and commits what is in hand when it is told to end", () => withProject("60s", async (project, topic) => {
    await makeTopic(kafka, topic);
    await send(kafka, topic, ['{"id":1}', "bad"]);
    const child = startCommand(project.folder, ["ingest", "--json"], env);
    const ended = outcomeOf(child);
    await printed(child, /"owns"/);
    // In hand for half a minute, were it not for the signal.
    await new Promise((resolve) => { setTimeout(resolve, 1_500); });
    child.kill("SIGTERM");
    const { code, stdout } = await ended;
    const lines = stdout.trim().split("\n").map((line) => JSON.parse(line) as unknown);
    expect([code, lines]).toEqual([0, [
      { kind: "owns", topic, partitions: [0], table: "rides.trips" },
      { kind: "committed", rows: 1, dead: 1, version: 2, lag: 0, table: "rides.trips" },
    ]]);
    expect(await project.rows("SELECT id FROM rides.trips")).toEqual([{ id: 1n }]);
  }));

  test("a table that is named and cannot be fed ends it with an error; one of all is told of and tried again", () => withProject("100ms", async (project, topic) => {
    const named = await runCommand(project.folder, ["ingest", "rides.trips", "--json"], env);
    expect(named.code).toBe(1);
    expect(JSON.parse(named.stdout)).toMatchObject({ error: { code: "TOPIC_NOT_FOUND", message: expect.stringContaining(topic) } });
    const child = startCommand(project.folder, ["ingest", "--json"], env);
    const ended = outcomeOf(child);
    await printed(child, /"failed".*TOPIC_NOT_FOUND/);
    await makeTopic(kafka, topic);
    await send(kafka, topic, ['{"id":2}']);
    await printed(child, /"committed"/);
    child.kill("SIGINT");
    expect((await ended).code).toBe(0);
    expect(await project.rows("SELECT id FROM rides.trips")).toEqual([{ id: 2n }]);
  }));

  test("says to people what it reads and what it waits for, and nothing on stdout", () => withProject("100ms", async (project, topic) => {
    await makeTopic(kafka, topic);
    const child = startCommand(project.folder, ["ingest"], env);
    const ended = outcomeOf(child);
    await printed(child, /reads 1 partition/);
    child.kill("SIGTERM");
    expect(await ended).toEqual({ code: 0, stdout: "", stderr: `rides.trips reads 1 partition of ${topic}\n` });
  }));
});

async function send(kafka: KafkaAddress, topic: string, values: readonly string[]): Promise<void> {
  const producer = new Producer({ clientId: "neuralake-tests", bootstrapBrokers: [...kafka.brokers], ...eager });
  await producer.send({ messages: values.map((value) => ({ topic, value: Buffer.from(value) })) });
  await producer.close();
}
