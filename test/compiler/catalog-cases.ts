/** One shape for the tests of the catalog's rules: a situation, the source, and all that is said about it. */
import { expect, test } from "vitest";
import { diagnosticsOf, language, tableFile } from "./written-project.ts";
import type { Files, Said } from "./written-project.ts";

/** What stands in the class `Trips` under `@deltaTable()`, or whole files. */
export type Source = string | Files;
export type Case = readonly [situation: string, source: Source, ...said: readonly Omit<Said, "message">[]];

/** One test a case: the code, the underlined text and the hint of everything that is said, and nothing else. */
export function testCases(cases: readonly Case[]): void {
  test.each(cases.map(([situation, source, ...said]): [string, Source, Case[2][]] => [situation, source, said]))("%s", (_, source, expected) => {
    const said = diagnosticsOf(typeof source === "string" ? { "catalog/rides/trips.ts": tableFile(source) } : source);
    expect(said.map(({ code, underlined, hint }) => ({ code, underlined, hint }))).toEqual(expected);
  });
}

/** `Trips` with one column, `head` in place of `@deltaTable()`. */
export function headed(head: string, body = "a: Int64;"): Files {
  return { "catalog/rides/trips.ts": tableFile(body, head) };
}

/** A table function `pulse` of these parameters. */
export function parameterized(parameters: string): Files {
  return { "catalog/rides/database.ts": `${language}\n@database()\nexport class Rides {\n@table() static pulse(${parameters}) { return sql\`SELECT 1 AS a\`; }\n}\n` };
}
