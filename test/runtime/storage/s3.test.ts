/** The S3 store where its root, its server or its credentials are not what they should be. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { openStores } from "../../../runtime/storage/open-store.ts";
import { makeBucket } from "../../services/s3-server.ts";
import { withServices } from "../../services/with-services.ts";
import { bytesOf, failureOf, openAt, told } from "./s3-stores.ts";

let folder: string;
let environment: NodeJS.ProcessEnv;
beforeAll(async () => { folder = await mkdtemp(path.join(tmpdir(), "s3-")); });
beforeEach(() => { environment = { ...process.env }; });
afterEach(() => { process.env = environment; });
afterAll(() => rm(folder, { recursive: true }));

test.each(["s3://", "s3:///prefix"])("a root %s without a bucket is refused", (root) => {
  expect(() => openStores({ directory: path.join(folder, "cache"), bytesMax: 1 })(root)).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
});

test("a root of another scheme is refused", () => {
  expect(() => openStores({ directory: path.join(folder, "cache"), bytesMax: 1 })("gs://bucket")).toThrow(expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining("gs://") }));
});

test("a server that is not there is named, with the way out", async () => {
  const store = openAt(folder, { endpoint: "http://user:word@127.0.0.1:9", accessKeyId: "a", secretAccessKey: "b" }, "s3://bucket/lake");
  const failure = await failureOf(store.read("x"));
  expect(failure).toMatchObject({ code: "STORE_FAILED", retry: true, message: expect.stringContaining("http://127.0.0.1:9 does not answer for s3://bucket/lake/x"), hint: expect.stringContaining("AWS_ENDPOINT_URL_S3") });
  expect(told(failure)).not.toContain("word");
  expect((await failureOf(store.putIfAbsent("x", bytesOf("1")))).code).toBe("STORE_FAILED");
});

await withServices(["minio"], "S3 that does not let one in", ({ minio }) => {
  test("a bucket that is not there is named, with its server", async () => {
    const store = openAt(folder, minio, "s3://no-such-bucket-of-ours/lake");
    const expected = { code: "STORE_FAILED", retry: false, message: `There is no bucket no-such-bucket-of-ours at ${minio.endpoint}.` };
    expect(await failureOf(store.read("a"))).toMatchObject(expected);
    expect(await failureOf(Array.fromAsync(store.list("a/")))).toMatchObject(expected);
    expect(await failureOf(store.putIfAbsent("a", bytesOf("1")))).toMatchObject(expected);
  });

  test.each<[string, Record<string, string>, string]>([
    ["a key nobody knows", { AWS_ACCESS_KEY_ID: "unknown-key" }, "does not accept the credentials"],
    ["a wrong secret", { AWS_SECRET_ACCESS_KEY: "wrong-secret" }, "does not accept the credentials"],
    ["no keys at all", { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_EC2_METADATA_DISABLED: "true", AWS_SHARED_CREDENTIALS_FILE: "/dev/null", AWS_CONFIG_FILE: "/dev/null" }, "There are no credentials"],
  ])("%s is told in words, and no key is", async (_case, variables, message) => {
    const bucket = await makeBucket(minio, "closed");
    const store = openAt(folder, minio, `s3://${bucket}/lake`, variables);
    for (const act of [() => store.read("a"), () => store.putIfAbsent("a", bytesOf("1"))]) {
      const failure = await failureOf(act());
      expect(failure).toMatchObject({ code: "STORE_FAILED", retry: false, message: expect.stringContaining(message), hint: expect.stringContaining("AWS_ACCESS_KEY_ID") });
      expect(told(failure)).not.toMatch(new RegExp(`unknown-key|wrong-secret|${minio.secretAccessKey}|${minio.accessKeyId}`));
    }
  });

  test("a region need not be named where an endpoint is", async () => {
    const bucket = await makeBucket(minio, "regionless");
    const store = openAt(folder, minio, `s3://${bucket}`);
    for (const name of ["AWS_REGION", "AWS_DEFAULT_REGION"]) delete process.env[name];
    expect(await store.putIfAbsent("a", bytesOf("1"))).toBe("written");
    expect(store.locate("a")).toBe(`s3://${bucket}/a`);
  });
});

await withServices(["s3rver"], "S3 on a server that passes over conditions (s3rver)", ({ s3rver }) => {
  test("is read, and refused before anything is written", async () => {
    const bucket = await makeBucket(s3rver, "careless");
    const store = openAt(folder, s3rver, `s3://${bucket}/lake`);
    const failure = await failureOf(store.putIfAbsent("a", bytesOf("1")));
    expect(failure).toMatchObject({ code: "STORE_UNSAFE", message: expect.stringContaining(s3rver.endpoint), hint: expect.stringContaining("Nothing was written") });
    const staged = await store.stage("b");
    await writeFile(staged.file, "rows");
    expect(await failureOf(staged.finish())).toMatchObject({ code: "STORE_UNSAFE" });
    expect(await Array.fromAsync(store.list("", { recursive: true }))).toEqual([]);
  });
});
