/** The S3 store where the server, or the way to it, fails at a bad moment. */
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ListMultipartUploadsCommand } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import { createTable } from "../../../runtime/delta/commit/create.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { openS3Proxy, type Fault, type S3Proxy, type S3Request } from "../../services/s3-proxy.ts";
import { makeBucket, s3Client } from "../../services/s3-server.ts";
import { withServices } from "../../services/with-services.ts";
import { bytesOf, failureOf, openAt, textOf, told } from "./s3-stores.ts";

let folder: string;
let environment: NodeJS.ProcessEnv;
beforeAll(async () => { folder = await mkdtemp(path.join(tmpdir(), "s3-faults-")); });
beforeEach(() => { environment = { ...process.env }; });
afterEach(() => { process.env = environment; });
afterAll(() => rm(folder, { recursive: true }));

await withServices(["minio"], "S3 behind a proxy that makes faults", ({ minio }) => {
  let proxy: S3Proxy;
  let bucket: string;
  let store: Store;
  let roots = 0;
  let before = 0;
  /** No fault from now on, and counted from here. */
  const reset = (): void => {
    proxy.heal();
    before = proxy.requests.length;
  };
  beforeAll(async () => {
    proxy = await openS3Proxy(minio);
    bucket = await makeBucket(minio, "faults");
  });
  afterAll(() => proxy.close());
  beforeEach(() => {
    reset();
    store = openAt(folder, proxy, `s3://${bucket}/${(roots += 1)}`);
  });

  type Way = Pick<Fault, "effect" | "answer">;
  const lostRequest: Way = { effect: false, answer: "none" };
  const lostAnswer: Way = { effect: true, answer: "none" };
  const denied: Way = { effect: false, answer: 403 };
  const put = (name: string) => ({ method, path: key }: S3Request): boolean => method === "PUT" && key.includes(`/${name}`);
  const faultyPuts = (name: string, times: number, way: Way): void => proxy.inject({ on: put(name), times, ...way });
  const requests = (): readonly S3Request[] => proxy.requests.slice(before);
  const methods = (): string[] => requests().map(({ method }) => method);

  test("the server is tried before the first write, and never again", async () => {
    await store.putIfAbsent("a", bytesOf("1"));
    expect(methods()).toEqual(["PUT", "PUT", "DELETE", "PUT"]);
    expect(requests().slice(0, 3).every((request) => request.path.includes("/_neuralake_probe/"))).toBe(true);
    reset();
    await store.putIfAbsent("b", bytesOf("1"));
    expect(methods()).toEqual(["PUT"]);
    expect((await Array.fromAsync(store.list("", { recursive: true }))).map((object) => object.path)).toEqual(["a", "b"]);
  });

  test("nothing is tried for reading", async () => {
    expect(await store.head("a")).toBeUndefined();
    expect(await Array.fromAsync(store.list("t/"))).toEqual([]);
    expect(methods()).toEqual(["HEAD", "GET"]);
  });

  test("a writer without the right to remove may write", async () => {
    proxy.inject({ on: ({ method }) => method === "DELETE", ...denied });
    expect(await store.putIfAbsent("a", bytesOf("1"))).toBe("written");
  });

  test("a server that knows no condition is refused", async () => {
    faultyPuts("_neuralake_probe", 1, { effect: false, answer: 501 });
    expect(await failureOf(store.putIfAbsent("a", bytesOf("1")))).toMatchObject({ code: "STORE_UNSAFE", message: expect.stringContaining(proxy.endpoint) });
    expect(await store.head("a")).toBeUndefined();
  });

  test("a put whose answer was lost is known as our own", async () => {
    await store.putIfAbsent("other", bytesOf("0"));
    reset();
    faultyPuts("a", 1, lostAnswer);
    expect(await store.putIfAbsent("a", bytesOf("mine"))).toBe("written");
    expect(methods()).toEqual(["PUT", "PUT", "HEAD"]);
    expect(textOf(await store.read("a"))).toBe("mine");
  });

  test("a put that was lost, while another writer came, is not taken for our own, whatever its bytes", async () => {
    const other = openAt(folder, minio, store.root);
    await other.putIfAbsent("a", bytesOf("same"));
    faultyPuts("a", 1, lostRequest);
    expect(await store.putIfAbsent("a", bytesOf("same"))).toBe("exists");
  });

  test.each<[string, Way]>([
    ["lost", lostRequest],
    ["answered 409", { effect: false, answer: 409 }],
    ["answered 503", { effect: false, answer: 503 }],
    ["answered 500", { effect: false, answer: 500 }],
  ])("a put that is %s twice is sent again", async (_case, way) => {
    await store.putIfAbsent("other", bytesOf("0"));
    reset();
    faultyPuts("a", 2, way);
    expect(await store.putIfAbsent("a", bytesOf("1"))).toBe("written");
    expect(methods()).toEqual(["PUT", "PUT", "PUT"]);
  });

  test("a put that is never answered is undecided; one that always meets another was not done", async () => {
    await store.putIfAbsent("other", bytesOf("0"));
    faultyPuts("a", 100, lostRequest);
    expect(await failureOf(store.putIfAbsent("a", bytesOf("1")))).toMatchObject({ code: "STORE_UNDECIDED", retry: true, message: expect.stringContaining(store.locate("a")) });
    reset();
    faultyPuts("a", 100, { effect: false, answer: 409 });
    expect(await failureOf(store.putIfAbsent("a", bytesOf("1")))).toMatchObject({ code: "STORE_FAILED", retry: true });
  });

  test("what is refused is refused at once, in words, and nothing that signs a request is in them", async () => {
    await store.putIfAbsent("other", bytesOf("0"));
    reset();
    faultyPuts("a", 1, denied);
    const refused = await failureOf(store.putIfAbsent("a", bytesOf("1")));
    expect(refused).toMatchObject({ code: "STORE_FAILED", retry: false, message: `${proxy.endpoint} denies access to ${store.locate("a")}.`, hint: expect.stringContaining(`s3:PutObject, s3:DeleteObject and s3:ListBucket in the bucket ${bucket}`) });
    expect(methods()).toEqual(["PUT"]);
    proxy.inject({ on: () => true, times: 100, ...denied });
    for (const act of [() => store.read("a"), () => store.head("a"), () => Array.fromAsync(store.list("a/")), () => store.remove("a"), () => store.localize("a", 1)]) {
      const failure = await failureOf(act());
      expect(failure).toMatchObject({ code: "STORE_FAILED", message: expect.stringContaining("denies access") });
      expect(told(failure)).not.toMatch(new RegExp(`${minio.secretAccessKey}|${minio.accessKeyId}`));
    }
  });

  test("a body that breaks off is asked for again", async () => {
    await store.putIfAbsent("a", bytesOf("x".repeat(100_000)));
    const halfOf = (times: number): void => proxy.inject({ on: ({ method }) => method === "GET", times, effect: true, answer: "half" });
    halfOf(2);
    expect(await store.read("a")).toHaveLength(100_000);
    await store.putIfAbsent("b", bytesOf("x".repeat(100_000)));
    halfOf(2);
    await store.localize("b", 100_000);
    halfOf(100);
    expect(await failureOf(store.read("a"))).toMatchObject({ code: "STORE_FAILED", retry: true });
  });

  describe("an upload in parts", () => {
    async function stageLarge(name: string): Promise<Awaited<ReturnType<Store["stage"]>>> {
      const staged = await store.stage(name);
      const handle = await open(staged.file, "w");
      await handle.truncate(66 * 1024 * 1024);
      await handle.close();
      return staged;
    }
    async function openUploads(): Promise<number> {
      const client = s3Client(minio);
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: new URL(store.locate("large")).pathname.slice(1) }));
      client.destroy();
      return Uploads.length;
    }

    test("whose end was not heard of is known as our own", async () => {
      const staged = await stageLarge("large");
      proxy.inject({ on: ({ method, query }) => method === "POST" && query.has("uploadId"), ...lostAnswer });
      expect(await staged.finish()).toBe(66 * 1024 * 1024);
      expect(await store.head("large")).toMatchObject({ size: 66 * 1024 * 1024 });
      expect(await openUploads()).toBe(0);
    });

    test("that fails leaves no part", async () => {
      const staged = await stageLarge("large");
      proxy.inject({ on: ({ query }) => query.get("partNumber") === "3", ...denied });
      expect(await failureOf(staged.finish())).toMatchObject({ code: "STORE_FAILED", message: expect.stringContaining("denies access") });
      await staged.discard();
      expect(await store.head("large")).toBeUndefined();
      expect(await openUploads()).toBe(0);
    });
  });

  describe("a commit", () => {
    const columns = [{ name: "id", type: { kind: "int64" }, nullable: false }] as const;
    const rows = [{ id: 1n }];
    async function made(): ReturnType<typeof readSnapshot> {
      await createTable(store, "t", { name: "t", description: "", columns, partitionColumns: [] });
      reset();
      return await readSnapshot(store, "t");
    }

    test("whose answer was lost is known by its own text where its mark cannot be looked at", async () => {
      const base = await made();
      faultyPuts("t/_delta_log", 1, lostAnswer);
      proxy.inject({ on: ({ method }) => method === "HEAD", ...denied });
      expect(await appendFiles(store, "t", base, await writeRows(store, "t", base, rows))).toMatchObject({ kind: "committed", version: 1 });
      expect((await readSnapshot(store, "t")).version).toBe(1);
    });

    test("that nobody answers for is unknown, since it may still arrive, and its files stay", async () => {
      const base = await made();
      const files = await writeRows(store, "t", base, rows);
      faultyPuts("t/_delta_log", 100, lostRequest);
      expect(await appendFiles(store, "t", base, files)).toMatchObject({ kind: "unknown", version: 1 });
      reset();
      expect(await store.head(`t/${files[0]?.path}`)).toBeDefined();
    });

    test("that the server refuses was not done", async () => {
      const base = await made();
      const files = await writeRows(store, "t", base, rows);
      faultyPuts("t/_delta_log", 1, denied);
      expect(await failureOf(appendFiles(store, "t", base, files))).toMatchObject({ code: "STORE_FAILED", message: expect.stringContaining("denies access") });
    });

    test("is one put for its data and one for itself", async () => {
      let base = await made();
      reset();
      for (let version = 1; version <= 3; version += 1) {
        const outcome = await appendFiles(store, "t", base, await writeRows(store, "t", base, rows));
        if (outcome.kind !== "committed") throw new Error(outcome.kind);
        base = outcome.snapshot;
      }
      expect(methods()).toEqual(["PUT", "PUT", "PUT", "PUT", "PUT", "PUT"]);
    });
  });
});
