/**
 * Appends while S3, or DynamoDB, or the way to them, fails: lost requests and answers, 409, 412, 500, 503, broken bodies, lists that lag behind. An
 * append is committed once, or told as failed, or as unknown with its file in place; the table is always one. NEURALAKE_TORTURE=1 makes it many.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appendFiles, encodeRows, storeFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import { readSnapshot, type Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import { openS3Proxy, type Fault, type S3Proxy, type S3Request } from "../../services/s3-proxy.ts";
import { onStores } from "../../stores.ts";
import { randomOf } from "../../random.ts";
import { append, committed, createRides, location, rides } from "./rides.ts";
import { idsOf } from "./table-rows.ts";

const isLong = process.env["NEURALAKE_TORTURE"] === "1";
const appendsOn = isLong ? { "S3": 1_000, "S3 with DynamoDB": 500 } : { "S3": 30, "S3 with DynamoDB": 12 };
const timesEach = isLong ? [1, 3] : [1];
const timeout = isLong ? 7_200_000 : 300_000;

let folder: string;
beforeAll(async () => { folder = await mkdtemp(path.join(tmpdir(), "faults-s3-")); });
afterAll(() => rm(folder, { recursive: true }));

type Way = Pick<Fault, "effect" | "answer">;
const ways: readonly (readonly [string, Way])[] = [
  ["lost", { effect: false, answer: "none" }],
  ["done, and its answer lost", { effect: true, answer: "none" }],
  ["done, and answered by half", { effect: true, answer: "half" }],
  ["answered 409", { effect: false, answer: 409 }],
  ["answered 412", { effect: false, answer: 412 }],
  ["done, and answered 412", { effect: true, answer: 412 }],
  ["answered 500", { effect: false, answer: 500 }],
  ["done, and answered 500", { effect: true, answer: 500 }],
  ["answered 503", { effect: false, answer: 503 }],
  ["done, and answered 503", { effect: true, answer: 503 }],
];

async function failureOf<T>(act: Promise<T>): Promise<T | Failure> {
  return await act.catch((error: unknown) => {
    if (error instanceof Failure) return error;
    throw error;
  });
}

await onStores(["S3", "S3 with DynamoDB"], (site) => {
  let proxies: readonly S3Proxy[];
  let direct: NodeJS.ProcessEnv;
  let store: Store;
  /** The same place without faults. */
  let calm: Store;
  beforeAll(async () => {
    direct = process.env;
    const { AWS_ENDPOINT_URL_S3 = "", AWS_ENDPOINT_URL_DYNAMODB = "", AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "" } = direct;
    const behind = (endpoint: string): Promise<S3Proxy> => openS3Proxy({ endpoint, accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY });
    const s3 = await behind(AWS_ENDPOINT_URL_S3);
    const dynamodb = site.kind === "S3" ? undefined : await behind(AWS_ENDPOINT_URL_DYNAMODB);
    proxies = dynamodb === undefined ? [s3] : [s3, dynamodb];
    const root = site.newRoot(folder);
    calm = site.open(root, folder);
    await createRides(calm);
    process.env = { ...direct, AWS_ENDPOINT_URL_S3: s3.endpoint, ...(dynamodb === undefined ? {} : { AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint }) };
    store = site.open(root, folder);
    // The server is tried, and the clients are made, here.
    await store.putIfAbsent("ready", new Uint8Array());
    committed(await append(store, await readSnapshot(store, location), []));
    process.env = direct;
  });
  afterAll(() => Promise.all(proxies.map((proxy) => proxy.close())));

  const heal = (): void => { for (const proxy of proxies) proxy.heal(); };
  let id = 0;
  const expected: number[] = [];

  /** The table as it is without faults. Files do not change: each is read once. */
  let known: Snapshot | undefined;
  const files = new Map<string, Promise<Uint8Array>>();
  const look = async (): Promise<Snapshot> => (known = await readSnapshot(calm, location, undefined, known));
  const idsNow = async (): Promise<readonly number[]> => idsOf({ ...calm, read: (name) => files.getOrInsertComputed(name, () => calm.read(name)) }, await look());

  /** One append as of a snapshot, and what became of it, held against the table as it is without faults. */
  async function appendOne(base: Snapshot): Promise<"committed" | "failed" | "unknown"> {
    id += 1;
    // Every second one as a lake makes it: the commit is made while its file is on its way.
    const asLake = id % 2 === 0;
    const encoded = asLake ? await encodeRows(base, rides(id), location) : [];
    const written = asLake ? encoded : await failureOf(writeRows(store, location, base, rides(id)));
    const outcome = written instanceof Failure ? written : await failureOf(appendFiles(store, location, base, written, asLake ? { after: storeFiles(store, location, encoded) } : {}));
    heal();
    const found = (await idsNow()).includes(id);
    if (found) expected.push(id);
    if (outcome instanceof Failure) {
      expect(outcome.code).toMatch(asLake || written instanceof Failure ? /^STORE_(FAILED|UNDECIDED)$/ : /^STORE_FAILED$/);
      expect(found).toBe(false);
      return "failed";
    }
    if (outcome.kind === "unknown" && !(written instanceof Failure)) for (const file of written) expect(await calm.head(`${location}/${file.path}`)).toBeDefined();
    else expect([outcome.kind, found]).toEqual(["committed", true]);
    return outcome.kind === "unknown" ? "unknown" : "committed";
  }

  const isWhole = async (): Promise<void> => expect(await idsNow()).toEqual(expected);

  /** Requests that change something: the data, the commit, and with DynamoDB the text and the row's two. */
  const writes = ({ method, headers }: S3Request): boolean => method === "PUT" || /PutItem/.test(String(headers["x-amz-target"]));

  describe.each(ways)("a write that is %s", (_name, way) => {
    test("whichever it is, once or three times running, leaves the append committed, failed or unknown", { timeout }, async () => {
      const outcomes: string[] = [];
      for (let nth = 1; nth <= (site.kind === "S3" ? 2 : 5); nth += 1) {
        for (const times of timesEach) {
          let seen = 0;
          for (const proxy of proxies) proxy.inject({ on: (request) => writes(request) && (seen += 1) >= nth, times, ...way });
          outcomes.push(await appendOne(await look()));
        }
      }
      await isWhole();
      // A 412 that is not true, or is about ourselves, is all that is not worth another try.
      if (way.answer !== 412) expect(outcomes.filter((outcome) => outcome !== "committed")).toEqual([]);
    });
  });

  test("appends among faults of all kinds at any request are each committed once, failed or unknown", { timeout }, async () => {
    const chance = randomOf(20_261_127);
    const counts = { committed: 0, failed: 0, unknown: 0, unreadable: 0 };
    let faults = 0;
    for (let number = 0; number < appendsOn[site.kind as keyof typeof appendsOn]; number += 1) {
      for (const proxy of proxies) {
        for (const [, way] of ways) {
          proxy.inject({ times: Number.POSITIVE_INFINITY, ...way, on: () => {
            const isHit = chance() < 0.02;
            faults += isHit ? 1 : 0;
            return isHit;
          } });
        }
      }
      // Somebody else comes first now and then, so that winners are read among faults too.
      const base = await failureOf(readSnapshot(store, location, undefined, number % 8 === 0 ? undefined : known));
      if (base instanceof Failure) {
        expect(base.code).toMatch(/^STORE_/);
        counts.unreadable += 1;
        heal();
        continue;
      }
      if (number % 4 === 0) {
        id += 1;
        known = committed(await append(calm, await look(), rides(id)));
        expected.push(id);
      }
      counts[await appendOne(base)] += 1;
    }
    heal();
    await isWhole();
    expect(counts.committed).toBeGreaterThan(0);
    expect(faults).toBeGreaterThan(0);
    console.log(JSON.stringify({ faults: site.kind, injected: faults, ...counts }));
  });

  describe("a list that lags behind", () => {
    /** Its newest names are not told. */
    const lagging = (by: number): Store => ({
      ...store,
      async *list(prefix, options) {
        const all = await Array.fromAsync(store.list(prefix, options));
        yield* all.slice(0, Math.max(0, all.length - by));
      },
    });

    test("shows an older version, whole, and an append as of it follows all that it did not see", async () => {
      const newest = await look();
      for (const by of [1, 2, 3]) {
        const old = await readSnapshot(lagging(by), location);
        expect(old.version).toBeLessThanOrEqual(newest.version + by - 1);
        expect(await idsOf(calm, old)).toEqual(expected.slice(0, [...old.files].length));
        id += 1;
        expect(await append(lagging(by), old, rides(id))).toMatchObject({ kind: "committed", version: newest.version + by });
        expected.push(id);
      }
      await isWhole();
    });

    test("and that lacks one in between, is told, and no append is made", async () => {
      const { version } = await look();
      const torn: Store = { ...store, async *list(prefix, options) {
        for await (const object of store.list(prefix, options)) if (!object.path.endsWith(`${version - 1}.json`)) yield object;
      } };
      expect(await failureOf(readSnapshot(torn, location))).toMatchObject({ code: "DELTA_LOG_BROKEN" });
      await isWhole();
    });
  });
});
