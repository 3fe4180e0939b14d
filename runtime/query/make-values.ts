/** Fulfils the Delta room's contract of making values: expressions over encoded rows, evaluated by the engine. */
import type { RecordBatch } from "apache-arrow";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { quoteName, quoteText } from "../../compiler/ir/names.ts";
import type { MakeValues } from "../delta/engine.ts";
import type { MadeColumn } from "../delta/rules/expression.ts";
import { encodeParquet } from "../parquet/parquet-file.ts";
import { Failure } from "../values/failure.ts";
import type { Row } from "../values/value.ts";
import { duckType } from "./duckdb-types.ts";
import { engineFailure } from "./engine-failure.ts";
import type { Engine } from "./engine.ts";
import { readAll } from "./read-all.ts";
import { guardedSql } from "./rule-sql.ts";

/** A maker by an engine, which the first value starts. */
export function valueMaker(engine: () => Promise<Engine>): MakeValues {
  return async (rows, columns) => {
    const started = await engine();
    return await started.hold(() => (rows === undefined ? values(started, columns, "") : overRows(started, rows, columns)));
  };
}

/** SQL of the value, of its column's type. */
export function madeValueSql({ expression, type }: MadeColumn): string {
  return `CAST(${guardedSql(expression)} AS ${duckType(type)})`;
}

async function overRows(engine: Engine, rows: RecordBatch, columns: readonly MadeColumn[]): Promise<readonly Row[]> {
  const file = path.join(engine.temporary, `made-${process.pid}-${engine.next()}.parquet`);
  await writeFile(file, encodeParquet(rows));
  try {
    return await values(engine, columns, `FROM read_parquet(${quoteText(file)}, file_row_number = true, hive_partitioning = false) ORDER BY file_row_number`);
  } finally {
    await rm(file, { force: true });
  }
}

async function values(engine: Engine, columns: readonly MadeColumn[], from: string): Promise<readonly Row[]> {
  try {
    return await readAll(engine, `SELECT ${columns.map((column) => `${madeValueSql(column)} AS ${quoteName(column.name)}`).join(", ")} ${from}`, columns.map(({ name, type }) => ({ name, type, nullable: true })));
  } catch (cause) {
    const { message } = engineFailure(cause, { sql: "", ran: "", original: () => 0 });
    throw new Failure("ROWS_REFUSED", `What the table makes of ${columns.map(({ name }) => name).join(", ")} has no answer over these rows: ${message}`, { hint: "Nothing was written. Mend the rows, or give them the column.", cause });
  }
}
