import { Admin, Producer } from "@platformatic/kafka";
import { afterEach, expect, test } from "vitest";
import { takenId } from "../../../runtime/ingest/application-ids.ts";
import { openLake } from "../../../runtime/lake.ts";
import { eager, makeTopic, startKafka } from "../../services/kafka.ts";
import type { KafkaAddress } from "../../services/kafka.ts";
import { withServices } from "../../services/with-services.ts";
import { applyPlan } from "../lake/evolving-lake.ts";
import { fedCatalog, feed, makeFedLake, produce, table, taken, totals } from "./fed-lake.ts";
import type { FedLake, FedLakeOptions, Feeding } from "./fed-lake.ts";

const opened: FedLake[] = [];
const running: Feeding[] = [];
afterEach(async () => {
  for (const feeding of running.splice(0)) await feeding.stop().catch(() => undefined);
  for (const fed of opened.splice(0)) await fed.remove();
});

const trips = "@key() id: Int64;\nname: Text | null;";
const message = (id: number, more: object = {}): string => JSON.stringify({ id, ...more });
const numbered = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, index) => message(from + index));

async function make(kafka: KafkaAddress, options: FedLakeOptions): Promise<FedLake> {
  const fed = await makeFedLake(kafka, options);
  opened.push(fed);
  return fed;
}

function start(fed: Parameters<typeof feed>[0], options?: Parameters<typeof feed>[1]): Feeding {
  const feeding = feed(fed, options);
  running.push(feeding);
  return feeding;
}

await withServices(["kafka"], "what is wrong from the start", ({ kafka }) => {
  test("a topic that does not exist is an error that names it and the brokers", async () => {
    const fed = await make(kafka, { body: trips });
    const lake = await openLake({ catalog: fedCatalog("no-such-topic", trips, "100ms"), root: fed.lake().root, project: fed.directory });
    await expect(start({ kafka, lake: () => lake }).ended).rejects.toMatchObject({ code: "TOPIC_NOT_FOUND", message: `There is no topic no-such-topic on ${kafka.brokers.join(", ")}.`, hint: expect.stringContaining("@fromKafka") });
    await lake.close();
  });

  test("a topic of dead letters that does not exist is told before any message is taken", async () => {
    const fed = await make(kafka, { body: trips });
    const lake = await openLake({ catalog: fedCatalog(fed.topic, trips, "100ms", "no-such-dead-topic"), root: fed.lake().root, project: fed.directory });
    await expect(start({ kafka, lake: () => lake }).ended).rejects.toMatchObject({ code: "TOPIC_NOT_FOUND", message: `There is no topic no-such-dead-topic on ${kafka.brokers.join(", ")}, to which rides.trips sends what cannot be a row (its \`deadLetter\`).`, hint: expect.stringContaining("rides.trips__dead") });
    expect((await lake.describe(table)).transactions).toEqual({});
    await lake.close();
  });

  test("a table that was not created is told with what creates it, and nothing is made in its place", async () => {
    const fed = await make(kafka, { body: trips });
    const lake = await openLake({ catalog: fedCatalog(fed.topic, trips, "100ms"), root: `${fed.directory}/elsewhere`, project: fed.directory });
    await expect(start({ kafka, lake: () => lake }).ended).rejects.toMatchObject({ code: "DELTA_TABLE_NOT_FOUND", hint: expect.stringContaining("neuralake apply") });
    await expect(lake.describe(`${fed.directory}/elsewhere/rides/trips__dead`)).rejects.toMatchObject({ code: "DELTA_TABLE_NOT_FOUND" });
    await lake.close();
  });
});

