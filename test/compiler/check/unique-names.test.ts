import { expect, test } from "vitest";
import { parameterized, testCases } from "../catalog-cases.ts";
import { diagnosticsOf, language, tableFile } from "../written-project.ts";

const rename = "Names are told apart without regard to case. Rename one of them.";

testCases([
  ["one name in two databases is fine", { "catalog/a/trips.ts": tableFile("a: Int64;"), "catalog/b/trips.ts": tableFile("a: Int64;") }],
  ["two columns apart in case alone", "fare: Int64; Fare: Text;", { code: "NL2003", underlined: "Fare", hint: rename }],
  ["two columns of one name", "fare: Int64; fare: Int64;", { code: "NL2003", underlined: "fare", hint: rename }],
  ["two fields of an object apart in case alone", "stop: { at: Int64; At: Text }[];", { code: "NL2003", underlined: "stop", hint: rename }],
  ["one field in two objects is fine", "from_stop: { id: Int64 }; to_stop: { id: Int64 };"],
  ["two parameters apart in case alone", parameterized("day: Day, DAY: Day"), { code: "NL2003", underlined: "DAY", hint: rename }],
]);

test("two tables apart in case alone name both, and where the first is", () => {
  const said = diagnosticsOf({
    "catalog/rides/trips.ts": tableFile("a: Int64;"),
    "catalog/rides/database.ts": `${language}\n@database()\nexport class Rides { @table() static TRIPS() { return sql\`SELECT 1 AS a\`; } }\n`,
  });
  expect(said).toEqual([{
    code: "NL2001", underlined: "Trips", message: "rides.trips is declared twice: as TRIPS and as Trips.",
    hint: "The first is at catalog/rides/database.ts:4; names are told apart without regard to case. Rename one of them.",
  }]);
});

test("a table's file that was copied and not renamed is told once", () => {
  const said = diagnosticsOf({ "catalog/rides/trips.ts": tableFile("a: Int64;"), "catalog/rides/trips2.ts": tableFile("a: Int64;") });
  expect(said.filter((diagnostic) => diagnostic.code !== "NL1024").map(({ code, underlined, message }) => ({ code, underlined, message })))
    .toEqual([{ code: "NL2001", underlined: "Trips", message: "rides.trips is declared twice." }]);
});
