/** Whether a cast can lead from one column type to another; values that do not fit are an error when the query runs. */
import type { ByKind, ColumnType } from "../ir/column-type.ts";
import { matchKind } from "../ir/column-type.ts";

type Family = "number" | "bool" | "text" | "bytes" | "time" | "array" | "map" | "object";

const families: ByKind<Family> = {
  int8: () => "number",
  int16: () => "number",
  int32: () => "number",
  int64: () => "number",
  float32: () => "number",
  float64: () => "number",
  decimal: () => "number",
  text: () => "text",
  bool: () => "bool",
  bytes: () => "bytes",
  uuid: () => "text",
  day: () => "time",
  timestamp: () => "time",
  local_timestamp: () => "time",
  enum: () => "text",
  array: () => "array",
  map: () => "map",
  object: () => "object",
};

const nested: ReadonlySet<Family> = new Set(["array", "map", "object"]);

/** True when some value of `given` can be cast to `wanted`. */
export function castable(given: ColumnType, wanted: ColumnType): boolean {
  const [from, to] = [matchKind(families, given), matchKind(families, wanted)];
  if (given.kind === "array" && wanted.kind === "array") return castable(given.element, wanted.element);
  if (given.kind === "map" && wanted.kind === "map") return castable(given.key, wanted.key) && castable(given.value, wanted.value);
  if (given.kind === "object" && wanted.kind === "object") {
    return wanted.fields.every((field) => given.fields.some((other) => other.name.toLowerCase() === field.name.toLowerCase() && castable(other.type, field.type)));
  }
  if (from === to) return true;
  if (nested.has(from) || nested.has(to)) return false;
  return from === "text" || to === "text" || (from === "bool" && to === "number") || (from === "number" && to === "bool");
}
