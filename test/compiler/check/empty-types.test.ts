import { headed, testCases } from "../catalog-cases.ts";

testCases([
  ["a stored table without columns", "", { code: "NL2041", underlined: "Trips", hint: "A stored table names its columns: `trip_id: Int64;`." }],
  ["a view without columns is fine", headed("@view()", "static query() { return sql`SELECT 1 AS a`; }")],
  ["an object without fields", "a: {}[];", { code: "NL2042", underlined: "a", hint: "Name its fields, or take Record<string, …>." }],
  ["a choice named twice", "a: \"x\" | \"y\" | \"x\";", { code: "NL2043", underlined: "a", hint: "Name each value once." }],
]);
