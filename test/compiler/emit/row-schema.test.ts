/**
 * The JSON Schema of a table against what appending to it does, row by row. Ajv reads numbers as doubles, so that of whole numbers beyond
 * 2^53 it says nothing here: those are held against the bounds that the schema has, with all their digits.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormatsOf from "ajv-formats";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonText } from "../../../compiler/emit/emitted-file.ts";
import { rowSchema } from "../../../compiler/emit/row-schema.ts";
import type { Catalog, Column, Table } from "../../../compiler/ir/catalog.ts";
import { openLake } from "../../../runtime/lake.ts";
import type { Lake } from "../../../runtime/lake.ts";
import { readers } from "../../../runtime/query/formats/rows-reader.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import { chance, oneOf, randomOf } from "../../random.ts";
import { everySent } from "./sent-texts.ts";

const rowsEach = 1_000;
const place = { file: "catalog/shapes/everything.ts", line: 1, column: 1, length: 1 };

function columnOf(name: string, rest: Partial<Column>): Column {
  return { name, type: { kind: "text" }, nullable: false, doc: "", place, words: [], rules: [], unique: false, ...rest };
}

function tableOf(name: string, columns: readonly Column[], rest: Partial<Table> = {}): Table {
  return { database: "shapes", name, symbol: name, doc: "", place, words: [], tags: [], source: { kind: "delta" }, columns, key: [], partitionBy: [], clusterBy: [], checks: [], ...rest };
}

const names = everySent.map(({ title }) => title.replaceAll(" ", "_"));
const tables = [
  ...everySent.map(({ column }, index) => tableOf(names[index] ?? "", [columnOf("v", column), columnOf("note", { nullable: true })])),
  tableOf("rows", [columnOf("a", { type: { kind: "int32" } }), columnOf("b", { nullable: true }), columnOf("c", { type: { kind: "day" } })]),
];
const catalog: Catalog = { format: 1, databases: [{ name: "shapes", doc: "", tables }] };

let lake: Lake;
let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "row-schema-"));
  lake = await openLake({ root, project: root, catalog });
  for (const { name } of tables) await lake.create(`shapes.${name}`);
});
afterAll(async () => {
  await lake.close();
  await rm(root, { recursive: true, force: true });
});

/** The schema as a file has it, in the hands of a validator that knows nothing of us. */
function validatorOf(table: Table): (row: string) => boolean {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, multipleOfPrecision: 3, keywords: ["x-unit"] });
  addFormatsOf.default(ajv);
  for (const format of ["int8", "int16", "decimal"]) ajv.addFormat(format, true);
  const text = jsonText(rowSchema(table));
  const validate = ajv.compile(JSON.parse(text) as object);
  return (row) => {
    const long = /^\{"v":(-?\d{16,})(?=[,}])/.exec(row)?.[1];
    const bounds = /"v": \{.*?"minimum": (-?\d+), "maximum": (-?\d+)/.exec(text);
    const wide = long !== undefined && bounds !== null && text.includes('"int64"');
    return validate(JSON.parse(row)) && (!wide || (BigInt(long) >= BigInt(bounds[1] ?? "") && BigInt(long) <= BigInt(bounds[2] ?? "")));
  };
}

async function append(table: Table, rows: readonly string[]): Promise<number> {
  const result = await lake.append(`shapes.${table.name}`, readers.json?.(Buffer.from(`[${rows.join(",")}]`), table.columns) ?? []);
  return result.kept;
}

/** The rows on which the two differ, and how many are taken and refused. */
async function held(table: Table, rows: readonly string[]): Promise<{ readonly differ: readonly string[]; readonly taken: number; readonly refused: number }> {
  const isValid = validatorOf(table);
  const differ: string[] = [];
  const [good, bad] = [rows.filter(isValid), rows.filter((row) => !isValid(row))];
  const refuses = async (some: readonly string[]): Promise<boolean> => append(table, some).then(() => false, (error: unknown) => {
    if (error instanceof Failure && (error.code === "VALUE_INVALID" || error.code === "ROWS_REFUSED")) return true;
    throw error;
  });
  for (const row of bad) if (!(await refuses([row]))) differ.push(`appended, against the schema: ${row}`);
  // All at once are one commit; which of them is refused is asked for only when one is.
  if (good.length > 0 && await refuses(good)) for (const row of good) if (await refuses([row])) differ.push(`refused, though the schema takes it: ${row}`);
  return { differ, taken: good.length, refused: bad.length };
}

describe("a schema and an append", () => {
  test.each(everySent.map(({ title }, index) => [title, index] as const))(`agree on ${rowsEach} rows of %s`, async (_title, index) => {
    const random = randomOf(4_000 + index);
    const { text } = everySent[index] as (typeof everySent)[number];
    const rows = Array.from({ length: rowsEach }, () => `{"v":${text(random)}${oneOf(random, ["", "", "", ',"note":null', ',"note":"x"'])}}`);
    const { differ, taken, refused } = await held(tables[index] as Table, rows);
    expect([...new Set(differ)].slice(0, 10)).toEqual([]);
    expect([taken > rowsEach / 50, refused > rowsEach / 50, taken + refused]).toEqual([true, true, rowsEach]);
  });

  test(`agree on ${rowsEach} rows whose columns are missing, null or unknown`, async () => {
    const random = randomOf(17);
    const rows = Array.from({ length: rowsEach }, () => `{${["a", "b", "c", "d"].filter((name) => chance(random, name === "d" ? 0.1 : 0.9)).map((name) => `"${name}":${oneOf(random, ["null", { a: "1", b: '"x"', c: '"2024-02-29"', d: "null" }[name] ?? "", { a: "2", b: "null", c: '"2000-02-29"', d: "1" }[name] ?? ""])}`).join(",")}}`);
    const { differ, taken, refused } = await held(tables.at(-1) as Table, [...rows, "null", "1", "[]", '"row"']);
    expect(differ).toEqual([]);
    expect([taken > 100, refused > 100]).toEqual([true, true]);
  });
});

test("what no schema can say stands in its description, with what becomes of a row", () => {
  const sql = { parts: ["true"], place };
  const { description, properties, required } = rowSchema(tableOf("trips", [
    columnOf("seen_at", { type: { kind: "timestamp" } }),
    columnOf("seen_day", { type: { kind: "day" }, dayOf: "seen_at" }),
    columnOf("fare", { type: { kind: "decimal", precision: 10, scale: 2 }, rules: [{ kind: "between", low: "0", high: "10000" }], doc: "What was paid.", unit: "EUR", deprecated: "" }),
    columnOf("email", { rules: [{ kind: "matches", pattern: "^[^@]+@[^@]+$", flags: "i" }] }),
  ], { doc: "Rides.", checks: [{ name: "ends", doc: "A ride ends\nafter it starts.", onFail: "quarantine", sql, place }] }));
  expect(description).toBe([
    "Rides.", "", "Asked of a row besides, which no schema can say:",
    "- seen_day is the day of seen_at, and follows from it when left out",
    "- fare lies between 0 and 10000",
    "- email matches /^[^@]+@[^@]+$/i",
    "- the check ends holds (A ride ends after it starts.), else the row is set aside",
  ].join("\n"));
  expect(properties).toMatchObject({ fare: { $ref: "#/$defs/Decimal-10-2", description: "What was paid.", deprecated: true, "x-unit": "EUR" } });
  expect(required).toEqual(["seen_at", "fare", "email"]);
});
