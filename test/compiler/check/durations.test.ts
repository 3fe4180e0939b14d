import { headed, testCases } from "../catalog-cases.ts";

const hint = "Write a whole number and ms, s, m, h or d: \"15m\".";

testCases([
  ["seconds, minutes, hours and days are fine", headed("@deltaTable({ freshness: \"90s\", retain: \"730d\" })")],
  ["a goal of milliseconds is fine", headed("@deltaTable({ freshness: \"20ms\" })")],
  ["a view that is refreshed every hour", headed("@materializedView({ refresh: \"1h\" })", "a: Int64; static query() { return sql`SELECT 1 AS a`; }")],
  ["a refresh that is none", headed("@materializedView({ refresh: \"0h\" })", "a: Int64; static query() { return sql`SELECT 1 AS a`; }"), { code: "NL2045", underlined: "@materializedView({ refresh: \"0h\" })", hint }],
  ["a unit nobody knows", headed("@deltaTable({ freshness: \"15x\" })"), { code: "NL2045", underlined: "@deltaTable({ freshness: \"15x\" })", hint }],
  ["a number TypeScript lets through", headed("@deltaTable({ retain: \"-1e3d\" })"), { code: "NL2045", underlined: "@deltaTable({ retain: \"-1e3d\" })", hint }],
]);
