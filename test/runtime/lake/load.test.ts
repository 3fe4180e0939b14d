import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { catalogFormat } from "../../../compiler/ir/catalog.ts";
import type { Check, Column, OnFail, Rule, Table } from "../../../compiler/ir/catalog.ts";
import { openLake } from "../../../runtime/lake.ts";
import type { Lake } from "../../../runtime/lake.ts";
import { openPlaces } from "../../../runtime/lake/places.ts";
import { setAside } from "../../../runtime/lake/quarantine.ts";
import { openTables } from "../../../runtime/lake/tables.ts";
import { buildBatch } from "../../../runtime/parquet/arrow-build.ts";
import { encodeArrowBatch } from "../../../runtime/parquet/arrow-ipc.ts";
import { readRows } from "../../../runtime/parquet/arrow-rows.ts";
import { encodeParquet } from "../../../runtime/parquet/parquet-file.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { objectsIn, onEveryStore } from "../../stores.ts";
import { column, deltaTable } from "../governance/table.ts";

const place = { file: "catalog/rides/seen.ts", line: 1, column: 1, length: 1 };
const check = (name: string, onFail: OnFail, text: string): Check => ({ name, doc: "", onFail, sql: { parts: [text], place }, place });
const from = (name: string, column: Column): Column => ({ ...column, from: name });

const columns = [
  from("trip", column("trip_id", { kind: "int64" })),
  column("plate", { kind: "text" }, { nullable: true }),
  column("pieces", { kind: "int32" }, { rules: [{ kind: "between", low: "1", high: "100" }] }),
  column("seen_at", { kind: "timestamp" }),
  column("seen_day", { kind: "day" }, { dayOf: "seen_at" }),
];
const checks = [check("isSmall", "quarantine", "pieces < 50"), check("hasPlate", "warn", "plate IS NOT NULL"), check("isNumbered", "reject", "trip_id > 0")];

/** Once judged in SQL, and once by rows: a look-ahead has no words in SQL. */
const judged: readonly [string, readonly Rule[], (row: number) => string][] = [
  ["in SQL", [{ kind: "matches", pattern: "^[A-Z]+$", flags: "" }], (row) => `line ${row + 1}`],
  ["by rows", [{ kind: "matches", pattern: "^(?=[A-Z])[A-Z]+$", flags: "" }], (row) => `row ${row}`],
];

function seen(rules: readonly Rule[], more: Partial<Table> = {}): Table {
  return deltaTable(columns.map((each) => (each.name === "plate" ? { ...each, rules } : each)), { database: "rides", name: "seen", checks, ...more });
}

