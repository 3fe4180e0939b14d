import { expect, test } from "vitest";
import { check } from "../../../compiler/check/check.ts";
import { headed, testCases } from "../catalog-cases.ts";
import { extractFiles, tableFile } from "../written-project.ts";

const word = '@postgresTable({ connection: "main", table: "trips" })';

const usual = 'Leave the word out for its usual value: connection "main", schema "public", the class\'s name in snake_case.';
const written = "Take the word away, or store the rows in a table under @deltaTable().";

testCases([
  ["types that the server has", headed("@postgresTable()", 'a: Int16; b: Decimal<12, 2> | null; c: Text[]; d: (Int32 | null)[]; e: Timestamp; f: LocalTimestamp; g: Bytes; h: Uuid; i: "x" | "y"; j: Day; @from("k9") k: Float32;')],
  ["a number of one byte", headed(word, "a: Int8;"), { code: "NL2055", underlined: "a", hint: "A whole number has two bytes or more there: declare Int16." }],
  ["a record", headed(word, "a: Record<string, Text>;"), { code: "NL2055", underlined: "a", hint: "json and jsonb are read as Text." }],
  ["an object", headed(word, "a: { b: Text } | null;"), { code: "NL2055", underlined: "a", hint: "json and jsonb are read as Text." }],
  ["a list of lists", headed(word, "a: Int32[][];"), { code: "NL2055", underlined: "a", hint: "An array there has no dimensions of its own: declare a plain list." }],
  ["a connection without a name", headed('@postgresTable({ connection: "" })', "a: Int32;"), { code: "NL2056", underlined: '@postgresTable({ connection: "" })', hint: usual }],
  ["a table without a name", headed('@postgresTable({ table: " " })', "a: Int32;"), { code: "NL2056", underlined: '@postgresTable({ table: " " })', hint: usual }],
  ["a word about writing", headed(word, "@partition() a: Int32; b: Int32;"), { code: "NL2031", underlined: "@partition()", hint: written }],
  ["a value for old rows", headed(word, "@initially(0) a: Int32;"), { code: "NL2031", underlined: "@initially(0)", hint: written }],
]);

test("a connection that the configuration does not name is told with the one that was meant; where no configuration is known it is not", () => {
  const { catalog } = extractFiles({ "catalog/rides/trips.ts": tableFile("a: Int32;", '@postgresTable({ connection: "mian" })') });
  const said = (connections?: readonly string[]): unknown => check(catalog, connections).map(({ code, hint }) => [code, hint]);
  expect(said(["main", "other"])).toEqual([["NL2054", "Did you mean main?"]]);
  expect(said([])).toEqual([["NL2054", "Name it in neuralake.config.ts: postgres: { mian: { … } }."]]);
  expect(said(["mian"])).toEqual([]);
  expect(said()).toEqual([]);
});

test("what is left out is the connection main, the schema public and the class's name in snake_case", () => {
  const { catalog } = extractFiles({ "catalog/rides/trips.ts": tableFile("a: Int32;", "@postgresTable()") });
  expect(catalog.databases[0]?.tables[0]?.source).toEqual({ kind: "postgres", connection: "main", schema: "public", table: "trips" });
});
