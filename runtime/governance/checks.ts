/**
 * Judges rows by their table's `@check` conditions, which are SQL: the engine reads the encoded rows back and says which of them
 * fail what. A condition that is null passes.
 */
import type { RecordBatch } from "apache-arrow";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Check, Table } from "../../compiler/ir/catalog.ts";
import { fullName, quoteName, quoteText } from "../../compiler/ir/names.ts";
import { encodeParquet } from "../parquet/parquet-file.ts";
import { engineFailure } from "../query/engine-failure.ts";
import type { Engine } from "../query/engine.ts";
import { printTemplate } from "../query/sql-template.ts";
import { Failure } from "../values/failure.ts";

/** A row by its index in the batch, and the checks it fails. */
export interface FailedRow { readonly row: number; readonly checks: readonly Check[] }

/** A check as an SQL condition over the table's columns. */
export function checkCondition(check: Check): string {
  return `(${printTemplate(check.sql, (name) => quoteName(name)).sql}\n)`;
}

/** The rows of the batch that fail a check, in order. CHECK conditions that themselves fail (a bad cast) are SQL_INVALID. */
export async function failedRows(engine: Engine, table: Table, batch: RecordBatch): Promise<readonly FailedRow[]> {
  if (table.checks.length === 0 || batch.numRows === 0) return [];
  return await engine.hold(() => judged(engine, table, batch));
}

async function judged(engine: Engine, table: Table, batch: RecordBatch): Promise<readonly FailedRow[]> {
  const file = path.join(engine.temporary, `judged-${engine.next()}.parquet`);
  await writeFile(file, encodeParquet(batch));
  const connection = await engine.connect();
  try {
    const reader = await connection.runAndReadAll(failedRowsSql(table, file));
    return reader.getRows().map(([row, ...failed]) => ({ row: Number(row), checks: table.checks.filter((_check, index) => failed[index] === true) }));
  } catch (cause) {
    const { message } = engineFailure(cause, { sql: "", ran: "", original: () => 0 });
    throw new Failure("SQL_INVALID", `A check of ${fullName(table)} cannot be judged: ${message}`, { cause });
  } finally {
    connection.closeSync();
    await rm(file, { force: true });
  }
}

/** One row per row that fails any check: its number, then for each check whether it fails. */
function failedRowsSql(table: Table, file: string): string {
  const fails = table.checks.map((check, index) => `${checkCondition(check)} IS FALSE AS f${index}`);
  const columns = table.checks.map((_check, index) => `f${index}`);
  return `SELECT file_row_number, ${columns.join(", ")}
    FROM (SELECT file_row_number, ${fails.join(", ")} FROM read_parquet(${quoteText(file)}, file_row_number = true))
    WHERE ${columns.join(" OR ")} ORDER BY file_row_number`;
}
