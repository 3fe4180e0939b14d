import { expect, test } from "vitest";
import type { ColumnType } from "../../../compiler/ir/column-type.ts";
import { createContentParser, memberAt } from "../../../runtime/ingest/content.ts";
import { parseJson } from "../../../runtime/values/json.ts";

const parser = (columns: { readonly [path: string]: ColumnType }) => createContentParser(Object.entries(columns).map(([path, type]) => ({ type, steps: path.split(".") })));
const parse = parser({ id: { kind: "int64" }, "trip.fare": { kind: "decimal", precision: 38, scale: 4 }, lat: { kind: "float64" }, name: { kind: "text" } });

test.each([
  '{"id":9007199254740993,"lat":1.5}', '{"id":1,"trip":{"fare":12345678901234567.1234}}', '{"id": 1.00000000000000000001}', '{"trip":{"fare":0.12345678901234567},"id":3}',
  '{"id":123456789012345678,"more":{"id":1}}', '{"id":1,"more":{"id":123456789012345678}}', '{"id":7,"name":"\\"id\\":9007199254740993","lat":1.2345678901234567}',
  '{"lat":0.1234567890123456789,"id":5e0}', '{"id":1e400,"lat":1e-400}', '{"\\u0069d":9007199254740993,"lat":0.30000000000000004}',
])("the columns that need every digit are read from %s as a reading of every number's text reads them", (text) => {
  const [quick, whole] = [parse(text), parseJson(text)];
  for (const steps of [["id"], ["trip", "fare"], ["name"]]) expect(memberAt(quick, steps)).toEqual(memberAt(whole, steps));
});

test("so are random numbers in random places", () => {
  const digits = (most: number): string => Array.from({ length: 1 + Math.floor(Math.random() * most) }, () => Math.floor(Math.random() * 10)).join("");
  const number = (): string => String(`${Math.random() < 0.3 ? "-" : ""}${digits(20).replace(/^0+(?=.)/, "")}${Math.random() < 0.5 ? `.${digits(20)}` : ""}${Math.random() < 0.1 ? `e${digits(3)}` : ""}`);
  for (let round = 0; round < 5_000; round++) {
    const parts = [`"id":${number()}`, `"trip":{"fare":${number()}}`, `"lat":${number()}`, `"name":"${number()}"`].toSorted(() => Math.random() - 0.5);
    const text = `{${parts.join(Math.random() < 0.5 ? "," : ", ")}}`;
    const [quick, whole] = [parse(text), parseJson(text)];
    for (const steps of [["id"], ["trip", "fare"], ["name"]]) expect([text, memberAt(quick, steps)]).toEqual([text, memberAt(whole, steps)]);
  }
});

test("numbers within a list or an object of a column are read with their text", () => {
  const lists = parser({ ids: { kind: "array", element: { kind: "int64" }, elementNullable: false } });
  expect(lists('{"ids":[1,9007199254740993]}')).toEqual({ ids: [1, 9007199254740993n] });
});

test.each([["constructor"], ["a", "toString"], ["__proto__"]])("what every object inherits under the name %s is not in a message", (...steps) => {
  expect(memberAt(JSON.parse('{"a":{}}') as object as never, steps)).toBeUndefined();
});
