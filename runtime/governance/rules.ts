/** What a value of a column must satisfy, as a JavaScript predicate and as an SQL condition with the same verdict, and as words. */
import { exactBounds, unscaled } from "../../compiler/ir/bounds.ts";
import type { NamedType } from "../../compiler/ir/column-type.ts";
import type { Column, Rule } from "../../compiler/ir/catalog.ts";
import { quoteName, quoteText } from "../../compiler/ir/names.ts";
import { decimalText } from "../values/decimal.ts";
import type { Value } from "../values/value.ts";
import { patternTest, re2Pattern } from "./pattern.ts";

/** One condition on each value of a column; null always passes, and nullability is judged apart. */
export interface ColumnRule {
  /** `between 1 and 8`. */
  readonly text: string;
  readonly test: (value: NonNullable<Value>) => boolean;
  /** True when the value passes, null for a null; undefined where DuckDB cannot judge as JavaScript does. */
  readonly sql: string | undefined;
}

/** The rules of a column: its enum first, then those the author wrote. */
export function columnRules(column: Pick<Column, "name" | "type" | "rules">): readonly ColumnRule[] {
  return [...enumRule(column), ...column.rules.map((rule) => columnRule(column, rule))];
}

/** A rule in words, as messages and pages say it. */
export function ruleText(rule: Rule): string {
  return rule.kind === "between" ? `between ${rule.low} and ${rule.high}` : `matches /${rule.pattern}/${rule.flags}`;
}

function columnRule(column: Pick<NamedType, "name" | "type">, rule: Rule): ColumnRule {
  return rule.kind === "between" ? betweenRule(column, rule) : matchesRule(column, rule);
}

function enumRule({ name, type }: Pick<NamedType, "name" | "type">): readonly ColumnRule[] {
  if (type.kind !== "enum") return [];
  const known: ReadonlySet<unknown> = new Set(type.values);
  return [{
    text: `one of ${type.values.map((value) => JSON.stringify(value)).join(", ")}`,
    test: (value) => known.has(value),
    sql: `${quoteName(name)} IN (${type.values.map(quoteText).join(", ")})`,
  }];
}

function betweenRule({ name, type }: Pick<NamedType, "name" | "type">, rule: Extract<Rule, { kind: "between" }>): ColumnRule {
  const text = ruleText(rule);
  const column = quoteName(name);
  const bounds = exactBounds(type, rule.low, rule.high);
  if (bounds === undefined) {
    const [low, high] = [Number(rule.low), Number(rule.high)];
    const stored = type.kind === "float32" ? Math.fround : (value: number) => value;
    return {
      text,
      test: (value) => stored(Number(value)) >= low && stored(Number(value)) <= high,
      sql: `CAST(${column} AS DOUBLE) BETWEEN CAST(${quoteText(String(low))} AS DOUBLE) AND CAST(${quoteText(String(high))} AS DOUBLE)`,
    };
  }
  if (bounds === "empty") return { text, test: () => false, sql: `${column} IS NULL` };
  const { scale, low, high } = bounds;
  const literal = (units: bigint): string => (type.kind === "decimal" ? `CAST('${decimalText(units, scale)}' AS DECIMAL(${type.precision}, ${scale}))` : units.toString());
  return {
    text,
    test: (value) => {
      // JavaScript compares a number with a bigint exactly.
      const units = typeof value === "string" ? unscaled(value, scale) : (value as number | bigint);
      return units >= low && units <= high;
    },
    sql: `${column} BETWEEN ${literal(low)} AND ${literal(high)}`,
  };
}

function matchesRule({ name }: Pick<NamedType, "name">, rule: Extract<Rule, { kind: "matches" }>): ColumnRule {
  const pattern = patternTest(rule.pattern, rule.flags);
  const translated = re2Pattern(rule.pattern, rule.flags);
  return {
    text: ruleText(rule),
    test: (value) => pattern.test(String(value)),
    sql: translated === undefined ? undefined : `regexp_matches(${quoteName(name)}, ${quoteText(translated)})`,
  };
}
