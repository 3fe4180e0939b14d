/**
 * Where a mistake in SQL is told: at the very letters in the author's file, inside the template literal. Each case marks them «so»; every case is
 * read as it stands, with the ends of lines of Windows, behind letters of several bytes and units, and behind tabs.
 */
import { describe, expect, test } from "vitest";
import { examine } from "../../../compiler/compile.ts";
import { rangeOf, withoutMark } from "../../../compiler/diagnostics/lines.ts";
import { language, tableFile, withProject } from "../written-project.ts";

const trips = tableFile("trip_id: Int64;\nday: Day;\nfare: Decimal<10, 2>;\ncity: Text | null;\na_column_with_quite_a_long_name_that_prints_longer_than_it_is_written: Int32;");
const file = "catalog/rides/report.ts";

/** The view of `sql`, in which `t` is rides.trips. */
const view = (sql: string, before = ""): string => `${language}\nimport { Trips } from "./trips.ts";\n@view()\nexport class Report {\n${before}static query(t = columns(Trips)) {\n    return sql\`${sql}\`;\n  }\n}\n`;

/** What is said of a source with its marked letters, and what stands where it is said. */
async function said(source: string): Promise<readonly { code: string; text: string; at: number; hint: string | undefined }[]> {
  const text = source.replaceAll(/[«»]/g, "");
  const counted = withoutMark(text);
  return withProject({ "catalog/rides/trips.ts": trips, [file]: text }, async (project) => (await examine({ project })).diagnostics.map(({ code, place, hint }) => {
    const { start, end } = rangeOf(counted, place);
    return { code, text: counted.slice(start, end), at: start, hint };
  }));
}

const manners: readonly (readonly [string, (source: string) => string])[] = [
  ["as it stands", (source) => source],
  ["with Windows' ends of lines and a byte order mark", (source) => `\uFEFF${source.replaceAll("\n", "\r\n")}`],
  ["behind letters of several bytes and units", (source) => source.replaceAll("SELECT ", "SELECT /* é 🚲🚲 ß */ ")],
  ["behind tabs", (source) => source.replaceAll(/^ {2,}/gm, "\t\t\t").replaceAll(" FROM", "\tFROM")],
];

