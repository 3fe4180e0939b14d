/** Tables that were optimized by us, put in order and clustered, as Spark, delta-rs and DuckDB read them; Spark optimizes them on, and we what Spark clustered. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readCommit } from "../../../runtime/delta/log/log.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { openTable } from "../../../runtime/lake.ts";
import type { DeltaTable } from "../../../runtime/lake.ts";
import { peerRows } from "../../services/python.ts";
import type { PeerRow } from "../../services/python.ts";
import { sparkRows } from "../../services/spark.ts";
import { withServices } from "../../services/with-services.ts";
import { storeAt } from "../../stores.ts";
import { sameRows, spelledRows } from "./same-rows.ts";

const patienceMs = 300_000;
const count = 400;
const values = "id, concat('town ', id % 7) AS town, CAST(id * 7919 % 1000 AS DECIMAL(10, 2)) AS fare, IF(id % 50 = 0, NULL, timestamp_micros(id * 86400123456)) AS at";

await withServices(["python", "spark"], "optimized by us", ({ python, spark }) => {
  let folder = "";
  beforeAll(async () => { folder = await mkdtemp(path.join(tmpdir(), "optimized-")); });
  afterAll(() => rm(folder, { recursive: true }));

  const at = (name: string): string => path.join(folder, name);
  const made = async (name: string, ...statements: readonly string[]): Promise<readonly (readonly PeerRow[])[]> => await spark.run(...statements.map((statement) => statement.replaceAll("{t}", `delta.\`${at(name)}\``)));
  const snapshot = async (name: string): Promise<Snapshot> => await readSnapshot(storeAt(at(name)), "");
  const inserts = (of: string, from = 0): string[] => [0, 1, 2, 3].map((k) => `INSERT INTO {t} SELECT ${of} FROM range(${from + (k * count) / 4}, ${from + ((k + 1) * count) / 4}, 1, 1)`);

  /** Rows as all read them, which are those that Spark had before. */
  async function readByAll(name: string, expected: readonly PeerRow[], of: string, ...engines: readonly ("delta-rs" | "duckdb")[]): Promise<void> {
    await using ours = await openTable(at(name));
    sameRows(spelledRows((await snapshot(name)).columns, await ours.rows().toArray()), expected, `${of}, by us`);
    sameRows(await sparkRows(spark, at(name)), expected, `${of}, by Spark`);
    for (const engine of engines) sameRows(await peerRows(python, engine, at(name), {}), expected, `${of}, by ${engine}`);
  }

  async function opened<T>(name: string, act: (table: DeltaTable) => Promise<T>): Promise<T> {
    await using table = await openTable(at(name));
    return await act(table);
  }

  test("a table of Spark's with vectors, row ids and mapped columns: packed, in order, purged; and Spark optimizes it on", { timeout: patienceMs }, async () => {
    await made("packed", "CREATE TABLE {t} (id BIGINT, town STRING, fare DECIMAL(10, 2), at TIMESTAMP) USING delta PARTITIONED BY (town) TBLPROPERTIES ('delta.enableDeletionVectors' = 'true', 'delta.enableRowTracking' = 'true', 'delta.columnMapping.mode' = 'name')",
      ...inserts(values), "ALTER TABLE {t} RENAME COLUMN fare TO price", "DELETE FROM {t} WHERE id % 10 = 3");
    const expected = await sparkRows(spark, at("packed"));
    const rowIds = async (): Promise<readonly PeerRow[] | undefined> => (await made("packed", "SELECT id, _metadata.row_id AS row, _metadata.row_commit_version AS version FROM {t} ORDER BY id")).at(-1);
    const before = await rowIds();
    expect(before).toHaveLength(count * 0.9);
    expect(await opened("packed", async (table) => await table.optimize({ where: "town <= 'town 3'" }))).toMatchObject({ filesRemoved: 16, filesAdded: 4, dropped: 0 });
    await readByAll("packed", expected, "packed");
    expect(await opened("packed", async (table) => await table.optimize({ zOrderBy: ["id", "price"] }))).toMatchObject({ filesRemoved: 16, filesAdded: 7 });
    await readByAll("packed", expected, "in order");
    expect(await rowIds()).toEqual(before);
    await made("packed", "DELETE FROM {t} WHERE id = 7");
    const without = expected.filter((row) => Number(row["id"]) !== 7);
    expect(await opened("packed", async (table) => await table.optimize({ purge: true }))).toMatchObject({ filesRemoved: 1, filesAdded: 1, vectorsRemoved: 1 });
    await readByAll("packed", without, "purged");
    await made("packed", "INSERT INTO {t} SELECT 1000 AS id, 'town 1' AS town, 1BD AS price, NULL AS at", "OPTIMIZE {t}", "OPTIMIZE {t} ZORDER BY (price)");
    expect(await sparkRows(spark, at("packed"))).toHaveLength(without.length + 1);
  });

  test("clustered by us the log says what Spark's says, and Spark clusters on", { timeout: patienceMs }, async () => {
    await made("theirs", "CREATE TABLE {t} (id BIGINT, town STRING, fare DECIMAL(10, 2), at TIMESTAMP) USING delta", ...inserts(values), "ALTER TABLE {t} CLUSTER BY (town, at)", "OPTIMIZE {t}");
    await made("ours", "CREATE TABLE {t} (id BIGINT, town STRING, fare DECIMAL(10, 2), at TIMESTAMP) USING delta", ...inserts(values));
    const expected = await sparkRows(spark, at("ours"));
    expect(await opened("ours", async (table) => await table.optimize({ clusterBy: ["town", "at"] }))).toMatchObject({ version: 6, filesRemoved: 4, filesAdded: 1 });
    const [ours, theirs] = [await snapshot("ours"), await snapshot("theirs")];
    expect(ours.domains.get("delta.clustering")).toEqual(theirs.domains.get("delta.clustering"));
    expect(ours.protocol.writerFeatures?.toSorted()).toEqual(theirs.protocol.writerFeatures?.toSorted());
    const marks = ({ files }: Snapshot): unknown => [...files].map(({ clusteringProvider, tags = {} }) => [clusteringProvider, { ...tags, ZCUBE_ID: typeof tags["ZCUBE_ID"] }]);
    expect(marks(ours)).toEqual(marks(theirs));
    const facts = async (name: string, version: number): Promise<unknown> => (await readCommit(storeAt(at(name)), "", version)).flatMap(({ commitInfo }) => (commitInfo === undefined ? [] : [[commitInfo["operation"], commitInfo["operationParameters"], Object.keys((commitInfo["operationMetrics"] ?? {}) as object).toSorted()]]));
    expect([await facts("ours", 5), await facts("ours", 6)]).toEqual([await facts("theirs", 5), await facts("theirs", 6)]);
    await readByAll("ours", expected, "clustered", "delta-rs", "duckdb");
    await made("ours", ...inserts(values, count), "OPTIMIZE {t}");
    expect(await sparkRows(spark, at("ours"))).toHaveLength(2 * count);
    expect([...(await snapshot("ours")).files].every(({ clusteringProvider }) => clusteringProvider === "liquid")).toBe(true);
    // What Spark clustered is clustered for us, and what came since is not.
    expect(await opened("theirs", async (table) => await table.optimize())).toMatchObject({ filesRemoved: 0 });
    await made("theirs", ...inserts(values, count).slice(0, 1));
    expect(await opened("theirs", async (table) => await table.optimize())).toMatchObject({ filesAdded: 1, commits: 1 });
    sameRows(await sparkRows(spark, at("theirs")), (await sparkRows(spark, at("ours"))).filter((row) => Number(row["id"]) < count * 1.25), "theirs, clustered on by us");
    expect(await opened("ours", async (table) => await table.optimize({ clusterBy: [] }))).toMatchObject({ filesRemoved: 0 });
    await made("theirs", "ALTER TABLE {t} CLUSTER BY NONE");
    expect((await snapshot("ours")).domains.get("delta.clustering")).toEqual((await snapshot("theirs")).domains.get("delta.clustering"));
  });
});
