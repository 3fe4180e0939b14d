/** `neuralake import` of files: the narrowest types that are exact, null where one is, and a query then gives the very rows; what cannot be declared is refused by name. */
import { execFileSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openEngine } from "../../runtime/query/engine.ts";
import { runCommand, temporaryFolder, type Outcome } from "./command.ts";

let place: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  place = await temporaryFolder();
  for (const folder of ["catalog/shop", "data"]) await mkdir(path.join(place.folder, folder), { recursive: true });
  await writeFile(path.join(place.folder, "catalog/shop/database.ts"), 'import { database } from "neuralake";\n\n@database()\nexport class Shop {}\n');
  const scratch = path.join(place.folder, "data");
  const engine = await openEngine({ readable: [scratch], temporary: scratch });
  await engine.control.run(`COPY (SELECT i::INTEGER AS id, 'n' || i AS name, i::DECIMAL(9,2) AS price, 'EU' AS region, DATE '2026-08-01' + i::INTEGER AS day FROM range(4) t(i)) TO '${scratch}/sales' (FORMAT parquet, PARTITION_BY (day))`);
  await engine.control.run(`COPY (SELECT 1::UBIGINT AS u, [1, NULL] AS list, MAP {'a': 1} AS m, {'x': 1.5::DOUBLE} AS p, TIME '12:00' AS clock) TO '${scratch}/odd.parquet'`);
  await engine.close();
});
afterAll(() => place.remove());

const run = (...args: string[]): Promise<Outcome> => runCommand(place.folder, args);
const write = (file: string, text: string): Promise<void> => writeFile(path.join(place.folder, file), text);
const declared = async (table: string): Promise<string> => await readFile(path.join(place.folder, `catalog/shop/${table}.ts`), "utf8");
const rows = async (sql: string): Promise<unknown> => {
  const { code, stdout, stderr } = await run("query", sql, "--json");
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
};

const uuid = "0190a5b2-7c1d-7e4f-8a00-0123456789ab";
const csv = [
  "Order ID;zip;n;big;huge;price;ratio;paid;day;at;told;token;note;order;nothing",
  `1;00501;-5;9007199254740993;123456789012345678901;24.90;0.30000000000000004;true;2026-08-01;2026-08-01 12:00:00;2026-08-01T12:00:00Z;${uuid};a;x;`,
  `2;10115;7;1;2;0.5;2e-7;false;2026-08-02;2026-08-01 12:00:00.25;2026-08-01T12:00:00+02:00;${uuid};;y;`,
].join("\n");

test("files become tables whose rows are the very rows", async () => {
  await write("data/orders.csv", `${csv}\n`);
  await write("data/events.ndjson", [
    JSON.stringify({ kind: "click", n: 1, x: 1.5, at: "2026-08-01T12:00:00Z", code: "007", tags: ["a"], where: { lat: 1.5, name: "x" }, ok: true }),
    JSON.stringify({ kind: "view", n: 3_000_000_000, x: 2, at: "2026-08-01T13:00:00Z", code: "12", tags: [], where: { lat: 2, name: null }, ok: false, extra: "late" }),
  ].join("\n"));
  await write("data/list.json", '[{"id": 1, "day": "2026-08-01"}, {"id": 2, "day": null}, {"id": 3, "day": "2026-08-03"}]');

  const { code, stdout, stderr } = await run("import", "data/orders.csv", "data/events.ndjson", "data/list.json", "data/sales", "--json");
  expect([code, stderr]).toEqual([0, ""]);
  expect(JSON.parse(stdout)).toMatchObject({ tables: [{ table: "shop.orders", kind: "csv", columns: 15 }, { table: "shop.events", kind: "json", columns: 9 }, { table: "shop.list", kind: "json" }, { table: "shop.sales", kind: "parquet", columns: 5 }] });
  expect(await declared("orders")).toBe([
    'import { csvTable, from } from "neuralake";', 'import type { Bool, Day, Decimal, Float64, Int32, Int64, LocalTimestamp, Text, Timestamp, Uuid } from "neuralake";', "",
    '@csvTable({ location: "data/orders.csv", delimiter: ";" })', "export class Orders {", '  @from("Order ID")', "  order_id: Int32;", "",
    "  zip: Text;", "  n: Int32;", "  big: Int64;", "  huge: Decimal<38, 0>;", "  price: Decimal<18, 2>;", "  ratio: Float64;", "  paid: Bool;", "  day: Day;", "  at: LocalTimestamp;", "  told: Timestamp;", "  token: Uuid;", "  note: Text | null;", "",
    '  @from("order")', "  order_: Text;", "", "  nothing: Text | null;", "}", "",
  ].join("\n"));
  expect(await declared("events")).toContain('@jsonTable({ location: "data/events.ndjson", lines: true })\nexport class Events {\n  kind: Text;\n  n: Int64;\n  x: Decimal<18, 1>;\n  at: Timestamp;\n  code: Text;\n  tags: (Text | null)[];\n  where: { lat: Float64 | null; name: Text | null };\n'.replace("  where:", '\n  @from("where")\n  where_:'));
  expect(await declared("list")).toContain("  id: Int32;\n  day: Day | null;\n");
  expect(await declared("sales")).toContain('@parquetTable({ location: "data/sales/**/*.parquet" })\nexport class Sales {\n  id: Int32;\n  name: Text;\n  price: Decimal<9, 2>;\n  region: Text;\n\n  @partition()\n  day: Day;\n}');

  expect((await run("compile")).code).toBe(0);
  expect((await run("plan")).code).toBe(0);
  expect(await rows("SELECT * FROM shop.orders ORDER BY order_id")).toMatchObject([
    { order_id: 1, zip: "00501", n: -5, huge: "123456789012345678901", price: "24.90", ratio: 0.30000000000000004, paid: true, day: "2026-08-01", told: "2026-08-01T12:00:00Z", token: uuid, note: "a", order_: "x", nothing: null },
    { order_id: 2, zip: "10115", n: 7, huge: "2", price: "0.50", ratio: 2e-7, paid: false, day: "2026-08-02", told: "2026-08-01T10:00:00Z", token: uuid, note: null, order_: "y", nothing: null },
  ]);
  expect(await rows("SELECT n, code, extra, where_.lat AS lat FROM shop.events ORDER BY n")).toEqual([{ n: 1, code: "007", extra: null, lat: 1.5 }, { n: 3_000_000_000, code: "12", extra: "late", lat: 2 }]);
  expect(await rows("SELECT id, day FROM shop.sales ORDER BY id")).toEqual([0, 1, 2, 3].map((id) => ({ id, day: `2026-08-0${id + 1}` })));
});

