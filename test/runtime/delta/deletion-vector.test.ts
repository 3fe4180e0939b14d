import { randomUUID } from "node:crypto";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readDeletionVector } from "../../../runtime/delta/deletion-vectors/deletion-vector.ts";
import { sizeOf } from "../../../runtime/delta/snapshot/read.ts";
import { readRoaringArray } from "../../../runtime/delta/deletion-vectors/roaring.ts";
import { decodeZ85 } from "../../../runtime/delta/deletion-vectors/z85.ts";
import { buildTable, metaData, protocol } from "./log-builder.ts";
import type { BuiltTable } from "./log-builder.ts";
import { encodeZ85, inlineVector, roaringArray, vectorFile } from "./roaring-writer.ts";

const range = (from: number, to: number, step = 1): number[] => Array.from({ length: Math.ceil((to - from) / step) }, (_, k) => from + k * step);

describe("a set of numbers", () => {
  test.each([
    ["none", []],
    ["one", [0]],
    ["an array", [1, 5, 65_535]],
    ["an array at its fullest", range(0, 4_096)],
    ["bits", range(0, 65_536, 3)],
    ["all of a container", range(0, 65_536)],
    ["several containers", [...range(0, 10), ...range(70_000, 130_000, 2), ...range(400_000, 400_003), 500_000, 600_000]],
    ["several bitmaps", [7, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 65_536, 2 ** 40 + 5, 2 ** 50]],
  ])("of %s is read, with and without runs", (_name, numbers) => {
    for (const runs of [false, true]) expect([...readRoaringArray(roaringArray(numbers, { runs }), numbers.length)]).toEqual(numbers);
  });

  test("that is cut anywhere, has bytes left over, another count or another beginning is an error", () => {
    const bytes = roaringArray([1, 2, 70_000]);
    for (let length = 0; length < bytes.length; length += 1) expect(() => readRoaringArray(bytes.subarray(0, length), 3), String(length)).toThrow(Error);
    expect(() => readRoaringArray(Buffer.concat([bytes, Buffer.alloc(1)]), 3)).toThrow("1 bytes are left over");
    expect(() => readRoaringArray(bytes, 4)).toThrow("holds 3 rows and not 4");
    expect(() => readRoaringArray(Buffer.concat([Buffer.alloc(4), bytes.subarray(4)]), 3)).toThrow("magic");
  });
});

test("Z85 is read as its RFC's example says, and no other text", () => {
  expect(decodeZ85("HelloWorld")?.toHex()).toBe("864fd26fb559f75b");
  expect(decodeZ85(encodeZ85(new Uint8Array([255, 255, 255, 255])))).toEqual(new Uint8Array([255, 255, 255, 255]));
  for (const text of ["Hello1", "Hel~o", "#####"]) expect(decodeZ85(text), text).toBeUndefined();
});