const cases: readonly (readonly [situation: string, sql: string, code: string, hint: string | undefined])[] = [
  ["a column, first of all", "SELECT «fares» FROM ${t}", "NL3002", "Did you mean fare?"],
  ["a column behind one interpolation", "SELECT ${t.day}, «fares» FROM ${t}", "NL3002", "Did you mean fare?"],
  ["a column behind interpolations that print longer", "SELECT ${t.a_column_with_quite_a_long_name_that_prints_longer_than_it_is_written}, ${t.city}, «fares» FROM ${t}", "NL3002", "Did you mean fare?"],
  ["a column behind the table", "SELECT ${t.day} FROM ${t} WHERE «fares» > 0", "NL3002", "Did you mean fare?"],
  ["a column on a later line", "\n      SELECT ${t.day},\n        sum(«fares») AS fares\n      FROM ${t}\n      GROUP BY 1", "NL3002", "Did you mean fare?"],
  ["a column on a line of its own", "\n      SELECT\n        «fares»\n      FROM ${t}", "NL3002", "Did you mean fare?"],
  ["a column under an alias", "SELECT «x.fares» FROM rides.trips x, ${t}", "NL3002", "Did you mean fare?"],
  ["a column of a table by its name", "SELECT «trips.fares» FROM ${t}", "NL3002", "Did you mean fare?"],
  ["a quoted column", "SELECT «\"fares\"» FROM ${t}", "NL3002", "Did you mean fare?"],
  ["a column in a CTE", "\n      WITH paid AS (\n        SELECT ${t.day}, «fares» FROM ${t}\n      )\n      SELECT day FROM paid", "NL3002", "Did you mean fare?"],
  ["a column of a CTE", "\n      WITH paid AS (SELECT ${t.day}, ${t.fare} AS amount FROM ${t})\n      SELECT day,\n        «amuont»\n      FROM paid", "NL3002", "Did you mean amount?"],
  ["a column in a second CTE", "WITH a AS (SELECT ${t.day} FROM ${t}), b AS (SELECT «dya» FROM a) SELECT day FROM a, b", "NL3002", "Did you mean day?"],
  ["a column in a subquery", "SELECT ${t.day} FROM ${t} WHERE ${t.fare} > (SELECT avg(«fares») FROM rides.trips)", "NL3002", undefined],
  ["a column of an alias in a subquery", "SELECT ${t.day} FROM ${t} WHERE ${t.fare} > (SELECT avg(«x.fares») FROM rides.trips x)", "NL3002", "Did you mean fare?"],
  ["a column in a derived table", "SELECT d.day FROM (SELECT day, «fares» FROM ${t}) d", "NL3002", "Did you mean fare?"],
  ["a column in a join's condition", "SELECT ${t.day} FROM ${t} JOIN rides.trips o ON o.trip_id = «trips.trip_ids»", "NL3002", "Did you mean trip_id?"],
  ["a column in HAVING", "SELECT ${t.day} FROM ${t} GROUP BY 1 HAVING sum(«fares») > 10", "NL3002", "Did you mean fare?"],
  ["a column in ORDER BY", "SELECT ${t.day} FROM ${t} ORDER BY «fares»", "NL3002", undefined],
  ["a column in CASE", "SELECT CASE WHEN ${t.fare} > 0 THEN «citty» ELSE '' END AS c FROM ${t}", "NL3002", "Did you mean city?"],
  ["a column in a window", "SELECT row_number() OVER (PARTITION BY «citty») AS n FROM ${t}", "NL3002", "Did you mean city?"],
  ["a column in the second half of a union", "SELECT ${t.day} FROM ${t} UNION ALL SELECT «dya» FROM rides.trips", "NL3002", "Did you mean day?"],
  ["a column behind a text that looks like it", "SELECT 'fares, ', ${t.day}, 'fares' AS x FROM ${t} WHERE «fares» > 0", "NL3002", "Did you mean fare?"],
  ["a column behind comments", "SELECT -- fares\n ${t.day} /* fares */, «fares» FROM ${t}", "NL3002", "Did you mean fare?"],
  ["a column behind an escaped back-tick", "SELECT '\\`' AS tick, «fares» FROM ${t}", "NL3002", "Did you mean fare?"],
  ["a function", "SELECT «summ»(${t.fare}) AS fare FROM ${t}", "NL3004", "Did you mean sum?"],
  ["a function within another", "SELECT round(«averge»(${t.fare})) AS fare FROM ${t}", "NL3004", undefined],
  ["a table", "SELECT ${t.day} FROM ${t} JOIN «rides.trip» o USING (trip_id)", "NL3003", "Did you mean rides.trips?"],
  ["a table in a CTE", "\n      WITH o AS (\n        SELECT * FROM «rides.tripps»\n      )\n      SELECT ${t.day} FROM ${t}, o", "NL3003", "Did you mean rides.trips?"],
  ["a type", "SELECT CAST(${t.fare} AS «Moneyy») AS fare FROM ${t}", "NL3005", undefined],
  ["a column of the template's own", "SELECT ${t.«fares»} AS fare FROM ${t}", "NL1048", "Did you mean fare?"],
  ["grammar, at the word where it breaks", "SELECT ${t.day} FROM ${t} GROUP «ORDER» BY 1", "NL3001", "It is one SELECT in DuckDB's dialect."],
];

describe.each(manners)("%s, a mistake is told where it is:", (_, manner) => {
  test.each(cases)("%s", async (_situation, sql, code, hint) => {
    const source = manner(view(sql));
    const marked = withoutMark(source);
    const found = await said(source);
    expect(found.map((one) => ({ code: one.code, text: one.text, at: one.at, hint: hint === undefined ? undefined : one.hint })))
      .toEqual([{ code, text: marked.slice(marked.indexOf("«") + 1, marked.indexOf("»")), at: marked.indexOf("«"), hint }]);
  });
});

test("a mistake in a check is told within the check, whatever stands before it", async () => {
  const source = tableFile("trip_id: Int64;\nfare: Decimal<10, 2>;\n/** 🚲 */ @check({ onFail: \"warn\" })\nstatic good(t: Columns<Trips>) {\n  return sql`\n    ${t.fare} > 0\n    AND «lenght»('é') > 0`;\n}");
  const text = source.replaceAll(/[«»]/g, "");
  const places = await withProject({ "catalog/rides/trips.ts": text }, async (project) => (await examine({ project })).diagnostics.map(({ code, place }) => ({ code, ...rangeOf(text, place) })));
  expect(places).toEqual([{ code: "NL3004", start: source.indexOf("«"), end: source.indexOf("«") + "lenght".length }]);
});