await withServices(["kafka"], "what goes wrong on the way", ({ kafka }) => {
  test("a broker that goes away is waited for, and the messages behind it are taken", async () => {
    const own = await startKafka();
    try {
      const fed = await make(own, { body: trips });
      await produce(fed, numbered(0, 10));
      const feeding = start(fed);
      await taken(feeding, 10);
      await own.kill();
      const waiting = await feeding.until(({ kind }) => kind === "waiting");
      expect(waiting).toMatchObject({ reason: expect.stringContaining(own.brokers[0] ?? "") });
      await own.restart();
      await feeding.until(({ kind }) => kind === "resumed");
      await produce(fed, numbered(10, 20));
      await taken(feeding, 20);
      expect(await fed.rows("SELECT count(*) AS n, count(DISTINCT id) AS d FROM rides.trips")).toEqual([{ n: 20n, d: 20n }]);
    } finally {
      await own.stop();
    }
  });

  test("messages that the broker lost before they were taken are an error with both offsets; to leave them out a person must say so", async () => {
    const fed = await make(kafka, { body: trips });
    await produce(fed, numbered(0, 10));
    const first = start(fed);
    await taken(first, 10);
    await first.stop();
    await produce(fed, numbered(10, 30));
    await deleteBefore(kafka, fed.topic, 25n);
    await expect(start(fed).ended).rejects.toMatchObject({
      code: "OFFSET_LOST",
      message: `rides.trips has taken partition 0 of ${fed.topic} up to offset 9, and the broker's first is 25: the messages 10 to 24 are gone.`,
      hint: "To leave them out and go on at 25: neuralake ingest rides.trips --from-earliest",
    });
    expect((await fed.lake().describe(table)).transactions).toMatchObject({ [takenId(fed.topicId, 0)]: 9 });
    const third = start(fed, { fromEarliest: true });
    await taken(third, 5);
    await third.stop();
    expect(await fed.rows("SELECT id FROM rides.trips WHERE id >= 10 ORDER BY id")).toEqual([25n, 26n, 27n, 28n, 29n].map((id) => ({ id })));
    const notes = (await fed.lake().history(table)).flatMap(({ operationParameters }) => operationParameters?.["note"] ?? []);
    expect(notes).toEqual(["left out: offsets 10 to 24 of partition 0, which the broker had no more"]);
  });

  test("a topic whose beginning is gone before anything was taken begins at its oldest message", async () => {
    const fed = await make(kafka, { body: trips });
    await produce(fed, numbered(0, 10));
    await deleteBefore(kafka, fed.topic, 4n);
    const feeding = start(fed);
    await taken(feeding, 6);
    expect(await fed.rows("SELECT min(id) AS first, count(*) AS n FROM rides.trips")).toEqual([{ first: 4n, n: 6n }]);
  });

  test("a topic made anew under its name is another: its messages are taken from the first", async () => {
    const fed = await make(kafka, { body: trips });
    await produce(fed, numbered(0, 5));
    const first = start(fed);
    await taken(first, 5);
    await first.stop();
    await withAdmin(kafka, (admin) => admin.deleteTopics({ topics: [fed.topic] }));
    const again = await makeTopic(kafka, fed.topic);
    await produce(fed, numbered(100, 103));
    const second = start(fed);
    await taken(second, 3);
    await second.stop();
    expect((await fed.lake().describe(table)).transactions).toMatchObject({ [takenId(fed.topicId, 0)]: 4, [takenId(again, 0)]: 2 });
    expect(await fed.rows("SELECT count(*) AS n FROM rides.trips")).toEqual([{ n: 8n }]);
  });

  test("a lake that is ahead of the catalog is waited for, with the difference; nothing is lost when the catalog follows", async () => {
    const fed = await make(kafka, { body: trips });
    await produce(fed, numbered(0, 5));
    const feeding = start(fed);
    await taken(feeding, 5);
    const longer = `${trips}\nfare: Decimal<10, 2> | null;`;
    const ahead = await openLake({ catalog: fedCatalog(fed.topic, longer, "100ms"), root: fed.lake().root, project: fed.directory });
    await applyPlan(ahead);
    await ahead.close();
    await produce(fed, [message(5, { fare: 1.5 }), message(6)]);
    expect(await feeding.until(({ kind }) => kind === "waiting")).toMatchObject({ reason: "rides.trips is not kept as it is declared: the lake has a column fare besides." });
    expect(totals(feeding.events).messages).toBe(5);
    await fed.declare(longer);
    await taken(feeding, 7);
    expect(await fed.rows("SELECT id, fare FROM rides.trips WHERE id >= 5 ORDER BY id")).toEqual([{ id: 5n, fare: "1.50" }, { id: 6n, fare: null }]);
  });

  test("a rule that changes judges what comes after", async () => {
    const fed = await make(kafka, { body: trips });
    const feeding = start(fed);
    await produce(fed, [message(7)]);
    await taken(feeding, 1);
    await fed.declare("@key() @between(1, 3) id: Int64;\nname: Text | null;");
    await new Promise((resolve) => { setTimeout(resolve, 1_100); });
    await produce(fed, [message(8), message(2)]);
    await taken(feeding, 3);
    expect(await fed.rows("SELECT id FROM rides.trips ORDER BY id")).toEqual([{ id: 2n }, { id: 7n }]);
    expect(await fed.rows("SELECT reason FROM rides.trips__dead")).toEqual([{ reason: "id: 8 breaks the rule: between 1 and 3" }]);
  });
});

