/** What tables of Spark ask of writers, kept by us and seen by Spark: constraints, ids of rows, times of commits. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import { withMade } from "../../../runtime/delta/commit/made-rows.ts";
import { readCommit } from "../../../runtime/delta/log/log.ts";
import { compact } from "../../../runtime/delta/maintenance/compaction.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { rowJudge } from "../../../runtime/query/judge-rows.ts";
import { valueMaker } from "../../../runtime/query/make-values.ts";
import { rewriteFiles } from "../../../runtime/query/rewrite.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { withServices } from "../../services/with-services.ts";
import { buildTable } from "./log-builder.ts";
import type { BuiltTable } from "./log-builder.ts";
import { committed } from "./rides.ts";
import { ruleCases, ruleColumns, ruleValues } from "./rule-cases.ts";

const patienceMs = 600_000;

let table: BuiltTable;
beforeEach(async () => {
  table = await buildTable();
});
afterEach(async () => await table.close());

async function append(base: Snapshot, ...rows: readonly Row[]): Promise<Snapshot> {
  return committed(await appendFiles(table.store, "", base, await writeRows(table.store, "", base, rows, rowJudge(async () => table.engine))));
}

await withServices(["spark"], "Spark", ({ spark }) => {
  const made = async (...statements: readonly string[]) => (await spark.run(...statements.map((statement) => statement.replaceAll("{t}", `delta.\`${table.directory}\``)))).at(-1) ?? [];

  test("takes what we understand of its SQL for the same", { timeout: patienceMs }, async () => {
    const row = ruleColumns.map(({ name }) => `${ruleValues[name]?.spark} AS \`${name}\``).join(", ");
    const [told = {}] = await made(`SELECT ${ruleCases.map(([sql], k) => `CAST((${sql}) AS STRING) AS c${k}`).join(", ")} FROM (SELECT ${row})`);
    expect(ruleCases.map(([sql], k) => [sql, told[`c${k}`]])).toEqual(ruleCases);
  });

  test("finds its constraints kept, and its own rows among ours", { timeout: patienceMs }, async () => {
    await made("CREATE TABLE {t} (id BIGINT NOT NULL, fare DECIMAL(10, 2), day DATE) USING delta", "ALTER TABLE {t} ADD CONSTRAINT positive CHECK (fare > 0 AND (day IS NULL OR day >= '2026-01-01'))", "INSERT INTO {t} VALUES (1, 1.5, NULL)");
    const base = await table.snapshot();
    const day = Temporal.PlainDate.from("2026-08-01");
    await append(base, { id: 2n, fare: "2.50", day });
    for (const broken of [{ id: 3n, fare: "-1.00", day }, { id: 3n, fare: null, day }, { id: 3n, fare: "1.00", day: Temporal.PlainDate.from("2025-12-31") }]) {
      await expect(append(base, broken)).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining("the constraint positive") });
    }
    await expect(made("INSERT INTO {t} VALUES (3, NULL, NULL)")).rejects.toThrow(/CHECK constraint positive/i);
    await made("INSERT INTO {t} VALUES (4, 4, NULL)");
    expect((await made("SELECT id FROM {t} ORDER BY id")).map((row) => Number(row["id"]))).toEqual([1, 2, 4]);
  });

  test("finds generated columns and defaults as it makes them", { timeout: patienceMs }, async () => {
    await made(
      "CREATE TABLE {t} (id INT, at TIMESTAMP, day DATE GENERATED ALWAYS AS (CAST(at AS DATE)), twice BIGINT GENERATED ALWAYS AS (CAST(id * 2 AS BIGINT)), state STRING DEFAULT 'new', fee DECIMAL(6, 2) DEFAULT 1.5) USING delta TBLPROPERTIES ('delta.feature.allowColumnDefaults' = 'supported')",
      "INSERT INTO {t} (id, at) VALUES (1, TIMESTAMP'2026-08-01 23:59:59.5Z')",
    );
    const base = await table.snapshot();
    const at = Temporal.Instant.from("2026-08-01T23:59:59.5Z");
    const rows = await withMade(base, [{ id: 1, at }], "t", valueMaker(async () => table.engine));
    await expect(writeRows(table.store, "", base, [{ id: 1, at }], rowJudge(async () => table.engine))).rejects.toMatchObject({ code: "DELTA_UNSUPPORTED_FEATURE" });
    await append(base, ...rows);
    await made("INSERT INTO {t} (id, at) VALUES (1, TIMESTAMP'2026-08-01 23:59:59.5Z')");
    const [first, second, third] = await made("SELECT * FROM {t}");
    expect(second).toEqual(first);
    expect(third).toEqual(first);
  });

  test("finds row ids that are unique and stay, and times that rise, whoever wrote", { timeout: patienceMs }, async () => {
    await made(
      "CREATE TABLE {t} (id BIGINT) USING delta TBLPROPERTIES ('delta.enableRowTracking' = 'true', 'delta.enableInCommitTimestamps' = 'true', 'delta.enableDeletionVectors' = 'true')",
      "INSERT INTO {t} SELECT id FROM range(0, 3)", "DELETE FROM {t} WHERE id = 1",
    );
    const ids = async () => (await made("SELECT id, _metadata.row_id AS row_id, _metadata.row_commit_version AS version FROM {t} ORDER BY id")).map((row) => [row["id"], row["row_id"], row["version"]].map(Number));
    let snapshot = await append(await table.snapshot(), { id: 3n }, { id: 4n });
    snapshot = await append(snapshot, { id: 5n });
    const before = await ids();
    expect(before).toHaveLength(5);
    expect(new Set(before.map(([, rowId]) => rowId)).size).toBe(5);
    expect(before.slice(2).map(([, , version]) => version)).toEqual([3, 3, 4]);
    const { snapshot: compacted } = await compact(table.store, "", snapshot, { targetBytes: 1_000_000, filesMin: 2, growing: false }, rewriteFiles);
    expect(compacted.files).toHaveLength(1);
    expect(await ids()).toEqual(before);
    await made("INSERT INTO {t} VALUES (6)", "UPDATE {t} SET id = 40 WHERE id = 4", "OPTIMIZE {t}");
    const after = await ids();
    expect(after.filter(([id]) => id !== 6).map(([, rowId]) => rowId).toSorted((left = 0, right = 0) => left - right)).toEqual(before.map(([, rowId]) => rowId).toSorted((left = 0, right = 0) => left - right));
    expect(new Set(after.map(([, rowId]) => rowId)).size).toBe(6);
    const { version } = await table.snapshot();
    const times = await Promise.all(Array.from({ length: version + 1 }, async (_, at) => Number((await readCommit(table.store, "", at))[0]?.commitInfo?.["inCommitTimestamp"])));
    expect(times.every((time, k) => k === 0 || time > (times[k - 1] ?? 0))).toBe(true);
  });
});
