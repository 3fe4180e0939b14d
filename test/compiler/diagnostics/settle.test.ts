import { expect, test } from "vitest";
import type { Diagnostic } from "../../../compiler/diagnostics/diagnostic.ts";
import { settle } from "../../../compiler/diagnostics/settle.ts";

function said(code: string, line: number, column: number, length: number, severity: Diagnostic["severity"] = "error", file = "catalog/rides/trips.ts"): Diagnostic {
  return { code, severity, message: code, place: { file, line, column, length } };
}

test("diagnostics come in order of file, line and column", () => {
  const [a, b, c, d] = [said("NL2001", 1, 1, 1, "error", "catalog/a.ts"), said("NL2001", 2, 9, 1), said("NL2001", 10, 1, 1), said("NL2001", 10, 4, 1)];
  expect(settle([d, c, b, a])).toEqual([a, b, c, d]);
});

test("TypeScript's words give way to ours about the same text", () => {
  const ours = said("NL2020", 3, 3, 10);
  expect(settle([said("NL1002", 3, 4, 9), ours, said("NL1062", 3, 12, 20)])).toEqual([ours]);
});

test("TypeScript's words about other text stay", () => {
  const both = [said("NL2020", 3, 3, 10), said("NL1002", 3, 13, 4)];
  expect(settle(both)).toEqual(both);
});

test("what binding finds gives way to what is wrong with the source there, not to a warning", () => {
  const [source, warning] = [said("NL1048", 5, 10, 4), said("NL1024", 5, 10, 4, "warning")];
  expect(settle([said("NL3002", 5, 8, 8), source])).toEqual([source]);
  expect(settle([said("NL3002", 5, 8, 8), warning])).toHaveLength(2);
});

test("the same thing said twice is told once", () => {
  expect(settle([said("NL2020", 3, 3, 10), said("NL2020", 3, 3, 10)])).toHaveLength(1);
});
