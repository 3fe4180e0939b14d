/**
 * Tables as Spark makes them, read at every version (in the short form at the newest) and held against Spark's own rows; then
 * appended to, compacted, put into a checkpoint without the commits before it, and read by Spark again. NEURALAKE_TORTURE=1 makes every kind of table.
 */
import { cp, rm } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeCheckpoint } from "../../../runtime/delta/checkpoints/checkpoint-writer.ts";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import { readHistory } from "../../../runtime/delta/log/history.ts";
import { commitPath } from "../../../runtime/delta/log/log.ts";
import { readChanges } from "../../../runtime/delta/snapshot/changes.ts";
import { compact } from "../../../runtime/delta/maintenance/compaction.ts";
import { sizeOf } from "../../../runtime/delta/snapshot/read.ts";
import { verifyTable } from "../../../runtime/delta/snapshot/verify.ts";
import { countRows } from "../../../runtime/query/count-rows.ts";
import { readAll } from "../../../runtime/query/read-all.ts";
import { rewriteFiles } from "../../../runtime/query/rewrite.ts";
import { snapshotSql } from "../../../runtime/query/relation.ts";
import { openFiles } from "../../../runtime/storage/files.ts";
import { createTable, types } from "../../../runtime/lake.ts";
import { parseJson } from "../../../runtime/values/json-text.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import type { PeerRow } from "../../services/python.ts";
import { sparkRows } from "../../services/spark.ts";
import { withServices } from "../../services/with-services.ts";
import { runCommand } from "../../bin/command.ts";
import { oldestCommit, walkTable } from "../../bin/walk.ts";
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

/** Of which history and commands are looked at in the short form too. */
const chosen = "a change feed";
const tables = Object.entries(sparkTables).filter(([, { short }]) => isLong || short === true);

