/**
 * Looks through declared CSV and JSON files for what the engine would read by rounding: `1.5` as an integer, `1.005` at two digits,
 * `1e400` as infinity. What is no value of its column at all, the engine refuses by itself when the cell is read.
 */
import path from "node:path";
import type { Column } from "../../compiler/ir/catalog.ts";
import type { ColumnType } from "../../compiler/ir/column-type.ts";
import { typeName } from "../../compiler/ir/type-name.ts";
import { recordLines } from "../sources/record-lines.ts";
import { Failure } from "../values/failure.ts";
import { jsonValue } from "./bulk-cells.ts";
import { duckType } from "./duckdb-types.ts";
import type { Engine } from "./engine.ts";
import { nestedCell } from "./nested-cells.ts";

/** A column as a file holds it. */
export type FileColumn = Pick<Column, "name" | "type" | "nullable" | "from">;

/** A cell that may be rounded: its text as it stands in the file, its exact value (null when there is none), and what the engine casts, all SQL. */
export interface LooseCell { readonly column: FileColumn; readonly shown: string; readonly exact: string; readonly cast: string }

/** A file with its cells as they stand, not cast; `lines` says how its records lie in lines. */
export interface LooseFile { readonly file: string; readonly sql: string; readonly cells: readonly LooseCell[]; readonly lines: { readonly quoted: boolean; readonly header: boolean } | undefined }

/** Whether values of a column can be rounded on their way in. */
export function isLoose({ type }: Pick<FileColumn, "type">): boolean {
  return type.kind.startsWith("int") || ["decimal", "float32", "float64", "array", "map", "object"].includes(type.kind);
}

/** A list, map or record of JSON, null where a number within would be rounded. Whatever else is no value, the engine refuses by itself or takes as it is. */
export function unrounded(type: ColumnType, cell: string): string {
  const leaf = (inner: ColumnType, value: string): string => (isLoose({ type: inner }) ? jsonValue(inner, value) : `CAST(${value} AS VARCHAR)`);
  return `TRY(${nestedCell(type, cell, { leaf, mayBeNull: () => true, mayHoldMore: true })})`;
}

/** FILE_INVALID with the first cell that would be rounded: file, line, column and value. */
export async function requireExact(engine: Engine, { file, sql, cells, lines }: LooseFile): Promise<void> {
  if (cells.length === 0) return;
  const tests = cells.map(({ column, exact, cast }) => `(${exact} IS NULL AND TRY_CAST(${cast} AS ${duckType(column.type)}) IS NOT NULL)`);
  const found = await engine.control.runAndReadAll(`SELECT 1 FROM ${sql} WHERE ${tests.join(" OR ")} LIMIT 1`);
  if (found.currentRowCount === 0) return;
  const which = tests.map((test, k) => `WHEN ${test} THEN ${k}`).join(" ");
  const shown = tests.map((test, k) => `WHEN ${test} THEN CAST(${cells[k]?.shown} AS VARCHAR)`).join(" ");
  const reader = await engine.control.runAndReadAll(`SELECT r, CASE ${which} END, CASE ${shown} END FROM (SELECT *, row_number() OVER () - 1 AS r FROM ${sql}) WHERE ${tests.join(" OR ")} ORDER BY r LIMIT 1`);
  const [row, index, value] = reader.getRows()[0] ?? [];
  const column = cells[Number(index)]?.column;
  if (column === undefined) return;
  const [line] = lines === undefined ? [] : await recordLines(file, [Number(row)], lines);
  const where = line === undefined ? `record ${Number(row) + 1}` : `line ${line}`;
  throw new Failure("FILE_INVALID", `${file}, ${where}, column "${column.from ?? column.name}": ${JSON.stringify(String(value))} is not ${typeName(column.type, column.nullable)}; it would be rounded.`, {
    hint: `Mend the cell, or declare the column of ${path.basename(file)} as what it holds. In JSON, write a decimal of more than 15 digits as a string.`,
    place: { file, ...(line === undefined ? {} : { line }), parameter: column.from ?? column.name, value: String(value) },
  });
}
