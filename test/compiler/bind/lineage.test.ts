/** What the compiler knows of the columns that SQL makes: their sources, how they come to them, and what decides which rows there are. */
import { expect, test } from "vitest";
import { bind } from "../../../compiler/bind/bind.ts";
import type { Lineage } from "../../../compiler/ir/lineage.ts";
import { allTables } from "../../../compiler/ir/names.ts";
import { extractFiles, language } from "../written-project.ts";

const columns = "  a: Int64;\n  b: Int32 | null;\n  s: Text;\n  l: Int64[];\n  ts: Timestamp;";
const table = (name: string): string => `${language}\n@deltaTable()\nexport class ${name} {\n${columns}\n}\n`;

async function lineage(sql: string): Promise<Lineage> {
  const { catalog, diagnostics } = extractFiles({
    "catalog/d/t.ts": table("T"), "catalog/d/u.ts": table("U"),
    "catalog/d/database.ts": `${language}
interface Row { r: Int64; }
@database()
export class D {
  @table() static given(n: Int64, m: Int64 = 1n): Rows<Row> { return [{ r: n + m }]; }
  @table() static q() { return sql\`${sql}\`; }
}
`,
  });
  const bound = await bind(catalog);
  expect([...diagnostics, ...bound.diagnostics].filter(({ severity }) => severity === "error")).toEqual([]);
  const found = allTables(bound.catalog).find(({ name }) => name === "q")?.lineage;
  if (found === undefined) throw new Error("the query has no lineage");
  return found;
}

/** `d.t.a copied`, and `unknown: why` where there may be more. */
async function sourcesOf(sql: string): Promise<readonly (readonly string[])[]> {
  const { columns: made } = await lineage(sql);
  return made.map(({ sources, unknown }) => [
    ...sources.map(({ table: from, column, how, masked }) => `${from}.${column} ${how}${masked === undefined ? "" : ` (${masked})`}`),
    ...(unknown === undefined ? [] : [`unknown: ${unknown}`]),
  ]);
}

async function shapesOf(sql: string): Promise<readonly string[]> {
  return (await lineage(sql)).shapes.map(({ table: from, column, how }) => `${from}.${column} ${how.join(" ")}`);
}

