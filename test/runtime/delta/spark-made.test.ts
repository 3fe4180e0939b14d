/**
 * Tables as Spark makes them, read at every version (in the short form at the newest) and held against Spark's own rows; then
 * appended to, put into a checkpoint without the commits before it, and read by Spark again. NEURALAKE_TORTURE=1 makes every kind of table.
 */
import { cp, rm } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeCheckpoint } from "../../../runtime/delta/checkpoints/checkpoint-writer.ts";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import { commitPath } from "../../../runtime/delta/log/log.ts";
import { readChanges } from "../../../runtime/delta/snapshot/changes.ts";
import { sizeOf } from "../../../runtime/delta/snapshot/read.ts";
import { verifyTable } from "../../../runtime/delta/snapshot/verify.ts";
import { countRows } from "../../../runtime/query/count-rows.ts";
import { readAll } from "../../../runtime/query/read-all.ts";
import { snapshotSql } from "../../../runtime/query/relation.ts";
import { openFiles } from "../../../runtime/storage/files.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import { sparkRows } from "../../services/spark.ts";
import { withServices } from "../../services/with-services.ts";
import { buildTable } from "./log-builder.ts";
import type { BuiltTable } from "./log-builder.ts";
import { committed } from "./rides.ts";
import { sameRows, spelledRows } from "./same-rows.ts";
import { sparkTables } from "./spark-tables.ts";

const isLong = process.env["NEURALAKE_TORTURE"] === "1";
const patienceMs = 600_000;

let table: BuiltTable;
beforeEach(async () => {
  table = await buildTable();
});
afterEach(async () => await table.close());

const tables = Object.entries(sparkTables).filter(([, { short }]) => isLong || short === true);

await withServices(["spark"], "a table that Spark made", ({ spark }) => {
  const made = async (statements: readonly string[]) => await spark.run(...statements.map((statement) => statement.replaceAll("{t}", `delta.\`${table.directory}\``).replaceAll("{path}", table.directory)));

  describe.each(tables)("with %s", (_name, { statements, gone = [], refused, feed = false }) => {
    test("is read as Spark reads it, and written on for Spark", { timeout: patienceMs }, async () => {
      await made(statements);
      const last = (await table.snapshot()).version;
      if (refused !== undefined) {
        await expect(table.rows()).rejects.toMatchObject({ code: "DELTA_UNSUPPORTED_FEATURE", message: expect.stringContaining(refused) });
        return;
      }
      for (let version = isLong ? 0 : last; version <= last; version += 1) {
        const snapshot = await table.snapshot({ version });
        if (gone.includes(version)) {
          await expect(table.rowsOf(snapshot), `version ${version}`).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
          continue;
        }
        const theirs = await sparkRows(spark, table.directory, { version });
        sameRows(spelledRows(snapshot.columns, await table.rowsOf(snapshot)), theirs, `version ${version}`);
        expect(sizeOf(snapshot).rows).toBe(theirs.length);
      }
      expect((await verifyTable(table.store, "", countRows(table.engine))).findings.filter(({ kind }) => kind !== "orphaned")).toEqual([]);
      if (feed) await sameChanges(last);
      await writtenOn();
    });
  });

  /** The changes of all versions. */
  async function sameChanges(to: number): Promise<void> {
    const changes = await readChanges(table.store, "", { from: 0, to });
    const ours = spelledRows(changes.columns, await readAll(table.engine, await snapshotSql(table.engine, changes), changes.columns));
    sameRows(ours, (await spark.run(`SELECT * FROM table_changes_by_path('${table.directory}', 0, ${to})`))[0] ?? [], "changes");
  }

  /** All rows once more where we may write to the table, in a copy that has a checkpoint of ours and no commit but the newest. */
  async function writtenOn(): Promise<void> {
    const directory = `${table.directory}-written`;
    await cp(table.directory, directory, { recursive: true, preserveTimestamps: true });
    const store = openFiles(directory);
    const before = await table.snapshot();
    const rows = await table.rowsOf(before);
    const after = await unlessRefused(async () => committed(await appendFiles(store, "", before, await writeRows(store, "", before, rows))));
    if (after === undefined) return;
    const hasCheckpoint = await unlessRefused(async () => await writeCheckpoint(store, "", after)) !== undefined;
    if (hasCheckpoint) for (let version = 0; version < after.version; version += 1) await rm(path.join(directory, commitPath("", version)), { force: true });
    sameRows(spelledRows(after.columns, [...rows, ...rows]), await sparkRows(spark, directory), "written on");
  }
});

/** What `act` gives; undefined where the table asks for what we do not write. */
async function unlessRefused<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Failure && error.code === "DELTA_UNSUPPORTED_FEATURE") return undefined;
    throw error;
  }
}
