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
  return `CAST(${quoteText(castable(type, text))} AS ${duckType(type)})`;
}

/** As the engine casts it: years beyond 9999 have a sign to Spark. */
function castable({ kind }: ColumnType, text: string): string {
  return (kind === "day" || kind === "timestamp" || kind === "local_timestamp") && /^\+\d/.test(text) ? text.slice(1) : text;
}

/** Whether a number of a column without fractions, or with so many digits of one, needs no rounding. */
function isExact(type: ColumnType, text: string): boolean {
  if (type.kind !== "decimal" && !type.kind.startsWith("int")) return true;
  const [number, whole = "", behind = "", exponent = "0"] = /^\s*[+-]?(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?\s*$/i.exec(text) ?? [];
  const [, zeros = ""] = /[1-9]?(0*)$/.exec(whole + behind) ?? [];
  const isZero = zeros.length === whole.length + behind.length;
  return number !== undefined && (isZero || behind.length - zeros.length - Number(exponent) <= (type.kind === "decimal" ? type.scale : 0));
}

/** DELTA_LOG_BROKEN for a value that its column cannot hold. */
export async function requireConstants(engine: Engine, columns: readonly PartitionColumn[], files: readonly { readonly url: string; readonly partitionValues: PartitionValues }[]): Promise<void> {
  for (const column of columns.filter(({ type }) => type.kind !== "text" && type.kind !== "bytes")) {
    const texts = [...new Set(files.map(({ partitionValues }) => partitionValues[column.physical] ?? ""))].filter((text) => text !== "");
    if (texts.length === 0) continue;
    const text = texts.find((one) => !isExact(column.type, one)) ?? (await misfit(engine, column.type, texts));
    if (text === undefined) continue;
    const file = files.find(({ partitionValues }) => partitionValues[column.physical] === text)?.url ?? "";
    throw new Failure("DELTA_LOG_BROKEN", `The log has the value "${text}" for the partition column "${column.name}" of ${file}, which is none of its type.`, { place: { value: text, file } });
  }
}

/** A text that the engine cannot make a value of. */
async function misfit(engine: Engine, type: ColumnType, texts: readonly string[]): Promise<string | undefined> {
  const values = texts.map((text, k) => `(${k}, ${quoteText(castable(type, text))})`).join(", ");
  const reader = await engine.control.runAndReadAll(`SELECT k FROM (VALUES ${values}) AS "values"(k, "text") WHERE TRY_CAST("text" AS ${duckType(type)}) IS NULL ORDER BY k LIMIT 1`);
  const [wrong] = reader.getRows();
  return wrong === undefined ? undefined : texts[Number(wrong[0])];
}
