import { parameterized, testCases } from "../catalog-cases.ts";

testCases([
  ["required before defaulted is fine", parameterized("day: Day, least: Int32 = 1, most: Int32 = 2")],
  ["required after defaulted", parameterized("least: Int32 = 1, day: Day"), { code: "NL2009", underlined: "day", hint: "Required parameters come first." }],
]);
