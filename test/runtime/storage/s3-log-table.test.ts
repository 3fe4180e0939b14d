/** Commits through DynamoDB: the rows as Spark's S3DynamoDBLogStore writes them, and a commit that one began and another finished. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { AttributeValue, DynamoDB } from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openLogRows } from "../../../runtime/storage/dynamodb-rows.ts";
import { openStores } from "../../../runtime/storage/open-store.ts";
import { throughLogTable } from "../../../runtime/storage/s3-log-table.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import { dynamoDBClient, newTableName } from "../../services/dynamodb.ts";
import { awsEnvironment, makeBucket } from "../../services/s3-server.ts";
import { withServices } from "../../services/with-services.ts";
import { bytesOf, failureOf, textOf, told } from "./s3-stores.ts";

const fileName = (version: number): string => `${String(version).padStart(20, "0")}.json`;
const commitName = (version: number): string => `rides/trips/_delta_log/${fileName(version)}`;

await withServices(["minio", "dynamodb"], "S3 with DynamoDB", ({ minio, dynamodb }) => {
  let folder: string;
  let environment: NodeJS.ProcessEnv;
  let client: DynamoDB;
  let bucket: string;
  let table: string;
  let root: string;
  let store: Store;
  /** The same place without the table: what lies on S3. */
  let plain: Store;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "log-table-"));
    client = dynamoDBClient(dynamodb);
    bucket = await makeBucket(minio, "dynamodb");
  });
  afterAll(async () => {
    client.destroy();
    await rm(folder, { recursive: true });
  });
  let roots = 0;
  beforeEach(() => {
    environment = { ...process.env };
    Object.assign(process.env, awsEnvironment(minio));
    table = newTableName();
    root = `s3://${bucket}/deep/${(roots += 1)}/`;
    store = open();
    plain = openStores({ directory: path.join(folder, "cache"), bytesMax: 1e9 })(root);
  });
  afterEach(() => { process.env = environment; });

  const open = (): Store => openStores({ directory: path.join(folder, "cache"), bytesMax: 1e9, logTable: { table, endpoint: dynamodb.endpoint } })(root);
  const tablePath = (): string => `s3a://${bucket}/deep/${roots}/rides/trips`;
  const rows = async (): Promise<Record<string, AttributeValue>[]> => (await client.scan({ TableName: table, ConsistentRead: true })).Items ?? [];
  const rowOf = async (version: number): Promise<Record<string, AttributeValue> | undefined> => (await rows()).find((row) => row["fileName"]?.S === fileName(version));
  const putRow = (version: number, complete: string, tempPath: string): Promise<unknown> => client.putItem({ TableName: table, Item: { tablePath: { S: tablePath() }, fileName: { S: fileName(version) }, tempPath: { S: tempPath }, complete: { S: complete } } });
  const below = async (prefix: string): Promise<string[]> => (await Array.fromAsync(plain.list(prefix, { recursive: true }))).map((object) => object.path.slice(prefix.length));
  /** As another's writer leaves a commit that it began: the text, and the row. */
  async function begin(version: number, text: string): Promise<string> {
    const tempPath = `.tmp/${fileName(version)}.6b5e4c2e-0000-4000-8000-00000000000${version}`;
    await plain.putIfAbsent(`rides/trips/_delta_log/${tempPath}`, bytesOf(text));
    await putRow(version, "false", tempPath);
    return tempPath;
  }

  test("a commit is a text of its own, a row and a name, and the row is Spark's to the letter", async () => {
    const before = Math.floor(Date.now() / 1_000);
    expect(await store.putIfAbsent(commitName(0), bytesOf("zero\n"))).toBe("written");
    const after = Math.floor(Date.now() / 1_000);
    const [row, ...more] = await rows();
    expect([more, Object.keys(row ?? {}).toSorted()]).toEqual([[], ["complete", "expireTime", "fileName", "tablePath", "tempPath"]]);
    expect(row).toEqual({
      tablePath: { S: tablePath() }, fileName: { S: "00000000000000000000.json" }, complete: { S: "true" },
      tempPath: { S: expect.stringMatching(/^\.tmp\/00000000000000000000\.json\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) },
      expireTime: { N: expect.stringMatching(/^\d+$/) },
    });
    const expires = Number(row?.["expireTime"]?.N);
    expect(expires).toBeGreaterThanOrEqual(before + 86_400);
    expect(expires).toBeLessThanOrEqual(after + 86_400);
    expect(await below("rides/trips/_delta_log/")).toEqual([row?.["tempPath"]?.S, fileName(0)]);
    expect(textOf(await plain.read(`rides/trips/_delta_log/${row?.["tempPath"]?.S}`))).toBe("zero\n");
    expect(textOf(await plain.read(commitName(0)))).toBe("zero\n");
    const { Table } = await client.describeTable({ TableName: table });
    expect(Table?.KeySchema).toEqual([{ AttributeName: "tablePath", KeyType: "HASH" }, { AttributeName: "fileName", KeyType: "RANGE" }]);
    expect(Table?.AttributeDefinitions?.map(({ AttributeType }) => AttributeType)).toEqual(["S", "S"]);
  });

  test("only commits have rows: data, checkpoints and hints go by S3 alone", async () => {
    await store.putIfAbsent(commitName(0), bytesOf("0"));
    for (const name of ["rides/trips/part-1.parquet", "rides/trips/_delta_log/00000000000000000000.checkpoint.parquet", "rides/trips/_delta_log/_last_checkpoint"]) await store.putIfAbsent(name, bytesOf("1"));
    expect((await rows()).map((row) => row["fileName"]?.S)).toEqual([fileName(0)]);
  });

  test("a table that is the bucket itself is s3a://bucket/", async () => {
    const own = await makeBucket(minio, "whole");
    const whole = openStores({ directory: path.join(folder, "cache"), bytesMax: 1e9, logTable: { table, endpoint: dynamodb.endpoint } })(`S3://${own}`);
    await whole.putIfAbsent(`_delta_log/${fileName(0)}`, bytesOf("0"));
    expect((await rows()).map((row) => row["tablePath"]?.S)).toEqual([`s3a://${own}/`]);
  });

  test("where nobody committed yet there is no table, and reading makes none", async () => {
    expect(await Array.fromAsync(store.list("rides/trips/_delta_log/"))).toEqual([]);
    expect(await store.head(commitName(0))).toBeUndefined();
    expect((await failureOf(store.read(commitName(0)))).code).toBe("FILE_NOT_FOUND");
    await expect(client.describeTable({ TableName: table })).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  test("many first writers make one table, and one of them commits", async () => {
    const outcomes = await Promise.all(Array.from({ length: 6 }, (_, index) => open().putIfAbsent(commitName(0), bytesOf(`${index}`))));
    expect(outcomes.toSorted()).toEqual(["exists", "exists", "exists", "exists", "exists", "written"]);
  });

  describe("a commit that another writer began", () => {
    beforeEach(() => store.putIfAbsent(commitName(0), bytesOf("zero")));

    test.each<[string, (reader: Store) => Promise<unknown>]>([
      ["a reader that lists the log", (reader) => Array.fromAsync(reader.list("rides/trips/_delta_log/"))],
      ["a reader that asks for it", (reader) => reader.read(commitName(1))],
      ["one that looks whether it is there", (reader) => reader.head(commitName(1))],
      ["a writer of the next", (writer) => writer.putIfAbsent(commitName(2), bytesOf("two"))],
      ["one that looks for leftovers", (keeper) => Array.fromAsync(keeper.leftovers("rides/trips/"))],
    ])("is finished by %s", async (_who, come) => {
      const tempPath = await begin(1, "one");
      await come(open());
      expect(textOf(await plain.read(commitName(1)))).toBe("one");
      expect(await rowOf(1)).toEqual({ tablePath: { S: tablePath() }, fileName: { S: fileName(1) }, tempPath: { S: tempPath }, complete: { S: "true" }, expireTime: { N: expect.stringMatching(/^\d+$/) } });
    });

    test("is met by a writer of the same version as another's, and read whole", async () => {
      await begin(1, "theirs");
      expect(await store.putIfAbsent(commitName(1), bytesOf("ours"))).toBe("exists");
      expect(textOf(await store.read(commitName(1)))).toBe("theirs");
      expect(await rowOf(1)).toMatchObject({ complete: { S: "true" } });
    });

    test("has only its row left to be closed, and its name stays as it is", async () => {
      await begin(1, "one");
      await plain.putIfAbsent(commitName(1), bytesOf("one"));
      const { modified } = (await plain.head(commitName(1))) ?? {};
      expect(await store.putIfAbsent(commitName(2), bytesOf("two"))).toBe("written");
      expect(await rowOf(1)).toMatchObject({ complete: { S: "true" } });
      expect(await plain.head(commitName(1))).toMatchObject({ modified });
    });

    test("is finished once by many who come at once", async () => {
      await begin(1, "one");
      const outcomes = await Promise.all(Array.from({ length: 8 }, (_, index) => open().putIfAbsent(commitName(2), bytesOf(`${index}`))));
      expect(outcomes.filter((outcome) => outcome === "written")).toHaveLength(1);
      expect(textOf(await plain.read(commitName(1)))).toBe("one");
      expect((await rows()).map((row) => row["complete"]?.S)).toEqual(["true", "true", "true"]);
    });

    test("and whose text is gone is told with both places, and nothing is committed behind it", async () => {
      await putRow(1, "false", ".tmp/gone");
      const failure = await failureOf(store.putIfAbsent(commitName(2), bytesOf("two")));
      expect(failure).toMatchObject({ code: "STORE_FAILED", message: expect.stringContaining(".tmp/gone"), hint: expect.stringContaining(table) });
      expect(failure.message).toContain(fileName(1));
      expect(await plain.head(commitName(2))).toBeUndefined();
      expect((await failureOf(Array.fromAsync(store.list("rides/trips/_delta_log/")))).code).toBe("STORE_FAILED");
    });

    test.each(["/etc/passwd", "s3://other/object", "../up"])("with a text at %s is refused", async (tempPath) => {
      await putRow(1, "false", tempPath);
      expect(await failureOf(store.putIfAbsent(commitName(2), bytesOf("two")))).toMatchObject({ code: "STORE_FAILED", message: expect.stringContaining("no commit's") });
    });
  });

  test("a commit behind one that is not there is refused, whether its row is missing or complete", async () => {
    await store.putIfAbsent(commitName(0), bytesOf("zero"));
    expect(await failureOf(store.putIfAbsent(commitName(2), bytesOf("two")))).toMatchObject({ code: "STORE_FAILED", message: expect.stringContaining(`${fileName(1)}, is not there`) });
    await plain.remove(commitName(0));
    expect(await failureOf(store.putIfAbsent(commitName(1), bytesOf("one")))).toMatchObject({ code: "STORE_FAILED", message: expect.stringContaining(fileName(0)) });
    expect((await rows()).map((row) => row["fileName"]?.S)).toEqual([fileName(0)]);
  });

  test("a first commit where old rows stand is refused, with what to remove", async () => {
    await store.putIfAbsent(commitName(0), bytesOf("zero"));
    await plain.remove(commitName(0));
    expect(await failureOf(store.putIfAbsent(commitName(0), bytesOf("again")))).toMatchObject({ code: "STORE_FAILED", message: expect.stringContaining(`Old entries for the table ${tablePath()} still exist`), hint: expect.stringContaining("Remove the rows") });
  });

  test("a commit whose name someone took who knows nothing of rows is not ours", async () => {
    await store.putIfAbsent(commitName(0), bytesOf("zero"));
    const careless = openStores({ directory: path.join(folder, "cache"), bytesMax: 1e9 })(root);
    let heads = 0;
    // He comes between our look and our put.
    const late = throughLogTable({ ...plain, head: async (name) => {
      const found = await plain.head(name);
      if (name === commitName(1) && (heads += 1) === 1) await careless.putIfAbsent(name, bytesOf("theirs"));
      return found;
    } }, openLogRows({ table, endpoint: dynamodb.endpoint }), plain.locate);
    expect(await late.putIfAbsent(commitName(1), bytesOf("ours"))).toBe("exists");
    expect(textOf(await store.read(commitName(1)))).toBe("theirs");
    expect(await store.putIfAbsent(commitName(2), bytesOf("two"))).toBe("written");
  });

  describe("a writer that ends between two of its steps", () => {
    const steps = ["nothing", "the text", "the row", "the name", "all"] as const;
    /** A store and rows that fail from one step of the commit on, as for a writer that is no more. */
    function ending(behind: (typeof steps)[number]): Store {
      const gone = new Failure("STORE_FAILED", "the writer is no more");
      const until = steps.indexOf(behind);
      const real = openLogRows({ table, endpoint: dynamodb.endpoint });
      const step = <T>(number: number, act: () => Promise<T>): Promise<T> => (number <= until ? act() : Promise.reject(gone));
      return throughLogTable(
        { ...plain, putIfAbsent: (name, bytes) => step(name.includes("/.tmp/") ? 1 : 3, () => plain.putIfAbsent(name, bytes)) },
        { ...real, putNew: (row) => step(2, () => real.putNew(row)), complete: (row) => step(4, () => real.complete(row)) },
        plain.locate,
      );
    }

    test.each(steps.flatMap((behind) => (["a writer", "a reader"] as const).map((who) => [behind, who] as const)))("behind %s, leaves a table that %s finds whole", async (behind, who) => {
      await store.putIfAbsent(commitName(0), bytesOf("zero"));
      const stands = steps.indexOf(behind) >= 2;
      const outcome = await ending(behind).putIfAbsent(commitName(1), bytesOf("one")).catch((error: unknown) => error);
      expect(outcome).toEqual(stands ? "written" : expect.objectContaining({ code: "STORE_FAILED" }));
      const other = open();
      if (who === "a reader") expect((await Array.fromAsync(other.list("rides/trips/_delta_log/"))).map((object) => object.path)).toEqual(stands ? [commitName(0), commitName(1)] : [commitName(0)]);
      else expect(await other.putIfAbsent(commitName(stands ? 2 : 1), bytesOf("next"))).toBe("written");
      if (stands) expect(textOf(await plain.read(commitName(1)))).toBe("one");
      const [newest] = (await rows()).toSorted((left, right) => ((left["fileName"]?.S ?? "") < (right["fileName"]?.S ?? "") ? 1 : -1));
      expect(newest?.["complete"]?.S).toBe("true");
      // Nothing blocks whoever comes then.
      const next = (await Array.fromAsync(other.list("rides/trips/_delta_log/"))).length;
      expect(await other.putIfAbsent(commitName(next), bytesOf("then"))).toBe("written");
    });
  });

  test("the texts of commits are leftovers, by their age", async () => {
    for (const version of [0, 1]) await store.putIfAbsent(commitName(version), bytesOf("12345"));
    const found = await Array.fromAsync(store.leftovers("rides/trips/"));
    expect(found.map(({ path: name, size }) => [name.replace(/\.json\..*/, ""), size])).toEqual([0, 1].map((version) => [`rides/trips/_delta_log/.tmp/${fileName(version).slice(0, 20)}`, 5]));
    for (const text of found) await text.remove();
    expect(await below("rides/trips/_delta_log/")).toEqual([fileName(0), fileName(1)]);
    expect(await store.putIfAbsent(commitName(2), bytesOf("2"))).toBe("written");
  });

  test("a server that is not there is named, no credentials are told, and nothing is committed", async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: minio.accessKeyId });
    const away = openStores({ directory: path.join(folder, "cache"), bytesMax: 1e9, logTable: { table, endpoint: "http://user:word@127.0.0.1:9" } })(root);
    const failure = await failureOf(away.putIfAbsent(commitName(0), bytesOf("0")));
    expect(failure).toMatchObject({ code: "STORE_FAILED", retry: true, message: expect.stringContaining(`The DynamoDB table ${table} (http://127.0.0.1:9) does not answer`), hint: expect.stringContaining("AWS_ENDPOINT_URL_DYNAMODB") });
    expect(told(failure)).not.toMatch(new RegExp(`word|${minio.secretAccessKey}|${minio.accessKeyId}`));
    expect(await below("rides/trips/_delta_log/")).toEqual([]);
  });
});
