import { describe, expect, test } from "vitest";
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

test.each(["interval day", "geometry", "decimal(10)", "decimal(39,2)", "decimal(5,6)", "int", "varchar(5)"])("the type %s is refused, with the column's path", (type) => {
  const schema = JSON.stringify({ type: "struct", fields: [{ name: "o", nullable: true, metadata: {}, type: { type: "struct", fields: [{ name: "x", type, nullable: true, metadata: {} }] } }] });
  expect(() => columnsOf(schema)).toThrow(expect.objectContaining({ code: "DELTA_UNSUPPORTED_FEATURE", message: expect.stringMatching(new RegExp(`o\\.x.*${type.replace(/[()]/g, "\\$&")}`)) }));
});

test("spellings of one type are that type", () => {
  const typed = (type: unknown) => columnsOf(JSON.stringify({ type: "struct", fields: [{ name: "x", type, nullable: true, metadata: {} }] }))[0]?.type;
  expect([typed("decimal"), typed("decimal( 5 , 2 )")]).toEqual([{ kind: "decimal", precision: 10, scale: 0 }, { kind: "decimal", precision: 5, scale: 2 }]);
  expect(typed({ type: "variant" })).toEqual(typed("variant"));
  expect(typed({ type: "array", elementType: { type: "variant" }, containsNull: true })).toMatchObject({ kind: "array", element: { kind: "object" } });
});

test("a record without fields, which no file can hold, is refused by name", () => {
  expect(() => columnsOf('{"type":"struct","fields":[{"name":"x","nullable":true,"metadata":{},"type":{"type":"struct","fields":[]}}]}')).toThrow(expect.objectContaining({ code: "DELTA_UNSUPPORTED_FEATURE", message: expect.stringContaining('"x"') }));
});

describe("a column that had another type once", () => {
  const changed = (fromType: unknown, toType: unknown) => columnsOf(JSON.stringify({ type: "struct", fields: [{ name: "o", nullable: true, metadata: {}, type: { type: "struct", fields: [{ name: "x", type: "string", nullable: true, metadata: { "delta.typeChanges": [{ fromType: "byte", toType: "short" }, { fromType, toType, fieldPath: "element" }] } }] } }] }));

  test.each([
    ["byte", "long"], ["integer", "long"], ["float", "double"], ["byte", "double"], ["integer", "double"], ["date", "timestamp_ntz"], ["decimal(5,2)", "decimal(5,2)"], ["decimal(5,2)", "decimal(7, 4)"], ["decimal(5,2)", "decimal(38,2)"],
    ["byte", "decimal(10,0)"], ["integer", "decimal(12,2)"], ["long", "decimal(20,0)"], ["long", "decimal(23,3)"],
  ])("is read after a change from %s to %s", (from, to) => {
    expect(changed(from, to)).toHaveLength(1);
  });

  test.each<[unknown, unknown]>([
    ["long", "integer"], ["long", "double"], ["long", "float"], ["double", "float"], ["date", "timestamp"], ["timestamp", "timestamp_ntz"], ["string", "integer"], ["integer", "string"], ["decimal(5,2)", "decimal(5,3)"], ["decimal(5,2)", "decimal(6,1)"],
    ["integer", "decimal(9,0)"], ["integer", "decimal(11,2)"], ["long", "decimal(19,0)"], ["byte", "something_new"], [undefined, "long"],
  ])("is refused by name after a change from %s to %s, which is none of the protocol's", (from, to) => {
    expect(() => changed(from, to)).toThrow(expect.objectContaining({ code: "DELTA_UNSUPPORTED_FEATURE", message: expect.stringMatching(/"o\.x".*typeWidening/) }));
  });
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
