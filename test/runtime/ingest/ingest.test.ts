import { Admin, Consumer } from "@platformatic/kafka";
import { afterEach, expect, test } from "vitest";
import { ownerId, takenId } from "../../../runtime/ingest/application-ids.ts";
import { createMetrics, lagName, sumBy } from "../../../runtime/governance/metrics.ts";
import type { Lake } from "../../../runtime/lake.ts";
import { eager, makeTopic } from "../../services/kafka.ts";
import type { KafkaAddress } from "../../services/kafka.ts";
import { withServices } from "../../services/with-services.ts";
import { feed, makeFedLake, produce, taken, totals } from "./fed-lake.ts";
import type { FedLake, FedLakeOptions, Feeding } from "./fed-lake.ts";

const opened: FedLake[] = [];
const running: Feeding[] = [];
afterEach(async () => {
  for (const feeding of running.splice(0)) await feeding.stop().catch(() => undefined);
  for (const fed of opened.splice(0)) await fed.remove();
});

const trips = "@key() @from(\"trip.id\") id: Int64;\n@from(\"trip.fare\") fare: Decimal<10, 2> | null;";

await withServices(["kafka"], "messages of a topic", ({ kafka }) => {
  const make = async (options: FedLakeOptions): Promise<FedLake> => {
    const fed = await makeFedLake(kafka, options);
    opened.push(fed);
    return fed;
  };
  const start = (fed: Pick<FedLake, "kafka" | "lake">, options?: Parameters<typeof feed>[1]): Feeding => {
    const feeding = feed(fed, options);
    running.push(feeding);
    return feeding;
  };

  test("become rows: along paths, out of the envelope, with every digit, and the commit counts them", async () => {
    const fed = await make({
      body: `${trips}\n@kafka("timestamp") seen_at: Timestamp;\n@kafka("offset") o: Int64;\n@kafka("partition") p: Int32;\n@kafka("key") car: Text | null;\n@partition() @dayOf("seen_at") seen_day: Day;`,
    });
    await produce(fed, [{ key: "tram", value: '{"trip":{"id":9007199254740993,"fare":12345678.91,"more":[1]},"other":null}' }, '{"trip":{"id":2,"fare":null}}', '{"trip":{"id":3}}']);
    const feeding = start(fed);
    await taken(feeding, 3);
    await feeding.stop();
    const rows = await fed.rows("SELECT id, fare, o, p, car, seen_day = CAST(seen_at AS DATE) AS same FROM rides.trips ORDER BY o");
    expect(rows).toEqual([
      { id: 9007199254740993n, fare: "12345678.91", o: 0n, p: 0, car: "tram", same: true },
      { id: 2n, fare: null, o: 1n, p: 0, car: null, same: true },
      { id: 3n, fare: null, o: 2n, p: 0, car: null, same: true },
    ]);
    const { transactions } = await fed.lake().describe("rides.trips");
    expect(transactions).toEqual({ [takenId(fed.topicId, 0)]: 2, [ownerId(fed.topicId, 0)]: 1 });
    expect((await fed.lake().describe("rides.trips__dead")).transactions).toEqual({ [ownerId(fed.topicId, 0)]: 1 });
  });

  test("that cannot be rows are set aside, each with reason, place and bytes, and go to the topic of dead letters; the others pass", async () => {
    const fed = await make({
      deadLetter: true,
      body: `${trips}\n@between(1, 8) people: Int8;\nkind: "bus" | "tram";\n@dayOf("at") day: Day | null;\nat: Timestamp | null;\n@check({ onFail: "reject" }) static isPaid(t: Columns<Trips>) { return sql\`\${t.fare} <> 13\`; }\n@check({ onFail: "quarantine" }) static isSmall(t: Columns<Trips>) { return sql\`\${t.id} < 1000\`; }`,
    });
    const good = (id: number, more: object = {}): string => JSON.stringify({ trip: { id }, people: 1, kind: "bus", ...more });
    const bad: readonly (readonly [string | Uint8Array | null, string])[] = [
      ["{nonsense", "the message is not JSON: Expected property name or '}' in JSON at position 1 (line 1 column 2)"],
      ["[1]", "the message is JSON, and no object"],
      [new Uint8Array([0xff, 0xfe]), "the message is not UTF-8 text"],
      [null, "the message has no value (a tombstone)"],
      ['{"trip":{},"people":1,"kind":"bus"}', "trip.id: is missing"],
      [good(1, { people: null }), "people: null the column is never null"],
      [good(2, { people: 9 }), "people: 9 breaks the rule: between 1 and 8"],
      [good(3, { people: 300 }), "people: 300 is not Int8."],
      [good(4, { kind: "car" }), 'kind: "car" is not "bus" | "tram".'],
      ['{"trip":{"id":"5"},"people":1,"kind":"bus"}', 'trip.id: "5" is not Int64.'],
      ['{"trip":{"id":9223372036854775808},"people":1,"kind":"bus"}', "trip.id: 9223372036854775808 is not Int64."],
      ['{"trip":{"id":6,"fare":1.005},"people":1,"kind":"bus"}', 'trip.fare: "1.005" has more than 2 digits after the point: the column is Decimal<10, 2>.'],
      [good(7, { trip: { id: 7, fare: 13 } }), "isPaid"],
      [good(1_000), "isSmall"],
      [good(8, { at: "2026-08-01T00:00:00Z", day: "2026-08-02" }), "day: 2026-08-02 is not the day of at (2026-08-01)"],
    ];
    await produce(fed, bad.flatMap(([value], index) => [good(100 + index), value]));
    const feeding = start(fed);
    await taken(feeding, bad.length * 2);
    await feeding.stop();
    expect(await fed.rows("SELECT id FROM rides.trips ORDER BY id")).toEqual(bad.map((_, index) => ({ id: BigInt(100 + index) })));
    const dead = await fed.rows('SELECT reason, place, payload, origin, "offset" FROM rides.trips__dead ORDER BY "offset"');
    expect(dead).toEqual(bad.map(([value, reason], index) => ({
      reason, place: `${fed.topic} partition 0 offset ${index * 2 + 1}`, payload: new Uint8Array(Buffer.from((value ?? "") as string)), origin: takenId(fed.topicId, 0), offset: BigInt(index * 2 + 1),
    })));
    const letters = await consumed(kafka, fed.deadLetter, bad.length);
    expect(letters.map(({ value, headers }) => [value.toString("hex"), headers["neuralake.topic"], headers["neuralake.partition"], headers["neuralake.offset"], headers["neuralake.reason"]]))
      .toEqual(bad.map(([value, reason], index) => [Buffer.from((value ?? "") as string).toString("hex"), fed.topic, "0", String(index * 2 + 1), reason]));
  });

  test("that were set aside when their topic of dead letters went away are waited with, and sent by whoever comes next, keys and all", async () => {
    const fed = await make({ body: trips, deadLetter: true });
    const first = start(fed);
    await produce(fed, ['{"trip":{"id":1}}']);
    await taken(first, 1);
    const admin = new Admin({ clientId: "neuralake-tests", bootstrapBrokers: [...kafka.brokers], ...eager });
    await admin.deleteTopics({ topics: [fed.deadLetter] });
    await admin.close();
    await produce(fed, [{ key: "tram", value: "{nonsense" }, '{"trip":{"id":2}}']);
    expect(await first.until((event) => event.kind === "waiting" && event.reason.includes(fed.deadLetter))).toMatchObject({ reason: `There is no topic ${fed.deadLetter} on ${kafka.brokers.join(", ")}, to which rides.trips sends what cannot be a row (its \`deadLetter\`).` });
    await first.stop();
    await makeTopic(kafka, fed.deadLetter);
    const second = start(fed);
    await taken(second, 2);
    await second.stop();
    expect((await consumed(kafka, fed.deadLetter, 1)).map(({ key, value }) => [key?.toString(), value.toString()])).toEqual([["tram", "{nonsense"]]);
    expect(await fed.rows('SELECT "offset" FROM rides.trips__dead')).toEqual([{ offset: 1n }]);
    expect(await fed.rows("SELECT id FROM rides.trips ORDER BY id")).toEqual([{ id: 1n }, { id: 2n }]);
  });

  test("of a topic that does not exist are told of by its name: an error when one table is fed, and told once while it is waited for", async () => {
    const fed = await make({ body: trips, missing: true });
    const alone = feed(fed);
    await expect(alone.ended).rejects.toMatchObject({ code: "TOPIC_NOT_FOUND", message: `There is no topic ${fed.topic} on ${kafka.brokers.join(", ")}.` });
    let tries = 0;
    const lake = (): Lake => {
      tries++;
      return fed.lake();
    };
    const patient = start({ ...fed, lake }, { forever: true });
    await expect.poll(() => tries).toBe(3);
    await makeTopic(kafka, fed.topic);
    await patient.until(({ kind }) => kind === "owns");
    expect(patient.events.map(({ kind }) => kind)).toEqual(["failed", "owns"]);
  });

  test("of a broker that cannot be reached are waited for, and the reason names it", async () => {
    const fed = await make({ body: trips });
    const feeding = start({ ...fed, kafka: { brokers: ["127.0.0.1:1"] } });
    expect(await feeding.until(({ kind }) => kind === "waiting")).toMatchObject({ reason: expect.stringMatching(/^127\.0\.0\.1:1: .*127\.0\.0\.1:1/) });
  });

  test("that do not come are counted as none that wait, before the first commit", async () => {
    const fed = await make({ body: trips });
    const metrics = createMetrics("ingest");
    start(fed, { metrics: metrics.ingest });
    await expect.poll(async () => sumBy(await metrics.snapshot(), lagName, "table").get("rides.trips")).toBe(0);
  });

  test("that are all bad are counted as taken all the same", async () => {
    const fed = await make({ body: trips });
    await produce(fed, ["a", "b"]);
    const feeding = start(fed);
    await taken(feeding, 2);
    await feeding.stop();
    expect(totals(feeding.events)).toMatchObject({ rows: 0, dead: 2 });
    expect((await fed.lake().describe("rides.trips")).transactions).toMatchObject({ [takenId(fed.topicId, 0)]: 1 });
    expect((await fed.lake().describe("rides.trips")).rows).toBe(0);
  });

  test("are taken on from where the table is, by an owner of a higher epoch", async () => {
    const fed = await make({ body: trips, partitions: 3 });
    await produce(fed, Array.from({ length: 30 }, (_, id) => ({ value: JSON.stringify({ trip: { id } }), partition: id % 3 })));
    for (const [round, more] of [[1, 0], [2, 30]] as const) {
      if (more > 0) await produce(fed, Array.from({ length: more }, (_, id) => ({ value: JSON.stringify({ trip: { id: 100 + id } }), partition: id % 3 })));
      const feeding = start(fed);
      await taken(feeding, 30);
      await feeding.stop();
      expect(totals(feeding.events).rows).toBe(30);
      const { transactions } = await fed.lake().describe("rides.trips");
      for (const partition of [0, 1, 2]) expect([transactions[ownerId(fed.topicId, partition)], transactions[takenId(fed.topicId, partition)]]).toEqual([round, round * 10 - 1]);
    }
    expect(await fed.rows("SELECT count(*) AS n, count(DISTINCT id) AS d FROM rides.trips")).toEqual([{ n: 60n, d: 60n }]);
  });

  test("are shared out between two processes, each once", async () => {
    const fed = await make({ body: trips, partitions: 4 });
    const value = (id: number) => ({ value: JSON.stringify({ trip: { id } }), partition: id % 4 });
    const first = start(fed);
    await produce(fed, Array.from({ length: 400 }, (_, id) => value(id)));
    await taken(first, 400);
    const second = start(fed);
    await second.until((event) => event.kind === "owns" && event.partitions.length === 2);
    await produce(fed, Array.from({ length: 400 }, (_, id) => value(400 + id)));
    await second.until((_, events) => totals(events).rows >= 200);
    await first.stop();
    await produce(fed, Array.from({ length: 400 }, (_, id) => value(800 + id)));
    await second.until((_, events) => totals([...first.events, ...events]).rows >= 1_200);
    await second.stop();
    expect(await fed.rows("SELECT count(*) AS n, count(DISTINCT id) AS d FROM rides.trips")).toEqual([{ n: 1_200n, d: 1_200n }]);
  });
});

interface Letter { readonly key: Buffer | undefined; readonly value: Buffer; readonly headers: { readonly [name: string]: string } }

async function consumed(kafka: KafkaAddress, topic: string, messages: number): Promise<Letter[]> {
  const consumer = new Consumer({ clientId: "neuralake-tests", groupId: `g-${topic}`, bootstrapBrokers: [...kafka.brokers], ...eager });
  const letters: Letter[] = [];
  try {
    const stream = await consumer.consume({ topics: [topic], mode: "earliest", autocommit: false, maxWaitTime: 100 });
    for await (const { key, value, headers } of stream) {
      letters.push({ key, value, headers: Object.fromEntries([...headers].map(([name, text]) => [name.toString(), text.toString()])) });
      if (letters.length >= messages) break;
    }
  } finally {
    await consumer.close(true);
  }
  return letters;
}
