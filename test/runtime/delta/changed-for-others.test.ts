/**
 * Rows that we change in tables that Spark made: Spark, and where they read the table at all delta-rs, DuckDB's delta extension and Polars, see what is
 * left, and Spark tells the same changes. NEURALAKE_TORTURE=1 takes every kind of table.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeRows } from "../../../runtime/delta/commit/append.ts";
import { deleteRows } from "../../../runtime/delta/commit/delete.ts";
import { overwriteRows } from "../../../runtime/delta/commit/overwrite.ts";
import { updateRows } from "../../../runtime/delta/commit/update.ts";
import { readChanges } from "../../../runtime/delta/snapshot/changes.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { verifyTable } from "../../../runtime/delta/snapshot/verify.ts";
import { changeRows } from "../../../runtime/query/change-rows.ts";
import { countRows } from "../../../runtime/query/count-rows.ts";
import { rowFinder } from "../../../runtime/query/find-rows.ts";
import { readAll } from "../../../runtime/query/read-all.ts";
import { snapshotSql } from "../../../runtime/query/relation.ts";
import type { Row, Value } from "../../../runtime/values/value.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import { peerRows } from "../../services/python.ts";
import type { Peer } from "../../services/python.ts";
import { sparkRows } from "../../services/spark.ts";
import { withServices } from "../../services/with-services.ts";
import { buildTable } from "./log-builder.ts";
import type { BuiltTable } from "./log-builder.ts";
import { mergeInto } from "./merging.ts";
import { sameRows, spelledRows } from "./same-rows.ts";
import { sparkTables } from "./spark-tables.ts";

const isLong = process.env["NEURALAKE_TORTURE"] === "1";
const patienceMs = 600_000;

interface Changed {
  readonly statements: readonly string[];
  readonly where: string;
  readonly gone: (row: Row) => boolean;
  /** Set in all rows that are left. */
  readonly set: { readonly column: string; readonly sql: string; readonly value: Value };
  readonly peers?: readonly Peer[];
  readonly feed?: boolean;
}

const feed = (more: string): readonly string[] => [
  `CREATE TABLE {t} (id BIGINT, p STRING, n INT) USING delta PARTITIONED BY (p) TBLPROPERTIES('delta.enableChangeDataFeed' = 'true'${more})`,
  "INSERT INTO {t} VALUES (1, 'a', 1), (2, 'a', 2), (3, 'b=%', 3), (4, NULL, 4)",
  "INSERT INTO {t} VALUES (5, 'a', 5), (6, 'b=%', 6)",
  "DELETE FROM {t} WHERE id = 2",
];
const statementsOf = (name: string): readonly string[] => sparkTables[name]?.statements ?? [];

/** In the short form the first. */
const tables: { readonly [name: string]: Changed } = {
  "a change feed and deletion vectors": { statements: [...feed(", 'delta.enableDeletionVectors' = 'true'")], where: "n IN (1, 3, 5)", set: { column: "p", sql: "'c d'", value: "c d" }, gone: ({ n }) => [1, 3, 5].includes(Number(n)), feed: true },
  "a change feed and none": { statements: feed(""), where: "n IN (1, 3, 5)", set: { column: "n", sql: "7", value: 7 }, gone: ({ n }) => [1, 3, 5].includes(Number(n)), peers: ["delta-rs", "duckdb", "polars"], feed: true },
  "every type, rows deleted by vectors": { statements: statementsOf("every type, rows deleted by vectors"), where: "id = 3", set: { column: "at", sql: "TIMESTAMPTZ '2026-01-01 00:00:00.000001Z'", value: Temporal.Instant.from("2026-01-01T00:00:00.000001Z") }, gone: ({ id }) => id === 3, peers: ["duckdb"] },
  "columns mapped by name, renamed and dropped": { statements: statementsOf("columns mapped by name, renamed and dropped"), where: "s.\"b\".\"c, of it\" = 2", set: { column: "l", sql: "[{x: 7, z: 0.5}]", value: [{ x: 7, z: 0.5 }] }, gone: ({ id }) => id === 1 },
  "columns mapped by id": { statements: statementsOf("columns mapped by id"), where: "id = 1", set: { column: "id", sql: "77", value: 77 }, gone: ({ id }) => Number(id) === 1 },
  "partitions of every type": { statements: statementsOf("partitions of every type"), where: "i = 1 OR id = 3", set: { column: "c", sql: "2.5", value: "2.5000" }, gone: ({ i, id }) => i === 1 || id === 3 },
  "row tracking": {
    statements: ["CREATE TABLE {t} USING delta TBLPROPERTIES('delta.enableRowTracking' = 'true') AS SELECT /*+ REPARTITION(1) */ id, concat('n', id) AS name FROM range(6)"],
    where: "id IN (0, 4)", set: { column: "name", sql: "'x'", value: "x" }, gone: ({ id }) => id === 0n || id === 4n,
  },
};

let table: BuiltTable;
beforeEach(async () => {
  table = await buildTable();
});
afterEach(async () => await table.close());

