/** Rows of a program merged into a table that nobody declared: each of a type that its column has, then as any other source. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { RecordBatch, Schema } from "apache-arrow";
import type { Table } from "../../../compiler/ir/catalog.ts";
import type { MergeClauses } from "../../delta/merge-engine.ts";
import { createJudge } from "../../governance/judge.ts";
import { rowsRefused } from "../../governance/refusal.ts";
import { buildBatch } from "../../parquet/arrow-build.ts";
import { encodeParquetStream } from "../../parquet/parquet-encoder.ts";
import { encodeParquet } from "../../parquet/parquet-file.ts";
import type { MergeSource } from "../../query/merge-source.ts";
import type { Row } from "../../values/value.ts";
import { closedMerge } from "../given-merge.ts";
import type { GivenMergeOptions } from "../given-merge.ts";
import { asTable, mergeSource } from "../merge.ts";
import type { MergeInto } from "../merge.ts";
import type { MergeResult } from "../merge-contract.ts";
import { stagedFiles, withScratch } from "../merge-source.ts";
import { requireOwnRows } from "../targets.ts";
import { chunksOf } from "./writes.ts";
import type { RowSource, Writing } from "./writes.ts";

/** Merges rows into the table as it is now. */
export async function mergeIntoTable({ place, tables }: Pick<Writing, "place" | "tables">, rows: RowSource, clauses: MergeClauses, { parameters, ...options }: GivenMergeOptions): Promise<Omit<MergeResult, "table">> {
  const closed = closedMerge(clauses, parameters);
  const into: MergeInto = { place, table: undefined, base: await tables.readAt(place) };
  requireOwnRows(place, into.base);
  return await withScratch(async (scratch) => {
    const source = "numRows" in rows ? await arrowSource(into, rows, scratch, options.signal) : await rowSource(into, rows, scratch, options.signal);
    const { table: _, ...merged } = await closed.told(() => mergeSource(tables, place.directory, into, source, closed.clauses(into.base.columns), options));
    return merged;
  });
}

async function arrowSource(into: MergeInto, rows: { readonly schema: Schema; readonly batches?: readonly RecordBatch[] } | RecordBatch, scratch: string, signal: AbortSignal | undefined): Promise<MergeSource> {
  const file = path.join(scratch, "rows.parquet");
  const batches = "batches" in rows && rows.batches !== undefined ? rows.batches : [rows as RecordBatch];
  await writeFile(file, encodeParquetStream(rows.schema, (async function* () { yield* batches; })()));
  return await stagedFiles(asTable(into), [file], scratch, signal);
}

/** Rows as files in a directory of the caller's, one for each chunk, with the columns that any row of it has. */
export async function rowSource(into: MergeInto, rows: Iterable<Row> | AsyncIterable<Row>, scratch: string, signal: AbortSignal | undefined): Promise<MergeSource> {
  const table = asTable(into);
  const open: Table = { ...table, columns: table.columns.map((column) => ({ ...column, nullable: true })) };
  const judge = createJudge(open);
  const files: string[] = [];
  let from = 0;
  for await (const chunk of chunksOf(rows)) {
    signal?.throwIfAborted();
    const place = (index: number): string => `row ${from + index + 1}`;
    const judged = judge(chunk, place);
    if (judged.refusals.rows > 0) throw rowsRefused(into.place.directory, judged.refusals, undefined, `Its columns are ${table.columns.map(({ name }) => name).join(", ")}.`);
    const given = new Set(chunk.flatMap((row) => Object.keys(row)));
    const file = path.join(scratch, `rows-${files.length}.parquet`);
    await writeFile(file, encodeParquet(buildBatch(open.columns.filter(({ name }) => given.has(name)), judged.rows)));
    files.push(file);
    from += chunk.length;
  }
  return files.length === 0 ? { files, columns: open.columns } : { files };
}
