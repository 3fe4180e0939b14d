/** Local copies of objects on S3: asked for as seldom as can be, of one object and of its bytes, whatever happens on the way. */
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { openStores } from "../../../runtime/storage/open-store.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { openS3Proxy, type Fault, type S3Proxy, type S3Request } from "../../services/s3-proxy.ts";
import { makeBucket, s3Client } from "../../services/s3-server.ts";
import { withServices } from "../../services/with-services.ts";
import { bytesOf, failureOf, openAt, textOf } from "./s3-stores.ts";

const md5 = (content: string): string => createHash("md5").update(content).digest("hex");

let folder: string;
let environment: NodeJS.ProcessEnv;
beforeAll(async () => { folder = await mkdtemp(path.join(tmpdir(), "s3-fetch-")); });
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
    bucket = await makeBucket(minio, "fetch");
  });
  afterAll(() => proxy.close());
  beforeEach(() => {
    reset();
    store = openAt(folder, proxy, `s3://${bucket}/${(roots += 1)}`);
  });

  type Way = Pick<Fault, "effect" | "answer">;
  const lostRequest: Way = { effect: false, answer: "none" };
  const denied: Way = { effect: false, answer: 403 };
  const requests = (): readonly S3Request[] => proxy.requests.slice(before);
  const methods = (): string[] => requests().map(({ method }) => method);
  /** As another process has it: nothing known, the same cache. */
  const anotherStore = (): Store => openStores({ directory: path.join(folder, "cache"), bytesMax: 1_000_000_000 })(store.root);

  test("files are fetched once, however many ask, and looked at once by another process", async () => {
    await store.putIfAbsent("a", bytesOf("rows"));
    reset();
    const files = await Promise.all(Array.from({ length: 8 }, () => store.localize("a", 4)));
    expect(new Set(files).size).toBe(1);
    expect(methods()).toEqual(["GET"]);
    expect(await store.localize("a", 4)).toBe(files[0]);
    const another = anotherStore();
    for (let asked = 0; asked < 3; asked += 1) expect(await another.localize("a", 4)).toBe(files[0]);
    expect(methods()).toEqual(["GET", "HEAD"]);
  });

  test("a copy of an object that somebody replaced since is not taken for it; nor is any while the store does not answer", async () => {
    await store.putIfAbsent("a", bytesOf("rows"));
    const before = await store.localize("a", 4);
    await store.remove("a");
    expect(await failureOf(anotherStore().localize("a", 4))).toMatchObject({ code: "FILE_NOT_FOUND" });
    await store.putIfAbsent("a", bytesOf("else"));
    reset();
    const after = await anotherStore().localize("a", 4);
    expect(methods()).toEqual(["HEAD", "GET"]);
    expect([await readFile(before, "utf8"), await readFile(after, "utf8")]).toEqual(["rows", "else"]);
    proxy.inject({ on: ({ method }) => method === "HEAD", times: 100, ...lostRequest });
    expect(await failureOf(anotherStore().localize("a", 4))).toMatchObject({ code: "STORE_FAILED", retry: true, message: expect.stringContaining("does not answer") });
    reset();
    proxy.inject({ on: ({ method }) => method === "HEAD", times: 100, ...denied });
    expect(await failureOf(anotherStore().localize("a", 4))).toMatchObject({ code: "STORE_FAILED", retry: false, message: expect.stringContaining("denies access") });
  });

  const text = (letter: string): string => letter.repeat(100_000);
  const onGet = ({ method }: S3Request): boolean => method === "GET";

  test("a file that breaks off goes on where it was, as long as it is the same object", async () => {
    await store.putIfAbsent("a", bytesOf(text("x")));
    reset();
    proxy.inject({ on: onGet, times: 3, effect: true, answer: "half" });
    expect(await readFile(await store.localize("a", 100_000), "utf8")).toBe(text("x"));
    expect(requests().map(({ headers }) => headers.range)).toEqual([undefined, "bytes=50000-", "bytes=75000-", "bytes=87500-"]);
    expect(new Set(requests().slice(1).map(({ headers }) => headers["if-match"]))).toEqual(new Set([`"${md5(text("x"))}"`]));
  });

  test("a file whose object is replaced between two of its parts is fetched anew, and none is of two", async () => {
    await store.putIfAbsent("a", bytesOf(text("x")));
    const { promise: replaced, resolve } = Promise.withResolvers<undefined>();
    proxy.inject({ on: onGet, effect: true, answer: "half" });
    proxy.inject({ on: onGet, until: replaced, effect: true, answer: "real" });
    const asked = store.localize("a", 100_000);
    await expect.poll(() => requests().filter(onGet).length).toBe(2);
    const directly = openAt(folder, minio, store.root);
    await directly.remove("a");
    await directly.putIfAbsent("a", bytesOf(text("y")));
    resolve(undefined);
    expect(await readFile(await asked, "utf8")).toBe(text("y"));
    expect(requests().filter(onGet).map(({ headers }) => headers.range)).toEqual([undefined, "bytes=50000-", undefined]);
  });

  test("bytes that were changed on their way are fetched anew, by the checksum that an object was put with, or by its ETag", async () => {
    await store.putIfAbsent("summed", bytesOf(text("x")));
    const client = s3Client(minio);
    client.config.requestChecksumCalculation = async () => "WHEN_REQUIRED";
    const { pathname } = new URL(store.locate("bare"));
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: pathname.slice(1), Body: text("x") }));
    client.destroy();
    for (const name of ["summed", "bare"]) {
      reset();
      proxy.inject({ on: onGet, effect: true, answer: "changed" });
      expect(await readFile(await store.localize(name, 100_000), "utf8"), name).toBe(text("x"));
      expect(methods(), name).toEqual(["GET", "GET"]);
      proxy.inject({ on: onGet, effect: true, answer: "changed" });
      expect(textOf(await store.read(name)).slice(0, 1), name).toBe(name === "summed" ? "x" : "y");
    }
  });

  test("a file of another size than its log says is told, and not kept", async () => {
    await store.putIfAbsent("a", bytesOf("rows"));
    expect(await failureOf(store.localize("a", 5))).toMatchObject({ code: "STORE_FAILED", message: expect.stringContaining("has 4 bytes where its table's log says 5") });
    expect(await failureOf(store.localize("none", 5))).toMatchObject({ code: "FILE_NOT_FOUND" });
  });
});
