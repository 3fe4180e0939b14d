import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { makeBucket, s3Client } from "./s3-server.ts";
import { openS3Proxy, type Fault, type S3Proxy, type S3Request } from "./s3-proxy.ts";
import { withServices } from "./with-services.ts";

await withServices(["minio"], "a proxy before MinIO", ({ minio }) => {
  let bucket: string;
  let proxy: S3Proxy;
  let direct: S3Client;
  let client: S3Client;
  beforeAll(async () => {
    bucket = await makeBucket(minio);
    proxy = await openS3Proxy(minio);
    direct = s3Client(minio);
    client = s3Client(proxy, 1);
  });
  afterEach(() => proxy.heal());
  afterAll(async () => {
    client.destroy();
    direct.destroy();
    await proxy.close();
  });

  const put = (Key: string, Body = "content") => client.send(new PutObjectCommand({ Bucket: bucket, Key, Body, IfNoneMatch: "*" }));
  const stored = (Key: string) => direct.send(new HeadObjectCommand({ Bucket: bucket, Key })).then(() => true, () => false);
  const read = async (Key: string) => (await client.send(new GetObjectCommand({ Bucket: bucket, Key }))).Body?.transformToString();
  const named = (key: string) => ({ path }: S3Request) => path.endsWith(key);
  const fault = (key: string, fields: Pick<Fault, "effect" | "answer"> & Partial<Fault>) => proxy.inject({ on: named(key), ...fields });

  test("without a fault everything passes, signatures and odd names and all, and is counted", async () => {
    const before = proxy.requests.length;
    await put("a folder/ü+%.json", "content");
    expect(await read("a folder/ü+%.json")).toBe("content");
    expect((await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: "a folder/" }))).KeyCount).toBe(1);
    expect(proxy.requests.slice(before).map(({ method, path }) => `${method} ${path}`)).toEqual([
      `PUT /${bucket}/a folder/ü+%.json`, `GET /${bucket}/a folder/ü+%.json`, `GET /${bucket}/`,
    ]);
  });

  test("a request that is lost has no effect", async () => {
    fault("lost", { effect: false, answer: "none" });
    await expect(put("lost")).rejects.toThrow();
    expect(await stored("lost")).toBe(false);
    await put("lost");
    expect(await stored("lost")).toBe(true);
  });

  test("an answer that is lost had its effect, so that the same conditional PUT then finds it there", async () => {
    fault("done", { effect: true, answer: "none" });
    await expect(put("done")).rejects.toThrow();
    expect(await stored("done")).toBe(true);
    await expect(put("done")).rejects.toMatchObject({ name: "PreconditionFailed" });
  });

  test("errors are answered with S3's codes, before the effect or after it", async () => {
    const codes = { 403: "AccessDenied", 409: "ConditionalRequestConflict", 412: "PreconditionFailed", 500: "InternalError", 503: "SlowDown" } as const;
    for (const [status, name] of Object.entries(codes)) {
      fault(`early-${status}`, { effect: false, answer: Number(status) as keyof typeof codes });
      await expect(put(`early-${status}`)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: Number(status) } });
      expect(await stored(`early-${status}`)).toBe(false);
    }
    fault("late", { effect: true, answer: 500 });
    await expect(put("late")).rejects.toMatchObject({ name: "InternalError" });
    expect(await stored("late")).toBe(true);
  });

  test("a fault befalls as many requests as it says, and no other", async () => {
    fault("twice", { times: 2, effect: false, answer: 503 });
    await put("other");
    await expect(put("twice")).rejects.toMatchObject({ name: "SlowDown" });
    await expect(put("twice")).rejects.toMatchObject({ name: "SlowDown" });
    await put("twice");
  });

  test("a request that must wait has no effect before it may go on", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    fault("held", { until: promise, effect: true, answer: "real" });
    const held = put("held");
    await expect.poll(() => proxy.requests.filter(named("held"))).toHaveLength(1);
    expect(await stored("held")).toBe(false);
    resolve();
    await held;
    expect(await stored("held")).toBe(true);
  });

  test("a body that is cut off is an error for the one who reads it", async () => {
    await put("cut", "x".repeat(10_000));
    fault("cut", { effect: true, answer: "half" });
    await expect(read("cut")).rejects.toThrow();
    expect(await read("cut")).toHaveLength(10_000);
  });
});
