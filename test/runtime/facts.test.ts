import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { catalogFormat } from "../../compiler/ir/catalog.ts";
import type { Column, Source, Table } from "../../compiler/ir/catalog.ts";
import type { ColumnType } from "../../compiler/ir/column-type.ts";
import { collectFacts, type Facts } from "../../runtime/facts.ts";
import { openLake } from "../../runtime/lake.ts";

const place = { file: "catalog/shop/tables.ts", line: 1, column: 1, length: 1 };
const column = (name: string, type: ColumnType, facts: Partial<Column> = {}): Column => ({ name, type, nullable: false, doc: "", place, words: [], rules: [], unique: false, ...facts });
const table = (name: string, source: Source, columns: readonly Column[]): Table =>
  ({ database: "shop", name, symbol: name, doc: "", place, words: [], tags: [], source, columns, key: [], partitionBy: [], clusterBy: [], checks: [] });
const sql = (text: string, reads: readonly string[]) => ({ sql: { parts: [text], place }, reads });
const [int64, text] = [{ kind: "int64" }, { kind: "text" }] as const;

const people = table("people", { kind: "delta" }, [
  column("id", int64), column("email", text, { pii: { category: "email", mask: "hash" } }), column("age", { kind: "int32" }, { nullable: true }),
  column("weight", { kind: "float64" }), column("country", text), column("born", { kind: "day" }), column("seen", { kind: "timestamp" }), column("marks", { kind: "array", element: text, elementNullable: false }),
]);
const tables = [
  people,
  table("planned", { kind: "delta" }, [column("id", int64)]),
  table("empty", { kind: "delta" }, [column("id", int64), column("word", text)]),
  table("changed", { kind: "delta" }, [column("id", int64), column("word", text)]),
  table("broken", { kind: "csv", location: "broken.csv", header: true, delimiter: ",", nulls: [""] }, [column("n", int64)]),
  table("absent", { kind: "csv", location: "absent.csv", header: true, delimiter: ",", nulls: [""] }, [column("n", int64)]),
  table("letters", { kind: "csv", location: "letters.csv", header: true, delimiter: ",", nulls: [""] }, [column("id", int64), column("letter", text)]),
  table("grown", { kind: "view", declared: false, ...sql("SELECT id, email FROM shop.people", ["shop.people"]) }, [column("id", int64), column("email", text)]),
  table("older", { kind: "view", declared: false, ...sql("SELECT id FROM shop.grown", ["shop.grown"]) }, [column("id", int64)]),
  table("vowels", { kind: "view", declared: false, ...sql("SELECT letter FROM shop.letters WHERE letter IN ('a', 'e')", ["shop.letters"]) }, [column("letter", text)]),
  table("asked", { kind: "sql", parameters: [{ name: "id", doc: "", type: int64, nullable: false, place }], sql: { parts: ["SELECT ", { parameter: "id" }, " AS id"], place }, reads: [] }, [column("id", int64)]),
];

let folder: string;
let facts: Facts;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "neuralake-facts-"));
  await mkdir(path.join(folder, "lake"));
  await writeFile(path.join(folder, "broken.csv"), "n\n1\nsix\n");
  await writeFile(path.join(folder, "letters.csv"), `id,letter\n${Array.from({ length: 1000 }, (_, at) => `${at},${"abcde"[at % 5]}`).join("\n")}\n`);
  await using lake = await openLake({ catalog: { format: catalogFormat, databases: [{ name: "shop", doc: "", tables }] }, root: path.join(folder, "lake"), project: folder });
  await lake.create("shop.people");
  await lake.create("shop.empty");
  await lake.append("shop.people", Array.from({ length: 200 }, (_, at) => ({
    id: 9_007_199_254_740_993n + BigInt(at), email: `secret-${at}@example.org`, age: at % 4 === 0 ? null : at % 50, weight: at === 7 ? Number.NaN : at / 2, country: at < 150 ? "de" : "f'r",
    born: Temporal.PlainDate.from("2001-01-01").add({ days: at }), seen: Temporal.Instant.from("2026-01-01T00:00:00Z").add({ hours: at }), marks: ["a", String(at)],
  })));
  await lake.create("shop.changed");
  await lake.append("shop.changed", ["a", "b", "c"].map((word, at) => ({ id: BigInt(at), word })));
  await lake.mergeRows("shop.changed", { rows: [{ id: 0n, word: "z" }, { id: 9n, word: "y" }] }, { on: ["id"] });
  await lake.updateRows("shop.changed", [{ column: "word", value: "x" }], "id = 9");
  await lake.deleteRows("shop.changed", "id IN (0, 1)");
  facts = await collectFacts(lake, { now: new Date("2026-03-01T12:00:00Z") });
});
afterAll(async () => { await rm(folder, { recursive: true, force: true }); });