await withServices(["spark", "python"], "rows of a table of Spark's", ({ spark, python }) => {
  describe.each(Object.entries(tables).slice(0, isLong ? undefined : 1))("with %s", (_name, { statements, where, gone, set, peers = [], feed: hasFeed = false }) => {
    test("are deleted by us and gone for all, others get new values, and all are overwritten", { timeout: patienceMs }, async () => {
      await spark.run(...statements.map((statement) => statement.replaceAll("{t}", `delta.\`${table.directory}\``)));
      const before = await table.snapshot();
      const rows = await table.rowsOf(before);
      const { snapshot, change } = await deleteRows({ store: table.store, location: "", finder: rowFinder(async () => table.engine), change: changeRows }, before, where);
      const left = rows.filter((row) => !gone(row));
      expect(left.length).toBeLessThan(rows.length);
      expect([snapshot.version, change?.rows]).toEqual([before.version + 1, rows.length - left.length]);
      const spelled = spelledRows(snapshot.columns, left);
      sameRows(spelledRows(snapshot.columns, await table.rows()), spelled, "ours");
      sameRows(await sparkRows(spark, table.directory), spelled, "Spark");
      for (const peer of peers) sameRows(await peerRows(python, peer, table.directory), spelled, peer);
      expect((await verifyTable(table.store, "", countRows(table.engine))).findings.filter(({ kind }) => kind !== "orphaned")).toEqual([]);
      const updated = await updateRows({ store: table.store, location: "", finder: rowFinder(async () => table.engine), change: changeRows }, snapshot, [set], "id IS NOT NULL");
      expect([updated.snapshot.version, updated.change?.rows]).toEqual([snapshot.version + 1, left.length]);
      const newest = spelledRows(snapshot.columns, left.map((row) => ({ ...row, [set.column]: set.value })));
      sameRows(spelledRows(snapshot.columns, await table.rows()), newest, "updated, ours");
      sameRows(await sparkRows(spark, table.directory), newest, "updated, Spark");
      for (const peer of peers) sameRows(await peerRows(python, peer, table.directory), newest, `updated, ${peer}`);
      if (hasFeed) await sameChanges(updated.snapshot.version);
      await overwritten(updated.snapshot);
      if (hasFeed) await sameChanges(updated.snapshot.version + 1);
      await merged(peers);
      if (hasFeed) await sameChanges(updated.snapshot.version + 2);
      // Spark goes on from there.
      await spark.run(`INSERT INTO delta.\`${table.directory}\` SELECT * FROM delta.\`${table.directory}\` LIMIT 1`, `DELETE FROM delta.\`${table.directory}\` WHERE id = ${String(set.column === "id" ? 77 : left[0]?.["id"])}`);
      sameRows(spelledRows(snapshot.columns, await table.rows()), await sparkRows(spark, table.directory), "Spark behind us");
    });
  });

  /** Every second row twice, in the place of all. */
  async function overwritten(base: Snapshot): Promise<void> {
    const rows = (await table.rowsOf(base)).flatMap((row, k) => (k % 2 === 0 ? [row, row] : []));
    const files = await writeRows(table.store, "", base, rows);
    const { snapshot } = await overwriteRows({ store: table.store, location: "", finder: rowFinder(async () => table.engine), change: changeRows }, base, { files });
    expect(snapshot.version).toBe(base.version + 1);
    sameRows(await sparkRows(spark, table.directory), spelledRows(snapshot.columns, rows), "overwritten");
  }

  /** One row is inserted, those of its old key go, and all others get the values that they have, in new files. */
  async function merged(peers: readonly Peer[]): Promise<void> {
    const base = await table.snapshot();
    const rows = await table.rowsOf(base);
    const [first = {}, ...others] = [...new Map(rows.map((row) => [String(row["id"]), row])).values()];
    const id = typeof first["id"] === "bigint" ? first["id"] + 1_000n : Number(first["id"]) + 1_000;
    const columns = base.columns.map((one) => ({ ...one, nullable: true }));
    const { snapshot, change } = await mergeInto(table.store, "", base, { columns, rows: [{ ...first, id }, ...others] }, {
      on: ["id"], matched: [{ update: "all" }], notMatched: [{ insert: "all" }], notMatchedBySource: [{ delete: true }],
    });
    const left = rows.filter((row) => String(row["id"]) !== String(first["id"]));
    expect([snapshot.version, change?.inserted, change?.updated, change?.deleted]).toEqual([base.version + 1, 1, left.length, rows.length - left.length]);
    const expected = spelledRows(snapshot.columns, [...left, { ...first, id }]);
    sameRows(spelledRows(snapshot.columns, await table.rows()), expected, "merged, ours");
    sameRows(await sparkRows(spark, table.directory), expected, "merged, Spark");
    for (const peer of peers) sameRows(await peerRows(python, peer, table.directory), expected, `merged, ${peer}`);
  }

  async function sameChanges(version: number): Promise<void> {
    const [theirs = []] = await spark.run(`SELECT * FROM table_changes_by_path('${table.directory}', 0, ${version})`);
    const changes = await readChanges(table.store, "", { from: 0, to: version });
    sameRows(spelledRows(changes.columns, await readAll(table.engine, await snapshotSql(table.engine, changes), changes.columns)), theirs, "changes");
  }
});

test("what a table asks for and is not known stops a change before any file is read", async () => {
  await table.commit(0, { protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ["somethingNew"] } }, { metaData: { id: "1", format: { provider: "parquet", options: {} }, schemaString: '{"type":"struct","fields":[]}', partitionColumns: [], configuration: {} } });
  const refused = deleteRows({ store: table.store, location: "", finder: rowFinder(async () => table.engine), change: changeRows }, await table.snapshot(), "true");
  await expect(refused).rejects.toBeInstanceOf(Failure);
  await expect(refused).rejects.toMatchObject({ code: "DELTA_UNSUPPORTED_FEATURE", message: expect.stringContaining("somethingNew") });
});
