import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { catalogFormat } from "../../../compiler/ir/catalog.ts";
import type { Catalog, Check, OnFail, Table } from "../../../compiler/ir/catalog.ts";
import { openLake } from "../../../runtime/lake.ts";
import type { Functions, Lake } from "../../../runtime/lake.ts";
import { readRows } from "../../../runtime/parquet/arrow-rows.ts";
import type { QueryResult } from "../../../runtime/query/request.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { objectsIn, onEveryStore, removeBelow } from "../../stores.ts";
import { column, deltaTable } from "../governance/table.ts";

const place = { file: "catalog/shop/orders.ts", line: 1, column: 1, length: 1 };
const check = (name: string, onFail: OnFail, text: string): Check => ({ name, doc: "", onFail, sql: { parts: [text], place }, place });

const orders = deltaTable(
  [column("order_id", { kind: "int64" }), column("pieces", { kind: "int32" }, { rules: [{ kind: "between", low: "1", high: "100" }] }), column("note", { kind: "text" }, { nullable: true })],
  { database: "shop", name: "orders", checks: [check("isNumbered", "reject", "order_id > 0"), check("isSmall", "quarantine", "pieces < 50"), check("isNoted", "warn", "note IS NOT NULL")] },
);
const products = deltaTable([column("product_id", { kind: "int64" })], { database: "shop", name: "products", source: { kind: "rows", module: "shop.js", name: "products", parameters: [] } });
const busy = deltaTable([column("n", { kind: "int64" }, { nullable: true })], {
  database: "shop", name: "busy",
  source: { kind: "view", declared: false, sql: { parts: ["SELECT count(*) AS n FROM ", { table: "shop.orders", alias: "orders" }], place }, reads: ["shop.orders"] },
});
const mixed = deltaTable([column("n", { kind: "int64" }, { nullable: true })], {
  database: "shop", name: "mixed",
  source: { kind: "view", declared: false, sql: { parts: ["SELECT count(*) AS n FROM ", { table: "shop.busy", alias: "a" }, ", ", { table: "shop.products", alias: "b" }], place }, reads: ["shop.busy", "shop.products"] },
});
const catalogOf = (...tables: Table[]): Catalog => ({ format: catalogFormat, databases: [{ name: "shop", doc: "", tables }] });

let directory: string;
let lakes: Lake[];
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "lake-"));
  lakes = [];
});
afterEach(async () => {
  await Promise.all(lakes.map((lake) => lake.close()));
  await rm(directory, { recursive: true, force: true });
});

async function openAt(root: string, catalog: Catalog = catalogOf(orders, products, busy, mixed), functions: Functions = {}): Promise<Lake> {
  const lake = await openLake({ catalog, root, project: directory, functions });
  lakes.push(lake);
  return lake;
}

async function rowsOf(result: QueryResult): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of result.batches) rows.push(...readRows(result.columns, batch));
  return rows;
}

const order = (id: bigint, pieces = 1, note: string | null = "n"): Row => ({ order_id: id, pieces, note });

