import { testCases } from "../catalog-cases.ts";

const numbers = "It fits Int8, Int16, Int32, Int64, Float32, Float64 or Decimal.";

testCases([
  ["a bound on text", "@between(1, 8) a: Text;", { code: "NL2020", underlined: "@between(1, 8)", hint: numbers }],
  ["a bound on a choice of texts, which TypeScript lets through", "@between(1, 8) a: \"1\" | \"2\";", { code: "NL2020", underlined: "@between(1, 8)", hint: numbers }],
  ["a pattern on a number", "@matches(/1/) a: Int64;", { code: "NL2020", underlined: "@matches(/1/)", hint: "It fits Text." }],
  ["a unit on a day", "@unit(\"d\") a: Day;", { code: "NL2020", underlined: "@unit(\"d\")", hint: numbers }],
  ["two words that fit neither", "@unit(\"d\") @matches(/1/) a: Bool;", { code: "NL2020", underlined: "@unit(\"d\")", hint: numbers }, { code: "NL2020", underlined: "@matches(/1/)", hint: "It fits Text." }],
]);
