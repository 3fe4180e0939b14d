import { expect, test } from "vitest";
import type { ColumnType, NamedType } from "../../../compiler/ir/column-type.ts";
import { columnsOf, deltaType, hasLocalTimestamp, schemaText } from "../../../runtime/delta/schema/types.ts";
import { extremeColumns } from "../parquet/extremes.ts";

test("columns of every type come back from the schema's text, with nullability and words", () => {
  const columns: readonly NamedType[] = [...extremeColumns, { name: "said", type: { kind: "text" }, nullable: false, doc: 'What "it" said.' }];
  expect(columnsOf(schemaText(columns))).toEqual(columns);
});

test.each<[ColumnType, unknown]>([
  [{ kind: "int8" }, "byte"],
  [{ kind: "int16" }, "short"],
  [{ kind: "int32" }, "integer"],
  [{ kind: "int64" }, "long"],
  [{ kind: "decimal", precision: 38, scale: 10 }, "decimal(38,10)"],
  [{ kind: "uuid" }, "string"],
  [{ kind: "enum", values: ["a"] }, "string"],
  [{ kind: "day" }, "date"],
  [{ kind: "local_timestamp" }, "timestamp_ntz"],
  [{ kind: "array", element: { kind: "bool" }, elementNullable: false }, { type: "array", elementType: "boolean", containsNull: false }],
  [{ kind: "map", key: { kind: "text" }, value: { kind: "bytes" }, valueNullable: true }, { type: "map", keyType: "string", valueType: "binary", valueContainsNull: true }],
])("%j is Delta's %j", (type, delta) => {
  expect(deltaType(type)).toEqual(delta);
});

test("a schema of ours carries no field ids, which readers would take for column mapping", () => {
  expect(schemaText(extremeColumns)).not.toMatch(/field\.id|columnMapping/);
});

test.each(["interval day", "geometry", "decimal(10)"])("the type %s is refused, with the column's path", (type) => {
  const schema = JSON.stringify({ type: "struct", fields: [{ name: "o", nullable: true, metadata: {}, type: { type: "struct", fields: [{ name: "x", type, nullable: true, metadata: {} }] } }] });
  expect(() => columnsOf(schema)).toThrow(expect.objectContaining({ code: "DELTA_UNSUPPORTED_FEATURE", message: expect.stringMatching(new RegExp(`o\\.x.*${type.replace(/[()]/g, "\\$&")}`)) }));
});

test.each(["", "{", "[]", "null", '{"type":"struct"}'])("%j is no schema: DELTA_LOG_BROKEN", (text) => {
  expect(() => columnsOf(text)).toThrow(expect.objectContaining({ code: "DELTA_LOG_BROKEN" }));
});

test("a wall-clock time is found at any depth", () => {
  const inside: ColumnType = { kind: "map", key: { kind: "text" }, value: { kind: "array", element: { kind: "object", fields: [{ name: "at", type: { kind: "local_timestamp" }, nullable: true }] }, elementNullable: true }, valueNullable: true };
  expect([hasLocalTimestamp(inside), hasLocalTimestamp({ kind: "map", key: { kind: "local_timestamp" }, value: { kind: "text" }, valueNullable: true }), hasLocalTimestamp({ kind: "timestamp" })]).toEqual([true, true, false]);
});

test("a uuid and an enum inside lists, records and objects are still what they were", () => {
  const uuid: ColumnType = { kind: "uuid" };
  const choice: ColumnType = { kind: "enum", values: ["a", "it's"] };
  const uuids: ColumnType = { kind: "array", element: uuid, elementNullable: false };
  const object: ColumnType = { kind: "object", fields: [{ name: "id", type: uuids, nullable: false }] };
  const types: readonly ColumnType[] = [uuids, { kind: "map", key: uuid, value: { kind: "array", element: choice, elementNullable: true }, valueNullable: true }, { kind: "array", element: object, elementNullable: true }];
  const columns = types.map((type, index): NamedType => ({ name: `c${index}`, type, nullable: true }));
  expect(columnsOf(schemaText(columns))).toEqual(columns);
});
