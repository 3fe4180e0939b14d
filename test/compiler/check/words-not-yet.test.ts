import { headed, testCases } from "../catalog-cases.ts";

const hint = "It comes with a later one; take it away until then.";

testCases([
  ["a columnar table of our own", headed("@ncfTable()"), { code: "NL2049", underlined: "@ncfTable()", hint }],
  ["a check as a constraint of the Delta table", "a: Int64; @check({ onFail: \"reject\", enforce: \"delta\" }) static isPositive(t: Columns<Trips>) { return sql`${t.a} > 0`; }", { code: "NL2049", underlined: "isPositive", hint }],
]);
