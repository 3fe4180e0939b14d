import { readdir } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ColumnType, NamedType } from "../../../compiler/ir/column-type.ts";
import { writeRows } from "../../../runtime/delta/commit/append.ts";
import { decodePath } from "../../../runtime/delta/actions/file-paths.ts";
import { liveFilesOf } from "../../../runtime/delta/actions/live-files.ts";
import { readable, sizeOf } from "../../../runtime/delta/snapshot/read.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { readRows } from "../../../runtime/parquet/arrow-rows.ts";
import { decodeParquet } from "../../../runtime/parquet/parquet-file.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { parseJson } from "../../../runtime/values/json.ts";
import type { Row, Value } from "../../../runtime/values/value.ts";
import { extremeColumns, extremeRows } from "../parquet/extremes.ts";
import { spell } from "../parquet/same.ts";
import { append, committed, createRides, location, newStore, rideColumns } from "./rides.ts";

let store: Store;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ store, remove } = await newStore());
});

afterEach(async () => {
  await remove();
});

/** The statistics in the log after rows of one column `c` were appended. */
async function statisticsOf(type: ColumnType, values: readonly Value[]): Promise<{ readonly min: unknown; readonly max: unknown; readonly nulls: unknown; readonly text: string }> {
  const base = await createRides(store, [{ name: "c", type, nullable: true }]);
  const { files } = committed(await append(store, base, values.map((c) => ({ c }))));
  const text = [...files][0]?.stats ?? "";
  const stats = parseJson(text) as unknown as { readonly [part: string]: { readonly c?: unknown } };
  return { min: stats["minValues"]?.c, max: stats["maxValues"]?.c, nulls: stats["nullCount"]?.c, text };
}

/** All rows of a snapshot's files, in the order of the log; a table without partitions. */
async function rowsOf(snapshot: Snapshot): Promise<Row[]> {
  const rows: Row[] = [];
  for (const file of snapshot.files) {
    for (const batch of decodeParquet(await store.read(`${location}/${decodePath(file.path)}`), file.path)) rows.push(...readRows(snapshot.columns, batch));
  }
  return rows;
}

test("the extremes of every type are in the table as they were", async () => {
  const snapshot = committed(await append(store, await createRides(store, extremeColumns), extremeRows));
  expect((await rowsOf(snapshot)).map(spell)).toEqual(extremeRows.map(spell));
  expect((await readSnapshot(store, location)).columns).toEqual(extremeColumns);
});

