import { testCases } from "../catalog-cases.ts";
import { language, tableFile } from "../written-project.ts";

function referring(target: string, type = "Text"): { readonly [file: string]: string } {
  return {
    "catalog/rides/trips.ts": `${language}\nimport { Airports } from "../air/airports.ts";\n@deltaTable()\nexport class Trips {\n@references(() => ${target}) origin: ${type};\n}\n`,
    "catalog/air/airports.ts": tableFile("iata: Text;\nnumber: Int64;").replace("Trips", "Airports"),
  };
}

testCases([
  ["a column of the same type is fine, null or not", referring("Airports, \"iata\"", "Text | null")],
  ["a choice among the texts of the other column is fine", referring("Airports, \"iata\"", "\"SFO\" | \"LAX\"")],
  ["the key does not exist", referring("Airports, \"iate\""), { code: "NL2027", underlined: "@references(() => Airports, \"iate\")", hint: "Did you mean iata?" }],
  ["the table does not exist", referring("Airport, \"iata\""), { code: "NL2026", underlined: "@references(() => Airport, \"iata\")", hint: "Known here: air.airports, rides.trips." }],
  ["the key is of another type", referring("Airports, \"number\""), { code: "NL2028", underlined: "@references(() => Airports, \"number\")", hint: "A column has the type of the one it refers to." }],
]);
