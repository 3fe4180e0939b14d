/**
 * The log that code hosts read, held against the SARIF 2.1.0 JSON schema: sarif-2.1.0-rtm.5.json beside this file is the one that npm's
 * @microsoft/jest-sarif carries (MIT), letter for letter.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { expect, test } from "vitest";
import { diagnose } from "../../../compiler/diagnostics/messages.ts";
import { parsePage } from "../../../compiler/diagnostics/page.ts";
import { sarifLog } from "../../../compiler/diagnostics/sarif.ts";

// The validator of the schema's draft comes with those of OpenAPI, which are no direct dependency either.
const fromParser = createRequire(createRequire(import.meta.url).resolve("@readme/openapi-parser"));
const Ajv = (fromParser("ajv-draft-04") as { default: new (options: object) => { compile(schema: object): { (value: unknown): boolean; errors?: unknown } } }).default;
const schema = JSON.parse(readFileSync(path.join(import.meta.dirname, "sarif-2.1.0-rtm.5.json"), "utf8")) as object;
const validate = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false, formats: { uri: (text: string) => URL.canParse(text), "uri-reference": (text: string) => URL.canParse(text, "http://a/"), "date-time": true } }).compile(schema);

const file = "catalog/rides/räder und co.ts";
const source = "\uFEFFexport class Trips {\r\n  fare: Txet;\r\n  day?: Day;\r\n}\r\n";
const misspelt = diagnose("unknownType", { file, line: 2, column: 9, length: 4 }, { type: "Txet", suggestion: "Did you mean Text?" }, { title: "Write Text.", edits: [{ place: { file, line: 2, column: 9, length: 4 }, text: "Text" }] });
const optional = diagnose("optional", { file, line: 3, column: 3, length: 3 }, { name: "day" }, { title: "Write day: Day | null.", edits: [{ place: { file, line: 3, column: 6, length: 1 }, text: "" }, { place: { file, line: 3, column: 11, length: 0 }, text: " | null" }] });
const misnamed = diagnose("fileName", { file, line: 1, column: 14, length: 5 }, { symbol: "Trips", file, expected: "trips.ts" });
const missing = diagnose("catalogMissing", { file: "catalog", line: 1, column: 1, length: 0 }, { folder: "catalog" });

const pageOf = (code: string): ReturnType<typeof parsePage> => parsePage(readFileSync(path.join(import.meta.dirname, `../../../site/errors/${code}.md`), "utf8"));
const log = sarifLog([misspelt, optional, misnamed, missing, misspelt], {
  version: "1.2.3", pageOf, readSource: (name) => (name === file ? source : undefined), urlOf: (code) => `https://catalog.acme.com/errors/${code}/index.html`,
}) as { runs: [{ tool: { driver: { rules: Record<string, never>[] } }; results: Record<string, never>[] }] };
const [{ tool: { driver: { rules } }, results }] = log.runs;

test("it is a log as the schema of SARIF 2.1.0 has it, with findings and without; the schema refuses what is none", () => {
  expect([validate(log), validate.errors]).toEqual([true, null]);
  expect(validate(sarifLog([], { version: "1.2.3", pageOf, readSource: () => undefined, urlOf: String }))).toBe(true);
  expect(validate({ ...log, version: "2.0.0" })).toBe(false);
  expect(validate({ ...log, runs: [{ ...log.runs[0], results: [{ ...results[0], level: "fatal" }] }] })).toBe(false);
});

test("each code that was said is one rule, with its page as help, the page's address, and its usual level", () => {
  expect(rules.map(({ id, helpUri, defaultConfiguration }) => [id, helpUri, defaultConfiguration])).toEqual([
    ["NL1003", "https://catalog.acme.com/errors/NL1003/index.html", { level: "error" }],
    ["NL1024", "https://catalog.acme.com/errors/NL1024/index.html", { level: "warning" }],
    ["NL1031", "https://catalog.acme.com/errors/NL1031/index.html", { level: "error" }],
    ["NL1033", "https://catalog.acme.com/errors/NL1033/index.html", { level: "error" }],
  ]);
  expect(rules[2]).toMatchObject({ shortDescription: { text: "A type that is no column type." }, help: { markdown: expect.stringContaining("## Right") } });
});

test("a result names its rule, says message and hint, and lies where it was found, its path encoded", () => {
  expect(results.map(({ ruleId, ruleIndex, level }) => [ruleId, ruleIndex, level])).toEqual([["NL1031", 2, "error"], ["NL1033", 3, "error"], ["NL1024", 1, "warning"], ["NL1003", 0, "error"], ["NL1031", 2, "error"]]);
  expect(results[0]).toMatchObject({
    message: { text: "Txet is no column type. Did you mean Text?" },
    locations: [{ physicalLocation: { artifactLocation: { uri: "catalog/rides/r%C3%A4der%20und%20co.ts", uriBaseId: "%SRCROOT%" }, region: { startLine: 2, startColumn: 9, endLine: 2, endColumn: 13 } } }],
  });
});

test("a fix tells what goes and what comes, and only where it is certain", () => {
  expect(results.map(({ fixes }) => fixes !== undefined)).toEqual([true, true, false, false, true]);
  expect(results[1]).toMatchObject({ fixes: [{ description: { text: "Write day: Day | null." }, artifactChanges: [{ replacements: [
    { deletedRegion: { startLine: 3, startColumn: 6, endLine: 3, endColumn: 7 } },
    { deletedRegion: { startLine: 3, startColumn: 11, endLine: 3, endColumn: 11 }, insertedContent: { text: " | null" } },
  ] }] }] });
});
