import { testCases } from "../catalog-cases.ts";

const hint = "A decimal has 1 to 38 digits in all, and 0 to that many after the point.";

testCases([
  ["the widest and the narrowest decimal are fine", "a: Decimal<38, 38>; b: Decimal<38, 0>; c: Decimal<1, 0>;"],
  ["more digits than any engine has", "fare: Decimal<39, 2>;", { code: "NL2040", underlined: "fare", hint }],
  ["more digits after the point than in all", "fare: Decimal<2, 3>;", { code: "NL2040", underlined: "fare", hint }],
  ["within a list of objects", "fares: { fare: Decimal<0, 0> }[];", { code: "NL2040", underlined: "fares", hint }],
]);
