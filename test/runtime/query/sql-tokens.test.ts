import { describe, expect, test } from "vitest";
import { applySplices, originalOffset } from "../../../runtime/query/splice.ts";
import { closingBracket, tokensOf } from "../../../runtime/query/sql-tokens.ts";

const texts = (sql: string): string[] => tokensOf(sql).map(({ kind, text }) => `${kind} ${text}`);

describe("the words of an SQL text", () => {
  test.each([
    ["select a.b", ["word select", "word a", "mark .", "word b"]],
    ["'it''s' E'\\'' e'\\\\'", ["literal 'it''s'", "literal E'\\''", "literal e'\\\\'"]],
    ['"a""b" "x', ['quoted a"b', 'mark "', "word x"]],
    ["$$ a ' $ $$ $t$ $$ $t$ $1 $name", ["literal $$ a ' $ $$", "literal $t$ $$ $t$", "mark $", "literal 1", "mark $", "word name"]],
    ["a--b\nc -- d", ["word a", "word c"]],
    ["a/* /* b */ ; */c/* open", ["word a", "word c"]],
    ["x := y => 1.5e3 :: -> 1_000 .5", ["word x", "mark :=", "word y", "mark =>", "literal 1.5e3", "mark ::", "mark ->", "literal 1_000", "literal .5"]],
    ["é😀ü \"ñ\"", ["word é😀ü", "quoted ñ"]],
    ["", []],
  ])("%j", (sql, expected) => {
    expect(texts(sql)).toEqual(expected);
  });

  test("stand where they say", () => {
    const sql = "select 'é' /* x */ , \"q\"";
    for (const { kind, text, start, end } of tokensOf(sql)) expect(sql.slice(start, end)).toBe(kind === "quoted" ? `"${text}"` : text);
  });

  test("a bracket finds the one that closes it", () => {
    const tokens = tokensOf("f(a, (b), ')') + (c)");
    expect(tokens[closingBracket(tokens, 1)]?.start).toBe(13);
    expect(closingBracket(tokensOf("f(a"), 1)).toBe(3);
  });
});

describe("splices", () => {
  const splices = [{ start: 10, end: 12, text: "" }, { start: 2, end: 4, text: "LONGER" }, { start: 6, end: 6, text: "+" }];

  test("are made all at once, in any order", () => {
    expect(applySplices("0123456789abcdef", splices)).toBe("01LONGER45+6789cdef");
  });

  test("lead back to where a place was", () => {
    const spliced = applySplices("0123456789abcdef", splices);
    for (const letter of "01456789cdef") expect(originalOffset(splices, spliced.indexOf(letter))).toBe("0123456789abcdef".indexOf(letter));
    expect(originalOffset(splices, spliced.indexOf("G"))).toBe(2);
  });
});
