import { parameterized, testCases } from "../catalog-cases.ts";
import { tableFile } from "../written-project.ts";

testCases([
  ["letters of any script make a column", "año: Int64; 数: Text; _x1: Bool;"],
  ["a database with a capital", { "catalog/Rides/trips.ts": tableFile("a: Int64;") }, { code: "NL2004", underlined: "Trips", hint: "A folder's name begins with a small letter and goes on with small letters, digits and underscores." }],
  ["a database with a dash", { "catalog/city-rides/trips.ts": tableFile("a: Int64;") }, { code: "NL2004", underlined: "Trips", hint: "A folder's name begins with a small letter and goes on with small letters, digits and underscores." }],
  ["a table with a letter no URL likes", { "catalog/rides/año.ts": tableFile("a: Int64;").replace("Trips", "Año") }, { code: "NL2005", underlined: "Año", hint: "Use Latin letters and digits, a letter first." }],
  ["a column with a blank", "\"trip id\": Int64;", { code: "NL2006", underlined: "\"trip id\"", hint: "Use letters, digits and underscores; @from(\"…\") tells the name it has in files." }],
  ["a field with a point", "stop: Record<string, { \"x.y\": Int64 }>;", { code: "NL2011", underlined: "stop", hint: "Use letters, digits and underscores." }],
  ["a field that JavaScript keeps for itself", "stop: { __proto__: Int64 };", { code: "NL2011", underlined: "stop", hint: "Use letters, digits and underscores." }],
  ["a parameter with a dollar", parameterized("$day: Day"), { code: "NL2006", underlined: "$day", hint: "Use letters, digits and underscores; @from(\"…\") tells the name it has in files." }],
]);