describe("statistics", () => {
  test("keep every digit of an Int64 and a Decimal", async () => {
    expect(await statisticsOf({ kind: "int64" }, [9_007_199_254_740_993n, -(2n ** 63n), null])).toMatchObject({ min: -(2n ** 63n), max: 9_007_199_254_740_993n, nulls: 1 });
    await remove();
    const { text } = await statisticsOf({ kind: "decimal", precision: 38, scale: 2 }, [`${"9".repeat(36)}.99`, "-0.01"]);
    expect(text).toContain(`"minValues":{"c":-0.01},"maxValues":{"c":${"9".repeat(36)}.99}`);
  });

  test("order whole numbers of 64 and 128 bits by all their bits", async () => {
    const digits = ["-18446744073709551617", "-18446744073709551616", "-1", "0", "18446744073709551615", "18446744073709551616", "4294967296"];
    expect(await statisticsOf({ kind: "decimal", precision: 38, scale: 0 }, digits)).toMatchObject({ min: -18_446_744_073_709_551_617n, max: 18_446_744_073_709_551_616n });
    await remove();
    expect(await statisticsOf({ kind: "int64" }, [4_294_967_296n, 2_147_483_648n, null, -4_294_967_297n, -1n])).toMatchObject({ min: -4_294_967_297, max: 4_294_967_296, nulls: 1 });
  });

  test("leave bounds out where a NaN is, and admit both zeros", async () => {
    expect(await statisticsOf({ kind: "float64" }, [1, Number.NaN])).toMatchObject({ min: undefined, max: undefined, nulls: 0 });
    await remove();
    expect((await statisticsOf({ kind: "float64" }, [0, -0])).text).toContain('"minValues":{"c":-0.0},"maxValues":{"c":0.0}');
    await remove();
    expect(await statisticsOf({ kind: "float32" }, [Number.NEGATIVE_INFINITY, 1.5])).toMatchObject({ min: undefined, max: 1.5 });
  });

  test("round a timestamp to milliseconds, down for the least and up for the greatest", async () => {
    const at = Temporal.Instant.from;
    expect(await statisticsOf({ kind: "timestamp" }, [at("1969-12-31T23:59:59.999999Z"), at("2026-08-01T00:00:00.000001Z")])).toMatchObject({ min: "1969-12-31T23:59:59.999Z", max: "2026-08-01T00:00:00.001Z" });
    await remove();
    expect(await statisticsOf({ kind: "timestamp" }, [at("9999-12-31T23:59:59.999999Z")])).toMatchObject({ min: "9999-12-31T23:59:59.999Z", max: undefined });
    await remove();
    expect(await statisticsOf({ kind: "local_timestamp" }, [Temporal.PlainDateTime.from("2026-08-01T00:00:00.000001")])).toMatchObject({ min: "2026-08-01T00:00:00.000", max: "2026-08-01T00:00:00.001" });
  });

  test("cut a long text: its start for the least, something greater for the greatest", async () => {
    const long = "ä".repeat(100);
    const { min, max } = await statisticsOf({ kind: "text" }, [long, `${long}z`]);
    expect(String(min)).toBe("ä".repeat(32));
    expect(Buffer.compare(Buffer.from(String(max)), Buffer.from(`${long}z`))).toBe(1);
    expect(String(max).length).toBeLessThan(long.length);
  });

  test("leave out the greatest of a long text of greatest characters", async () => {
    expect(await statisticsOf({ kind: "text" }, ["\u{10FFFF}".repeat(40)])).toMatchObject({ max: undefined });
  });

  test("order texts by their bytes, not by UTF-16", async () => {
    expect(await statisticsOf({ kind: "text" }, ["\uFFFD", "😀", ""])).toMatchObject({ min: "", max: "😀" });
  });

  test("count nulls alone for bytes, lists, maps and truth", async () => {
    expect(await statisticsOf({ kind: "bytes" }, [new Uint8Array(1), null])).toMatchObject({ min: undefined, max: undefined, nulls: 1 });
    await remove();
    expect(await statisticsOf({ kind: "bool" }, [true, null, null])).toMatchObject({ min: undefined, nulls: 2 });
    await remove();
    expect(await statisticsOf({ kind: "array", element: { kind: "int32" }, elementNullable: true }, [[1], [null]])).toMatchObject({ min: undefined, nulls: 0 });
  });

  test("have no bounds where all is null", async () => {
    expect(await statisticsOf({ kind: "day" }, [null, null])).toMatchObject({ min: undefined, max: undefined, nulls: 2 });
  });

  test("go into objects, where a null object's fields are null", async () => {
    const type: ColumnType = { kind: "object", fields: [{ name: "x", type: { kind: "int32" }, nullable: false }, { name: "on", type: { kind: "day" }, nullable: true }] };
    const stats = await statisticsOf(type, [{ x: 3, on: null }, null, { x: -3, on: Temporal.PlainDate.from("2026-08-01") }]);
    expect(stats).toMatchObject({ min: { x: -3, on: "2026-08-01" }, max: { x: 3 }, nulls: { x: 1, on: 2 } });
  });

  test("cover the first 32 leaf columns, fields of objects counted", async () => {
    const object: ColumnType = { kind: "object", fields: Array.from({ length: 30 }, (_, index) => ({ name: `f${index}`, type: { kind: "int32" }, nullable: true })) };
    const columns: NamedType[] = [{ name: "o", type: object, nullable: true }, ...["a", "b", "c"].map((name) => ({ name, type: { kind: "int32" } as const, nullable: true }))];
    const { files } = committed(await append(store, await createRides(store, columns), [{ o: { f0: 1 }, a: 1, b: 2, c: 3 }]));
    const { nullCount, minValues } = JSON.parse([...files][0]?.stats ?? "") as { readonly nullCount: { readonly o: object }; readonly minValues: object };
    expect(Object.keys(nullCount)).toEqual(["o", "a", "b"]);
    expect(Object.keys(nullCount.o)).toHaveLength(30);
    expect(minValues).toEqual({ o: { f0: 1 }, a: 1, b: 2 });
  });
});

