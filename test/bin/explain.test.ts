import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { runHere } from "./in-process.ts";

const codes = readdirSync(path.join(import.meta.dirname, "../../site/errors")).map((name) => name.slice(0, -".md".length)).sort();

describe("explain", () => {
  test("prints the page of a code, in either case, without Markdown's fences", async () => {
    const { code, stdout, stderr } = await runHere(["explain", "nl1012"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n")[0]).toBe("NL1012  A word that is not called");
    for (const part of ["\nWrong\n", "\n      @key\n", "\nIt says\n", "error NL1012 @key is not called.", "\nRight\n", "\n      @key()\n", "\nWhy\n"]) expect(stdout).toContain(part);
    expect(stdout).not.toContain("```");
  });

  test("with --json it is one value: prose, examples as files, what is said", async () => {
    const { stdout } = await runHere(["explain", "NL4002", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      code: "NL4002", title: "Renamed, or dropped and added?", means: expect.stringContaining("neuralake plan"),
      before: [{ path: "catalog/rides/trips.ts", text: expect.stringContaining("price: Decimal<10, 2>") }],
      wrong: [{ path: "catalog/rides/trips.ts" }], says: expect.stringMatching(/^catalog\/rides\/trips\.ts:7:3 error NL4002 /), right: [{ text: expect.stringContaining("@was(\"price\")") }], why: expect.any(String),
    });
  });

  test("without a code all of them are listed, each with what it is about", async () => {
    const { stdout } = await runHere(["explain"]);
    expect(stdout.trimEnd().split("\n").map((line) => line.split("  ")[0])).toEqual(codes);
    const { stdout: json } = await runHere(["explain", "--json"]);
    expect((JSON.parse(json) as { code: string; title: string }[]).map(({ code, title }) => `${code}  ${title}`)).toEqual(stdout.trimEnd().split("\n"));
  });

  test("a code that is none is a wrong use, and the nearest is named", async () => {
    const { code, stderr } = await runHere(["explain", "NL103"]);
    expect(code).toBe(2);
    expect(stderr).toContain("there is no code 'NL103'");
    expect(stderr).toMatch(/Did you mean NL10\d\d\?/);
  });
});
