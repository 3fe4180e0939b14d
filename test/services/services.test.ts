import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { DynamoDB } from "@aws-sdk/client-dynamodb";
import { Consumer, Producer, stringDeserializers, stringSerializers } from "@platformatic/kafka";
import { describe, expect, test } from "vitest";
import { dynamoDBClient, newTableName, type DynamoDBAddress } from "./dynamodb.ts";
import { eager, makeTopic, type KafkaAddress } from "./kafka.ts";
import { makeDatabase, postgresClient } from "./postgres.ts";
import { peerRows } from "./python.ts";
import { awsEnvironment, makeBucket, s3Client, type S3Address } from "./s3-server.ts";
import { s3aSettings } from "./spark.ts";
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

await withOwnServices(["postgres"], "a PostgreSQL of the test's own", ({ postgres: startPostgres }) => {
  test("killed and started again it has every row it acknowledged, on the same address; it asks for a password; stopped it leaves no process", async () => {
    const server = await startPostgres();
    const database = await makeDatabase(server, "CREATE TABLE kept AS SELECT generate_series(1, 500) AS id");
    await expect(postgresClient({ ...server, password: "wrong" }, database)).rejects.toThrow("password");
    const first = server.pid();
    await server.kill();
    expect([server.pid(), isAlive(first)]).toEqual([undefined, false]);
    await server.restart();
    const client = await postgresClient(server, database);
    expect((await client.query("SELECT count(*)::int AS rows FROM kept")).rows).toEqual([{ rows: 500 }]);
    await client.end();
    const last = server.pid();
    await server.stop();
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

await withServices(["dynamodb"], "a shared DynamoDB", ({ dynamodb }) => {
  test("of many that race for one key by a condition one wins", () => withTable(dynamodb, async (client, TableName) => {
    const outcomes = await Promise.all(Array.from({ length: 8 }, (_, index) => putItemIfAbsent(client, TableName, `writer ${index}`)));
    expect(outcomes.filter((outcome) => outcome === "put")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "ConditionalCheckFailedException")).toHaveLength(7);
  }));
});

await withOwnServices(["dynamodb"], "a DynamoDB of the test's own", ({ dynamodb: startDynamoDB }) => {
  test("killed and started again it has every item it acknowledged, on the same address; stopped it leaves no process", async () => {
    const server = await startDynamoDB();
    await withTable(server, async (client, TableName) => {
      await putItemIfAbsent(client, TableName, "kept");
      const first = server.pid();
      await server.kill();
      expect([server.pid(), isAlive(first)]).toEqual([undefined, false]);
      await server.restart();
      expect((await client.getItem({ TableName, Key: { key: { S: "one" } } })).Item).toEqual({ key: { S: "one" }, text: { S: "kept" } });
      expect(await putItemIfAbsent(client, TableName, "second")).toBe("ConditionalCheckFailedException");
    });
    const last = server.pid();
    await server.stop();
    expect(isAlive(last)).toBe(false);
  });
});

await withServices(["s3rver"], "a shared s3rver", ({ s3rver }) => {
  test("takes no notice of conditions: the second PUT with If-None-Match: * replaces the first", () => withBucket(s3rver, async (client, bucket) => {
    expect(await putIfAbsent(client, bucket, "first")).toBe(200);
    expect(await putIfAbsent(client, bucket, "second")).toBe(200);
    expect(await read(client, bucket)).toBe("second");
  }));
});

await withServices(["python"], "the Python of the tests", ({ python }) => {
  test("has the engines of the releases that are pinned", async () => {
    const script = "import json, deltalake, duckdb, polars, pyarrow\nprint(json.dumps([m.__version__ for m in (deltalake, duckdb, polars, pyarrow)]))";
    expect(await python.run(script)).toEqual(["1.6.6", "1.5.5", "2.1.0", "26.0.1"]);
  });

  test("a script that fails is an error with its last words", async () => {
    await expect(python.run("raise KeyError('nothing here')")).rejects.toThrow("KeyError: 'nothing here'");
  });

  test("every peer reads a table with every kind of value, and an older version of it", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "neuralake-peers-"));
    try {
      await python.run(writeEveryKind, [folder]);
      for (const peer of peers) {
        expect(await peerRows(python, peer, folder, { orderBy: "id" }), peer).toEqual([everyKind, { ...everyKind, id: 2 }]);
        expect(await peerRows(python, peer, folder, { version: 0 }), peer).toEqual([everyKind]);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

await withServices(["python", "minio"], "the Python of the tests beside MinIO", ({ python, minio }) => {
  test("every peer reads a table on S3", async () => {
    const table = `s3://${await makeBucket(minio)}/deep/table`;
    const env = awsEnvironment(minio);
    await python.run(writeEveryKind, [table], env);
    for (const peer of peers) expect(await peerRows(python, peer, table, { env, orderBy: "id" }), peer).toEqual([everyKind, { ...everyKind, id: 2 }]);
  });
});

await withServices(["spark"], "a shared Spark", ({ spark }) => {
  test("spells every kind of value as we do; statements of one request share what they set, and no others do", async () => {
    const every = `SELECT 1 AS id, 9007199254740993 AS big, CAST('NaN' AS DOUBLE) AS ratio, CAST(1.5 AS DECIMAL(10, 2)) AS price, 'näme' AS name, X'00ff' AS bytes, true AS yes,
      TIMESTAMP '2024-01-02 03:04:05.06' AS at, TIMESTAMP_NTZ '2024-01-02 03:04:05' AS wall, DATE '2024-01-02' AS day, array(1, NULL) AS list, named_struct('a', 1, 'b', 'x') AS pair, map('k', 7) AS map, CAST(NULL AS STRING) AS none`;
    const asked = "SELECT current_timezone() AS zone";
    expect(await spark.run("SET TIME ZONE 'Asia/Tokyo'", asked)).toEqual([expect.anything(), [{ zone: "Asia/Tokyo" }]]);
    expect(await spark.run(every, asked)).toEqual([[everyKind], [{ zone: "UTC" }]]);
  });

  test("a statement that fails is an error with its words", async () => {
    await expect(spark.run("SELECT 1", "SELECT nothing_here")).rejects.toThrow("nothing_here");
  });
});

await withServices(["spark", "minio"], "a shared Spark beside MinIO", ({ spark, minio }) => {
  test("writes a Delta table on S3 and reads it", async () => {
    const bucket = await makeBucket(minio);
    const table = `delta.\`s3a://${bucket}/deep/table\``;
    const answers = await spark.run(...s3aSettings(minio, bucket), `CREATE TABLE ${table} (id INT) USING delta`, `INSERT INTO ${table} VALUES (1), (2)`, `SELECT * FROM ${table} ORDER BY id`);
    expect(answers.at(-1)).toEqual([{ id: 1 }, { id: 2 }]);
  });
});

await withServices(["chromium"], "the Chromium of the tests", ({ chromium }) => {
  test("opens a page", async () => {
    const browser = await chromium();
    const page = await browser.newPage();
    await page.setContent("<h1>here</h1>");
    expect(await page.locator("h1").textContent()).toBe("here");
    await browser.close();
  });
});

describe("a service whose test was killed", () => {
  test("ends with it, and its folder is gone", async () => {
    const services = pathToFileURL(path.join(import.meta.dirname, "server-process.ts")).href;
    const script = `
      const { startServer } = await import(${JSON.stringify(services)});
      let folder;
      const server = await startServer("sleeper", async (it) => { folder = it; return { name: "sleeper", command: "sleep", args: ["600"], answers: async () => true }; });
      console.log(JSON.stringify({ pid: server.pid(), folder }));
      setInterval(() => {}, 1000);
    `;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = await once(child.stdout.setEncoding("utf8"), "data") as [string];
    const { pid, folder } = JSON.parse(line) as { pid: number; folder: string };
    expect([isAlive(pid), await isThere(folder)]).toEqual([true, true]);
    child.kill("SIGKILL");
    await expect.poll(async () => [isAlive(pid), await isThere(folder)]).toEqual([false, false]);
  });
});

const peers = ["delta-rs", "duckdb", "polars"] as const;

const everyKind = {
  id: 1, big: 9007199254740993n, ratio: "NaN", price: "1.50", name: "näme", bytes: "AP8=", yes: true,
  at: "2024-01-02T03:04:05.06Z", wall: "2024-01-02T03:04:05", day: "2024-01-02", list: [1, null], pair: { a: 1, b: "x" }, map: { k: 7 }, none: null,
};

/** Two commits: the row with id 1, then the same with id 2. */
const writeEveryKind = `
import datetime, decimal, json, os, sys
import deltalake, pyarrow as pa
kinds = pa.schema({"id": pa.int32(), "big": pa.int64(), "ratio": pa.float64(), "price": pa.decimal128(10, 2), "name": pa.string(), "bytes": pa.binary(), "yes": pa.bool_(),
  "at": pa.timestamp("us", "UTC"), "wall": pa.timestamp("us"), "day": pa.date32(), "list": pa.list_(pa.int32()), "pair": pa.struct({"a": pa.int32(), "b": pa.string()}),
  "map": pa.map_(pa.string(), pa.int32()), "none": pa.string()})
at = datetime.datetime(2024, 1, 2, 3, 4, 5)
row = dict(big=2**53 + 1, ratio=float("nan"), price=decimal.Decimal("1.50"), name="näme", bytes=bytes([0, 255]), yes=True, at=at.replace(microsecond=60000, tzinfo=datetime.timezone.utc),
  wall=at, day=at.date(), list=[1, None], pair={"a": 1, "b": "x"}, map=[("k", 7)], none=None)
import peers
for id in (1, 2):
  deltalake.write_deltalake(sys.argv[1], pa.Table.from_pylist([{"id": id, **row}], kinds), mode="append", storage_options=peers.storage(sys.argv[1]))
print(json.dumps(None))
`;

async function produce(kafka: KafkaAddress, topic: string, values: readonly string[], retries = eager.retries): Promise<void> {
  const producer = new Producer({ clientId: "services", bootstrapBrokers: [...kafka.brokers], serializers: stringSerializers, idempotent: true, ...eager, retries });
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

async function withTable(server: DynamoDBAddress, work: (client: DynamoDB, table: string) => Promise<void>): Promise<void> {
  const client = dynamoDBClient(server);
  const TableName = newTableName();
  try {
    await client.createTable({ TableName, BillingMode: "PAY_PER_REQUEST", AttributeDefinitions: [{ AttributeName: "key", AttributeType: "S" }], KeySchema: [{ AttributeName: "key", KeyType: "HASH" }] });
    await work(client, TableName);
  } finally {
    client.destroy();
  }
}

/** "put", or the error's name. */
const putItemIfAbsent = (client: DynamoDB, TableName: string, text: string): Promise<string> =>
  client.putItem({ TableName, Item: { key: { S: "one" }, text: { S: text } }, ConditionExpression: "attribute_not_exists(#key)", ExpressionAttributeNames: { "#key": "key" } }).then(() => "put", (error: Error) => error.name);

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

const isThere = (file: string) => access(file).then(() => true, () => false);
