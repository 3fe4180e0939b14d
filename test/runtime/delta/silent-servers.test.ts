/**
 * Appends and reads while S3, or DynamoDB, takes a request and never answers, or stops amid its answer: it counts as gone after the time that the store
 * was told, a write is known again by reading back, and a read is made again. NEURALAKE_TORTURE=1 has every way on every store.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import { readSnapshot, type Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { openStores } from "../../../runtime/storage/open-store.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { openS3Proxy, type Fault, type S3Proxy, type S3Request } from "../../services/s3-proxy.ts";
import { onStores } from "../../stores.ts";
import { append, committed, createRides, location, rides } from "./rides.ts";
import { idsOf } from "./table-rows.ts";

/** A server of tests answers sooner, also on a busy machine; and where not, the request is made again. */
const silenceMs = 800;
const isLong = process.env["NEURALAKE_TORTURE"] === "1";

let folder: string;
beforeAll(async () => { folder = await mkdtemp(path.join(tmpdir(), "silent-")); });
afterAll(() => rm(folder, { recursive: true }));

type Way = Pick<Fault, "effect" | "answer">;

await onStores(["S3", "S3 with DynamoDB"], (site) => {
  let proxies: readonly S3Proxy[];
  /** A store at a new root, behind the proxies, whose clients are made and whose server is tried; and the same place without faults. */
  let open: () => Promise<{ readonly store: Store; readonly calm: Store }>;
  beforeAll(async () => {
    const direct = process.env;
    const { AWS_ENDPOINT_URL_S3 = "", AWS_ENDPOINT_URL_DYNAMODB = "", AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "", NEURALAKE_DYNAMODB_TABLE: table } = direct;
    const behind = (endpoint: string): Promise<S3Proxy> => openS3Proxy({ endpoint, accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY });
    const s3 = await behind(AWS_ENDPOINT_URL_S3);
    const dynamodb = site.kind === "S3" ? undefined : await behind(AWS_ENDPOINT_URL_DYNAMODB);
    proxies = dynamodb === undefined ? [s3] : [s3, dynamodb];
    const options = { directory: path.join(folder, "cache"), bytesMax: 1_000_000_000, silenceMs, ...(table === undefined ? {} : { logTable: { table } }) };
    open = async () => {
      const root = site.newRoot(folder);
      const calm = site.open(root, folder);
      await createRides(calm);
      process.env = { ...direct, AWS_ENDPOINT_URL_S3: s3.endpoint, ...(dynamodb === undefined ? {} : { AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint }) };
      const store = openStores(options)(root);
      await store.putIfAbsent("ready", new Uint8Array());
      committed(await append(store, await readSnapshot(store, location), rides(0)));
      process.env = direct;
      return { store, calm };
    };
  });
  afterAll(() => Promise.all(proxies.map((proxy) => proxy.close())));

  const writes = ({ method, headers }: S3Request): boolean => method === "PUT" || /PutItem/.test(String(headers["x-amz-target"]));
  const requests = (): number => proxies.reduce((sum, proxy) => sum + proxy.requests.filter(writes).length, 0);

  const ways: readonly [string, Way][] = [
    ["done", { effect: true, answer: "silence" }],
    ["lost", { effect: false, answer: "silence" }],
    ["done, with half an answer", { effect: true, answer: "stall" }],
  ];
  describe.each(isLong || site.kind === "S3" ? ways : ways.slice(0, 1))("a write that gets no answer and is %s", (_name, way) => {
    test("whichever it is, is made again, and the append is committed once", async () => {
      const { store, calm } = await open();
      let base: Snapshot = await readSnapshot(calm, location);
      const expected = [0];
      // The data, the commit; with DynamoDB the text, the row, the name and the row's end behind the data.
      for (let nth = 1; nth <= (site.kind === "S3" ? 2 : 5); nth += 1) {
        let seen = 0;
        let hit = 0;
        const before = requests();
        for (const proxy of proxies) proxy.inject({ ...way, on: (request) => writes(request) && (seen += 1) === nth && (hit += 1) === 1 });
        base = committed(await append(store, base, rides(nth)));
        for (const proxy of proxies) proxy.heal();
        expect(hit).toBe(1);
        // An answer without a body is whole when its head has come.
        if (way.answer === "silence") expect(requests() - before).toBeGreaterThan(site.kind === "S3" ? 2 : 5);
        expected.push(nth);
      }
      const newest = await readSnapshot(calm, location);
      expect([newest.version, await idsOf(calm, newest)]).toEqual([expected.length, expected]);
    });
  });

  if (site.kind !== "S3") return;

  test("a commit that is never answered for is committed when it can be read, and else unknown, with its files in place", async () => {
    const outcomes = await Promise.all([true, false].map(async (effect) => {
      const { store, calm } = await open();
      const base = await readSnapshot(calm, location);
      const files = await writeRows(store, location, base, rides(1));
      const prefix = new URL(store.root).pathname;
      for (const proxy of proxies) proxy.inject({ on: (request) => request.method === "PUT" && request.path.includes(`${prefix}/${location}/_delta_log/`), times: Number.POSITIVE_INFINITY, effect, answer: "silence" });
      const outcome = await appendFiles(store, location, base, files);
      expect(await calm.head(`${location}/${files[0]?.path}`)).toBeDefined();
      const newest = await readSnapshot(calm, location);
      return [outcome.kind, newest.version, await idsOf(calm, newest)];
    }));
    for (const proxy of proxies) proxy.heal();
    expect(outcomes).toEqual([["committed", 2, [0, 1]], ["unknown", 1, [0]]]);
  });

  const bytes = new TextEncoder().encode("x".repeat(100_000));
  const reads: readonly (readonly [string, (store: Store, name: string) => Promise<unknown>, unknown])[] = [
    ["read whole", async (store, name) => (await store.read(name)).length, bytes.length],
    ["read in part", async (store, name) => (await store.read(name, { offset: 10, length: 50_000 })).length, 50_000],
    ["copied", async (store, name) => (await readFile(await store.localize(name, bytes.length))).equals(bytes), true],
    ["listed", async (store, name) => (await Array.fromAsync(store.list(name.replace(/[^/]*$/, "")))).map((object) => object.path.split("/").at(-1)), ["object"]],
    ["looked at", async (store, name) => (await store.head(name))?.size, bytes.length],
  ];

  test("an object is read by whatever way, however the server falls silent, by asking again", async () => {
    const { store } = await open();
    const asked = await Promise.all((["silence", "stall"] as const).flatMap((answer) => reads.map(async ([how, act, expected], index) => {
      const name = `${answer}/${index}/object`;
      await store.putIfAbsent(name, bytes);
      let seen = 0;
      const isOf = ({ method, path: key, query }: S3Request): boolean => method !== "PUT" && (key.includes(`/${name}`) || (query.get("prefix") ?? "").endsWith(`${answer}/${index}/`));
      for (const proxy of proxies) proxy.inject({ on: (request) => isOf(request) && (seen += 1) === 1, effect: true, answer });
      expect(await act(store, name), `${how}, ${answer}`).toEqual(expected);
      return { how, answer, requests: proxies.flatMap((proxy) => proxy.requests.filter(isOf)).length };
    })));
    for (const proxy of proxies) proxy.heal();
    // A look has no body: half an answer is all of it.
    for (const { how, answer, requests: count } of asked) expect(count, `${how}, ${answer}`).toBeGreaterThanOrEqual(how === "looked at" && answer === "stall" ? 1 : 2);
  });

  test("a server that stays silent is told as such, and asked no more often than the client does by itself", async () => {
    const { store } = await open();
    await store.putIfAbsent("never", bytes);
    const before = proxies[0]?.requests.length ?? 0;
    const isOf = ({ method, path: key }: S3Request): boolean => method !== "PUT" && key.endsWith("/never");
    for (const proxy of proxies) proxy.inject({ on: isOf, times: Number.POSITIVE_INFINITY, effect: false, answer: "silence" });
    const failed = { code: "STORE_FAILED", retry: true, message: expect.stringContaining("does not answer") };
    await Promise.all([store.read("never"), store.localize("never", bytes.length), store.head("never")].map((act) => expect(act).rejects.toMatchObject(failed)));
    for (const proxy of proxies) proxy.heal();
    expect(proxies[0]?.requests.slice(before).filter(isOf)).toHaveLength(3 * 3);
  });
});
