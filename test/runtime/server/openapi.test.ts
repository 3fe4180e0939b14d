/** Two sides of one fact: every parameter that openapi.json promises is one the server reads. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { Catalog, Table } from "../../../compiler/ir/catalog.ts";
import type { ByKind } from "../../../compiler/ir/column-type.ts";
import { matchKind } from "../../../compiler/ir/column-type.ts";
import { allTables, fullName } from "../../../compiler/ir/names.ts";
import { readQueryString } from "../../../runtime/server/query-string.ts";
import { readRowsRequest } from "../../../runtime/server/rows-request.ts";
import { findColumn, parametersOf } from "../../../runtime/server/table-name.ts";

const readJson = async (name: string): Promise<unknown> => JSON.parse(await readFile(new URL(`../../../generated/${name}`, import.meta.url), "utf8"));
const catalog = await readJson("catalog.json") as Catalog;
const openapi = await readJson("openapi.json") as { paths: { [path: string]: { get?: { parameters?: { name?: string; $ref?: string }[] } } } };

const whole = () => "1";
const samples: ByKind<string> = {
  int8: whole, int16: whole, int32: whole, int64: whole, float32: whole, float64: whole, decimal: whole, text: () => "a", bool: () => "true",
  bytes: () => "AA==", uuid: () => "00000000-0000-0000-0000-000000000000", day: () => "2026-08-01", timestamp: () => "2026-08-01T00:00:00Z", local_timestamp: () => "2026-08-01T00:00:00",
  enum: (type) => type.values[0] ?? "", array: () => "[]", map: () => "{}", object: () => "{}",
};

function sampleOf(table: Table, name: string): string | undefined {
  const [, column, operator] = /^filter\[(.*)\](.*)$/.exec(name) ?? [];
  if (operator === "is") return "null";
  if (column !== undefined) return matchKind(samples, findColumn(table, column, name).type);
  const parameter = parametersOf(table).find((candidate) => candidate.name === name);
  if (parameter !== undefined) return matchKind(samples, parameter.type);
  // A cursor only comes from an answer, a version and a time exclude each other, and the format is the route's.
  return { limit: "1", version: "0", sort: table.columns[0]?.name, columns: table.columns[0]?.name }[name];
}

test.each(allTables(catalog).map((table) => [fullName(table), table] as const))("every parameter promised for %s is read", (name, table) => {
  const promised = (openapi.paths[`/api/tables/${name}`]?.get?.parameters ?? []).map((parameter) => parameter.name ?? parameter.$ref?.split("/").at(-1) ?? "");
  expect(promised).toContain("limit");
  const search = new URLSearchParams(promised.flatMap((parameter) => {
    const sample = sampleOf(table, parameter);
    if (sample === undefined) expect(["cursor", "timestamp", "format"]).toContain(parameter);
    return sample === undefined ? [] : [[parameter, sample]];
  }));
  const request = readRowsRequest(table, readQueryString(`/?${search.toString()}`));
  expect(request.conditions).toHaveLength(promised.filter((parameter) => parameter.startsWith("filter[")).length);
});
