/** Arrow's own row, map and list objects as plain JavaScript values, for records that are read one by one: checkpoints. */
import type { Vector } from "apache-arrow";
import { arrow } from "./arrow.ts";

/** Of a column of records, the named parts of the record in a row; those that the record or the column does not have are left out. */
export function plainParts(column: Vector, parts: readonly string[]): (row: number) => { readonly [part: string]: unknown } {
  const children = parts.flatMap((name) => {
    const child = column.getChild(name);
    return child === null ? [] : [{ name, child }];
  });
  return (row) => {
    const object: { [part: string]: unknown } = {};
    for (const { name, child } of children) {
      const value: unknown = child.get(row);
      if (value !== null && value !== undefined) object[name] = plainValue(value);
    }
    return object;
  };
}

/** Nulls are left out of objects; a field that is a whole number beyond 2^53 is an error, since numbers are expected. */
function plainValue(value: unknown): unknown {
  if (typeof value === "bigint") {
    if (BigInt(Number(value)) !== value) throw new Error(`${value} is beyond 2^53`);
    return Number(value);
  }
  if (value instanceof arrow().MapRow) return Object.fromEntries([...value].map(([key, entry]) => [String(key), plainValue(entry)]));
  if (value instanceof arrow().Vector) return [...value].map(plainValue);
  if (!(value instanceof arrow().StructRow)) return value;
  const object: { [name: string]: unknown } = {};
  for (const [name, part] of value) if (part !== null && part !== undefined) object[String(name)] = plainValue(part);
  return object;
}