describe("rows of a table with deletion vectors", () => {
  let table: BuiltTable;
  beforeEach(async () => {
    table = await buildTable();
    await table.commit(0, protocol(["deletionVectors"]), metaData([{ name: "id", type: "long" }]));
  });
  afterEach(async () => await table.close());

  const ids = async (): Promise<number[]> => (await table.rows()).map(({ id }) => Number(id));
  const uuidText = (uuid: string): string => encodeZ85(Uint8Array.fromHex(uuid.replaceAll("-", "")));

  test("are those that no vector names, wherever it stands, and so are the counts", async () => {
    const [beside, below, elsewhere] = [randomUUID(), randomUUID(), path.join(table.directory, "odd name.bin")];
    const file = vectorFile([0], [1, 2], [3]);
    await table.write(`deletion_vector_${beside}.bin`, file.bytes);
    await table.write(`ab%20/deletion_vector_${below}.bin`, file.bytes);
    await table.write("odd name.bin", file.bytes);
    const add = async (name: string, from: number, deletionVector: object): Promise<object> =>
      await table.add(name, `SELECT ${from} + i AS id FROM range(4) t(i)`, { stats: '{"numRecords":4}', deletionVector });
    await table.commit(1,
      await add("a.parquet", 0, inlineVector([0, 3])) as never,
      await add("b.parquet", 10, { storageType: "u", pathOrInlineDv: uuidText(beside), ...file.parts[0] }) as never,
      await add("c.parquet", 20, { storageType: "u", pathOrInlineDv: `ab%20${uuidText(below)}`, ...file.parts[1] }) as never,
      await add("d.parquet", 30, { storageType: "p", pathOrInlineDv: pathToFileURL(elsewhere).href, ...file.parts[2] }) as never,
      await table.add("e.parquet", "SELECT 40 AS id", { stats: '{"numRecords":1}' }));
    expect(await ids()).toEqual([1, 2, 11, 12, 13, 20, 23, 30, 31, 32, 40]);
    expect(sizeOf(await table.snapshot())).toMatchObject({ files: 5, rows: 11 });
  });

  test("are right when one commit replaces a file by itself with another vector", async () => {
    const { add } = await table.add("a.parquet", "SELECT i AS id FROM range(4) t(i)") as { add: { path: string } };
    await table.commit(1, { add });
    await table.commit(2, { remove: { path: add.path, dataChange: true } }, { add: { ...add, deletionVector: inlineVector([1]) } });
    await table.commit(3, { add: { ...add, deletionVector: inlineVector([1, 2]) } }, { remove: { path: add.path, dataChange: true, deletionVector: inlineVector([1]) } });
    expect(await ids()).toEqual([0, 3]);
    expect((await table.rows({ version: 2 })).length).toBe(3);
  });

  test("are right for a vector of millions, which is not spelled in the SQL", async () => {
    const deleted = range(0, 3_000_000).filter((place) => place % 1_000 !== 7);
    await table.commit(1, await table.add("a.parquet", "SELECT i AS id FROM range(3000000) t(i)", { deletionVector: inlineVector(deleted, { runs: true }) }));
    expect(await ids()).toEqual(range(7, 3_000_000, 1_000));
  });

  test("in a file of their own need no offset where they are the first", async () => {
    const uuid = randomUUID();
    const { bytes, parts } = vectorFile([1, 2]);
    await table.write(`deletion_vector_${uuid}.bin`, bytes);
    for (const offset of [undefined, null, 0, 1]) {
      expect([...await readDeletionVector(table.store, "", { storageType: "u", pathOrInlineDv: uuidText(uuid), sizeInBytes: parts[0]?.sizeInBytes ?? 0, cardinality: 2, ...(offset === undefined ? {} : { offset }) })], String(offset)).toEqual([1, 2]);
    }
  });

  test.each([
    ["a wrong checksum", (bytes: Buffer) => { bytes[10] = (bytes[10] ?? 0) ^ 1; }, {}, "checksum"],
    ["another version of its file", (bytes: Buffer) => { bytes[0] = 2; }, {}, "version 2"],
    ["another size than the log says", () => {}, { sizeInBytes: 20 }, "bytes there"],
    ["another count than the log says", () => {}, { cardinality: 3 }, "holds 2 rows and not 3"],
    ["a place that is none", () => {}, { pathOrInlineDv: "short" }, "no place"],
    ["a kind that nobody knows", () => {}, { storageType: "x" }, "no place"],
    ["an offset behind its file's end", () => {}, { offset: 1_000 }, "ends too early"],
  ])("cannot be read with %s", async (_name, damage, change, told) => {
    const uuid = randomUUID();
    const { bytes, parts } = vectorFile([0, 1]);
    damage(bytes);
    await table.write(`deletion_vector_${uuid}.bin`, bytes);
    const [part = { offset: 1, sizeInBytes: 0, cardinality: 0 }] = parts;
    await expect(readDeletionVector(table.store, "", { storageType: "u", pathOrInlineDv: uuidText(uuid), ...part, ...change })).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN", message: expect.stringContaining(told) });
  });
});