await withServices(["kafka"], "strange messages", ({ kafka }) => {
  test("one of ten megabytes is a row when it is good, and is set aside with its bytes when it is not; one too large for the topic of dead letters goes there without them", async () => {
    const fed = await make(kafka, { body: trips, deadLetter: true });
    await withAdmin(kafka, (admin) => admin.incrementalAlterConfigs({ resources: [{ resourceType: 2, resourceName: fed.deadLetter, configs: [{ name: "max.message.bytes", configOperation: 0, value: "1000000" }] }] }));
    const large = "x".repeat(10_000_000);
    await produce(fed, [message(1, { name: large })]);
    await produce(fed, [large]);
    await produce(fed, [message(2)]);
    const feeding = start(fed);
    await taken(feeding, 3);
    await feeding.stop();
    expect(await fed.rows("SELECT id, length(name) AS n FROM rides.trips ORDER BY id")).toEqual([{ id: 1n, n: 10_000_000n }, { id: 2n, n: null }]);
    expect(await fed.rows("SELECT octet_length(payload) AS n FROM rides.trips__dead")).toEqual([{ n: 10_000_000n }]);
  });

  test("a check that cannot be judged for one row sets that row aside, and a text that no partition can bear another", async () => {
    const fed = await make(kafka, {
      body: `@key() id: Int64;\n@partition() city: Text;\nsize: Text;\n@check({ onFail: "reject" }) static isLarge(t: Columns<Trips>) { return sql\`CAST(\${t.size} AS INTEGER) > 3\`; }\n@check({ onFail: "warn" }) static isOdd(t: Columns<Trips>) { return sql\`\${t.id} % 2 = 1\`; }`,
    });
    const row = (id: number, city: string, size: string): string => JSON.stringify({ id, city, size });
    await produce(fed, [row(1, "a", "5"), row(2, "b", "five"), row(3, "", "5"), row(4, "a", "6"), row(5, "b", "2")]);
    const feeding = start(fed);
    await taken(feeding, 5);
    await feeding.stop();
    expect(await fed.rows("SELECT id, city FROM rides.trips ORDER BY id")).toEqual([{ id: 1n, city: "a" }, { id: 4n, city: "a" }]);
    expect(await fed.rows('SELECT "offset" AS o, reason FROM rides.trips__dead ORDER BY o')).toEqual([
      { o: 1n, reason: expect.stringContaining("cannot be judged") }, { o: 2n, reason: expect.stringContaining("partitions the table and is empty text") }, { o: 4n, reason: "isLarge" },
    ]);
    expect(feeding.events).toContainEqual({ kind: "warned", table, check: "isOdd", rows: 1 });
  });

  test("those of a transaction that was aborted are none, those of one that was committed are, and the broker's marks are no lag", async () => {
    const fed = await make(kafka, { body: trips });
    const producer = new Producer({ clientId: "t", bootstrapBrokers: [...kafka.brokers], ...eager, idempotent: true, transactionalId: `t-${fed.topic}`, producerId: -1n, producerEpoch: -1 });
    for (const [from, end] of [[0, "abort"], [10, "commit"], [20, "abort"], [30, "commit"], [40, "abort"]] as const) {
      const transaction = await producer.beginTransaction();
      await transaction.send({ messages: numbered(from, from + 3).map((value) => ({ topic: fed.topic, value: Buffer.from(value) })) });
      await (end === "abort" ? transaction.abort() : transaction.commit());
    }
    await producer.close();
    const feeding = start(fed);
    await taken(feeding, 6);
    expect(await fed.rows("SELECT id FROM rides.trips ORDER BY id")).toEqual([10n, 11n, 12n, 30n, 31n, 32n].map((id) => ({ id })));
    expect(feeding.events.findLast(({ kind }) => kind === "committed")).toMatchObject({ lag: 0 });
  });
});

async function withAdmin<T>(kafka: KafkaAddress, use: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Admin({ clientId: "neuralake-tests", bootstrapBrokers: [...kafka.brokers], ...eager });
  try {
    return await use(admin);
  } finally {
    await admin.close();
  }
}

/** Deletes the messages of partition 0 before an offset, as retention would. */
async function deleteBefore(kafka: KafkaAddress, topic: string, offset: bigint): Promise<void> {
  await withAdmin(kafka, (admin) => admin.deleteRecords({ topics: [{ name: topic, partitions: [{ partition: 0, offset }] }] }));
}
