/**
 * A cell of a file as a value of its column, in SQL: exact or null. What is null while the cell is not, is refused; nothing is rounded,
 * cut or guessed on its way in.
 */
import { matchKind } from "../../compiler/ir/column-type.ts";
import type { ByKind, ColumnType } from "../../compiler/ir/column-type.ts";
import { quoteText } from "../../compiler/ir/names.ts";
import { duckType } from "./duckdb-types.ts";
import { nestedCell } from "./nested-cells.ts";
import { soundWithin } from "./nested-sound.ts";

/** The value of a cell that is text; `cell` is SQL. */
export function textValue(type: ColumnType, cell: string): string {
  return matchKind(fromText, type, cell);
}

/** The engine keeps JSON's number with a point as a double, which holds this many digits of any decimal. */
const exactDigits = 15;

/** The value of a cell that is JSON: a date is a string there, a number may be one. */
export function jsonValue(type: ColumnType, cell: string): string {
  if (type.kind === "array" || type.kind === "map" || type.kind === "object") return nestedValue(type, cell);
  const accepted = strings.has(type.kind) ? "'VARCHAR'" : type.kind === "bool" ? "'BOOLEAN'" : "'VARCHAR', 'BIGINT', 'UBIGINT', 'HUGEINT', 'DOUBLE'";
  const text = `(${cell} ->> '$')`;
  const exact = type.kind === "decimal" ? ` AND (json_type(${cell}) <> 'DOUBLE' OR regexp_full_match(${text}, '[+-]?\\d+') OR length(regexp_replace(${text}, '\\D', '', 'g')) <= ${exactDigits})` : "";
  return `CASE WHEN json_type(${cell}) IN (${accepted})${exact} THEN ${textValue(type, text)} END`;
}

/** Lists, maps and records from JSON. */
function nestedValue(type: ColumnType, cell: string): string {
  return `TRY(${nestedCell(type, cell, { leaf: jsonLeaf, mayBeNull: (nullable) => nullable, mayHoldMore: false })})`;
}

/** Of a column's own enum the rules judge; within a value nobody else would. */
function jsonLeaf(type: ColumnType, cell: string): string {
  const value = jsonValue(type, cell);
  if (type.kind === "enum") return `CASE WHEN (${value}) IN (${type.values.map(quoteText).join(", ")}) THEN ${value} END`;
  // There may be many: what JSON itself calls a whole number is read as one at once.
  return type.kind.startsWith("int") ? `CASE WHEN json_type(${cell}) IN ('BIGINT', 'UBIGINT') THEN ${number(type, cell)} ELSE ${value} END` : value;
}

/** The value of a cell that has a type of its own in the file: it must come back as it was, and hold within what the type allows. */
export function typedValue(type: ColumnType, given: string, cell: string): string {
  const value = castValue(type, given, cell);
  const nested = type.kind === "array" || type.kind === "map" || type.kind === "object";
  const sound = nested && given !== "VARCHAR" && given !== "JSON" ? soundWithin(type, value) : undefined;
  return sound === undefined ? value : `CASE WHEN ${cell} IS NULL OR ${sound} THEN ${value} END`;
}

function castValue(type: ColumnType, given: string, cell: string): string {
  const wanted = duckType(type);
  if (type.kind === "uuid") return textValue(type, `CAST(${cell} AS VARCHAR)`);
  if (given === wanted || given === "JSON") return cell;
  if (given === "VARCHAR") return textValue(type, cell);
  // Some writers leave text unmarked.
  if (given === "BLOB" && wanted === "VARCHAR") return `TRY(decode(${cell}))`;
  const value = `TRY_CAST(${cell} AS ${wanted})`;
  return wanted === "VARCHAR" ? value : `CASE WHEN TRY_CAST(${value} AS ${given}) IS NOT DISTINCT FROM ${cell} THEN ${value} END`;
}

const strings: ReadonlySet<string> = new Set(["text", "enum", "uuid", "bytes", "day", "timestamp", "local_timestamp"]);

function matching(cell: string, pattern: string, value: string): string {
  return `CASE WHEN regexp_full_match(${cell}, ${quoteText(pattern)}) THEN ${value} END`;
}

function whole(type: ColumnType, cell: string): string {
  return matching(cell, "[+-]?\\d+", `TRY_CAST(${cell} AS ${duckType(type)})`);
}

function number(type: ColumnType, cell: string): string {
  return `TRY_CAST(${cell} AS ${duckType(type)})`;
}

/** What is too large for the column is no infinity. */
function float(type: ColumnType, cell: string): string {
  const value = number(type, cell);
  return `CASE WHEN isfinite(${value}) OR regexp_full_match(${cell}, '(?i)[+-]?(nan|inf(inity)?)') THEN ${value} END`;
}

function nested(type: ColumnType, cell: string): string {
  return nestedValue(type, `TRY_CAST(${cell} AS JSON)`);
}

const clock = "\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,6}0*)?)?";

const fromText: ByKind<string, [cell: string]> = {
  int8: whole,
  int16: whole,
  int32: whole,
  int64: whole,
  float32: float,
  float64: float,
  decimal: (type, cell) => matching(cell, `[+-]?(\\d+(\\.\\d{0,${type.scale}}0*)?|\\.\\d{0,${type.scale}}0*)`, number(type, cell)),
  text: (_type, cell) => cell,
  enum: (_type, cell) => cell,
  uuid: (_type, cell) => matching(cell, "(?i)[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", `lower(${cell})`),
  bool: number,
  bytes: (_type, cell) => `TRY(from_base64(${cell}))`,
  day: (type, cell) => matching(cell, "\\d{4}-\\d{2}-\\d{2}", number(type, cell)),
  // Without a zone it is UTC's.
  timestamp: (type, cell) => matching(cell, `${clock}( ?(Z|[+-]\\d{2}(:?\\d{2})?))?`, number(type, cell)),
  local_timestamp: (type, cell) => matching(cell, clock, number(type, cell)),
  array: nested,
  map: nested,
  object: nested,
};
