/**
 * Each operation while S3, or DynamoDB, or the way to them, fails at any of its requests: lost requests and answers, half answers, 409, 412, 500, 503, silence. The table
 * is as it was or as it was to be, whoever is told of a failure may try again, and what is left behind a vacuum takes. NEURALAKE_TORTURE=1 fails every request in many ways.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { openEngine } from "../../../runtime/query/engine.ts";
import type { Engine } from "../../../runtime/query/engine.ts";
import { openStores } from "../../../runtime/storage/open-store.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import { openS3Proxy, type Fault, type S3Proxy } from "../../services/s3-proxy.ts";
import { onStores } from "../../stores.ts";
import { below, oneOf, randomOf } from "../../random.ts";
import { checkEnd } from "./operation-end.ts";
import type { Ended } from "./operation-end.ts";
import { location } from "./rides.ts";
import { prepareTable, tableOperations } from "./table-operations.ts";
import type { TableOperation } from "./table-operations.ts";

const isLong = process.env["NEURALAKE_TORTURE"] === "1";
const faultsEach = isLong ? { "S3": 40, "S3 with DynamoDB": 15 } : { "S3": 2, "S3 with DynamoDB": 0 };
/** The short form has some of them. */
const operations = tableOperations.filter(({ name }, index) => isLong || index % 3 === 0 || name === "vacuum" || name === "erase");
const silenceMs = 800;

type Way = Pick<Fault, "effect" | "answer">;
const ways: readonly Way[] = [
  ...(["none", 409, 412, 500, 503, "silence"] as const).flatMap((answer) => [true, false].map((effect) => ({ effect, answer }))),
  ...(["half", "stall"] as const).map((answer) => ({ effect: true, answer })),
];

let folder: string;
beforeAll(async () => { folder = await mkdtemp(path.join(tmpdir(), "operation-s3-")); });
afterAll(() => rm(folder, { recursive: true }));

await onStores(isLong ? ["S3", "S3 with DynamoDB"] : ["S3"], (site) => {
  let proxies: readonly S3Proxy[];
  let engine: Engine;
  let faulty: NodeJS.ProcessEnv;
  let direct: NodeJS.ProcessEnv;
  beforeAll(async () => {
    direct = process.env;
    const { AWS_ENDPOINT_URL_S3 = "", AWS_ENDPOINT_URL_DYNAMODB = "", AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "" } = direct;
    const behind = (endpoint: string): Promise<S3Proxy> => openS3Proxy({ endpoint, accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY });
    const s3 = await behind(AWS_ENDPOINT_URL_S3);
    const dynamodb = site.kind === "S3" ? undefined : await behind(AWS_ENDPOINT_URL_DYNAMODB);
    proxies = dynamodb === undefined ? [s3] : [s3, dynamodb];
    faulty = { ...direct, AWS_ENDPOINT_URL_S3: s3.endpoint, ...(dynamodb === undefined ? {} : { AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint }) };
    const temporary = path.join(folder, "engine", site.kind);
    await mkdir(temporary, { recursive: true });
    engine = await openEngine({ readable: [folder], temporary });
  });
  afterAll(async () => {
    await engine.close();
    await Promise.all(proxies.map((proxy) => proxy.close()));
  });

  const requests = (): number => proxies.reduce((sum, proxy) => sum + proxy.requests.length, 0);

  /** A new table, behind the proxies and without them; clients are made and servers tried. */
  async function newTable(operation: TableOperation): Promise<{ readonly store: Store; readonly calm: Store }> {
    const root = site.newRoot(folder);
    const calm = site.open(root, folder);
    await prepareTable(calm, engine, operation.properties);
    const { NEURALAKE_DYNAMODB_TABLE: table } = direct;
    process.env = faulty;
    const store = openStores({ directory: path.join(folder, "faulty"), bytesMax: 1_000_000_000, silenceMs, ...(table === undefined ? {} : { logTable: { table } }) })(root);
    await store.putIfAbsent("ready", new Uint8Array());
    process.env = direct;
    return { store, calm };
  }

  async function run(operation: TableOperation, store: Store, faults: readonly Fault[]): Promise<Ended> {
    const base = await readSnapshot(store, location);
    for (const proxy of proxies) for (const fault of faults) proxy.inject(fault);
    try {
      await operation.act({ store, base, engine });
      return "done";
    } catch (error) {
      if (error instanceof Failure) return error;
      throw error;
    } finally {
      for (const proxy of proxies) proxy.heal();
    }
  }

  describe.each(operations.map((operation) => [operation.name, operation] as const))("%s", (name, operation) => {
    test("of which any request fails leaves the table as it was or as it was to be", { timeout: isLong ? 3_600_000 : 300_000 }, async () => {
      const whole = await newTable(operation);
      const before = requests();
      const ended = await run(operation, whole.store, []);
      const steps = requests() - before;
      expect(await checkEnd(operation, { store: whole.calm, engine, ended, what: name })).toBe("after");
      const random = randomOf(steps + tableOperations.indexOf(operation));
      const counts = { hit: 0, done: 0, failed: 0, unknown: 0 };
      const faults = faultsEach[site.kind as keyof typeof faultsEach];
      for (let k = 0; k < faults; k++) {
        const { store, calm } = await newTable(operation);
        const nth = 1 + (faults >= steps ? k % steps : below(random, Math.ceil(steps / 2)));
        const [way, times] = [oneOf(random, ways), oneOf(random, [1, 1, 4])];
        let seen = 0;
        let hit = 0;
        const end = await run(operation, store, [{ ...way, times, on: () => (seen += 1) >= nth && (hit += 1) <= times }]);
        counts.hit += Math.min(1, hit);
        await checkEnd(operation, { store: calm, engine, ended: end, what: `${name}, request ${nth} ${JSON.stringify(way)} ${times} times: ${end instanceof Failure ? end.message : String(end)}` });
        counts[end === "done" ? "done" : end instanceof Failure && end.code === "COMMIT_UNKNOWN" ? "unknown" : "failed"] += 1;
      }
      console.log(JSON.stringify({ faults: site.kind, operation: name, requests: steps, ...counts }));
      expect(counts.hit).toBeGreaterThan(0);
    });
  });
});
