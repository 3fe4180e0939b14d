/** Values of a leaf of a Parquet file as values of a column: those that the type holds as they are. What would be rounded, cut or guessed is no value of the column. */
import { matchKind } from "../../compiler/ir/column-type.ts";
import type { ByKind, ColumnType } from "../../compiler/ir/column-type.ts";

/** The SQL of a value that is then cast to the column's type, out of one of the engine's types; undefined where the column holds no such value. */
export function leafSql(sql: string, fileType: string, type: ColumnType): string | undefined {
  // A column that a writer knew nothing of but nulls.
  if (fileType === '"NULL"') return sql;
  const step = matchKind(steps, type, fileType);
  return step === undefined ? undefined : step(sql);
}

type Step = ((sql: string) => string) | undefined;

const asItIs: Step = (sql) => sql;
/** Text is bytes of UTF-8, and some writers do not say that it is text. */
const decoded: Step = (sql) => `decode(${sql})`;
const encoded: Step = (sql) => `encode(${sql})`;

/** Beyond a narrower column's range the engine refuses a value. */
const wholes = ["TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"];
const wholesInDouble = wholes.filter((name) => !name.includes("BIGINT"));
const texts = ["VARCHAR", "JSON", "UUID"];
const times = ["TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE"];

const oneOf = (...names: readonly string[]) => (_: unknown, fileType: string): Step => (names.includes(fileType) ? asItIs : undefined);
const text = (_: unknown, fileType: string): Step => (fileType === "BLOB" ? decoded : texts.includes(fileType) ? asItIs : undefined);
const never = (): Step => undefined;

const steps: ByKind<Step, readonly [fileType: string]> = {
  int8: oneOf(...wholes),
  int16: oneOf(...wholes),
  int32: oneOf(...wholes),
  int64: oneOf(...wholes),
  float32: oneOf("FLOAT"),
  float64: oneOf("FLOAT", "DOUBLE", ...wholesInDouble),
  decimal: ({ scale }, fileType) => {
    const [, digits] = /^DECIMAL\(\d+,(\d+)\)$/.exec(fileType) ?? [];
    return wholes.includes(fileType) || (digits !== undefined && Number(digits) <= scale) ? asItIs : undefined;
  },
  text,
  enum: text,
  uuid: text,
  bool: oneOf("BOOLEAN"),
  bytes: (_, fileType) => (fileType === "VARCHAR" || fileType === "JSON" ? encoded : fileType === "BLOB" || fileType === "UUID" ? asItIs : undefined),
  day: oneOf("DATE"),
  timestamp: oneOf(...times),
  local_timestamp: oneOf("DATE", ...times),
  array: never,
  map: never,
  object: never,
};
