/**
 * Tables that Spark made, kept up by our commands, as Spark, delta-rs and DuckDB read them afterwards: rows equal, on S3; NEURALAKE_TORTURE=1 on files too, where our commits are held against Spark's own.
 */
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readCommit } from "../../../runtime/delta/log/log.ts";
import { parseJson } from "../../../runtime/values/json-text.ts";
import { runCommand } from "../../bin/command.ts";
import { peerRows } from "../../services/python.ts";
import type { PeerRow, Python } from "../../services/python.ts";
import { awsEnvironment, makeBucket } from "../../services/s3-server.ts";
import { s3aSettings, sparkRows } from "../../services/spark.ts";
import type { Spark } from "../../services/spark.ts";
import { withServices } from "../../services/with-services.ts";
import { storeAt } from "../../stores.ts";
import { sameRows } from "./same-rows.ts";

const isLong = process.env["NEURALAKE_TORTURE"] === "1";
const patienceMs = 600_000;

/** Where tables are made, and how each of us reaches them. */
interface Site {
  readonly folder: string;
  /** As we and Python name a table, and as Spark does. */
  ours(name: string): string;
  theirs(name: string): string;
  readonly env: NodeJS.ProcessEnv;
  readonly settings: readonly string[];
}

/** Spark's statements, `{t}` being the table. */
async function made(spark: Spark, site: Site, name: string, ...statements: readonly string[]): Promise<readonly (readonly PeerRow[])[]> {
  return await spark.run(...site.settings, ...statements.map((statement) => statement.replaceAll("{t}", `delta.\`${site.theirs(name)}\``)));
}

/** One command of ours, which must end well; what it printed. */
async function command(site: Site, ...args: readonly string[]): Promise<unknown> {
  const { code, stdout } = await runCommand(site.folder, [...args, "--json"], site.env);
  expect(code, stdout).toBe(0);
  return parseJson(stdout);
}

/** Rows as each engine reads them, which must be the expected ones. */
async function readByAll(spark: Spark, python: Python, site: Site, name: string, expected: readonly PeerRow[], of: string, engines: readonly ("delta-rs" | "duckdb")[] = ["delta-rs", "duckdb"]): Promise<void> {
  sameRows((await command(site, "peek", site.ours(name), "--all")) as readonly PeerRow[], expected, `${of}, by us`);
  sameRows(await sparkRows(spark, site.theirs(name), { settings: site.settings }), expected, `${of}, by Spark`);
  for (const engine of engines) sameRows(await peerRows(python, engine, site.ours(name), { env: site.env as Readonly<Record<string, string>> }), expected, `${of}, by ${engine}`);
}

/** Two partitions, rows deleted by vectors, a change feed, row ids and times in commits: versions 0 to 5. */
const everything = [
  "CREATE TABLE {t} (id BIGINT, p STRING, n INT) USING delta PARTITIONED BY (p) TBLPROPERTIES ('delta.enableDeletionVectors' = 'true', 'delta.enableChangeDataFeed' = 'true', 'delta.enableRowTracking' = 'true', 'delta.enableInCommitTimestamps' = 'true')",
  "INSERT INTO {t} VALUES (1, 'a b', 1), (2, 'a b', 2), (3, NULL, 3), (4, NULL, 4)",
  "DELETE FROM {t} WHERE id = 1",
  "INSERT INTO {t} VALUES (5, 'c', 5)",
  "UPDATE {t} SET n = 40 WHERE id = 4",
  "DELETE FROM {t} WHERE p = 'a b'",
];
const row = (id: number, p: string | null, n = id): PeerRow => ({ id, p, n });

