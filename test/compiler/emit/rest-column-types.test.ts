import { expect, test } from "vitest";
import { restType } from "../../../compiler/emit/rest-column-types.ts";
import { slotSchema } from "../../../compiler/emit/json-schema.ts";
import { typeOfSchema } from "../../../compiler/emit/rest-types.ts";
import type { ColumnKind, ColumnType } from "../../../compiler/ir/column-type.ts";

/** One of each kind and more; a record that misses a kind does not compile. */
const types: { readonly [Kind in ColumnKind]: readonly ColumnType[] } = {
  int8: [{ kind: "int8" }], int16: [{ kind: "int16" }], int32: [{ kind: "int32" }], int64: [{ kind: "int64" }], float32: [{ kind: "float32" }], float64: [{ kind: "float64" }],
  decimal: [{ kind: "decimal", precision: 10, scale: 2 }, { kind: "decimal", precision: 38, scale: 0 }],
  text: [{ kind: "text" }], bool: [{ kind: "bool" }], bytes: [{ kind: "bytes" }], uuid: [{ kind: "uuid" }], day: [{ kind: "day" }], timestamp: [{ kind: "timestamp" }], local_timestamp: [{ kind: "local_timestamp" }],
  enum: [["open"], ["open", "closed"], ["in transit", "a-b", "1.5", "x:y", "+", ""], ["it's", "\"so\"", "a\\b", "é", "line\nbreak", "\u2028", "`${x}`"]].map((values): ColumnType => ({ kind: "enum", values })),
  array: [{ kind: "array", element: { kind: "int64" }, elementNullable: true }],
  map: [{ kind: "map", key: { kind: "text" }, value: { kind: "int64" }, valueNullable: false }, { kind: "map", key: { kind: "day" }, value: { kind: "float64" }, valueNullable: true }],
  object: [{ kind: "object", fields: [{ name: "a", type: { kind: "int64" }, nullable: true, doc: "What it is." }, { name: "b c", type: { kind: "text" }, nullable: false }] }],
};

test.each(Object.entries(types))("%s is what openapi-typescript makes of its schema", (_, all) => {
  for (const type of all) for (const nullable of [false, true]) expect(restType({ type, nullable })).toBe(typeOfSchema(slotSchema(type, nullable)));
});