await onEveryStore((site) => {
  let root: string;
  beforeEach(() => { root = site.newRoot(directory); });
  const open = (catalog?: Catalog, functions?: Functions): Promise<Lake> => openAt(root, catalog, functions);

  describe("a declared table that was not created", () => {
    test("is told as such, with what to run, by whoever meets it", async () => {
      const lake = await open();
      const failure = { code: "DELTA_TABLE_NOT_FOUND", message: "shop.orders is declared and was not created yet.", hint: "Run `neuralake apply`." };
      await expect(lake.append("shop.orders", [order(1n)])).rejects.toMatchObject(failure);
      await expect(lake.query({ sql: "SELECT * FROM shop.orders" })).rejects.toMatchObject(failure);
      await expect(lake.describe("shop.orders")).rejects.toMatchObject(failure);
      expect((await lake.states())[0]).toMatchObject({ table: "shop.orders", exists: false, rows: null, version: null });
    });

    test("is created once", async () => {
      const lake = await open();
      expect(await lake.create("shop.orders")).toMatchObject({ kind: "committed", version: 0 });
      expect(await lake.create("shop.orders")).toMatchObject({ kind: "conflict" });
      expect((await lake.states())[0]).toMatchObject({ exists: true, rows: 0, files: 0, version: 0, partitionBy: [] });
    });
  });

  describe("a data file that is gone", () => {
    test("is told by its name, with what may have removed it", async () => {
      const lake = await open();
      await lake.create("shop.orders");
      await lake.append("shop.orders", [order(1n)]);
      const file = (await objectsIn(root)).find((name) => name.endsWith(".parquet"));
      await removeBelow(root, "shop", (name) => name === file);
      await expect(lake.query({ sql: "SELECT * FROM shop.orders" }).then(rowsOf)).rejects.toMatchObject({ code: "FILE_NOT_FOUND", message: `There is no ${root}/${file} any more.`, hint: expect.stringContaining("neuralake verify") });
    });
  });

  describe("append", () => {
    test("commits its rows in one version that other lakes see at once", async () => {
      const lake = await open();
      await lake.create("shop.orders");
      const other = await open();
      expect(await rowsOf(await other.query({ sql: "SELECT count(*) AS n FROM shop.orders" }))).toEqual([{ n: 0n }]);
      expect(await lake.append("shop.orders", [order(1n), order(2n)])).toEqual({ table: "shop.orders", version: 1, kept: 2, quarantined: 0, warnings: [] });
      const result = await other.query({ sql: "SELECT * FROM shop.orders ORDER BY order_id" });
      expect(result.tables).toMatchObject([{ table: "shop.orders", version: 1 }]);
      expect(await rowsOf(result)).toEqual([order(1n), order(2n)]);
    });

    test("takes rows as they come, and none at all", async () => {
      const lake = await open();
      await lake.create("shop.orders");
      async function* source(): AsyncGenerator<Row> {
        yield order(1n);
        yield order(2n);
      }
      expect(await lake.append("shop.orders", source())).toMatchObject({ version: 1, kept: 2 });
      expect(await lake.append("shop.orders", [])).toMatchObject({ version: undefined, kept: 0 });
      expect((await lake.history("shop.orders")).length).toBe(2);
    });

    test("refuses the whole batch for a row that breaks a rule or a check, and writes nothing", async () => {
      const lake = await open();
      await lake.create("shop.orders");
      const before = await objectsIn(root);
      await expect(lake.append("shop.orders", [order(1n), order(2n, 101)])).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining("row 2, column pieces: 101 breaks the rule: between 1 and 100") });
      await expect(lake.append("shop.orders", [order(1n, 60), order(0n)])).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining("row 2: fails the check isNumbered") });
      await expect(lake.append("shop.orders", [{ ...order(1n), order_id: 2n ** 63n }])).rejects.toMatchObject({ code: "VALUE_INVALID" });
      expect(await objectsIn(root)).toEqual(before);
    });

    test("sets rows aside that fail a quarantine check, and counts what it only warns of", async () => {
      const lake = await open();
      await lake.create("shop.orders");
      const result = await lake.append("shop.orders", [order(1n), order(2n, 60, null), order(9007199254740993n, 70), order(4n, 1, null)]);
      expect(result).toEqual({ table: "shop.orders", version: 1, kept: 2, quarantined: 2, warnings: [{ check: "isNoted", rows: 1 }] });
      expect(await rowsOf(await lake.query({ sql: "SELECT order_id FROM shop.orders ORDER BY 1" }))).toEqual([{ order_id: 1n }, { order_id: 4n }]);
      const dead = await rowsOf(await lake.query({ sql: "SELECT reason, place, decode(payload) AS payload FROM shop.orders__dead ORDER BY place" }));
      expect(dead).toEqual([
        { reason: "isSmall", place: "row 2", payload: '{"order_id":2,"pieces":60,"note":null}' },
        { reason: "isSmall", place: "row 3", payload: '{"order_id":9007199254740993,"pieces":70,"note":"n"}' },
      ]);
      expect(await rowsOf(await lake.peek("shop.orders__dead", { columns: ["reason"], limit: 1 }))).toEqual([{ reason: "isSmall" }]);
      expect((await lake.describe("shop.orders__dead")).rows).toBe(2);
    });

    test("is refused by name of the column when the lake keeps the table otherwise", async () => {
      await (await open()).create("shop.orders");
      const changed: readonly [string, Table][] = [
        ["the lake has no column colour", { ...orders, columns: [...orders.columns, column("colour", { kind: "text" }, { nullable: true })] }],
        ["the lake has a column note besides", { ...orders, checks: [], columns: orders.columns.slice(0, 2) }],
        ["column pieces is declared Int64 and kept as Int32", { ...orders, columns: orders.columns.map((each) => (each.name === "pieces" ? column("pieces", { kind: "int64" }) : each)) }],
        ["column note is declared Text and kept as Text | null", { ...orders, columns: orders.columns.map((each) => (each.name === "note" ? column("note", { kind: "text" }) : each)) }],
      ];
      for (const [message, table] of changed) {
        const lake = await open(catalogOf(table));
        await expect(lake.append("shop.orders", [order(1n)])).rejects.toMatchObject({ code: "SCHEMA_DIFFERS", message: expect.stringContaining(message) });
      }
    });

    test("finds a table that was removed and made anew", async () => {
      const lake = await open();
      await lake.create("shop.orders");
      for (const id of [1n, 2n, 3n]) await lake.append("shop.orders", [order(id)]);
      await removeBelow(root, "shop");
      await expect(lake.query({ sql: "SELECT * FROM shop.orders" })).rejects.toMatchObject({ code: "DELTA_TABLE_NOT_FOUND" });
      await (await open()).create("shop.orders");
      expect(await lake.append("shop.orders", [order(9n)])).toMatchObject({ version: 1 });
      expect(await rowsOf(await lake.query({ sql: "SELECT order_id FROM shop.orders" }))).toEqual([{ order_id: 9n }]);
    });

    test("goes to Delta tables of the catalog only", async () => {
      const lake = await open();
      await expect(lake.append("shop.busy", [])).rejects.toMatchObject({ code: "TABLE_NOT_WRITABLE" });
      await expect(lake.append("shop.order", [])).rejects.toMatchObject({ code: "TABLE_NOT_FOUND", hint: expect.stringContaining("shop.orders") });
    });

    test("of two lakes at once loses nothing", async () => {
      const [one, two] = [await open(), await open()];
      await one.create("shop.orders");
      await Promise.all([one, two].flatMap((lake, side) => Array.from({ length: 5 }, (_, k) => lake.append("shop.orders", [order(BigInt(1 + side * 5 + k))]))));
      expect(await rowsOf(await one.query({ sql: "SELECT count(DISTINCT order_id) AS n FROM shop.orders" }))).toEqual([{ n: 10n }]);
      expect((await two.states())[0]).toMatchObject({ rows: 10, version: 10 });
    });
  });

  describe("a row function", () => {
    test("is asked with each query, and may be asynchronous", async () => {
      let calls = 0;
      const lake = await open(undefined, {
        "shop.products": async function* () {
          calls += 1;
          yield { product_id: BigInt(calls) };
        },
      });
      const sql = "SELECT a.product_id AS a, b.product_id AS b FROM shop.products a, shop.products b";
      expect(await rowsOf(await lake.query({ sql }))).toEqual([{ a: 1n, b: 1n }]);
      expect(await rowsOf(await lake.query({ sql }))).toEqual([{ a: 2n, b: 2n }]);
    });

    test.each<[string, () => unknown, string]>([
      ["throws", () => { throw new Error("no connection"); }, "no connection"],
      ["gives no rows", () => 5, "gave no rows but 5"],
      ["gives a row of the wrong type", () => [{ product_id: 1n }, { product_id: 1 }], "row 2, column product_id: 1 is not Int64"],
      ["gives a row with a column too many", () => [{ product_id: 1n, name: "" }], "row 1, column name: there is no such column"],
    ])("that %s is named, with what was wrong", async (_case, call, message) => {
      const lake = await open(undefined, { "shop.products": call });
      const ask = async (): Promise<Row[]> => await rowsOf(await lake.query({ sql: "SELECT * FROM shop.products" }));
      await expect(ask()).rejects.toMatchObject({ code: "FUNCTION_FAILED", message: expect.stringMatching(/shop\.products/) });
      await expect(ask()).rejects.toThrow(message);
    });
  });

  describe("what a lake tells of its tables", () => {
    test("describe and history speak of the catalog's tables and of any Delta table by its path", async () => {
      const lake = await open();
      await lake.create("shop.orders");
      await lake.append("shop.orders", [order(1n)]);
      const location = `${root}/shop/orders`;
      const description = await lake.describe("shop.orders");
      expect(description).toMatchObject({
        name: "shop.orders", location, version: 1, files: 1, rows: 1, checkpoint: null, transactions: {}, domains: {},
        protocol: { minReaderVersion: 1, minWriterVersion: 2 },
        metadata: { name: "shop.orders", partitionColumns: [], configuration: {}, schema: { type: "struct" } },
      });
      const { name: _name, ...unnamed } = description;
      expect(await lake.describe(location)).toEqual(unnamed);
      expect(await lake.describe("shop.orders", { version: 0 })).toMatchObject({ version: 0, rows: 0, files: 0 });
      const history = await lake.history("shop.orders");
      expect(history).toEqual(await lake.history(location));
      expect(history.map(({ version, operation, isBlindAppend }) => [version, operation, isBlindAppend])).toEqual([[1, "WRITE", true], [0, "CREATE TABLE", true]]);
      await expect(lake.describe("shop.busy")).rejects.toMatchObject({ code: "DELTA_TABLE_NOT_FOUND" });
      await expect(lake.history(`${root}/absent`)).rejects.toMatchObject({ code: "DELTA_TABLE_NOT_FOUND" });
    });

    test("peek shows chosen rows and columns of a table, and of a path no catalog knows", async () => {
      const lake = await open();
      await lake.create("shop.orders");
      await lake.append("shop.orders", [order(1n), order(2n), order(3n)]);
      await lake.append("shop.orders", [order(4n)]);
      const options = { columns: ["NOTE", "order_id"], where: "order_id > 1 -- not the first", limit: 1 };
      expect(await rowsOf(await lake.peek("shop.orders", options))).toEqual([{ note: "n", order_id: 2n }]);
      const stranger = await open({ format: catalogFormat, databases: [] });
      const location = `${root}/shop/orders`;
      expect(await rowsOf(await stranger.peek(location, options))).toEqual([{ note: "n", order_id: 2n }]);
      expect((await rowsOf(await stranger.peek(location))).length).toBe(4);
      expect((await rowsOf(await stranger.peek(location, { asOf: { version: 1 } }))).length).toBe(3);
      await expect(stranger.peek(location, { columns: ["colour"] })).rejects.toMatchObject({ code: "SQL_INVALID", hint: expect.stringContaining("order_id, pieces, note") });
      await expect(stranger.peek(location, { where: "true) UNION SELECT (1" })).rejects.toMatchObject({ code: expect.stringMatching(/^SQL_/) });
    });

    test("the times of versions rise, and each leads back to its version", async () => {
      const lake = await open();
      await lake.create("shop.orders");
      for (const id of [1n, 2n, 3n, 4n]) await lake.append("shop.orders", [order(id)]);
      const history = (await (await open()).history("shop.orders")).toReversed();
      expect(history.map(({ timestamp }) => timestamp)).toEqual([...new Set(history.map(({ timestamp }) => timestamp))].toSorted());
      for (const { version, timestamp } of history) expect(await lake.describe("shop.orders", { timestamp })).toMatchObject({ version, rows: version });
    });

    test("versions follow views to their tables, and are unknown beneath a function", async () => {
      const lake = await open();
      await lake.create("shop.orders");
      expect(await lake.versions(["shop.busy"])).toMatchObject([{ table: "shop.orders", version: 0 }]);
      expect(await lake.versions(["shop.busy", "shop.orders"])).toMatchObject([{ table: "shop.orders", version: 0 }]);
      expect(await lake.versions(["shop.mixed"])).toBeUndefined();
      expect(await lake.versions([])).toEqual([]);
    });

    test("states say of files whether they are there and how large they are", async () => {
      const file = (name: string): Table => deltaTable([column("a", { kind: "int64" })], { database: "shop", name, source: { kind: "csv", location: `${name}.*`, header: true, delimiter: ",", nulls: [""] } });
      const lake = await open(catalogOf(file("absent"), file("there"), busy));
      await writeFile(path.join(directory, "there.csv"), "a\n1\n");
      await writeFile(path.join(directory, "there.txt"), "a\n");
      expect(await lake.states()).toMatchObject([
        { table: "shop.absent", kind: "csv", exists: false, files: null },
        { table: "shop.there", kind: "csv", exists: true, files: 2, bytes: 6, rows: null },
        { table: "shop.busy", kind: "view", exists: true, location: null },
      ]);
    });
  });
});

test("a lake is found through a link to its directory", async () => {
  await mkdir(path.join(directory, "real"));
  await symlink(path.join(directory, "real"), path.join(directory, "lake"));
  const lake = await openAt(path.join(directory, "lake"));
  await lake.create("shop.orders");
  await lake.append("shop.orders", [order(1n), order(2n, 60)]);
  expect(await rowsOf(await lake.query({ sql: "SELECT count(*) AS n FROM shop.orders" }))).toEqual([{ n: 1n }]);
  expect((await rowsOf(await lake.peek(path.join(directory, "lake", "shop", "orders__dead")))).length).toBe(1);
  expect(await readdir(path.join(directory, "real", "shop"))).toEqual(["orders", "orders__dead"]);
});

test("a closed lake leaves no temporary directory behind", async () => {
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = directory;
  try {
    const lake = await openAt(path.join(directory, "lake"));
    await rowsOf(await lake.query({ sql: "SELECT 1 AS one" }));
    expect((await readdir(directory)).length).toBe(1);
    await lake.close();
    expect(await readdir(directory)).toEqual([]);
    await expect(lake.query({ sql: "SELECT 1 AS one" })).rejects.toMatchObject({ code: "UNAVAILABLE" });
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
});