describe("partitions", () => {
  const partitioned = (type: ColumnType): NamedType[] => [{ name: "p", type, nullable: true }, { name: "n", type: { kind: "int32" }, nullable: false }];

  test("awkward texts come back from the log, and their directories can be listed", async () => {
    const texts = ["a b", "a/b", "a%2Fb", "a=b", "ü😀", "#?&+;", "..", ".", "'\"\\", "line\nbreak", "\u0000\u0001", "*[x]{y}", "x".repeat(1_000), "__HIVE_DEFAULT_PARTITION__", "~^|<>:"];
    const snapshot = committed(await append(store, await createRides(store, partitioned({ kind: "text" }), ["p"]), [...texts.map((p, n) => ({ p, n })), { p: null, n: 99 }]));
    expect([...snapshot.files].map((file) => file.partitionValues["p"])).toEqual([...texts, null]);
    const read = await readSnapshot(store, location);
    expect([...read.files]).toEqual([...snapshot.files]);
    const directory = store.locate(location);
    for (const file of (await readable(store, location, read)).files) {
      expect(path.relative(directory, file.url).startsWith("..")).toBe(false);
      expect((await readdir(path.dirname(file.url))).includes(path.basename(file.url))).toBe(true);
    }
    expect([...read.files].every((file) => /^[\x21-\x7e]+$/.test(file.path))).toBe(true);
  });

  test("a file holds one partition's rows, without the partition's column", async () => {
    const columns = partitioned({ kind: "int64" });
    const base = await createRides(store, columns, ["p"]);
    const snapshot = committed(await append(store, base, [{ p: 1n, n: 1 }, { p: 2n, n: 2 }, { p: 1n, n: 3 }]));
    expect([...snapshot.files].map((file) => [file.partitionValues, (JSON.parse(file.stats ?? "") as { readonly numRecords: number }).numRecords])).toEqual([[{ p: "1" }, 2], [{ p: "2" }, 1]]);
    const [batch] = decodeParquet(await store.read(`${location}/${[...snapshot.files][0]?.path}`), "a.parquet");
    expect(batch?.schema.names).toEqual(["n"]);
  });

  test.each<[ColumnType, Value, string]>([
    [{ kind: "int64" }, -(2n ** 63n), "-9223372036854775808"],
    [{ kind: "decimal", precision: 10, scale: 2 }, "1.5", "1.50"],
    [{ kind: "bool" }, false, "false"],
    [{ kind: "day" }, Temporal.PlainDate.from("0001-01-01"), "0001-01-01"],
    [{ kind: "timestamp" }, Temporal.Instant.from("2026-08-01T02:00:00.000001+02:00"), "2026-08-01T00:00:00.000001Z"],
    [{ kind: "local_timestamp" }, Temporal.PlainDateTime.from("2026-08-01T02:00"), "2026-08-01 02:00:00"],
    [{ kind: "uuid" }, "6F9619FF-8B86-D011-B42D-00C04FC964FF", "6f9619ff-8b86-d011-b42d-00c04fc964ff"],
    [{ kind: "float64" }, -0, "-0.0"],
    [{ kind: "float64" }, Number.NaN, "NaN"],
  ])("a value of %j is spelled as Delta does", async (type, value, text) => {
    const snapshot = committed(await append(store, await createRides(store, partitioned(type), ["p"]), [{ p: value, n: 1 }]));
    expect([...snapshot.files][0]?.partitionValues).toEqual({ p: text });
  });

  test("equal decimals in two spellings are one partition", async () => {
    const type: ColumnType = { kind: "decimal", precision: 10, scale: 2 };
    const snapshot = committed(await append(store, await createRides(store, partitioned(type), ["p"]), [{ p: "1.5", n: 1 }, { p: "1.50", n: 2 }]));
    expect(snapshot.files).toHaveLength(1);
  });

  test.each<[string, ColumnType, Value]>([
    ["an empty text, which Delta would give back as null", { kind: "text" }, ""],
    ["a value of another type", { kind: "int32" }, "one"],
    ["half a surrogate pair", { kind: "text" }, "\uD83D"],
  ])("%s is refused, and nothing is written", async (_name, type, value) => {
    const base = await createRides(store, partitioned(type), ["p"]);
    await expect(writeRows(store, location, base, [{ p: value, n: 1 }])).rejects.toMatchObject({ code: "VALUE_INVALID" });
    expect(await readdir(store.locate(location))).toEqual(["_delta_log"]);
  });
});

test("rows that do not fit are refused before any file is written", async () => {
  const base = await createRides(store);
  await expect(writeRows(store, location, base, [{ id: 1n, city: "a" }, { id: null, city: "b" }])).rejects.toMatchObject({ code: "VALUE_INVALID", place: { line: 2, parameter: "id" } });
  expect(await readdir(store.locate(location))).toEqual(["_delta_log"]);
});

test("a row that is refused is counted among all rows, not those of its partition", async () => {
  const base = await createRides(store, [...rideColumns, { name: "p", type: { kind: "text" }, nullable: false }], ["p"]);
  const rows = [{ id: 1n, p: "a" }, { id: 2n, p: "b" }, { id: 3n, p: "a" }, { id: null, p: "b" }];
  await expect(writeRows(store, location, base, rows)).rejects.toMatchObject({ code: "VALUE_INVALID", place: { line: 4, parameter: "id" } });
});

test("no rows are no file", async () => {
  expect(await writeRows(store, location, await createRides(store), [])).toEqual([]);
});

test("files, bytes and rows are counted from the log, rows null where a file does not say", async () => {
  const snapshot = committed(await append(store, await createRides(store), [{ id: 1n, city: "a" }, { id: 2n, city: null }]));
  const [file] = snapshot.files;
  expect(sizeOf(snapshot)).toEqual({ files: 1, bytes: file?.size, rows: 2 });
  const { stats: _stats, ...silent } = file ?? { path: "", size: 0, partitionValues: {}, modificationTime: 0, dataChange: true };
  expect(sizeOf({ ...snapshot, files: liveFilesOf([...snapshot.files, silent]) }).rows).toBeNull();
});
