/** Partition strings as constants of their type (Delta protocol: Partition Value Serialization); empty is null. */
import type { ColumnType, NamedType } from "../../compiler/ir/column-type.ts";
import { quoteText } from "../../compiler/ir/names.ts";
import type { PartitionValues } from "../delta/engine.ts";
import { Failure } from "../values/failure.ts";
import { duckType } from "./duckdb-types.ts";
import type { Engine } from "./engine.ts";

/** A column that partitions a table, under the name that the log has it by. */
export interface PartitionColumn extends NamedType { readonly physical: string }

/** The SQL of a partition value. */
export function constantSql(type: ColumnType, text: string | null | undefined): string {
  if (text === "" || text === null || text === undefined) return `CAST(NULL AS ${duckType(type)})`;
  // Spark keeps bytes as the text that they are in UTF-8.
  if (type.kind === "bytes") return `encode(${quoteText(text)})`;
  return `CAST(${quoteText(text)} AS ${duckType(type)})`;
}

/** DELTA_LOG_BROKEN for a value that its column cannot hold. */
export async function requireConstants(engine: Engine, columns: readonly PartitionColumn[], files: readonly { readonly url: string; readonly partitionValues: PartitionValues }[]): Promise<void> {
  for (const column of columns.filter(({ type }) => type.kind !== "text" && type.kind !== "bytes")) {
    const texts = [...new Set(files.map(({ partitionValues }) => partitionValues[column.physical] ?? ""))].filter((text) => text !== "");
    if (texts.length === 0) continue;
    const reader = await engine.control.runAndReadAll(`SELECT "text" FROM (VALUES ${texts.map((text) => `(${quoteText(text)})`).join(", ")}) AS "values"("text") WHERE TRY_CAST("text" AS ${duckType(column.type)}) IS NULL LIMIT 1`);
    const [wrong] = reader.getRows();
    if (wrong === undefined) continue;
    const text = String(wrong[0]);
    const file = files.find(({ partitionValues }) => partitionValues[column.physical] === text)?.url ?? "";
    throw new Failure("DELTA_LOG_BROKEN", `The log has the value "${text}" for the partition column "${column.name}" of ${file}, which is none of its type.`, { place: { value: text, file } });
  }
}
