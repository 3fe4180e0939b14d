import { testCases } from "../catalog-cases.ts";

testCases([
  ["a composite key is fine", "@key() a: Int64; @key() b: Text;"],
  ["a key that may be null", "@key() a: Int64 | null;", { code: "NL2021", underlined: "@key()", hint: "What tells rows apart is never absent: take `| null` away, or @key()." }],
]);
