import { expect, test } from "vitest";
import { diagnose } from "../../../compiler/diagnostics/messages.ts";
import { printDiagnostics } from "../../../compiler/diagnostics/printer.ts";

const source = "export class Trips {\n\n  /** Fare. */\n\tfare: Strng | null;\n}\n";
const wrong = diagnose("unknownType", { file: "catalog/rides/trips.ts", line: 4, column: 8, length: 5 }, { type: "Strng", suggestion: "Write Text." });
const misnamed = diagnose("fileName", { file: "catalog/rides/trip.ts", line: 1, column: 14, length: 5 }, { symbol: "Trips", file: "catalog/rides/trip.ts", expected: "trips.ts" });

test("a diagnostic is printed with its place, its line, the text underlined, and its hint", () => {
  expect(printDiagnostics([wrong], () => source, { colour: false })).toBe([
    "catalog/rides/trips.ts:4:8 error NL1031 Strng is no column type.",
    "  3 |   /** Fare. */",
    "  4 | \tfare: Strng | null;",
    "    | \t      ^^^^^",
    "  hint: Write Text.",
    "",
    "1 error. `neuralake explain NL1031` says more.",
    "",
  ].join("\n"));
});

test("a byte order mark is no column of the first line", () => {
  expect(printDiagnostics([misnamed], () => `\uFEFF${source}`, { colour: false })).toContain("\n  1 | export class Trips {\n    |              ^^^^^\n");
});

test("errors and warnings are counted apart, each file read once", () => {
  const read: string[] = [];
  const printed = printDiagnostics([wrong, wrong, misnamed], (file) => { read.push(file); return source; }, { colour: false });
  expect(printed).toContain("\n\ncatalog/rides/trip.ts:1:14 warning NL1024 Trips is in catalog/rides/trip.ts.\n  1 | export class Trips {\n    |              ^^^^^\n");
  expect(printed.endsWith("\n\n2 errors, 1 warning. `neuralake explain NL1031` says more.\n")).toBe(true);
  expect(read).toEqual(["catalog/rides/trips.ts", "catalog/rides/trip.ts"]);
});

test("a place without text is printed without a frame", () => {
  const printed = printDiagnostics([diagnose("exportsNothing", { file: "catalog/rides/a.ts", line: 1, column: 1, length: 0 }, { file: "catalog/rides/a.ts" })], () => "", { colour: false });
  expect(printed.split("\n").slice(0, 2)).toEqual([
    "catalog/rides/a.ts:1:1 error NL1006 catalog/rides/a.ts exports no table.",
    "  hint: Export a class under @deltaTable(), @parquetTable(), @csvTable(), @jsonTable(), @postgresTable(), @view() or @materializedView(), or remove the file.",
  ]);
});

test("a text that goes on over several lines is underlined to the end of the first", () => {
  const printed = printDiagnostics([{ ...wrong, place: { ...wrong.place, length: 500 } }], () => source, { colour: false });
  expect(printed).toContain("    | \t      ^^^^^^^^^^^^^\n");
});

test("colour is given only when asked for, and nothing is printed of nothing", () => {
  expect(printDiagnostics([wrong], () => source, { colour: true })).toContain("\u001b[31merror NL1031\u001b[0m");
  expect(printDiagnostics([wrong], () => source, { colour: false })).not.toContain("\u001b");
  expect(printDiagnostics([], () => source, { colour: true })).toBe("");
});

test("at the end stand how many can be mended without asking, and the first error's page before a warning's", () => {
  const fix = { title: "Write Text.", edits: [{ place: wrong.place, text: "Text" }] };
  const last = (...said: Parameters<typeof printDiagnostics>[0]): string | undefined => printDiagnostics(said, () => source, { colour: false }).split("\n").at(-2);
  expect(last(misnamed, { ...wrong, fix })).toBe("1 error, 1 warning. `neuralake compile --fix` mends 1; `neuralake explain NL1031` says more.");
  expect(last({ ...wrong, fix })).toBe("1 error. `neuralake compile --fix` mends it; `neuralake explain NL1031` says more.");
  expect(last({ ...wrong, fix }, { ...wrong, fix })).toBe("2 errors. `neuralake compile --fix` mends all; `neuralake explain NL1031` says more.");
  expect(last(misnamed)).toBe("1 warning. `neuralake explain NL1024` says more.");
});
