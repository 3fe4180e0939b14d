import { describe, expect, test } from "vitest";
import { applyFixes, isUnmerged } from "../../../compiler/diagnostics/fixes.ts";
import type { Diagnostic, Edit } from "../../../compiler/diagnostics/diagnostic.ts";

const file = "catalog/rides/trips.ts";
const edit = (line: number, column: number, length: number, text: string, name = file): Edit => ({ place: { file: name, line, column, length }, text });
const wrong = (...edits: Edit[]): Diagnostic => ({ code: "NL1031", severity: "error", message: "", place: { file, line: 1, column: 1, length: 0 }, ...(edits.length === 0 ? {} : { fix: { title: "", edits } }) });

/** The text after the fixes, and how many were made. */
function fixed(text: string, ...diagnostics: Diagnostic[]): [string | undefined, number] {
  const { texts, applied } = applyFixes(new Map([[file, text]]), diagnostics);
  return [texts.get(file), applied.length];
}

describe("fixes", () => {
  test.each<[string, string, Diagnostic[], [string | undefined, number]]>([
    ["are made together, whatever their order and length", "ab cd ef\ngh", [wrong(edit(2, 1, 2, "")), wrong(edit(1, 4, 2, "longer")), wrong(edit(1, 1, 2, "x"))], ["x longer ef\n", 3]],
    ["of two that touch the same text the first is made", "abcdef", [wrong(edit(1, 1, 4, "x")), wrong(edit(1, 3, 2, "y"))], ["xef", 1]],
    ["that are the same are made once, and both count", "abc", [wrong(edit(1, 1, 1, "x")), wrong(edit(1, 1, 1, "x"))], ["xbc", 2]],
    ["into one list at one place come in order of their text", "{ a }", [wrong(edit(1, 4, 0, ", c")), wrong(edit(1, 4, 0, ", b"))], ["{ a, b, c }", 2]],
    ["of two lines at one place the first is made", "x", [wrong(edit(1, 1, 0, "b\n")), wrong(edit(1, 1, 0, "a\n"))], ["b\nx", 1]],
    ["of several edits are made whole or not at all", "abcdef", [wrong(edit(1, 3, 2, "x")), wrong(edit(1, 1, 1, "y"), edit(1, 4, 1, "z"))], ["abxef", 1]],
    ["of another file are left", "abc", [wrong(edit(1, 1, 1, "x", "package.json")), wrong(edit(1, 1, 1, "x"), edit(1, 1, 1, "x", "src/a.ts"))], [undefined, 0]],
    ["keep a byte order mark, the ends of lines and letters of two units", "\uFEFFa \u{1F6B2} b\r\nc", [wrong(edit(1, 6, 1, "B")), wrong(edit(2, 1, 1, "C"))], ["\uFEFFa \u{1F6B2} B\r\nC", 2]],
    ["count the end of a line as one", "ab\r\ncd\r\nef", [wrong(edit(1, 2, 3, "x")), wrong(edit(3, 1, 1, "E"))], ["axd\r\nEf", 2]],
    ["are not there where there are none", "abc", [wrong()], [undefined, 0]],
  ])("%s", (_, text, diagnostics, expected) => {
    expect(fixed(text, ...diagnostics)).toEqual(expected);
  });
});

test("a file that waits for a merge is known by git's lines, not by what looks like them", () => {
  expect(["<<<<<<< HEAD\na\n=======\nb\n>>>>>>> theirs\n", "a\n>>>>>>> theirs", "<<<<<<<"].map(isUnmerged)).toEqual([true, true, true]);
  expect(["// =======\n", "  <<<<<<< HEAD", "<<<<<<<< a", "a <<<<<<< b"].map(isUnmerged)).toEqual([false, false, false, false]);
});
