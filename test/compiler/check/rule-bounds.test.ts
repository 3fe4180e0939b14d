import { testCases } from "../catalog-cases.ts";

testCases([
  ["equal bounds, negative ones and fractions are fine", "@between(1, 1) a: Int32; @between(-90, -1.5) b: Float64; @between(\"0.10\", 0.1) c: Decimal<4, 2>;"],
  ["bounds beyond a number's digits are compared exactly", "@between(9007199254740993n, 9007199254740992n) a: Int64;", { code: "NL2030", underlined: "@between(9007199254740993n, 9007199254740992n)", hint: "The smaller bound comes first." }],
  ["the bounds are turned", "@between(8, 1) a: Int32;", { code: "NL2030", underlined: "@between(8, 1)", hint: "The smaller bound comes first." }],
  ["a bound is no number", "@between(\"low\", 1) a: Int32;", { code: "NL2029", underlined: "@between(\"low\", 1)", hint: "Write it in plain digits: @between(0, \"99999999999999999999.99\")." }],
]);
