import { describe, expect, test } from "vitest";
import type { AddFile } from "../../../runtime/delta/actions/actions.ts";
import { planOrder, planPacking, planPurge } from "../../../runtime/delta/maintenance/optimize-plan.ts";
import { targetBytesOf } from "../../../runtime/delta/maintenance/target-size.ts";
import type { Bin } from "../../../runtime/delta/maintenance/repacking.ts";

const vector = (cardinality: number): NonNullable<AddFile["deletionVector"]> => ({ storageType: "i", pathOrInlineDv: "", sizeInBytes: 1, cardinality });

function file(path: string, size: number, more: Partial<AddFile> = {}): AddFile {
  return { path, size, partitionValues: {}, modificationTime: 0, dataChange: true, stats: '{"numRecords":100}', ...more };
}

const named = (bins: readonly Bin[]): string[] => bins.map(({ files }) => files.map(({ path }) => path).join(" "));

describe("packing", () => {
  test("puts small files together in their order, up to the size, each partition for itself", () => {
    const files = [file("a", 40), file("large", 60), file("b", 40), file("c", 40), file("d", 10, { partitionValues: { p: "1" } }), file("e", 10, { partitionValues: { p: "1" } }), file("f", 10, { partitionValues: { p: null } })];
    expect(named(planPacking(files, 100))).toEqual(["a b", "d e"]);
  });

  test("writes a file anew for its deleted rows alone when these are more than a twentieth, or when nobody knows", () => {
    const files = [file("few", 60, { deletionVector: vector(5) }), file("many", 60, { deletionVector: vector(6) }), file("unknown", 90, { deletionVector: vector(1), stats: "{}" }), file("alone", 1, { partitionValues: { p: "1" } })];
    expect(named(planPacking(files, 100))).toEqual(["many", "unknown"]);
  });
});

test("a purge takes every file with a vector, however large and however few rows it deletes, and no other", () => {
  const files = [file("none", 1), file("one", 500, { deletionVector: vector(1) }), file("a", 30, { deletionVector: vector(1) }), file("b", 30, { deletionVector: vector(1) })];
  expect(named(planPurge(files, 100))).toEqual(["one", "a b"]);
});

test("an order takes all files of a partition together", () => {
  expect(named(planOrder([file("a", 500), file("b", 1, { partitionValues: { p: "1" } }), file("c", 500)]))).toEqual(["a c", "b"]);
});

test("a table says itself how large its files should be, in Spark's words", () => {
  const of = (text?: string): number => targetBytesOf({ configuration: text === undefined ? {} : { "delta.targetFileSize": text } });
  expect([of(), of("1000"), of("64mb"), of("2 KB"), of("1g")]).toEqual([128 * 2 ** 20, 1000, 64 * 2 ** 20, 2048, 2 ** 30]);
  for (const text of ["", "big", "0", "-1", "1.5mb", "3x"]) expect(() => of(text)).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
});
