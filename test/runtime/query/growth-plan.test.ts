import { afterAll, beforeAll, expect, test } from "vitest";
import { isProblem, openBinder } from "../../../runtime/query/binder.ts";
import type { Binder } from "../../../runtime/query/binder.ts";
import { growthPlan } from "../../../runtime/query/growth-plan.ts";
import type { GrowthPlan } from "../../../runtime/query/growth-plan.ts";
import { column } from "./fixture.ts";

let binder: Binder;
beforeAll(async () => {
  binder = await openBinder();
  await binder.declareTables([
    { name: "d.t", columns: [column("a", "int32"), column("b", "int64"), column("s", "text"), column("f", "float64"), column("m", { kind: "decimal", precision: 10, scale: 2 }), column("l", { kind: "array", element: { kind: "int32" }, elementNullable: true })] },
    { name: "d.u", columns: [column("a", "int32"), column("k", "text")] },
  ]);
  await binder.declareComputed("d.v", ["CREATE VIEW d.v AS SELECT a, b + 1 AS b FROM d.t WHERE a > 1"]);
});
afterAll(() => binder.close());

async function planOf(sql: string, ...grown: readonly string[]): Promise<GrowthPlan> {
  const [problem, plan] = [await binder.describe(sql), await binder.plan(sql)];
  expect([sql, isProblem(problem), typeof plan]).toEqual([sql, false, "object"]);
  return growthPlan(plan as never, new Set(grown));
}

const rows = { kind: "rows" };
const groups = (...columns: readonly string[]): object => ({ kind: "groups", columns });
const whole = (why: string): object => ({ kind: "whole", why });

