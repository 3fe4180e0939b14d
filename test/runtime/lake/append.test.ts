/** What an append to a lake on S3 costs in requests, and what it does when others came first. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { catalogFormat } from "../../../compiler/ir/catalog.ts";
import { commit } from "../../../runtime/delta/commit/transaction.ts";
import { openPlaces } from "../../../runtime/lake/places.ts";
import { openTables } from "../../../runtime/lake/tables.ts";
import { openLake } from "../../../runtime/lake.ts";
import type { Lake } from "../../../runtime/lake.ts";
import { awsEnvironment, makeBucket } from "../../services/s3-server.ts";
import { openS3Proxy, type S3Proxy } from "../../services/s3-proxy.ts";
import { withServices } from "../../services/with-services.ts";
import { column, deltaTable } from "../governance/table.ts";

const table = deltaTable([column("id", { kind: "int64" }), column("day", { kind: "text" })], { database: "rides", name: "seen" });
const split = deltaTable(table.columns, { database: "rides", name: "split", partitionBy: ["day"] });
const catalog = { format: catalogFormat, databases: [{ name: "rides", doc: "", tables: [table, split] }] } as const;

await withServices(["minio"], "an append to a lake on S3", ({ minio }) => {
  let directory: string;
  let proxy: S3Proxy;
  let bucket: string;
  let environment: NodeJS.ProcessEnv;
  let root: string;
  let lakes: Lake[];
  let roots = 0;
  beforeAll(async () => {
    environment = process.env;
    directory = await mkdtemp(path.join(tmpdir(), "append-"));
    proxy = await openS3Proxy(minio);
    process.env = { ...environment, ...awsEnvironment(proxy) };
    bucket = await makeBucket(minio, "append");
  });
  afterAll(async () => {
    process.env = environment;
    await proxy.close();
    await rm(directory, { recursive: true });
  });
  beforeEach(() => {
    root = `s3://${bucket}/${(roots += 1)}`;
    lakes = [];
  });
  afterEach(() => Promise.all(lakes.map((lake) => lake.close())));

  async function open(): Promise<Lake> {
    const lake = await openLake({ catalog, root, project: directory });
    lakes.push(lake);
    return lake;
  }
  /** The requests that an act makes. */
  async function requestsOf(act: () => Promise<unknown>): Promise<string[]> {
    const before = proxy.requests.length;
    await act();
    return proxy.requests.slice(before).map(({ method, path: key, query }) => `${query.has("list-type") ? "LIST" : method} ${key.endsWith(".parquet") ? "data" : key.includes("_delta_log") ? "log" : "other"}`);
  }
  const row = (id: bigint): { id: bigint; day: string } => ({ id, day: `day ${id}` });

  test("is one put for its data and one for its commit; its first looks at the log", async () => {
    const lake = await open();
    await lake.create("rides.seen");
    expect((await requestsOf(() => lake.append("rides.seen", [row(1n)]))).slice(-3)).toEqual(["GET log", "PUT data", "PUT log"]);
    for (const id of [2n, 3n, 4n]) expect(await requestsOf(() => lake.append("rides.seen", [row(id)]))).toEqual(["PUT data", "PUT log"]);
    expect(await lake.describe("rides.seen")).toMatchObject({ version: 4, rows: 4, files: 4 });
  });

  test("puts the files of its partitions side by side", async () => {
    const lake = await open();
    await lake.create("rides.split");
    await lake.append("rides.split", [row(1n)]);
    expect(await requestsOf(() => lake.append("rides.split", [row(1n), row(2n), row(3n)]))).toEqual(["PUT data", "PUT data", "PUT data", "PUT log"]);
  });

  test("behind another writer's meets it by the version it wanted, and loses nothing", async () => {
    const [one, two] = [await open(), await open()];
    await one.create("rides.seen");
    await one.append("rides.seen", [row(1n)]);
    await two.append("rides.seen", [row(2n)]);
    expect(await requestsOf(() => one.append("rides.seen", [row(3n)]))).toEqual(["PUT data", "PUT log", "GET log", "GET log", "PUT log"]);
    expect(await two.describe("rides.seen")).toMatchObject({ version: 3, rows: 3 });
  });

  test("that was built on a state since changed is built anew", async () => {
    const lake = await open();
    await lake.create("rides.seen");
    await lake.append("rides.seen", [row(1n)]);
    const tables = openTables(openPlaces(root, directory));
    const { store, location } = tables.places.table(table);
    const base = await tables.read(table);
    const changed = await commit(store, location, base, [{ metaData: { ...base.metadata, configuration: { owner: "somebody" } } }], { operation: "SET TBLPROPERTIES", parameters: {}, metrics: {} });
    expect(changed.kind).toBe("committed");
    expect(await lake.append("rides.seen", [row(2n)])).toMatchObject({ version: 3, kept: 1 });
    expect(await lake.describe("rides.seen")).toMatchObject({ rows: 2, files: 2, metadata: { configuration: { owner: "somebody" } } });
  });

  test("and a query reads the files it lacks once, and then only looks at the log", async () => {
    const lake = await open();
    await lake.create("rides.seen");
    for (const id of [1n, 2n, 3n]) await lake.append("rides.seen", [row(id)]);
    const ask = async (): Promise<void> => void (await Array.fromAsync((await lake.query({ sql: "SELECT sum(id) FROM rides.seen" })).batches));
    expect((await requestsOf(ask)).toSorted()).toEqual(["GET data", "GET data", "GET data", "LIST other"]);
    expect(await requestsOf(ask)).toEqual(["LIST other"]);
    const other = await open();
    const found = await requestsOf(async () => await Array.fromAsync((await other.query({ sql: "SELECT sum(id) FROM rides.seen" })).batches));
    expect(found).not.toContain("GET data");
  });
});
