import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { Consumer, Producer, stringDeserializers, stringSerializers } from "@platformatic/kafka";
import { expect, test } from "vitest";
import { eager, makeTopic, type KafkaAddress } from "./kafka.ts";
import { makeBucket, s3Client, type S3Address } from "./s3-server.ts";
import { withOwnServices, withServices } from "./with-services.ts";

await withServices(["kafka"], "a shared Kafka", ({ kafka }) => {
  test("what was produced is consumed, and a topic that nobody made is refused", async () => {
    const topic = `services-${crypto.randomUUID()}`;
    await makeTopic(kafka, topic, { partitions: 2, settings: { "retention.ms": "3600000" } });
    await produce(kafka, topic, ["one", "two"]);
    expect((await consume(kafka, topic, 2)).sort()).toEqual(["one", "two"]);
    await expect(produce(kafka, `${topic}-absent`, ["one"], 2)).rejects.toThrow();
  });
});

await withOwnServices(["kafka"], "a Kafka of the test's own", ({ kafka: startKafka }) => {
  test("killed and started again it has every message it acknowledged, on the same address; stopped it leaves no process", async () => {
    const kafka = await startKafka();
    const topic = "kept";
    await makeTopic(kafka, topic);
    const sent = Array.from({ length: 500 }, (_, index) => `message ${index}`);
    await produce(kafka, topic, sent);
    const first = kafka.pid();
    await kafka.kill();
    expect([kafka.pid(), isAlive(first)]).toEqual([undefined, false]);
    await kafka.restart();
    expect(kafka.pid()).not.toBe(first);
    expect(await consume(kafka, topic, sent.length)).toEqual(sent);
    const last = kafka.pid();
    await kafka.stop();
    expect(isAlive(last)).toBe(false);
  });
});

for (const name of ["minio", "versitygw"] as const) {
  await withServices([name], `a shared ${name}`, (services) => {
    test("the second PUT with If-None-Match: * is refused with 412 and changes nothing", () => withBucket(services[name], async (client, bucket) => {
      expect(await putIfAbsent(client, bucket, "first")).toBe(200);
      expect(await putIfAbsent(client, bucket, "second")).toBe(412);
      expect(await read(client, bucket)).toBe("first");
    }));

    test("of many that race for one key one wins", () => withBucket(services[name], async (client, bucket) => {
      const statuses = await Promise.all(Array.from({ length: 8 }, (_, index) => putIfAbsent(client, bucket, `writer ${index}`)));
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      expect(statuses.filter((status) => status === 412)).toHaveLength(7);
    }));
  });

  await withOwnServices([name], `a ${name} of the test's own`, (start) => {
    test("killed and started again it has every object it acknowledged, on the same address; stopped it leaves no process", async () => {
      const server = await start[name]();
      await withBucket(server, async (client, bucket) => {
        await putIfAbsent(client, bucket, "kept");
        const first = server.pid();
        await server.kill();
        expect([server.pid(), isAlive(first)]).toEqual([undefined, false]);
        await server.restart();
        expect(await read(client, bucket)).toBe("kept");
        expect(await putIfAbsent(client, bucket, "second")).toBe(412);
      });
      const last = server.pid();
      await server.stop();
      expect(isAlive(last)).toBe(false);
    });
  });
}

async function produce(kafka: KafkaAddress, topic: string, values: readonly string[], retries = eager.retries): Promise<void> {
  const producer = new Producer({ clientId: "services", bootstrapBrokers: [...kafka.brokers], serializers: stringSerializers, ...eager, retries });
  try {
    await producer.send({ acks: -1, messages: values.map((value) => ({ topic, value })) });
  } finally {
    await producer.close();
  }
}

async function consume(kafka: KafkaAddress, topic: string, count: number): Promise<string[]> {
  const consumer = new Consumer({ clientId: "services", groupId: crypto.randomUUID(), bootstrapBrokers: [...kafka.brokers], deserializers: stringDeserializers, maxWaitTime: 100, ...eager });
  const values: string[] = [];
  const messages = await consumer.consume({ topics: [topic], mode: "earliest", autocommit: false });
  for await (const message of messages) {
    values.push(message.value ?? "");
    if (values.length === count) break;
  }
  await consumer.close(true);
  return values;
}

async function withBucket(server: S3Address, work: (client: S3Client, bucket: string) => Promise<void>): Promise<void> {
  const client = s3Client(server);
  try {
    await work(client, await makeBucket(server));
  } finally {
    client.destroy();
  }
}

/** The HTTP status. */
async function putIfAbsent(client: S3Client, bucket: string, text: string): Promise<number | undefined> {
  const put = new PutObjectCommand({ Bucket: bucket, Key: "folder/object", Body: text, IfNoneMatch: "*" });
  return client.send(put).then(({ $metadata }) => $metadata.httpStatusCode, (error: { $metadata?: { httpStatusCode?: number } }) => {
    if (error.$metadata?.httpStatusCode === undefined) throw error;
    return error.$metadata.httpStatusCode;
  });
}

async function read(client: S3Client, bucket: string): Promise<string | undefined> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: "folder/object" }));
  return Body?.transformToString();
}

function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) throw new Error("it did not run");
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