test.each<readonly [string, string, readonly (readonly string[])[]]>([
  ["a copy, an expression, a constant", "SELECT a, a + b AS c, 1 AS one FROM d.t", [["d.t.a copied"], ["d.t.a computed", "d.t.b computed"], []]],
  ["an aggregate, and an expression of one", "SELECT sum(a) AS s, max(b) / 2.0 AS h, count(*) AS n FROM d.t", [["d.t.a aggregated"], ["d.t.b aggregated"], []]],
  ["a condition only tests", "SELECT CASE WHEN b > 1 THEN a ELSE 0 END AS c, s IS NULL AS e FROM d.t", [["d.t.a computed", "d.t.b tested"], ["d.t.s tested"]]],
  ["a filtered aggregate, in an order", "SELECT sum(a) FILTER (WHERE b > 1) AS x, string_agg(s, ',' ORDER BY ts) AS y FROM d.t", [["d.t.a aggregated", "d.t.b tested"], ["d.t.s aggregated", "d.t.ts tested"]]],
  ["windows", "SELECT row_number() OVER (PARTITION BY s ORDER BY ts) AS n, sum(a) OVER (PARTITION BY s) AS x, lag(a) OVER (ORDER BY ts) AS y FROM d.t", [["d.t.s tested", "d.t.ts tested"], ["d.t.a aggregated", "d.t.s tested"], ["d.t.a computed", "d.t.ts tested"]]],
  ["both sides of a union", "SELECT a, s FROM d.t UNION ALL SELECT b, 'x' FROM d.u", [["d.t.a copied", "d.u.b computed"], ["d.t.s copied"]]],
  ["what EXCEPT takes away is no source", "SELECT a FROM d.t EXCEPT SELECT a FROM d.u", [["d.t.a copied"]]],
  ["a name of WITH, named twice", "WITH w AS (SELECT a, b + 1 AS c FROM d.t) SELECT x.a, y.c FROM w x JOIN w y USING (a)", [["d.t.a copied"], ["d.t.b computed"]]],
  ["a query that reads itself", "WITH RECURSIVE r(n, k) AS (SELECT a, b FROM d.t UNION ALL SELECT k, n + 1 FROM r WHERE n < 10) SELECT n, k FROM r", [["d.t.a computed", "d.t.b computed"], ["d.t.a computed", "d.t.b computed"]]],
  ["a subquery as a value, alone and correlated", "SELECT (SELECT max(b) FROM d.u) AS x, (SELECT sum(u.a) FROM d.u u WHERE u.s = t.s) AS y, (SELECT s FROM d.u LIMIT 1) AS z FROM d.t t", [["d.u.b aggregated"], ["d.u.a aggregated"], ["d.u.s copied"]]],
  ["EXISTS and IN only test", "SELECT EXISTS (SELECT 1 FROM d.u u WHERE u.a = t.a) AS e, t.a IN (SELECT b FROM d.u) AS i FROM d.t t", [["d.t.a tested"], ["d.t.a tested", "d.u.b tested"]]],
  ["lists are taken apart", "SELECT t.a, e.v, unnest(t.l) AS w FROM d.t t, unnest(t.l) AS e(v)", [["d.t.a copied"], ["d.t.l computed"], ["d.t.l computed"]]],
  ["a series made of a column", "SELECT i, list_transform(l, x -> x + b) AS m FROM d.t t, generate_series(1, t.b) g(i)", [["d.t.b computed"], ["d.t.b computed", "d.t.l computed"]]],
  ["a lateral join", "SELECT x.v FROM d.t t, LATERAL (SELECT u.s || t.s AS v FROM d.u u WHERE u.a = t.a) x", [["d.t.s computed", "d.u.s computed"]]],
  ["PIVOT of few values", "SELECT * FROM (SELECT a, b, s FROM d.t) PIVOT (sum(b) FOR s IN ('x', 'y') GROUP BY a)", [["d.t.a copied"], ["d.t.b aggregated", "d.t.s tested"], ["d.t.b aggregated", "d.t.s tested"]]],
  ["PIVOT of many values", `SELECT a, v0 FROM (SELECT a, b, s FROM d.t) PIVOT (sum(b) FOR s IN (${Array.from({ length: 40 }, (_, at) => `'v${at}'`).join(", ")}) GROUP BY a)`, [["d.t.a copied"], ["d.t.b aggregated", "d.t.s tested"]]],
  ["UNPIVOT", "SELECT * FROM (SELECT a, b::BIGINT AS b FROM d.t) UNPIVOT (v FOR n IN (a, b))", [[], ["d.t.a computed", "d.t.b computed"]]],
  ["rows written out", "SELECT v.n, t.a FROM d.t t, (VALUES (1), (2)) v(n)", [[], ["d.t.a copied"]]],
  ["joins side by side and by the nearest time", "SELECT t.a, u.s FROM d.t t ASOF JOIN d.u u ON t.a = u.a AND t.ts >= u.ts", [["d.t.a copied"], ["d.u.s copied"]]],
  ["a star with a column replaced", "SELECT * EXCLUDE (l, ts) REPLACE (b + 1 AS b) FROM d.t", [["d.t.a copied"], ["d.t.b computed"], ["d.t.s copied"]]],
  ["grouping sets", "SELECT a, grouping(a, b) AS g, count(b) AS n FROM d.t GROUP BY CUBE (a, b)", [["d.t.a copied"], ["d.t.a tested", "d.t.b tested"], ["d.t.b aggregated (count)"]]],
  ["what a function of rows is handed is no source", "SELECT g.r, t.a FROM d.t t, d.given(t.a) g", [["d.given.r copied"], ["d.t.a copied"]]],
  ["a value hidden by every way, or by one alone", "SELECT sha256(s) AS h, md5(upper(s)) || 'x' AS i, md5(s) || s AS j, date_trunc('year', ts) AS y, date_trunc('day', ts) AS d, round(CAST(a AS DOUBLE), 1) AS r, round(CAST(a AS DOUBLE), 6) AS p FROM d.t", [
    ["d.t.s computed (hash)"], ["d.t.s computed (hash)"], ["d.t.s computed"], ["d.t.ts computed (year)"], ["d.t.ts computed"], ["d.t.a computed (round)"], ["d.t.a computed"],
  ]],
  ["a rounding hides nothing of what was made larger before, wherever that was", "SELECT floor(a * 1000000) / 1000000 AS m, round(x.n) AS n, round(avg(x.b), 1) AS v, coalesce(round(x.b), x.b * 10) AS w FROM (SELECT a, b, a * 10 AS n FROM d.t) x GROUP BY ALL", [
    ["d.t.a computed"], ["d.t.a computed"], ["d.t.b aggregated (round)"], ["d.t.b computed"],
  ]],
  ["the number of a row is unknown, never none", "SELECT rowid + a AS r FROM d.t", [["d.t.a computed", "unknown: a row's number is no column"]]],
  ["sampling, DISTINCT ON and QUALIFY leave columns as they are", "SELECT DISTINCT ON (s) s, a FROM (SELECT * FROM d.t USING SAMPLE 10) QUALIFY row_number() OVER (PARTITION BY s ORDER BY ts) < 3 ORDER BY s, b", [["d.t.s copied"], ["d.t.a copied"]]],
])("%s", async (_, sql, expected) => {
  expect(await sourcesOf(sql)).toEqual(expected);
});

test.each<readonly [string, string, readonly string[]]>([
  ["filters and order", "SELECT a FROM d.t WHERE b > 1 AND s IN ('x', 'y') ORDER BY ts LIMIT 3", ["d.t.b filtered", "d.t.s filtered", "d.t.ts sorted"]],
  ["a join is one however it is written", "SELECT t.a FROM d.t t, d.u u WHERE t.a = u.b AND t.s > 'x'", ["d.t.a joined", "d.t.s filtered", "d.u.b joined"]],
  ["a table joined with itself", "SELECT x.a FROM d.t x LEFT JOIN d.t y ON x.a = y.b", ["d.t.a joined", "d.t.b joined"]],
  ["groups, and what is left of them", "SELECT s, sum(a) AS x FROM d.t GROUP BY s HAVING max(b) > 1", ["d.t.b filtered", "d.t.s grouped"]],
  ["a correlated subquery groups by nothing of its own", "SELECT a FROM d.t t WHERE b > (SELECT avg(b) FROM d.u u WHERE u.s = t.s)", ["d.t.b joined", "d.t.s joined", "d.u.b joined", "d.u.s joined"]],
  ["DISTINCT groups", "SELECT DISTINCT a, s FROM d.t", ["d.t.a grouped", "d.t.s grouped"]],
  ["what a function is handed decides its rows", "SELECT g.r FROM d.t t, d.given(t.a, m := t.b) g", ["d.t.a filtered", "d.t.b filtered"]],
])("%s", async (_, sql, expected) => {
  expect(await shapesOf(sql)).toEqual(expected);
});