function upkeep(spark: Spark, python: Python, site: () => Site): void {
  test("restored to a version and without one load alone, then cloned", { timeout: patienceMs }, async () => {
    const at = site();
    await made(spark, at, "restored", ...everything);
    expect(await command(at, "restore", at.ours("restored"), "--version", "2")).toMatchObject({ version: 6, changed: true });
    await readByAll(spark, python, at, "restored", [row(2, "a b"), row(3, null), row(4, null)], "restored");
    await made(spark, at, "restored", "INSERT INTO {t} VALUES (6, 'bad', 6)", "INSERT INTO {t} VALUES (7, 'good', 7)");
    expect(await command(at, "restore", at.ours("restored"), "--undo", "7")).toMatchObject({ version: 9, changed: true, removed: { files: 1 } });
    await readByAll(spark, python, at, "restored", [row(2, "a b"), row(3, null), row(4, null), row(7, "good")], "undone");
    // Each row has the id that it was given first, and the feed tells the restore as what it was.
    const [ids = []] = (await made(spark, at, "restored", "SELECT id, _metadata.row_id AS row FROM {t} VERSION AS OF 2 EXCEPT SELECT id, _metadata.row_id AS row FROM {t}")).slice(-1);
    expect(ids).toEqual([]);
    const changes = (await command(at, "changes", at.ours("restored"), "--from", "6")) as readonly PeerRow[];
    const [theirs = []] = (await spark.run(...at.settings, `SELECT * FROM table_changes_by_path('${at.theirs("restored")}', 6)`)).slice(-1);
    sameRows(changes, theirs, "changes");
    expect(changes.length).toBeGreaterThan(4);
    const rows = [row(2, "a b"), row(3, null), row(4, null), row(7, "good")];
    expect(await command(at, "clone", at.ours("restored"), at.ours("deep"))).toMatchObject({ version: 9, files: 3, copied: 3 });
    await readByAll(spark, python, at, "deep", rows, "cloned");
    await made(spark, at, "deep", "INSERT INTO {t} VALUES (8, 'a b', 8)");
    expect(await command(at, "erase", at.ours("deep"), "--where", "id = 2", "--allow-short")).toMatchObject({ erased: 1, look: { found: [] } });
    const left = [row(3, null), row(4, null), row(7, "good"), row(8, "a b")];
    await readByAll(spark, python, at, "deep", left, "erased");
    await made(spark, at, "deep", "INSERT INTO {t} VALUES (9, NULL, 9)");
    await readByAll(spark, python, at, "deep", [...left, row(9, null)], "written by Spark after an erase");
    expect(await command(at, "clone", at.ours("restored"), at.ours("shallow"), "--shallow")).toMatchObject({ copied: 0 });
    // DuckDB takes an absolute path for one below the table.
    await readByAll(spark, python, at, "shallow", rows, "cloned shallow", []);
  });
}

await withServices(["python", "spark"], "a table of Spark's on files", ({ python, spark }) => {
  let folder = "";
  beforeAll(async () => { folder = await mkdtemp(path.join(tmpdir(), "upkeep-")); });
  afterAll(() => rm(folder, { recursive: true }));
  const site = (): Site => ({ folder, ours: (name) => path.join(folder, name), theirs: (name) => path.join(folder, name), env: {}, settings: [] });
  if (isLong) upkeep(spark, python, site);

  test.runIf(isLong)("restored by us has the very commit that Spark makes", { timeout: patienceMs }, async () => {
    const at = site();
    await made(spark, at, "ours", ...everything);
    await cp(at.ours("ours"), at.ours("theirs"), { recursive: true, preserveTimestamps: true });
    await command(at, "restore", at.ours("ours"), "--version", "1");
    await made(spark, at, "theirs", "RESTORE TABLE {t} TO VERSION AS OF 1");
    const [ours, theirs] = await Promise.all(["ours", "theirs"].map(async (name) => await readCommit(storeAt(at.ours(name)), "", 6)));
    const facts = (actions = ours): unknown => actions?.flatMap(({ commitInfo }) => (commitInfo === undefined ? [] : [[commitInfo["operation"], commitInfo["operationParameters"], commitInfo["operationMetrics"], commitInfo["isBlindAppend"], commitInfo["isolationLevel"]]]));
    expect(facts(ours)).toEqual(facts(theirs));
    const files = (actions = ours): readonly string[] => (actions ?? []).flatMap(({ add, remove }) => (add === undefined && remove === undefined ? [] : [JSON.stringify([add?.path, add?.deletionVector, add?.stats, add?.baseRowId, add?.defaultRowCommitVersion, add?.dataChange, remove?.path, remove?.deletionVector, remove?.baseRowId, remove?.dataChange, remove?.size])])).toSorted();
    expect(files(ours)).toEqual(files(theirs));
    expect(files(ours).length).toBeGreaterThan(3);
  });
});

await withServices(["python", "spark", "minio"], "a table of Spark's on S3", ({ python, spark, minio }) => {
  let [folder, bucket] = ["", ""];
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "upkeep-"));
    bucket = await makeBucket(minio);
  });
  afterAll(() => rm(folder, { recursive: true }));
  upkeep(spark, python, () => ({ folder, ours: (name) => `s3://${bucket}/${name}`, theirs: (name) => `s3a://${bucket}/${name}`, env: { ...awsEnvironment(minio), XDG_CACHE_HOME: folder }, settings: s3aSettings(minio, bucket) }));
});
