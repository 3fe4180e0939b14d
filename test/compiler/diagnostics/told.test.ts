import { expect, test } from "vitest";
import { endOf, linesOf, rangeOf } from "../../../compiler/diagnostics/lines.ts";
import { diagnose } from "../../../compiler/diagnostics/messages.ts";
import { tellDiagnostics } from "../../../compiler/diagnostics/told.ts";

const file = "catalog/rides/trips.ts";
const at = (line: number, column: number, length: number): { file: string; line: number; column: number; length: number } => ({ file, line, column, length });

test("a place is told with its end, and an edit with its offsets", () => {
  const fix = { title: "Call it Text.", edits: [{ place: at(2, 3, 4), text: "Text" }] };
  const wrong = diagnose("unknownType", at(2, 3, 4), { type: "Txet", suggestion: "Did you mean Text?" }, fix);
  expect(tellDiagnostics([wrong], () => "a {\n  Txet;\n}\n")).toEqual([{
    code: "NL1031", severity: "error", message: "Txet is no column type.", hint: "Did you mean Text?",
    place: { file, line: 2, column: 3, length: 4, endLine: 2, endColumn: 7 },
    fix: { title: "Call it Text.", edits: [{ file, start: 6, end: 10, text: "Text" }] },
  }]);
});

test.each<[string, string, number[], object]>([
  ["a place over several lines ends where its last character does", "a\nbcd\nef\n", [1, 1, 8], { endLine: 3, endColumn: 3 }],
  ["what ends a line counts as TypeScript counts it", "a\r\nb\u2028c\rd", [1, 1, 5], { endLine: 3, endColumn: 2 }],
  ["letters beyond the first plane count twice, as in TypeScript", "\u{1F6B2}x", [1, 3, 1], { endLine: 1, endColumn: 4 }],
  ["a byte order mark counts nowhere, and a place beyond the text ends with it", "a\n", [9, 1, 5], { endLine: 2, endColumn: 1 }],
])("%s", (_, text, [line = 0, column = 0, length = 0], end) => {
  expect(endOf(text, at(line, column, length))).toEqual(end);
});

test("a place in an empty text is its beginning", () => {
  expect([endOf("", at(1, 1, 0)), rangeOf("", at(3, 4, 5)), linesOf("\uFEFFa\r\nb")]).toEqual([{ endLine: 1, endColumn: 1 }, { start: 0, end: 0 }, ["a", "b"]]);
});