test.each<[string, object]>([
  ["SELECT a, upper(s) AS s, CASE WHEN b > 1 THEN m END AS m FROM d.t WHERE f IS NOT NULL AND s LIKE 'x%'", rows],
  ["SELECT * FROM d.v ORDER BY a", rows],
  ["SELECT t.a, k FROM d.t JOIN d.u USING (a)", rows],
  ["SELECT t.a, k FROM d.t LEFT JOIN d.u ON t.a = u.a AND t.b > 3", rows],
  ["SELECT t.a, k FROM d.u RIGHT JOIN d.t USING (a)", rows],
  ["SELECT t.a, k FROM d.t CROSS JOIN d.u", rows],
  ["SELECT * FROM d.t WHERE a IN (SELECT a FROM d.u)", rows],
  ["SELECT * FROM d.t WHERE a NOT IN (SELECT DISTINCT a FROM d.u)", rows],
  ["SELECT a FROM d.t UNION ALL SELECT a FROM d.v", rows],
  ["WITH c AS MATERIALIZED (SELECT a FROM d.t) SELECT * FROM c UNION ALL SELECT * FROM c", rows],
  ["SELECT a, unnest(l) AS e FROM d.t", rows],
  ["SELECT s, count(*) AS n, sum(m) FILTER (WHERE a > 1) AS m, min(f) AS f, max(b) AS b, bool_or(a > 2) AS o FROM d.t GROUP BY ALL ORDER BY 2", groups("key", "sum", "sum", "min", "max", "bool_or")],
  ["SELECT CAST(sum(b) AS BIGINT) AS b, a, s || '!' AS loud, s FROM d.t GROUP BY a, s", groups("sum", "key", "key", "key")],
  ["SELECT count(*) AS n, max(a) AS a, 1 AS one FROM d.t", groups("sum", "max", "key")],
  ["SELECT k, count(*) AS n FROM d.t JOIN d.u USING (a) GROUP BY k", groups("key", "sum")],
  ["SELECT DISTINCT a, s FROM d.t", groups("key", "key")],
  ["SELECT a FROM d.t UNION SELECT a FROM d.v", groups("key")],
  ["SELECT a FROM d.t LIMIT 3", whole("it has a LIMIT")],
  ["SELECT a, row_number() OVER () AS n FROM d.t", whole("it has a window function")],
  ["SELECT a FROM d.t UNION ALL SELECT a FROM d.u", whole("it has a UNION ALL of which one side has no new rows")],
  ["SELECT a FROM d.t EXCEPT SELECT a FROM d.u", whole("it has EXCEPT")],
  ["SELECT x.a FROM d.t x JOIN d.t y ON x.a = y.b", whole("it has a join of new rows with new rows")],
  ["SELECT u.a, b FROM d.u LEFT JOIN d.t USING (a)", whole("it has a join in which new rows decide about old ones")],
  ["SELECT * FROM d.u WHERE a IN (SELECT a FROM d.t)", whole("it has a join in which new rows decide about old ones")],
  ["SELECT a FROM d.t FULL JOIN d.u USING (a)", whole("it has a FULL JOIN")],
  ["SELECT a FROM d.t WHERE b > (SELECT max(a) FROM d.u)", whole("it has an aggregate below the outermost")],
  ["SELECT a FROM d.t WHERE EXISTS (SELECT 1 FROM d.u WHERE u.a = t.a)", whole("it has a correlated subquery")],
  ["SELECT s, count(*) AS n FROM d.t GROUP BY s HAVING count(*) > 1", whole("it has a HAVING, or another condition on its groups")],
  ["SELECT s, avg(b) AS b FROM d.t GROUP BY s", whole("avg() of all rows does not follow from avg() of some")],
  ["SELECT s, sum(f) AS f FROM d.t GROUP BY s", whole("sum() of floating numbers is rounded, and another one of two parts")],
  ["SELECT s, sum(b) / count(*) AS b FROM d.t GROUP BY s", whole("a column is computed of an aggregate")],
  ["SELECT s, CAST(sum(m) AS BIGINT) AS m FROM d.t GROUP BY s", whole("a column is computed of an aggregate")],
  ["SELECT s, count(DISTINCT a) AS a FROM d.t GROUP BY s", whole("count(DISTINCT) does not say what it counted")],
  ["SELECT count(*) AS n FROM d.t GROUP BY s", whole("it does not give all that it groups by")],
  ["SELECT f, count(*) AS n FROM d.t GROUP BY f", whole("it groups by floating numbers")],
  ["SELECT DISTINCT s COLLATE NOCASE AS s FROM d.t", whole("it groups by texts by a COLLATE")],
  ["SELECT s COLLATE NOCASE AS s FROM d.t UNION SELECT s FROM d.t", whole("it groups by texts by a COLLATE")],
  ["SELECT s, a, count(*) AS n FROM d.t GROUP BY ROLLUP (s, a)", whole("it has GROUPING SETS, a ROLLUP or a CUBE")],
  ["SELECT n FROM (SELECT s, count(*) AS n FROM d.t GROUP BY s) WHERE s = 'x'", whole("it has a HAVING, or another condition on its groups")],
  ["SELECT n, count(*) AS c FROM (SELECT s, count(*) AS n FROM d.t GROUP BY s) GROUP BY n", whole("it has an aggregate below the outermost")],
  ["WITH RECURSIVE c AS (SELECT a FROM d.t UNION ALL SELECT a + 1 FROM c WHERE a < 3) SELECT * FROM c", whole("it has a recursive WITH")],
  ["SELECT list(a) AS l, s FROM d.t GROUP BY s", whole("list() of all rows does not follow from list() of some")],
  ["SELECT s, mode() WITHIN GROUP (ORDER BY a) AS a FROM d.t GROUP BY s", whole("mode() of all rows does not follow from mode() of some")],
  ["SELECT a FROM d.t USING SAMPLE 10%", whole("it has a SAMPLE")],
])("%s", async (sql, expected) => {
  expect(await planOf(sql, "d.t")).toEqual(expected);
});

test("which tables have new rows decides: both sides of a UNION ALL, but not both sides of a join", async () => {
  expect(await planOf("SELECT a FROM d.t UNION ALL SELECT a FROM d.u", "d.t", "d.u")).toEqual(rows);
  expect(await planOf("SELECT t.a FROM d.t JOIN d.u USING (a)", "d.u")).toEqual(rows);
  expect(await planOf("SELECT t.a FROM d.t JOIN d.u USING (a)", "d.t", "d.u")).toEqual(whole("it has a join of new rows with new rows"));
});
