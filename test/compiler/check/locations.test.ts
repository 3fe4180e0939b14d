import { headed, testCases } from "../catalog-cases.ts";
import { tableFile } from "../written-project.ts";

function second(location: string): { readonly [file: string]: string } {
  return { ...headed("@deltaTable()"), "catalog/rides/stops.ts": tableFile("a: Int64;", `@deltaTable({ location: "${location}" })`).replace("Trips", "Stops") };
}
const hint = "Give one of them a `location` of its own.";

testCases([
  ["two tables in two places are fine", second("rides/other")],
  ["two tables in one place", second("rides/trips"), { code: "NL2047", underlined: "@deltaTable()", hint }],
  ["two tables in one place, spelled otherwise", second("./rides//trips/"), { code: "NL2047", underlined: "@deltaTable()", hint }],
  ["a materialized view in the place of a table", { ...second("rides/other"), "catalog/rides/sums.ts": tableFile("a: Int64; static query() { return sql`SELECT 1 AS a`; }", "@materializedView({ refresh: \"1h\", location: \"./rides/trips\" })").replace("Trips", "Sums") }, { code: "NL2047", underlined: "@deltaTable()", hint }],
  ["two readers of one file are fine", { ...headed("@csvTable({ location: \"a.csv\" })"), "catalog/other/trips.ts": tableFile("a: Int64;", "@csvTable({ location: \"a.csv\" })") }],
  ["a location that is empty", headed("@parquetTable({ location: \"\" })"), { code: "NL2046", underlined: "@parquetTable({ location: \"\" })", hint: "Give its `location`: a path from the project's folder, or a URI." }],
  ["a location that is left out", headed("@parquetTable()"), { code: "NL2046", underlined: "@parquetTable()", hint: "Give its `location`: a path from the project's folder, or a URI." }],
  ["a delimiter of two characters", headed("@csvTable({ location: \"a.csv\", delimiter: \"||\" })"), { code: "NL2048", underlined: "@csvTable({ location: \"a.csv\", delimiter: \"||\" })", hint: "A delimiter is one character." }],
]);
