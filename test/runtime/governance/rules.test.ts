import { DuckDBInstance } from "@duckdb/node-api";
import type { DuckDBConnection } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Rule } from "../../../compiler/ir/catalog.ts";
import type { ColumnType } from "../../../compiler/ir/column-type.ts";
import { columnRules } from "../../../runtime/governance/rules.ts";
import { duckType } from "../../../runtime/query/duckdb-types.ts";
import { column } from "./table.ts";

let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  instance = await DuckDBInstance.create(":memory:");
  connection = await instance.connect();
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

/** A small generator of numbers, the same in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function sqlVerdicts(type: ColumnType, condition: string, values: readonly (string | number | bigint)[]): Promise<unknown[]> {
  const list = values.map((_, k) => `($${k + 1})`).join(", ");
  const reader = await connection.runAndReadAll(
    `SELECT ${condition} FROM (SELECT CAST(v AS ${duckType(type)}) AS x FROM (VALUES ${list}) AS t(v))`,
    values.map(String),
  );
  return reader.getRows().map(([verdict]) => verdict);
}

async function expectEqualVerdicts(type: ColumnType, rules: readonly Rule[], values: readonly (string | number | bigint)[]): Promise<void> {
  for (const rule of columnRules(column("x", type, { rules }))) {
    expect(rule.sql).toBeDefined();
    const inSql = await sqlVerdicts(type, rule.sql ?? "", values);
    const inJs = values.map((value) => rule.test(value));
    expect(values.map((value, k) => [value, inJs[k]])).toEqual(values.map((value, k) => [value, inSql[k]]));
  }
}

const between = (low: string, high: string): Rule[] => [{ kind: "between", low, high }];

describe("a rule in JavaScript and in SQL gives the same verdict", () => {
  const random = generator(7);

  test.each([["1", "8"], ["0.5", "7.5"], ["-3", "-1"], ["9007199254740993", "9007199254740993"], ["-99999999999999999999", "99999999999999999999"], ["9223372036854775808", "9223372036854775809"], ["5", "4"]])(
    "Int64 between %s and %s",
    async (low, high) => {
      const values = [0n, 1n, 8n, 9n, -1n, -3n, -4n, 9007199254740992n, 9007199254740993n, 9007199254740994n, 2n ** 63n - 1n, -(2n ** 63n), ...Array.from({ length: 50 }, () => BigInt(Math.floor((random() - 0.5) * 20)))];
      await expectEqualVerdicts({ kind: "int64" }, between(low, high), values);
    },
  );

  test.each([["1", "8"], ["-128", "127"], ["0.5", "1000"], ["128", "300"]])("Int8 between %s and %s", async (low, high) => {
    await expectEqualVerdicts({ kind: "int8" }, between(low, high), Array.from({ length: 256 }, (_, k) => k - 128));
  });

  test.each([["0", "10000"], ["0.005", "0.015"], ["-0.01", "0.01"], ["99999999.99", "1000000000"], ["-1e3", "1e3"]])("Decimal<10, 2> between %s and %s", async (low, high) => {
    const values = ["0.00", "0.01", "-0.01", "0.02", "9999.99", "10000.00", "10000.01", "99999999.99", "-99999999.99", "1000.00", "-1000.01", ...Array.from({ length: 50 }, () => ((random() - 0.5) * 30_000).toFixed(2))];
    await expectEqualVerdicts({ kind: "decimal", precision: 10, scale: 2 }, between(low, high), values);
  });

  test("Decimal<38, 0> at its last digit", async () => {
    const top = "9".repeat(38);
    await expectEqualVerdicts({ kind: "decimal", precision: 38, scale: 0 }, between(`${"9".repeat(37)}8`, "1e40"), [top, `${"9".repeat(37)}8`, `${"9".repeat(37)}7`, `-${top}`, "0"]);
  });

  test.each(["float32", "float64"] as const)("%s with NaN, infinities, zeros and neighbours of the bound", async (kind) => {
    const values = ["NaN", "Infinity", "-Infinity", "-0.0", "0", "0.1", "0.10000000149011612", "0.30000000000000004", "0.3", "5e-324", ...Array.from({ length: 50 }, () => String(random() * 2 - 1))].map(Number);
    for (const [low, high] of [["0", "0.1"], ["0.1", "0.3"], ["-1", "1"], ["-1e400", "1e400"]] as const) await expectEqualVerdicts({ kind }, between(low, high), values);
  });

  test("an enum, letter for letter", async () => {
    await expectEqualVerdicts({ kind: "enum", values: ["card", "it's", "😀"] }, [], ["card", "Card", "card ", "it's", "😀", "", "its"]);
  });

  const texts = [
    "", "a", "A", "ab", "a\nb", "\n", "a\n", "\r", "\u2028", "😀", "😀😀", "é", "\u00a0", "\ufeff", "\v", " ", "_", "-", "]", "[", "^", "/", ".", "\\", "k", "K", "\u212a", "s", "ſ", "ß", "Brand#12", "12", "٣", "x{2}", "a]", "\u0000", "AB-1", "a-b", "2026-08-01",
    ...Array.from({ length: 100 }, () => String.fromCodePoint(...Array.from({ length: 1 + Math.floor(random() * 4) }, () => 0x20 + Math.floor(random() * 0x60)))),
  ];
  test.each([
    ["^.$", ""], ["^.$", "s"], ["^a.b$", ""], ["a$", ""], ["^\\s$", ""], ["^[\\s\\d]$", ""], ["^\\S+$", ""], ["^[^a-c]$", ""], ["^\\w+$", ""], ["k", "i"], ["^S$", "i"], ["^Brand#\\d+$", ""], ["^\\d{2}$", ""],
    ["^(?:a|b)+$", ""], ["^(?<year>\\d{4})-(?<month>\\d\\d)", ""], ["\\u00e9", ""], ["\\xe9", ""], ["\\u{1F600}", "u"], ["^[\\u00a0-\\u00ff]$", ""], ["\\bb", ""], ["[.]", ""], ["[/^\\]]", ""], ["a|", ""], ["^[A-Z]{2}-\\d+$", "g"], ["\\\\", ""], ["^.{1,2}?$", ""], ["[a\\-b]", ""], ["[[]", ""],
  ])("matches /%s/%s", async (pattern, flags) => {
    await expectEqualVerdicts({ kind: "text" }, [{ kind: "matches", pattern, flags }], texts);
  });

  test.each([["(?=a)", ""], ["(?<!a)b", ""], ["(a)\\1", ""], ["^a$", "m"], ["\\p{L}", "u"], ["\\w", "i"], ["[^\\S]", ""], ["[^]", ""], ["a{1001}", ""], ["\\ud83d", ""], ["\\cA", ""], ["[\\p{L}--[a-z]]", "v"], ["(?i:a)", ""], ["]", ""]])(
    "matches /%s/%s has no words in SQL and is left to JavaScript",
    (pattern, flags) => {
      expect(columnRules(column("x", { kind: "text" }, { rules: [{ kind: "matches", pattern, flags }] }))[0]?.sql).toBeUndefined();
    },
  );
});