await onEveryStore((site) => {
  let directory: string;
  let root: string;
  let lakes: Lake[];
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "load-"));
    root = site.newRoot(directory);
    lakes = [];
  });
  afterEach(async () => {
    await Promise.all(lakes.map((lake) => lake.close()));
    await rm(directory, { recursive: true, force: true });
  });

  async function open(table: Table): Promise<Lake> {
    const catalog = { format: catalogFormat, databases: [{ name: "rides", doc: "", tables: [table] }] } as const;
    const lake = await openLake({ catalog, root, project: directory });
    lakes.push(lake);
    await lake.create("rides.seen");
    return lake;
  }

  async function rowsOf(lake: Lake, sql: string): Promise<Row[]> {
    const result = await lake.query({ sql });
    const rows: Row[] = [];
    for await (const batch of result.batches) rows.push(...readRows(result.columns, batch));
    return rows;
  }

  async function file(name: string, content: string | Uint8Array): Promise<string> {
    await writeFile(path.join(directory, name), content);
    return path.join(directory, name);
  }

  const lakeFiles = async (): Promise<string[]> => await objectsIn(root);
  const header = "trip,plate,pieces,seen_at\n";
  const at = Temporal.Instant.from("2026-08-01T23:59:59.999999Z");
  const inFile = [column("trip", { kind: "int64" }), ...columns.slice(1, 4)];
  const fileRows = [{ trip: 9007199254740993n, plate: "AB", pieces: 1, seen_at: at }, { trip: 2n, plate: null, pieces: 2, seen_at: at }];
  const lines = '{"trip": 9007199254740993, "plate": "AB", "pieces": 1, "seen_at": "2026-08-01T23:59:59.999999Z"}\n{"trip": 2, "plate": null, "pieces": 2, "seen_at": "2026-08-01T23:59:59.999999Z"}\n';

  describe.each(judged)("a file judged %s", (_how, rules, place) => {
    test.each<[string, string | Uint8Array]>([
      ["seen.csv", `${header}9007199254740993,AB,1,2026-08-01T23:59:59.999999Z\n2,,2,2026-08-01 23:59:59.999999+00\n`],
      ["seen.tsv", `${header}9007199254740993,AB,1,2026-08-01T23:59:59.999999Z\n2,,2,2026-08-01T23:59:59.999999Z\n`.replaceAll(",", "\t")],
      ["seen.ndjson", lines],
      ["seen.json", `[${lines.trim().replace("\n", ",")}]`],
      ["seen.parquet", encodeParquet(buildBatch(inFile, fileRows))],
      ["seen.arrow", encodeArrowBatch(buildBatch(inFile, fileRows))],
    ])("%s is loaded by its columns' own names, with the day filled in", async (name, content) => {
      const lake = await open(seen(rules));
      const loaded = await file(name, content);
      expect(await lake.load("rides.seen", loaded)).toEqual({ table: "rides.seen", file: loaded, skipped: false, version: 1, kept: 2, quarantined: 0, warnings: [{ check: "hasPlate", rows: 1 }], notLoaded: [], filledWithNull: [] });
      const day = Temporal.PlainDate.from("2026-08-01");
      expect(await rowsOf(lake, "SELECT * FROM rides.seen ORDER BY trip_id")).toEqual([
        { trip_id: 2n, plate: null, pieces: 2, seen_at: at, seen_day: day },
        { trip_id: 9007199254740993n, plate: "AB", pieces: 1, seen_at: at, seen_day: day },
      ]);
      expect(await lake.describe("rides.seen")).toMatchObject({ rows: 2, files: 1 });
    });

    const other = [column("colour", { kind: "text" }, { nullable: true }), column("trip", { kind: "int64" }), ...columns.slice(2, 4), column("extra", { kind: "int32" })];
    const otherRows = [{ colour: "red", trip: 1n, pieces: 1, seen_at: at, extra: 3 }];
    test.each<[string, string | Uint8Array]>([
      ["other.csv", "colour,trip,pieces,seen_at,extra\nred,1,1,2026-08-01T00:00:00Z,3\n"],
      ["other.ndjson", '{"trip": 1, "pieces": 1, "seen_at": "2026-08-01T00:00:00Z", "extra": 3}\n{"trip": 2, "pieces": 1, "seen_at": "2026-08-01T00:00:00Z", "colour": "red"}\n'],
      ["other.json", '[{"trip": 1, "pieces": 1, "seen_at": "2026-08-01T00:00:00Z", "extra": {"trip": 3}, "colour": null}]'],
      ["other.parquet", encodeParquet(buildBatch(other, otherRows))],
      ["other.arrow", encodeArrowBatch(buildBatch(other, otherRows))],
    ])("%s with other columns is loaded, and tells which were not, and which were filled with null", async (name, content) => {
      const lake = await open(seen(rules));
      expect(await lake.load("rides.seen", await file(name, content))).toMatchObject({ version: 1, quarantined: 0, notLoaded: ["colour", "extra"], filledWithNull: ["plate"] });
      expect(await rowsOf(lake, "SELECT count(*) AS n FROM rides.seen WHERE plate IS NOT NULL")).toEqual([{ n: 0n }]);
    });

    test.each<[string, string | Uint8Array]>([
      ["none.csv", "Trip,colour\n1,red\n"],
      ["none.ndjson", '{"Trip": 1}\n{"colour": "red"}\n'],
      ["none.parquet", encodeParquet(buildBatch([column("Trip", { kind: "int64" }), column("colour", { kind: "text" })], [{ Trip: 1n, colour: "red" }]))],
      ["none.arrow", encodeArrowBatch(buildBatch([column("Trip", { kind: "int64" }), column("colour", { kind: "text" })], [{ Trip: 1n, colour: "red" }]))],
    ])("%s without any of the table's columns is refused", async (name, content) => {
      const lake = await open(seen(rules));
      const before = await lakeFiles();
      await expect(lake.load("rides.seen", await file(name, content))).rejects.toMatchObject({ code: "FILE_INVALID", message: expect.stringContaining('it has "Trip", "colour"'), hint: expect.stringContaining('"trip", "plate"') });
      expect(await lakeFiles()).toEqual(before);
    });

    test("that is stopped before it begins leaves nothing", async () => {
      const lake = await open(seen(rules));
      const before = await lakeFiles();
      const stopped = new Error("stopped");
      await expect(lake.load("rides.seen", await file("seen.csv", `${header}1,AB,1,2026-08-01T00:00:00Z\n`), { signal: AbortSignal.abort(stopped) })).rejects.toBe(stopped);
      expect(await lakeFiles()).toEqual(before);
    });

    test("is loaded once, whatever its name, and once more with `again`", async () => {
      const lake = await open(seen(rules));
      const one = await file("one.csv", `${header}1,AB,1,2026-08-01T00:00:00Z\n`);
      const same = await file("same.csv", `${header}1,AB,1,2026-08-01T00:00:00Z\n`);
      expect(await lake.load("rides.seen", one)).toMatchObject({ skipped: false, version: 1 });
      expect(await lake.load("rides.seen", same)).toMatchObject({ skipped: true, version: undefined, kept: 0 });
      expect(await lake.load("rides.seen", same, { again: true })).toMatchObject({ skipped: false, version: 2 });
      expect(await lake.load("rides.seen", one)).toMatchObject({ skipped: true });
      expect(await rowsOf(lake, "SELECT count(*) AS n FROM rides.seen")).toEqual([{ n: 2n }]);
    });

    test("of which two loads begin at once is loaded by one", async () => {
      const [one, two] = [await open(seen(rules)), await open(seen(rules))];
      const same = await file("same.csv", `${header}${Array.from({ length: 2000 }, (_, k) => `${k + 1},AB,${k % 2 === 0 ? 1 : 60},2026-08-01T00:00:00Z\n`).join("")}`);
      const results = await Promise.allSettled([one.load("rides.seen", same), two.load("rides.seen", same)]);
      for (const result of results) if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "COMMIT_CONFLICT", retry: true });
      expect(results.some((result) => result.status === "fulfilled" && !result.value.skipped)).toBe(true);
      expect(await rowsOf(one, "SELECT count(*) AS n FROM rides.seen")).toEqual([{ n: 1000n }]);
      expect(await rowsOf(one, "SELECT count(*) AS n FROM rides.seen__dead")).toEqual([{ n: 1000n }]);
      // The loser's data files went with it.
      expect((await lakeFiles()).filter((name) => /rides.seen.*\.parquet$/.test(name)).length).toBe(2);
    });

    test("whose rows were set aside before the load broke off is loaded again without setting them aside twice", async () => {
      const lake = await open(seen(rules));
      const content = `${header}1,AB,1,2026-08-01T00:00:00Z\n2,AB,60,2026-08-01T00:00:00Z\n`;
      const appId = `neuralake-load:${createHash("sha256").update(content).digest("hex")}`;
      const tables = openTables(openPlaces(lake.root, directory));
      await setAside(tables, seen(rules), [{ reason: "isSmall", place: "first try", json: "{}" }], [{ appId, version: 1 }]);
      expect(await lake.load("rides.seen", await file("seen.csv", content))).toMatchObject({ skipped: false, kept: 1, quarantined: 1 });
      expect(await rowsOf(lake, "SELECT place FROM rides.seen__dead")).toEqual([{ place: "first try" }]);
    });

    test("with rows that break a rule is refused whole: how many, and the first five by place, column and value", async () => {
      const lake = await open(seen(rules));
      const before = await lakeFiles();
      const bad = await file("bad.csv", `${header}1,AB,1,2026-08-01T00:00:00Z\n${Array.from({ length: 7 }, (_, k) => `${k + 2},AB,${101 + k},2026-08-01T00:00:00Z\n`).join("")}`);
      const failure = await lake.load("rides.seen", bad).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: "ROWS_REFUSED" });
      // A cell of a text file is told as the text it is.
      const told = String(failure).replaceAll('"', "").split("\n");
      expect(told[0]).toContain("rides.seen refuses 7 rows");
      expect(told.slice(1, 6)).toEqual(Array.from({ length: 5 }, (_, k) => `  bad.csv ${place(k + 2)}, column pieces: ${101 + k} breaks the rule: between 1 and 100`));
      expect(await lakeFiles()).toEqual(before);
    });

    test.each([
      ["a text that does not match", "1,ab,1,2026-08-01T00:00:00Z", "column plate"],
      ["a null where none may be", "1,AB,,2026-08-01T00:00:00Z", "column pieces: null the column is never null"],
      ["a check that rejects", "0,AB,1,2026-08-01T00:00:00Z", "fails the check isNumbered"],
    ])("is refused for %s", async (_case, line, message) => {
      const lake = await open(seen(rules));
      const before = await lakeFiles();
      await expect(lake.load("rides.seen", await file("bad.csv", `${header}1,AB,1,2026-08-01T00:00:00Z\n${line}\n`))).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringMatching(new RegExp(`bad.csv ${place(2)}.*${message}`)) });
      expect(await lakeFiles()).toEqual(before);
    });

    test("with a cell of another type names file, line, column and value, and leaves nothing behind", async () => {
      const lake = await open(seen(rules));
      const before = await lakeFiles();
      const bad = await file("bad.csv", `${header}1,AB,1,2026-08-01T00:00:00Z\n2,AB,several,2026-08-01T00:00:00Z\n`);
      const failure = await lake.load("rides.seen", bad).catch((error: unknown) => error);
      expect(failure).toMatchObject({ name: "Failure", place: { file: bad } });
      for (const part of ["bad.csv", "3", "pieces", "several"]) expect(String(failure)).toContain(part);
      expect(await lakeFiles()).toEqual(before);
    });

    test("sets rows aside that fail a check, under the same transaction as the rows it keeps", async () => {
      const lake = await open(seen(rules));
      const mixed = await file("mixed.csv", `${header}1,AB,1,2026-08-01T00:00:00Z\n9007199254740993,,60,2026-08-01T00:00:00Z\n3,AB,1,2026-08-01T00:00:00Z\n`);
      expect(await lake.load("rides.seen", mixed)).toMatchObject({ kept: 2, quarantined: 1, warnings: [] });
      const dead = await rowsOf(lake, "SELECT reason, place, decode(payload) AS payload FROM rides.seen__dead");
      expect(dead).toEqual([{ reason: "isSmall", place: `mixed.csv ${place(2)}`, payload: expect.stringContaining('"trip_id":9007199254740993,"plate":null,"pieces":60') }]);
      const [main, aside] = [await lake.describe("rides.seen"), await lake.describe("rides.seen__dead")];
      expect(aside.transactions).toEqual(main.transactions);
      expect(Object.keys(main.transactions)).toEqual([expect.stringMatching(/^neuralake-load:[0-9a-f]{64}$/)]);
    });

    test("goes to one file a partition", async () => {
      const lake = await open(seen(rules, { partitionBy: ["seen_day"] }));
      await lake.load("rides.seen", await file("days.csv", `${header}1,AB,1,2026-08-01T00:00:00Z\n2,AB,1,2026-08-02T00:00:00Z\n3,AB,1,2026-08-01T12:00:00Z\n`));
      expect(await lake.describe("rides.seen")).toMatchObject({ rows: 3, files: 2 });
      expect(await rowsOf(lake, "SELECT seen_day, count(*) AS n FROM rides.seen GROUP BY 1 ORDER BY 1")).toEqual([
        { seen_day: Temporal.PlainDate.from("2026-08-01"), n: 2n },
        { seen_day: Temporal.PlainDate.from("2026-08-02"), n: 1n },
      ]);
    });

    test("that is not there, or of a kind nobody knows, is told as such", async () => {
      const lake = await open(seen(rules));
      await expect(lake.load("rides.seen", path.join(directory, "absent.csv"))).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
      await expect(lake.load("rides.seen", await file("seen.xlsx", "x"))).rejects.toMatchObject({ code: "FILE_INVALID" });
      await expect(lake.load("rides.seen", await file("short.csv", "trip,plate,seen_at\n1,AB,2026-08-01T00:00:00Z\n"))).rejects.toMatchObject({ code: "FILE_INVALID", message: expect.stringContaining("pieces") });
    });
  });
});
