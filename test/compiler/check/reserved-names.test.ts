import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, test } from "vitest";
import { argumentKeywords, clauseKeywords, keywords } from "../../../compiler/check/reserved-names.ts";
import { parameterized, testCases } from "../catalog-cases.ts";
import { tableFile } from "../written-project.ts";

const rename = { database: "Rename the folder.", table: "Rename the class or method.", column: "Choose another name; @from(\"…\") tells the name it has in files.", parameter: "Choose another name." };

function named(database: string, symbol: string, column: string): { readonly [file: string]: string } {
  return { [`catalog/${database}/${symbol.toLowerCase()}.ts`]: tableFile(`${column}: Int64;`).replace("Trips", symbol) };
}

describe("reserved names", () => {
  testCases([
    ["words that only look like keywords are fine", named("day", "Values", "date")],
    ["a database that is a keyword", named("order", "Trips", "a"), { code: "NL2007", underlined: "Trips", hint: rename.database }],
    ["a database every DuckDB has", named("main", "Trips", "a"), { code: "NL2007", underlined: "Trips", hint: rename.database }],
    ["a table that is a keyword", named("rides", "Select", "a"), { code: "NL2007", underlined: "Select", hint: rename.table }],
    ["a table where quarantined rows go", { "catalog/rides/trips__dead.ts": tableFile("a: Int64;").replace("Trips", "Trips__dead") }, { code: "NL2007", underlined: "Trips__dead", hint: rename.table }],
    ["a column that is a keyword, in capitals", named("rides", "Trips", "GROUP"), { code: "NL2007", underlined: "GROUP", hint: rename.column }],
    ["a column neuralake keeps for itself", named("rides", "Trips", "__version"), { code: "NL2007", underlined: "__version", hint: rename.column }],
    ["a column that is a keyword between tables is a warning", named("rides", "Trips", "at"), { code: "NL2010", underlined: "at", hint: "Whoever asks for it alone must quote it: \"at\"." }],
    ["a table that is a keyword between tables", named("rides", "Left", "a"), { code: "NL2007", underlined: "Left", hint: rename.table }],
    ["a parameter SQL takes for a type", parameterized("precision: Int32"), { code: "NL2007", underlined: "precision", hint: rename.parameter }],
  ]);
});

test("the keywords are those that DuckDB takes for no bare name", async () => {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  const isFine = (sql: string): Promise<boolean> => connection.run(sql).then(() => true, () => false);
  const all = (await connection.runAndReadAll("SELECT keyword_name FROM duckdb_keywords()")).getRows().map(([name]) => String(name));
  const wrong: string[] = [];
  for (const word of all) {
    await connection.run(`CREATE OR REPLACE TABLE t("${word}" INTEGER)`);
    const asColumn = word === "true" || word === "false" ? false : await isFine(`SELECT ${word} FROM t WHERE t.${word} > 1 GROUP BY ${word} ORDER BY ${word}`);
    await connection.run(`CREATE OR REPLACE MACRO m("${word}" := 1) AS TABLE SELECT 1`);
    const asArgument = await isFine(`FROM m(${word} := 2)`);
    if (asColumn === (keywords.has(word) || clauseKeywords.has(word))) wrong.push(`column ${word}`);
    if (asArgument === (keywords.has(word) || argumentKeywords.has(word))) wrong.push(`argument ${word}`);
  }
  connection.closeSync();
  instance.closeSync();
  expect(wrong).toEqual([]);
});