await withServices(["spark"], "a table that Spark made", ({ spark }) => {
  const made = async (statements: readonly string[]) => await spark.run(...statements.map((statement) => statement.replaceAll("{t}", `delta.\`${table.directory}\``).replaceAll("{path}", table.directory)));

  describe.each(tables)("with %s", (name, { statements, gone = [], refused, feed = false }) => {
    test("is read as Spark reads it, and written on for Spark", { timeout: patienceMs }, async () => {
      await made(statements);
      const last = (await table.snapshot()).version;
      if (refused !== undefined) {
        await expect(table.rows()).rejects.toMatchObject({ code: "DELTA_UNSUPPORTED_FEATURE", message: expect.stringContaining(refused) });
        await walkTable(table.directory, { version: last, rows: [], refused, findings: ["orphaned", "broken"] });
        return;
      }
      let theirs: readonly PeerRow[] = [];
      for (let version = isLong ? 0 : last; version <= last; version += 1) {
        const snapshot = await table.snapshot({ version });
        if (gone.includes(version)) {
          await expect(table.rowsOf(snapshot), `version ${version}`).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
          continue;
        }
        theirs = await sparkRows(spark, table.directory, { version });
        sameRows(spelledRows(snapshot.columns, await table.rowsOf(snapshot)), theirs, `version ${version}`);
        expect(sizeOf(snapshot).rows).toBe(theirs.length);
      }
      expect((await verifyTable(table.store, "", countRows(table.engine))).findings.filter(({ kind }) => kind !== "orphaned")).toEqual([]);
      // Spark leaves files behind that no version names.
      await walkTable(table.directory, { version: last, rows: theirs, oldest: await oldestCommit(table.directory), findings: ["orphaned"], ...(feed ? { changesFrom: 0 } : {}) });
      if (isLong || name === chosen) {
        await sameHistory();
        await sameByCommand(last, theirs, feed);
      }
      if (feed) await sameChanges(last);
      await writtenOn();
    });
  });

  test("of ours it writes on, and every command tells of it", { timeout: patienceMs }, async () => {
    const directory = path.join(table.directory, "ours");
    await using ours = await createTable(directory, { schema: { id: types.long.notNull(), name: types.string, at: types.timestampNtz }, partitionBy: ["name"], properties: { "delta.enableChangeDataFeed": "true", "delta.enableDeletionVectors": "true" } });
    await ours.append([{ id: 1n, name: "a" }, { id: 2n, at: Temporal.PlainDateTime.from("2026-08-01T00:00:00.000001") }, { id: 3n, name: "a" }]);
    await spark.run(`INSERT INTO delta.\`${directory}\` VALUES (4, 'b', NULL)`, `DELETE FROM delta.\`${directory}\` WHERE id = 3`, `UPDATE delta.\`${directory}\` SET name = 'new' WHERE id = 4`);
    expect(await ours.append([{ id: 5n, name: "a" }])).toMatchObject({ kind: "committed", version: 5 });
    const rows = await sparkRows(spark, directory);
    expect(rows).toHaveLength(4);
    await walkTable(directory, { version: 5, rows, findings: ["orphaned"], changesFrom: 0 });
  });

  /** What was done when, as each names it, and that a version is found again by its time. */
  async function sameHistory(): Promise<void> {
    const [theirs = []] = await spark.run(`DESCRIBE HISTORY delta.\`${table.directory}\``);
    const ours = await readHistory(table.store, "");
    expect(ours.map(({ version, committed, info }) => [version, committed, info?.operation])).toEqual(theirs.map(({ version, timestamp, operation }) => [Number(version), Date.parse(String(timestamp)), operation]));
    for (const { version, committed } of ours) expect((await table.snapshot({ timestamp: new Date(committed).toISOString() })).version).toBe(version);
  }

  /** What the commands say of the table by its path. */
  async function sameByCommand(last: number, theirs: readonly PeerRow[], feed: boolean): Promise<void> {
    const run = async (command: string, ...args: readonly string[]) => {
      const { code, stdout } = await runCommand(path.dirname(table.directory), [command, "./table", ...args, "--json"]);
      return { code, json: parseJson(stdout) };
    };
    expect(await run("describe")).toMatchObject({ code: 0, json: { version: last, rows: theirs.length } });
    expect(await run("history")).toMatchObject({ code: 0, json: { length: last + 1 } });
    // Spark leaves files behind that no version names.
    expect(await run("verify")).toMatchObject({ code: expect.toSatisfy((code) => code === 0 || code === 3), json: { version: last, rows: theirs.length } });
    if (feed) expect(await run("changes", "--from", "0", "--to", String(last))).toMatchObject({ code: 0, json: { length: (await theirChanges(last)).length } });
    const { code, json } = await run("checkpoint");
    if (code !== 0) expect(json).toMatchObject({ error: { code: "DELTA_UNSUPPORTED_FEATURE" } });
    const peeked = await run("peek", "--all");
    expect(peeked.code).toBe(0);
    sameRows(peeked.json as readonly PeerRow[], theirs, "peek");
  }

  const theirChanges = async (to: number): Promise<readonly PeerRow[]> => (await spark.run(`SELECT * FROM table_changes_by_path('${table.directory}', 0, ${to})`))[0] ?? [];

  /** The changes of all versions. */
  async function sameChanges(to: number): Promise<void> {
    const changes = await readChanges(table.store, "", { from: 0, to });
    const ours = spelledRows(changes.columns, await readAll(table.engine, await snapshotSql(table.engine, changes), changes.columns));
    sameRows(ours, await theirChanges(to), "changes");
  }

  /** All rows once more where we may write to the table, in a copy that we compact, with a checkpoint of ours and no commit but the newest. */
  async function writtenOn(): Promise<void> {
    const directory = `${table.directory}-written`;
    await cp(table.directory, directory, { recursive: true, preserveTimestamps: true });
    const store = openFiles(directory);
    const before = await table.snapshot();
    const rows = await table.rowsOf(before);
    const appended = await unlessRefused(async () => committed(await appendFiles(store, "", before, await writeRows(store, "", before, rows))));
    if (appended === undefined) return;
    const after = (await unlessRefused(async () => await compact(store, "", appended, { targetBytes: 1_000_000, filesMin: 2, growing: false }, rewriteFiles)))?.snapshot ?? appended;
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
