/**
 * Delta Acceptance Tests: tables that Spark wrote, with the rows they hold. Each version is either read with exactly these rows, or
 * refused by the name of the feature it needs.
 */
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { quoteName, quoteText } from "../../../compiler/ir/names.ts";
import { readable } from "../../../runtime/delta/snapshot/read.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { openEngine } from "../../../runtime/query/engine.ts";
import type { Engine } from "../../../runtime/query/engine.ts";
import { snapshotSql } from "../../../runtime/query/relation.ts";
import { openFiles } from "../../../runtime/storage/files.ts";

const folder = path.resolve(import.meta.dirname, "../../../../shared/data/delta/dat-0.0.3");
const there = existsSync(folder);
if (!there) console.log(`skipped: the Delta Acceptance Tests are not at ${folder}`);

/** What this version refuses, and why. */
const refused: { readonly [table: string]: string } = {
};

let temporary: string;
let engine: Engine;

beforeAll(async () => {
  temporary = await mkdtemp(path.join(tmpdir(), "delta-dat-"));
  engine = await openEngine({ readable: [folder], temporary });
});

afterAll(async () => {
  await engine.close();
  await rm(temporary, { recursive: true });
});

async function countOf(sql: string): Promise<unknown> {
  return (await engine.control.runAndReadAll(`SELECT count(*) FROM (${sql})`)).getRows()[0]?.[0];
}

/** The expected states of a table: a folder each, `latest` or `v1`. */
function statesOf(table: string): readonly string[] {
  return readdirSync(path.join(folder, table, "expected"));
}

const tables = there ? readdirSync(folder) : [];
const readOnes = tables.filter((table) => !Object.hasOwn(refused, table)).flatMap((table) => statesOf(table).map((state) => [table, state] as const));
const refusedOnes = tables.filter((table) => Object.hasOwn(refused, table)).map((table) => [table, refused[table] ?? ""] as const);

describe.skipIf(!there)("a table that Spark wrote", () => {
  test.each(readOnes)("%s at %s is read with exactly its rows", async (table, state) => {
    const expected = path.join(folder, table, "expected", state);
    const facts = JSON.parse(await readFile(path.join(expected, "table_version_metadata.json"), "utf8")) as { readonly version: number; readonly min_reader_version: number; readonly min_writer_version: number };
    const store = openFiles(path.join(folder, table));
    const snapshot = await readSnapshot(store, "delta", state === "latest" ? undefined : { version: facts.version });
    expect(snapshot.version).toBe(facts.version);
    expect(snapshot.protocol).toMatchObject({ minReaderVersion: facts.min_reader_version, minWriterVersion: facts.min_writer_version });
    const names = snapshot.columns.map((column) => quoteName(column.name)).join(", ");
    const ours = `SELECT ${names} FROM (${await snapshotSql(engine, await readable(store, "delta", snapshot))})`;
    const theirs = `SELECT ${names} FROM read_parquet(${quoteText(path.join(expected, "table_content", "*.parquet"))}, hive_partitioning = false)`;
    expect(await countOf(ours)).toBe(await countOf(theirs));
    expect(await countOf(`${ours} EXCEPT ALL ${theirs}`)).toBe(0n);
    expect(await countOf(`${theirs} EXCEPT ALL ${ours}`)).toBe(0n);
  });

  test.each(refusedOnes)("%s is refused for %s", async (table, feature) => {
    await expect(readSnapshot(openFiles(path.join(folder, table)), "delta")).rejects.toMatchObject({ code: "DELTA_UNSUPPORTED_FEATURE", message: expect.stringContaining(feature) });
  });
});
