/** Remote files read by the engine itself, through DuckDB's httpfs extension: the same rows as through local copies, and nothing else becomes reachable. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { catalogFormat } from "../../../compiler/ir/catalog.ts";
import { openEngine } from "../../../runtime/query/engine.ts";
import type { Engine } from "../../../runtime/query/engine.ts";
import { openLake } from "../../../runtime/lake.ts";
import type { Lake, LakeOptions } from "../../../runtime/lake.ts";
import { readRows } from "../../../runtime/parquet/arrow-rows.ts";
import type { Remote, RemoteAccess } from "../../../runtime/storage/store.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { storeAt } from "../../stores.ts";
import { awsEnvironment, makeBucket } from "../../services/s3-server.ts";
import { openS3Proxy, type S3Proxy } from "../../services/s3-proxy.ts";
import { withServices } from "../../services/with-services.ts";
import { column, deltaTable } from "../governance/table.ts";

const table = deltaTable([column("id", { kind: "int64" }), column("city", { kind: "text" }, { nullable: true })], { database: "rides", name: "seen", partitionBy: ["city"] });
const catalog = { format: catalogFormat, databases: [{ name: "rides", doc: "", tables: [table] }] } as const;
const columns = table.columns.map(({ name, type, nullable }) => ({ name, type, nullable }));

await withServices(["minio", "python"], "an engine that reads S3 by itself", ({ minio, python }) => {
  let directory: string;
  let extensions: string;
  let proxy: S3Proxy;
  let bucket: string;
  let environment: NodeJS.ProcessEnv;
  beforeAll(async () => {
    environment = process.env;
    directory = await mkdtemp(path.join(tmpdir(), "afar-"));
    extensions = String(await python.run("import duckdb_extension_httpfs as it, glob, json, os; print(json.dumps(os.path.dirname(glob.glob(os.path.dirname(it.__file__) + '/extensions/*/*.duckdb_extension')[0])))"));
    proxy = await openS3Proxy(minio);
    process.env = { ...environment, ...awsEnvironment(proxy) };
    bucket = await makeBucket(minio, "afar");
  });
  afterAll(async () => {
    process.env = environment;
    await proxy.close();
    await rm(directory, { recursive: true });
  });

  describe("in a lake", () => {
    let root: string;
    let roots = 0;
    const lakes: Lake[] = [];
    const open = async (name: string, options: Partial<LakeOptions>): Promise<Lake> => {
      const lake = await openLake({ catalog, root, project: directory, cache: { directory: path.join(directory, `${name}-${roots}`) }, ...options });
      lakes.push(lake);
      return lake;
    };
    const copies = async (name: string): Promise<string[]> => (await readdir(path.join(directory, `${name}-${roots}`))).filter((file) => file !== "work");
    const ask = async (lake: Lake, sql: string): Promise<readonly Row[]> => {
      const { batches } = await lake.query({ sql });
      return (await Array.fromAsync(batches)).flatMap((batch) => [...readRows(columns, batch)]);
    };
    const dataAsked = (before: number): ReadonlySet<string> => new Set(proxy.requests.slice(before).flatMap(({ path: key }) => (key.endsWith(".parquet") ? [key] : [])));
    beforeEach(async () => {
      root = `s3://${bucket}/lakes/${(roots += 1)}`;
      const lake = await open("writer", {});
      await lake.create("rides.seen");
      for (const city of ["Oslo", "Rome", "Århus / 50% ?*", null]) await lake.append("rides.seen", Array.from({ length: 5 }, (_, id) => ({ id: BigInt(id), city })));
    });
    afterEach(async () => { for (const lake of lakes.splice(0)) await lake.close(); });

    test("gives the same rows as local copies do, and makes copies only of what has no plain name", async () => {
      const [near, far] = [await open("near", {}), await open("far", { duckdb: { extensions } })];
      const sql = "SELECT id, city FROM rides.seen ORDER BY city, id";
      const rows = await ask(near, sql);
      expect(rows).toHaveLength(20);
      expect(await ask(far, sql)).toEqual(rows);
      expect(await copies("near")).toHaveLength(4);
      expect(await copies("far")).toHaveLength(1);
    });

    test("asks for the files alone that can hold a query's rows", async () => {
      const far = await open("far", { duckdb: { extensions } });
      const before = proxy.requests.length;
      expect(await ask(far, "SELECT id, city FROM rides.seen WHERE city = 'Rome' AND id < 2 ORDER BY id")).toEqual([{ id: 0n, city: "Rome" }, { id: 1n, city: "Rome" }]);
      expect([...dataAsked(before)]).toEqual([expect.stringContaining("city=Rome")]);
      expect(await copies("far")).toEqual([]);
    });

    test("says of a file that is gone what it says anywhere", async () => {
      const far = await open("far", { duckdb: { extensions } });
      const store = storeAt(root);
      for await (const { path: name } of store.list("rides/seen/city=Oslo/")) await store.remove(name);
      await expect(ask(far, "SELECT id, city FROM rides.seen WHERE city = 'Oslo'")).rejects.toMatchObject({ code: "FILE_NOT_FOUND", message: expect.stringContaining("city=Oslo") });
    });

    test("shows no query what it asks with", async () => {
      const far = await open("far", { duckdb: { extensions } });
      await ask(far, "SELECT id, city FROM rides.seen");
      for (const sql of ["SELECT * FROM duckdb_secrets()", "SELECT which_secret('s3://x/y', 's3')", "SELECT current_setting('s3_secret_access_key')"]) {
        await expect(far.query({ sql })).rejects.toMatchObject({ code: expect.stringMatching(/^SQL_/) });
      }
    });

    test("is refused when the folder of its extension has none", async () => {
      const lake = await open("none", { duckdb: { extensions: directory } });
      await expect(ask(lake, "SELECT id, city FROM rides.seen")).rejects.toMatchObject({ code: "CONFIG_INVALID", message: expect.stringContaining(directory) });
    });
  });

  describe("shut in", () => {
    let engine: Engine;
    let scope: string;
    let access: RemoteAccess;
    const remote = (): Remote => ({ scope, address: () => undefined, access: async () => access });
    const read = async (url: string): Promise<unknown> => (await engine.control.runAndReadAll(`SELECT count(*) FROM read_parquet('${url}')`)).getRows()[0]?.[0];
    beforeAll(async () => {
      await python.run(`import pyarrow, pyarrow.parquet, sys; pyarrow.parquet.write_table(pyarrow.table({"id": [1, 2]}), sys.argv[1]); print(1)`, [path.join(directory, "two.parquet")]);
      const bytes = await storeAt(directory).read("two.parquet");
      for (const prefix of ["in", "out", "in2"]) await storeAt(`s3://${bucket}/${prefix}`).putIfAbsent("f.parquet", bytes);
    });
    beforeEach(async () => {
      scope = `s3://${bucket}/in/`;
      access = { host: new URL(minio.endpoint).host, secure: false, region: "us-east-1", keyId: minio.accessKeyId, secret: minio.secretAccessKey, session: undefined };
      engine = await openEngine({ readable: [], temporary: directory, afar: { scopes: [scope], extensions } });
    });
    afterEach(() => engine.close());

    test("it reads below its own addresses, and no other bucket, prefix, server or file", async () => {
      expect(await engine.admit(remote())).toBe(true);
      expect(await read(`${scope}f.parquet`)).toBe(2n);
      const other = await makeBucket(minio, "other");
      for (const url of [`s3://${bucket}/out/f.parquet`, `s3://${bucket}/in2/f.parquet`, `s3://${other}/in/f.parquet`, `${minio.endpoint}/${bucket}/in/f.parquet`, `s3a://${bucket}/in/f.parquet`, "/etc/hostname"]) {
        await expect(read(url), url).rejects.toThrow(/Cannot access file|disabled by configuration/);
      }
      for (const url of [`${scope}../out/f.parquet`, `${scope}%2e%2e/out/f.parquet`, `${scope}*.parquet`]) await expect(read(url), url).rejects.toThrow(/HTTP 40[34]/);
    });

    test("an address that names another server in its query asks its own, for an object of that name", async () => {
      await engine.admit(remote());
      const before = proxy.requests.length;
      const stranger = new URL(proxy.endpoint).host;
      await expect(read(`${scope}f.parquet?s3_endpoint=${stranger}&s3_use_ssl=false`)).rejects.toThrow("HTTP 404");
      expect(proxy.requests).toHaveLength(before);
    });

    test("another store's addresses are not admitted", async () => {
      expect(await engine.admit({ ...remote(), scope: `s3://${bucket}/out/` })).toBe(false);
      expect(await engine.admit(undefined)).toBe(false);
    });

    test("keys that are given anew take the place of old ones, and no error holds any of them", async () => {
      const right = access;
      access = { ...right, secret: "wrong-secret-of-this-test", session: "wrong-session-of-this-test" };
      await engine.admit(remote());
      const error: unknown = await read(`${scope}f.parquet`).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(Error);
      for (const part of [access.secret, String(access.session), access.keyId]) expect(String((error as Error).message)).not.toContain(part);
      access = right;
      await engine.admit(remote());
      expect(await read(`${scope}f.parquet`)).toBe(2n);
      const secrets = JSON.stringify((await engine.control.runAndReadAll("SELECT secret_string FROM duckdb_secrets()")).getRowsJson());
      expect(secrets).not.toContain(right.secret);
      expect(secrets).toContain("secret=redacted");
    });
  });
});
