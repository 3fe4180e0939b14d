/** What a CHECK says of a column, from the text that PostgreSQL prints of it; of every other form nothing is said. */
import { expect, test } from "vitest";
import { checkFact } from "../../../runtime/sources/postgres-check.ts";

const low = (digits: string, open = false) => ({ low: { digits, open } });
const high = (digits: string, open = false) => ({ high: { digits, open } });

test.each([
  ["((n >= 1) AND (n <= 8))", { column: "n", ...low("1"), ...high("8") }],
  ["((fare > (0)::numeric) AND (fare < 99.50))", { column: "fare", ...low("0", true), ...high("99.50", true) }],
  ["(n >= '-5'::integer)", { column: "n", ...low("-5") }],
  ["(n > (- 5))", { column: "n", ...low("-5", true) }],
  ["(0 <= n)", { column: "n", ...low("0") }],
  ["(10 > n)", { column: "n", ...high("10", true) }],
  ['("Order" >= 0)', { column: "Order", ...low("0") }],
  ["(VALUE > 0)", { column: "VALUE", ...low("0", true) }],
])("%s bounds a number", (text, fact) => {
  expect(checkFact(text)).toEqual({ kind: "bounds", ...fact });
});

test.each([
  ["(tier = ANY (ARRAY['gold'::text, 'it''s'::text]))", "tier", ["gold", "it's"]],
  ["((tier)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))", "tier", ["a", "b"]],
  ["((tier = 'a'::text) OR (tier = 'b'::text) OR (tier = 'a'::text))", "tier", ["a", "b"]],
  ["(tier = 'a'::text)", "tier", ["a"]],
])("%s lists texts", (text, column, values) => {
  expect(checkFact(text)).toEqual({ kind: "values", column, values });
});

test.each([
  "(a < b)", "((n >= 1) AND (m <= 8))", "((n >= 1) OR (n <= -1))", "((n >= 1) AND (n >= 2))", "((n >= 1) AND (n <= 8) AND (n <> 3))", "(n <> 5)", "(length(name) > 3)", "(name ~ '^[A-Z]'::text)", "((n % 2) = 0)",
  "(tier <> ALL (ARRAY['a'::text]))", "(tier = 'abcdef'::character varying(3))", "(tier = ANY (ARRAY['a'::text, NULL::text]))", "(code = 'a'::bpchar)", "((n)::numeric >= 0.5)", "((n IS NOT NULL) AND (n > 0))", "(lower(tier) = 'a'::text)",
  "(tier = E'a\\\\b'::text)", "(tier = 'A'::text COLLATE \"C\")", "(NOT (n > 5))", "((n > 1) = true)", "(n > 1e3)", "(fare <= (2.5)::integer)", "true", "(flag = true)", "", "(n >= 1", "n >= )",
])("of %s nothing is said", (text) => {
  expect(checkFact(text)).toBeUndefined();
});