const of = (name: string) => {
  const found = facts.tables[`shop.${name}`];
  if (found === undefined) throw new Error(`no facts of ${name}`);
  return found;
};

test("a version is told with how many rows more it has than the one before, or fewer", () => {
  expect(of("changed").versions.map(({ operation, rows }) => [operation, rows])).toEqual([["DELETE", -2], ["UPDATE", undefined], ["MERGE", 1], ["WRITE", 3], ["CREATE TABLE", undefined]]);
});

test("every table of the catalog has facts, and they say when they were collected", () => {
  expect(Object.keys(facts.tables)).toEqual(tables.map(({ name }) => `shop.${name}`));
  expect([facts.format, facts.collected]).toEqual([1, "2026-03-01T12:00:00.000Z"]);
});

test("a Delta table is told with rows, bytes, files, versions and exact sample values", () => {
  const { rows, bytes, files, version, versions, sample } = of("people");
  expect([rows, files, version]).toEqual([200, 1, 1]);
  expect(bytes).toBeGreaterThan(0);
  expect(versions.map(({ version: number, rows: added }) => [number, added])).toEqual([[1, 200], [0, undefined]]);
  expect(sample?.columns).toEqual(["id", "age", "weight", "country", "born", "seen", "marks"]);
  expect(sample?.rows).toHaveLength(8);
  expect(sample?.rows[0]).toEqual(["9007199254740993", null, "0", "de", "2001-01-01", "2026-01-01T00:00:00Z", `["a","0"]`]);
});

test("the profile counts nulls, histogram steps and frequent values exactly", () => {
  const { values } = of("people");
  expect([values?.looked, values?.whole]).toEqual([200, true]);
  const { age, weight, country, born, seen, marks } = values?.columns ?? {};
  expect(age).toMatchObject({ nulls: 50, min: "0", max: "49" });
  expect(age?.histogram?.counts.reduce((sum, rows) => sum + rows, 0)).toBe(150);
  expect(weight).toMatchObject({ min: "0.0", max: "99.5" });
  expect(weight?.histogram?.counts.reduce((sum, rows) => sum + rows, 0)).toBe(199);
  expect(country).toEqual({ nulls: 0, distinct: 2, top: [{ value: "de", rows: 150 }, { value: "f'r", rows: 50 }] });
  expect(born).toMatchObject({ nulls: 0, distinct: 200, min: "2001-01-01", max: "2001-07-19" });
  expect(seen?.histogram?.low).toBe("2026-01-01T00:00:00.000Z");
  expect(marks).toEqual({ nulls: 0 });
});

test("no value of a personal column is written anywhere, nor of tables that read it, at any distance", () => {
  expect(JSON.stringify(facts)).not.toContain("secret-");
  expect(of("people").values?.columns["email"]).toEqual({ nulls: 0, withheld: "personal data, not shown" });
  for (const name of ["grown", "older"]) expect(of(name)).toMatchObject({ sample: null, withheld: expect.stringContaining("personal data") });
});

test("a file that cannot be read is a problem in words, and the tables beside it are none the worse", () => {
  expect(of("broken").problem).toContain("broken.csv");
  expect(of("absent").problem).toBe("Its files are not there.");
  expect(of("planned").problem).toContain("neuralake apply");
  expect(of("letters")).toMatchObject({ rows: 1000, values: { looked: 1000, whole: true, columns: { letter: { distinct: 5, top: expect.arrayContaining([{ value: "c", rows: 200 }]) } } } });
});

test("a view is counted by asking it, a table without rows has an empty sample", () => {
  expect(of("vowels")).toMatchObject({ rows: 400, version: null, versions: [] });
  expect(of("empty")).toMatchObject({ rows: 0, sample: { rows: [] }, values: { looked: 0, columns: { id: { nulls: 0 } } } });
});

test("a table that must be given something is not asked", () => {
  expect(of("asked")).toEqual({ rows: null, bytes: null, files: null, version: null, committed: null, versions: [], sample: null });
});

test("a table that takes too long is a problem in words, and the next one is still read", async () => {
  const slow = table("slow", { kind: "view", declared: false, ...sql("SELECT sum(a.range * b.range) AS n FROM range(10000000) a, range(10000000) b", []) }, [column("n", { kind: "decimal", precision: 38, scale: 0 })]);
  const quick = table("quick", { kind: "view", declared: false, ...sql("SELECT 1 AS n", []) }, [column("n", int64)]);
  await using lake = await openLake({ catalog: { format: catalogFormat, databases: [{ name: "shop", doc: "", tables: [slow, quick] }] }, root: path.join(folder, "lake"), project: folder });
  const found = await collectFacts(lake, { patienceMs: 1000 });
  expect(found.tables["shop.slow"]).toMatchObject({ rows: null, sample: null, problem: "Reading it took longer than 1 s." });
  expect(found.tables["shop.quick"]).toMatchObject({ rows: 1, sample: { rows: [["1"]] } });
});
