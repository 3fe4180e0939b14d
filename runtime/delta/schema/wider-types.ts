/** Which types hold all values of which others, for rows that are read under a newer schema than they were written under (protocol, "Type Widening"). */
import type { ColumnType } from "../../../compiler/ir/column-type.ts";

const wider: { readonly [kind: string]: readonly string[] } = {
  int8: ["int16", "int32", "int64", "float64", "decimal"], int16: ["int32", "int64", "float64", "decimal"], int32: ["int64", "float64", "decimal"], int64: ["decimal"], float32: ["float64"], day: ["local_timestamp"],
};

export interface Fit {
  /** Fields of objects that the newer type lacks are passed over; else they are in the way. */
  readonly leavesOut?: boolean;
  /** Only the same plain type will do. */
  readonly exactly?: boolean;
}

/** Whether every value of the older type is one of the newer. Fields that came since are in nobody's way. */
export function holdsValues(newer: ColumnType, older: ColumnType, fit: Fit = {}): boolean {
  const holds = (left: ColumnType, right: ColumnType): boolean => holdsValues(left, right, fit);
  if (newer.kind === "object" && older.kind === "object") {
    return older.fields.every((field) => {
      const same = newer.fields.find(({ name }) => name === field.name);
      return same === undefined ? fit.leavesOut === true : holds(same.type, field.type);
    });
  }
  if (newer.kind === "array" && older.kind === "array") return holds(newer.element, older.element);
  if (newer.kind === "map" && older.kind === "map") return holds(newer.key, older.key) && holds(newer.value, older.value);
  if (newer.kind === "decimal" && older.kind === "decimal") {
    const [scale, digits] = [newer.scale - older.scale, newer.precision - newer.scale - older.precision + older.scale];
    return fit.exactly === true ? scale === 0 && digits === 0 : scale >= 0 && digits >= 0;
  }
  return newer.kind === older.kind || (fit.exactly !== true && (wider[older.kind] ?? []).includes(newer.kind));
}
