import { parameterized, testCases } from "../catalog-cases.ts";

const hint = "Choose another name than columns, cursor, filter, format, limit, sort, timestamp, version.";

testCases([
  ["a name of its own is fine", parameterized("atLeast: Int32")],
  ["a name every URL understands", parameterized("format: Text"), { code: "NL2008", underlined: "format", hint }],
  ["the same in capitals, and a keyword besides", parameterized("LIMIT: Int32"), { code: "NL2008", underlined: "LIMIT", hint }],
  ["two of them", parameterized("columns: Text, version: Int64 = 1n"), { code: "NL2008", underlined: "columns", hint }, { code: "NL2008", underlined: "version", hint }],
]);
