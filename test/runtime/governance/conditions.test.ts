/** One table, thousands of generated rows, two judges: JavaScript row by row, and DuckDB by the conditions of a bulk load. They must agree on each row. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { quoteText } from "../../../compiler/ir/names.ts";
import { conditionsOf } from "../../../runtime/governance/conditions.ts";
import { createJudge } from "../../../runtime/governance/judge.ts";
import { buildBatch } from "../../../runtime/parquet/arrow-build.ts";
import { encodeParquet } from "../../../runtime/parquet/parquet-file.ts";
import { openEngine } from "../../../runtime/query/engine.ts";
import type { Engine } from "../../../runtime/query/engine.ts";
import type { Row, Value } from "../../../runtime/values/value.ts";
import { column, deltaTable } from "./table.ts";

let engine: Engine;
let temporary: string;
beforeAll(async () => {
  temporary = await mkdtemp(path.join(tmpdir(), "conditions-"));
  engine = await openEngine({ readable: [], temporary });
});
afterAll(async () => {
  await engine.close();
  await rm(temporary, { recursive: true, force: true });
});

const instant = Temporal.Instant.from;
const day = Temporal.PlainDate.from;
const table = deltaTable([
  column("id", { kind: "int64" }, { rules: [{ kind: "between", low: "-2.5", high: "9007199254740993" }] }),
  column("size", { kind: "int8" }, { nullable: true, rules: [{ kind: "between", low: "0", high: "100" }] }),
  column("fare", { kind: "decimal", precision: 12, scale: 3 }, { rules: [{ kind: "between", low: "-0.0005", high: "10.0005" }] }),
  column("share", { kind: "float32" }, { nullable: true, rules: [{ kind: "between", low: "0", high: "0.1" }] }),
  column("state", { kind: "enum", values: ["on", "off", "it's"] }, { nullable: true }),
  column("plate", { kind: "text" }, { rules: [{ kind: "matches", pattern: "^[A-Z]{2}-\\d+$", flags: "" }, { kind: "matches", pattern: "1", flags: "" }] }),
  column("seen_at", { kind: "timestamp" }, { nullable: true }),
  column("seen_day", { kind: "day" }, { nullable: true, dayOf: "seen_at" }),
]);

const pools: { readonly [name: string]: readonly Value[] } = {
  id: [null, -3n, -2n, 0n, 9007199254740992n, 9007199254740993n, 9007199254740994n, 2n ** 63n - 1n],
  size: [null, -1, 0, 100, 101, 127],
  fare: [null, "-0.001", "0.000", "10.000", "10.001", "999999999.999"],
  share: [null, NaN, -0, 0, 0.1, Math.fround(0.1), 0.1000001, Infinity, -1e-45],
  state: [null, "on", "off", "it's", "On", ""],
  plate: [null, "AB-1", "AB-21\n", "ab-1", "AB-2", "AB-٣1", ""],
  seen_at: [null, instant("1969-12-31T23:59:59.999999Z"), instant("1970-01-01T00:00:00Z"), instant("0001-01-01T00:00:00Z")],
  seen_day: [null, day("1969-12-31"), day("1970-01-01"), day("0001-01-01")],
};

function generateRows(count: number): Row[] {
  let state = 11;
  const next = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  // Mostly values that pass, so that each condition decides some rows alone.
  const usual: Row = { id: 1n, size: 1, fare: "1.000", share: 0.05, state: "on", plate: "AB-1", seen_at: instant("1970-01-01T00:00:00Z"), seen_day: day("1970-01-01") };
  return Array.from({ length: count }, () =>
    Object.fromEntries(Object.entries(usual).map(([name, value]) => {
      const pool = pools[name] ?? [];
      return [name, next() < 0.7 ? value : (pool[Math.floor(next() * pool.length)] ?? null)];
    })));
}

test("of generated rows JavaScript and SQL refuse the same, for the same column", async () => {
  const rows = generateRows(3000);
  const file = path.join(temporary, "rows.parquet");
  // As somebody else's file would be: every column may be null, an enum is any text.
  const columns = table.columns.map(({ name, type }) => ({ name, type: type.kind === "enum" ? ({ kind: "text" } as const) : type, nullable: true }));
  await writeFile(file, encodeParquet(buildBatch(columns, rows)));
  const conditions = conditionsOf(table) ?? [];
  const judged = await engine.control.runAndReadAll(
    `SELECT ${conditions.map(({ sql }) => `(${sql}) IS FALSE`).join(", ")} FROM read_parquet(${quoteText(file)}, file_row_number = true) ORDER BY file_row_number`);
  const inSql = judged.getRows().map((failed) => conditions.find((_condition, k) => failed[k] === true)?.column);
  const judge = createJudge(table);
  const inJs = rows.map((row) => judge([row], () => "").refusals.first[0]?.column);
  expect(rows.map((row, k) => [row, inJs[k]])).toEqual(rows.map((row, k) => [row, inSql[k]]));
  for (const { column: name } of conditions) expect([name, inJs.includes(name)]).toEqual([name, true]);
  expect(inJs.filter((name) => name === undefined).length).toBeGreaterThan(100);
});
