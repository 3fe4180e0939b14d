/**
 * Delta Acceptance Tests: tables that Spark wrote, with the rows they hold. Each version is either read with exactly these rows, or
 * refused by the name of the feature it needs.
 */
import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { DuckDBConnection } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { quoteName, quoteText } from "../../../compiler/ir/names.ts";
import type { ReadableSnapshot } from "../../../runtime/delta/engine.ts";
import { readable } from "../../../runtime/delta/read.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot.ts";
import { duckType } from "../../../runtime/query/duckdb-types.ts";
import { openFiles } from "../../../runtime/storage/files.ts";

const folder = path.resolve(import.meta.dirname, "../../../../shared/data/delta/dat-0.0.3");
const there = existsSync(folder);
if (!there) console.log(`skipped: the Delta Acceptance Tests are not at ${folder}`);

/** What this version refuses, and why. */
const refused: { readonly [table: string]: string } = {
  column_mapping: "columnMapping",
  deletion_vectors: "deletionVectors",
  iceberg_compat_v1: "columnMapping",
};

let instance: DuckDBInstance;
let connection: DuckDBConnection;

beforeAll(async () => {
  instance = await DuckDBInstance.create(":memory:");
  connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
});

afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

/** The snapshot's rows as SQL: exactly its files, a partition's values as constants, null for a column a file lacks. */
function rowsSql({ columns, files }: ReadableSnapshot): string {
  const nothing = `SELECT ${columns.map((column) => `NULL::${duckType(column.type)} AS ${quoteName(column.name)}`).join(", ")} LIMIT 0`;
  const parts = files.map(({ url, partitionValues }) => {
    const constants = columns.filter((column) => Object.hasOwn(partitionValues, column.name)).map((column) => {
      const value = partitionValues[column.name] ?? null;
      const text = value === null || value === "" ? "NULL" : quoteText(value);
      return `, ${column.type.kind === "bytes" ? `encode(${text})` : `CAST(${text} AS ${duckType(column.type)})`} AS ${quoteName(column.name)}`;
    });
    return `SELECT *${constants.join("")} FROM read_parquet(${quoteText(url)}, hive_partitioning = false)`;
  });
  return [`(${nothing})`, ...parts].join("\nUNION ALL BY NAME ");
}

async function countOf(sql: string): Promise<unknown> {
  return (await connection.runAndReadAll(`SELECT count(*) FROM (${sql})`)).getRows()[0]?.[0];
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
    const ours = `SELECT ${names} FROM (${rowsSql(await readable(store, "delta", snapshot))})`;
    const theirs = `SELECT ${names} FROM read_parquet(${quoteText(path.join(expected, "table_content", "*.parquet"))}, hive_partitioning = false)`;
    expect(await countOf(ours)).toBe(await countOf(theirs));
    expect(await countOf(`${ours} EXCEPT ALL ${theirs}`)).toBe(0n);
    expect(await countOf(`${theirs} EXCEPT ALL ${ours}`)).toBe(0n);
  });

  test.each(refusedOnes)("%s is refused for %s", async (table, feature) => {
    await expect(readSnapshot(openFiles(path.join(folder, table)), "delta")).rejects.toMatchObject({ code: "DELTA_UNSUPPORTED_FEATURE", message: expect.stringContaining(feature) });
  });
});
