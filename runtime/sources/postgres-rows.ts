/** The rows of a scan of a table in PostgreSQL, as Arrow batches of the columns that the scan asks for. Columns are held against the server's first, in the same transaction. */
import type { RecordBatch } from "apache-arrow";
import type { Column, Table } from "../../compiler/ir/catalog.ts";
import { fullName } from "../../compiler/ir/names.ts";
import { buildBatch } from "../parquet/arrow-build.ts";
import { Failure } from "../values/failure.ts";
import type { Row, Value } from "../values/value.ts";
import { liveTable } from "./postgres-columns.ts";
import { requireReadable } from "./postgres-drift.ts";
import type { PostgresSource } from "./postgres-drift.ts";
import { selectOf } from "./postgres-select.ts";
import { cellReader } from "./postgres-values.ts";
import type { ReadCell } from "./postgres-values.ts";
import type { PostgresCell, PostgresReading } from "./postgres.ts";
import { scanColumns } from "./scan.ts";
import type { Scan } from "./scan.ts";

/** SCHEMA_DIFFERS where the table or a column that is used is not there, or is of another type; VALUE_INVALID for a value that no column of ours holds. */
export async function* postgresRows(reading: PostgresReading, table: Table, source: PostgresSource, scan: Scan): AsyncGenerator<RecordBatch> {
  const used = table.columns.filter(({ name }) => scan.columns.includes(name));
  const live = await liveTable(reading, source.schema, source.table);
  requireReadable(table, source, reading.server, used, live);
  const columns = scanColumns(table.columns, scan);
  const readers = used.map(({ type }) => cellReader(type));
  const { sql, parameters } = selectOf(table, source, live, used, scan);
  let before = 0;
  for await (const rows of reading.stream(sql, parameters)) {
    const numbers = (index: number): number => before + index + 1;
    yield named(table, () => buildBatch(columns, rows.map((cells, index) => (used.length === 0 ? { present: true } : rowOf(table, used, readers, cells, numbers(index)))), undefined, numbers));
    before += rows.length;
  }
}

/** What a column cannot hold is told by the builder with its row and its column; whose they are is said before. */
function named(table: Table, build: () => RecordBatch): RecordBatch {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof Failure) || !error.message.startsWith("Row ")) throw error;
    const message = error.message.replace(/^Row (\d+), column "([^"]*)"/, `${fullName(table)}, row $1, column $2`);
    throw new Failure(error.code, message, { ...(error.hint === undefined ? {} : { hint: error.hint }), ...(error.place === undefined ? {} : { place: error.place }), cause: error });
  }
}

function rowOf(table: Table, columns: readonly Column[], readers: readonly ReadCell[], cells: readonly PostgresCell[], number: number): Row {
  const row = Object.create(null) as { [name: string]: Value };
  for (const [k, column] of columns.entries()) {
    const cell = cells[k] ?? null;
    if (cell === null && !column.nullable) throw new Failure("VALUE_INVALID", `${fullName(table)}, row ${number}: column ${column.name} is null, and is declared never null.`, { hint: "Write `| null` behind its type." });
    try {
      row[column.name] = cell === null ? null : (readers[k]?.(cell) ?? null);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      throw new Failure(error.code, `${fullName(table)}, row ${number}, column ${column.name}: ${error.message}`, { ...(error.hint === undefined ? {} : { hint: error.hint }), ...(error.place === undefined ? {} : { place: error.place }), cause: error });
    }
  }
  return row;
}
