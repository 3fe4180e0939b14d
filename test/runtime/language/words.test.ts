import { expect, test } from "vitest";
import { check } from "../../../compiler/check/check.ts";
import type { Diagnostic } from "../../../compiler/diagnostics/diagnostic.ts";
import { messages } from "../../../compiler/diagnostics/messages.ts";
import { words } from "../../../compiler/ir/words.ts";
import * as neuralake from "../../../runtime/language/index.ts";
import { extractFiles, tableFile } from "../../compiler/written-project.ts";

test("the language exports exactly the words the compiler knows, beside sql, columns and factsOf", () => {
  expect(Object.keys(neuralake).sort()).toEqual([...Object.keys(words), "columns", "factsOf", "sql"].sort());
});

const types = [
  "Int8", "Int16", "Int32", "Int64", "Float32", "Float64", "Decimal<10, 2>", "Text", "Bool", "Bytes", "Uuid", "Day", "Timestamp", "LocalTimestamp",
  "Text[]", "Record<string, Int64>", "{ a: Text }",
];
const calls = [
  "key()", "partition()", "cluster()", "unique()", "unit(\"m\")", "between(1, 2)", "matches(/a/)", "from(\"x\")", "dayOf(\"seen\")",
  "was(\"old\")", "initially(1)", "initially(1n)", "initially(true)", "initially(\"x\")",
  "kafka(\"timestamp\")", "kafka(\"offset\")", "kafka(\"partition\")", "kafka(\"key\")",
  "pii(\"email\")", "pii(\"birthday\")", "pii(\"location\")", "references(() => Trips, \"code\")", "references(() => Trips, \"seen\")",
];
const refusals: readonly string[] = [messages.wordMisfit.code, messages.keyNullable.code, messages.referenceType.code];

/** The columns with a diagnostic whose code is among `codes`, by the line each stands on. */
function refused(diagnostics: readonly Diagnostic[], codes: readonly string[], columns: readonly string[]): string[] {
  const lines = new Set(diagnostics.filter((diagnostic) => codes.includes(diagnostic.code)).map((diagnostic) => diagnostic.place.line));
  const first = tableFile("").split("\n").indexOf("export class Trips {") + 2;
  return columns.filter((_, index) => lines.has(first + index));
}

test("the compiler refuses a word over a column exactly where TypeScript does", () => {
  const columns = calls.flatMap((call) => types.flatMap((type) => [`@${call} c_: ${type};`, `@${call} c_: ${type} | null;`]))
    .map((column, index) => column.replace("c_", `c${index}`));
  const { catalog, diagnostics } = extractFiles({ "catalog/rides/trips.ts": tableFile([...columns, "code: Text;", "seen: Timestamp;"].join("\n")) });
  expect(new Set(diagnostics.map((diagnostic) => diagnostic.code))).toEqual(new Set([messages.decorator.code]));
  const byTypeScript = refused(diagnostics, [messages.decorator.code], columns);
  expect(refused(check(catalog), refusals, columns)).toEqual(byTypeScript);
  expect(byTypeScript.length).toBeGreaterThan(200);
});
