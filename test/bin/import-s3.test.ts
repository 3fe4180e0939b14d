/** `neuralake import` of what lies on S3: files of each format, folders that tell partitions, a Delta table. What is written compiles, a plan shows no change, and the rows are the very rows. */
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTable, types } from "../../runtime/lake.ts";
import { openEngine } from "../../runtime/query/engine.ts";
import { awsEnvironment, makeBucket, s3Client } from "../services/s3-server.ts";
import { withServices } from "../services/with-services.ts";
import { runCommand, temporaryFolder, type Outcome } from "./command.ts";

await withServices(["minio"], "import of what lies on S3", ({ minio }) => {
  let place: Awaited<ReturnType<typeof temporaryFolder>>;
  let bucket: string;
  beforeAll(async () => {
    place = await temporaryFolder();
    await mkdir(path.join(place.folder, "catalog"));
    bucket = await makeBucket(minio, "import");
    const client = s3Client(minio);
    const put = async (key: string, body: string | Buffer): Promise<unknown> => await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
    await put("in/prices-1.csv", "Article;price\nrye;4.20\n");
    await put("in/prices-2.csv", "Article;price\nmacaron;12.5\n");
    await put("in/events.ndjson", '{"n": 1, "seen": "2026-08-01T12:00:00Z"}\n{"n": 2, "seen": null}\n');
    await put("in/list.json", '[{"code": "007"}]');
    await put("in/bad.csv", "1,2\n3,4\n");
    const engine = await openEngine({ readable: [place.folder], temporary: place.folder });
    for (const k of [1, 2]) {
      const file = path.join(place.folder, `${k}.parquet`);
      await engine.control.run(`COPY (SELECT ${k}::BIGINT AS id, 'n' || ${k} AS name) TO '${file}'`);
      await put(`in/sales/day=2026-08-0${k}/region=north%20sea/part.parquet`, await readFile(file));
    }
    await engine.close();
    client.destroy();
    Object.assign(process.env, awsEnvironment(minio));
    await using paid = await createTable(`s3://${bucket}/lake/paid`, { schema: { id: types.long.notNull().comment("Never reused."), day: types.date }, partitionBy: ["day"], description: "What was paid." });
    await paid.append([{ id: 1n, day: Temporal.PlainDate.from("2026-08-01") }]);
  });
  afterAll(() => place.remove());

  const run = (...args: readonly string[]): Promise<Outcome> => runCommand(place.folder, args, awsEnvironment(minio));
  const declared = async (table: string): Promise<string> => await readFile(path.join(place.folder, `catalog/shop/${table}.ts`), "utf8");
  const rows = async (sql: string): Promise<unknown> => JSON.parse((await run("query", sql, "--json")).stdout);

  test("files, patterns, folders and a Delta table become tables", async () => {
    for (const [target, as] of [["in/prices-*.csv", "prices"], ["in/events.ndjson", "events"], ["in/list.json", "list"], ["in/sales/**/*.parquet", "sales"], ["lake/paid", "paid"]]) {
      const { code, stderr } = await run("import", `s3://${bucket}/${target}`, "--as", `shop.${as}`);
      expect([code, stderr]).toEqual([0, ""]);
    }
    expect(await declared("prices")).toContain(`@csvTable({ location: "s3://${bucket}/in/prices-*.csv", delimiter: ";" })\nexport class Prices {\n  Article: Text;\n  price: Decimal<18, 2>;\n}`);
    expect(await declared("events")).toContain(`@jsonTable({ location: "s3://${bucket}/in/events.ndjson", lines: true })\nexport class Events {\n  n: Int32;\n  seen: Timestamp | null;\n}`);
    expect(await declared("sales")).toContain(`@parquetTable({ location: "s3://${bucket}/in/sales/**/*.parquet" })\nexport class Sales {\n  id: Int64;\n  name: Text;\n\n  @partition()\n  day: Day;\n\n  @partition()\n  region: Text;\n}`);
    expect(await declared("paid")).toContain(`/** What was paid. */\n@deltaTable({ location: "s3://${bucket}/lake/paid" })\nexport class Paid {\n  /** Never reused. */\n  id: Int64;\n\n  @partition()\n  day: Day | null;\n}`);
    expect(JSON.parse((await run("compile", "--json")).stdout)).toMatchObject({ tables: 5, diagnostics: [] });
    const plan = await run("plan", "--json");
    expect([plan.code, JSON.parse(plan.stdout)]).toMatchObject([0, { changes: [] }]);
    expect(await rows("SELECT Article, price FROM shop.prices ORDER BY 1")).toEqual([{ Article: "macaron", price: "12.50" }, { Article: "rye", price: "4.20" }]);
    expect(await rows("SELECT s.name, s.region, s.day, p.id AS paid FROM shop.sales s LEFT JOIN shop.paid p USING (day) ORDER BY s.id")).toEqual([
      { name: "n1", region: "north sea", day: "2026-08-01", paid: 1 }, { name: "n2", region: "north sea", day: "2026-08-02", paid: null },
    ]);
  });

  test.each([
    ["in/bad.csv", "FILE_INVALID", "in/bad.csv does not name its columns"],
    ["in/none-*.csv", "FILE_NOT_FOUND", "in/none-*.csv"],
    ["nothing/there", "DELTA_TABLE_NOT_FOUND", "nothing/there"],
  ])("%s is refused by its address, and nothing is written", async (target, code, message) => {
    const { stdout } = await run("import", `s3://${bucket}/${target}`, "--as", "refused.one", "--json");
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
    expect(error.code).toBe(code);
    expect(error.message).toContain(`s3://${bucket}/${message}`);
    await expect(readFile(path.join(place.folder, "catalog/refused/one.ts"))).rejects.toThrow("ENOENT");
  });
});
