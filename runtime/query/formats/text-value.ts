/** A value from plain text: a cell of a CSV file, a filter, a part of a path. The spelling is JSON's, without the quotes around strings. */
import { matchKind } from "../../../compiler/ir/column-type.ts";
import type { ByKind, ColumnType } from "../../../compiler/ir/column-type.ts";
import { typeName } from "../../../compiler/ir/type-name.ts";
import { Failure } from "../../values/failure.ts";
import { fromJson, parseJson } from "../../values/json.ts";
import type { JsonInput } from "../../values/json.ts";
import type { Value } from "../../values/value.ts";

type ReadText = (text: string) => JsonInput | undefined;

const integer: ReadText = (text) => /^[+-]?\d+$/.test(text) ? BigInt(text) : undefined;
const float: ReadText = (text) => {
  if (/^(NaN|-?Infinity)$/.test(text)) return text;
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
};
const itself: ReadText = (text) => text;
const bool: ReadText = (text) => ({ true: true, false: false })[text.toLowerCase()];
const json: ReadText = (text) => {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

const readers: ByKind<ReadText> = {
  int8: () => integer, int16: () => integer, int32: () => integer, int64: () => integer,
  float32: () => float, float64: () => float,
  decimal: () => itself,
  text: () => itself, enum: () => itself, uuid: () => itself, bytes: () => itself,
  bool: () => bool,
  day: () => itself, timestamp: () => itself, local_timestamp: () => itself,
  array: () => json, map: () => json, object: () => json,
};

/** The value that `text` spells, never null. A Failure VALUE_INVALID says what the type is when it spells none. */
export function readText(type: ColumnType, text: string): Value {
  const read = matchKind(readers, type)(text);
  if (read === undefined) throw new Failure("VALUE_INVALID", `${JSON.stringify(text)} is not ${typeName(type)}.`, { place: { value: text } });
  return fromJson(type, read, "");
}