test.each([
  ["mixed.ndjson", '{"a": 1}\n{"a": "x"}\n', '"a"', "several types"],
  ["bare.csv", "1,2\n3,4\n", "does not name its columns", "1", "--no-header"],
  ["broken.ndjson", '{"a": 1}\n{"a": \n', "broken.ndjson", ""],
  ["odd.parquet", undefined, 'Column "clock"', "TIME"],
])("%s is refused with what is wrong, and nothing is written", async (file, text, ...said) => {
  if (text !== undefined) await write(`data/${file}`, text);
  const { code, stdout } = await run("import", `data/${file}`, "--as", "refused.one", "--json");
  const { error } = JSON.parse(stdout) as { error: { code: string; message: string; hint: string } };
  expect([code, error.code]).toEqual([1, "FILE_INVALID"]);
  for (const part of said) expect(`${error.message} ${error.hint}`).toContain(part);
  expect(execFileSync("ls", [path.join(place.folder, "catalog")], { encoding: "utf8" })).toBe("shop\n");
});

test("a CSV file without a line of names is imported with numbered columns, which the author names", async () => {
  await write("data/bare_one.csv", "1,x,2026-08-01\n2,,2026-08-02\n");
  await write("data/bare_two.csv", "3,z,2026-08-03\n");
  expect((await run("import", "data/bare_*.csv", "--no-header", "--as", "shop.bare", "--json")).code).toBe(0);
  expect(await declared("bare")).toContain('@csvTable({ location: "data/bare_*.csv", header: false })\nexport class Bare {\n  column_1: Int32;\n  column_2: Text | null;\n  column_3: Day;\n\n  // Cells have no names');
  await write("catalog/shop/bare.ts", (await declared("bare")).replace("column_2", "letter"));
  expect((await run("compile")).code).toBe(0);
  expect(await rows("SELECT * FROM shop.bare ORDER BY 1")).toEqual([{ column_1: 1, letter: "x", column_3: "2026-08-01" }, { column_1: 2, letter: null, column_3: "2026-08-02" }, { column_1: 3, letter: "z", column_3: "2026-08-03" }]);
  const parquet = await run("import", "data/odd.parquet", "--no-header", "--json");
  expect([parquet.code, JSON.parse(parquet.stdout)]).toMatchObject([1, { error: { code: "FILE_INVALID", hint: "Leave --no-header away." } }]);
});

test("a folder's name is taken whole, also with a sign that encodes nothing", async () => {
  const scratch = path.join(place.folder, "data");
  const engine = await openEngine({ readable: [scratch], temporary: scratch });
  for (const [id, folder] of ["k=5%off", "k=1=2", "k=7%20"].entries()) {
    await mkdir(path.join(scratch, "named", folder), { recursive: true });
    await engine.control.run(`COPY (SELECT ${id}::INTEGER AS id) TO '${scratch}/named/${folder}/x.parquet' (FORMAT parquet)`);
  }
  await engine.close();
  expect((await run("import", "data/named")).code).toBe(0);
  expect(await declared("named")).toContain("  @partition()\n  k: Text;");
});
