/** Fulfils the Delta room's contract of judging rows: the engine reads the encoded rows back and says which of them break what a table asks. */
import type { RecordBatch } from "apache-arrow";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { quoteText } from "../../compiler/ir/names.ts";
import type { BrokenRules, JudgeRows } from "../delta/engine.ts";
import type { RowRule } from "../delta/rules/expression.ts";
import { encodeParquet } from "../parquet/parquet-file.ts";
import { Failure } from "../values/failure.ts";
import { engineFailure } from "./engine-failure.ts";
import type { Engine } from "./engine.ts";
import { ruleSql, ruleValuesSql } from "./rule-sql.ts";

/** Broken rules that are told one by one. */
const toldMax = 5;

/** A judge by an engine, which the first rule starts. */
export function rowJudge(engine: () => Promise<Engine>): JudgeRows {
  return async (batch, rules) => {
    if (batch.numRows === 0 || rules.length === 0) return { rows: 0, first: [] };
    const started = await engine();
    return await started.hold(() => judged(started, batch, rules));
  };
}

async function judged(engine: Engine, batch: RecordBatch, rules: readonly RowRule[]): Promise<BrokenRules> {
  const file = path.join(engine.temporary, `ruled-${process.pid}-${engine.next()}.parquet`);
  await writeFile(file, encodeParquet(batch));
  const connection = await engine.connect();
  try {
    const reader = await connection.runAndReadAll(brokenSql(file, rules));
    const rows = reader.getRows();
    const first = rows.map(([row, which, values]) => ({ row: Number(row), rule: rules[Number(which)], values: String(values) }));
    return { rows: Number(rows[0]?.[3] ?? 0), first: first.flatMap(({ rule, ...told }) => (rule === undefined ? [] : [{ ...told, rule }])) };
  } catch (cause) {
    const { message } = engineFailure(cause, { sql: "", ran: "", original: () => 0 });
    throw new Failure("ROWS_REFUSED", `What the table asks of its rows (${rules.map(({ name }) => name).join(", ")}) has no answer over these: ${message}`, { hint: "Nothing was written. Mend the rows, or append with the engine that made the table.", cause });
  } finally {
    connection.closeSync();
    await rm(file, { force: true });
  }
}

/** The first rows that break a rule: place, rule, values, and of how many. */
function brokenSql(file: string, rules: readonly RowRule[]): string {
  const broken = rules.map((rule) => `NOT ${ruleSql(rule)}`);
  const which = `CASE ${broken.map((sql, k) => `WHEN ${sql} THEN ${k}`).join(" ")} END`;
  const values = `CASE ${rules.map((rule, k) => `WHEN ${broken[k]} THEN ${ruleValuesSql(rule)}`).join(" ")} END`;
  return `SELECT file_row_number, ${which}, ${values}, count(*) OVER ()
    FROM read_parquet(${quoteText(file)}, file_row_number = true, hive_partitioning = false) WHERE ${broken.join(" OR ")} ORDER BY file_row_number LIMIT ${toldMax}`;
}
