/** openapi.json of every golden catalog and of the demonstration, held against two validators and a linter that know nothing of each other. */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { validate } from "@readme/openapi-parser";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { filterPrinter } from "../../../compiler/emit/openapi-filters.ts";
import { column } from "../plan/declared.ts";

type Documented = { readonly paths: { readonly [path: string]: { readonly get?: { readonly parameters?: readonly { readonly name?: string; readonly $ref?: string }[] } } } };

const root = path.join(import.meta.dirname, "../../..");
const documents = ["generated/openapi.json", ...globSync("test/golden/*/generated/openapi.json", { cwd: root })];

function read(file: string): Documented {
  return JSON.parse(readFileSync(path.join(root, file), "utf8")) as Documented;
}

test.each(documents)("%s is valid OpenAPI 3.1 for both validators", async (file) => {
  const first = await new Validator().validate(read(file));
  const second = await validate(read(file) as unknown as Parameters<typeof validate>[0]);
  expect({ first, second: second.valid }).toEqual({ first: { valid: true }, second: true });
});

/**
 * Advice that is not for us: the license and the descriptions of databases are the author's, `default` answers for 4XX as well, and shared
 * parts stand there also where no table of a catalog needs them.
 */
const ignored = { "info-license": "off", "tag-description": "off", "operation-4xx-response": "off", "no-unused-components": "off" } as const;

test.each(documents)("%s has nothing that a linter minds", async (file) => {
  const problems = await lintFromString({ source: readFileSync(path.join(root, file), "utf8"), absoluteRef: path.join(root, file), config: await createConfig({ extends: ["recommended"], rules: ignored }) });
  expect(problems.map(({ severity, ruleId, message, location }) => `${severity} ${ruleId}: ${message} ${location[0]?.pointer}`)).toEqual([]);
});

test("a document with a mistake is refused by both validators and the linter", async () => {
  const { paths: _paths, ...broken } = read("generated/openapi.json");
  const source = JSON.stringify({ ...broken, paths: { "/a": { get: { responses: { 200: {} } } } }, components: {} });
  const [first, second, third] = await Promise.all([
    new Validator().validate(source),
    validate(JSON.parse(source) as Parameters<typeof validate>[0]),
    lintFromString({ source, config: await createConfig({ extends: ["recommended"], rules: ignored }) }),
  ]);
  expect({ first: first.valid, second: second.valid, third: third.some(({ severity }) => severity === "error") }).toEqual({ first: false, second: false, third: true });
});

test("a table's rows can be asked for by every operator its columns have, and no other", () => {
  const parameters = read("generated/openapi.json").paths["/api/tables/flights.departures"]?.get?.parameters ?? [];
  const names = parameters.map((parameter) => parameter.name ?? parameter.$ref?.split("/").at(-1));
  expect(names.filter((name) => name?.startsWith("filter[origin]"))).toEqual(["", "neq", "lt", "lte", "gt", "gte", "in", "nin", "like", "ilike", "contains"].map((operator) => `filter[origin]${operator}`));
  expect(names.filter((name) => name?.startsWith("filter[delay]"))).toEqual(["", "neq", "lt", "lte", "gt", "gte", "in", "nin"].map((operator) => `filter[delay]${operator}`));
  expect(names.filter((name) => name?.startsWith("filter[") === false)).toEqual(["columns", "sort", "limit", "cursor", "version", "timestamp", "format"]);
});

test("a function table takes its own parameters, required without a default", () => {
  const parameters = read("generated/openapi.json").paths["/api/tables/flights.lateness"]?.get?.parameters ?? [];
  expect(parameters.slice(0, 2)).toEqual([
    { name: "origin", in: "query", required: true, description: "code of the airport, as in `flights.airports`", schema: { type: "string" } },
    { name: "atLeast", in: "query", required: false, description: "leave out hours with fewer flights than this", schema: { type: "integer", format: "int32", default: 1 } },
  ]);
});

test("a filter's parameters have the column's name, and values of their own that no name is put into", () => {
  const values = ["\0", "\\u0000", 'x", "name": "filter[\0]'];
  const { printedItems } = filterPrinter("")(["state", '$& "x"'].map((name) => column(name, { kind: "enum", values })));
  const parameters = JSON.parse(`[${printedItems.join(",")}]`) as readonly { readonly name: string; readonly schema: { readonly enum?: readonly string[]; readonly items?: { readonly enum: readonly string[] } } }[];
  expect(parameters.map(({ name }) => name)).toEqual(["state", '$& "x"'].flatMap((name) => ["", "neq", "in", "nin"].map((operator) => `filter[${name}]${operator}`)));
  expect(parameters.map(({ schema }) => schema.enum ?? schema.items?.enum)).toEqual(parameters.map(() => values));
});
