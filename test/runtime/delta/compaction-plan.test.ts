import { describe, expect, test } from "vitest";
import type { AddFile } from "../../../runtime/delta/actions/actions.ts";
import { planCompaction } from "../../../runtime/delta/maintenance/compaction-plan.ts";
import type { CompactionGoal } from "../../../runtime/delta/maintenance/compaction-plan.ts";

const goal: CompactionGoal = { targetBytes: 100, filesMin: 2, growing: false };
const file = (path: string, size: number, partition: string | null = "a"): AddFile => ({ path, size, partitionValues: { p: partition }, modificationTime: 0, dataChange: true });
const filesOf = (...sizes: readonly number[]): AddFile[] => sizes.map((size, index) => file(`f${index}`, size));
const plan = (files: readonly AddFile[], more: Partial<CompactionGoal> = {}): string[][] => planCompaction(files, { ...goal, ...more }).map((bin) => bin.files.map(({ path }) => path));

test("small files of a partition go into bins of the size asked for, in the order of the log", () => {
  expect(plan(filesOf(40, 40, 40, 10))).toEqual([["f0", "f1"], ["f2", "f3"]]);
});

test("large files, files alone, and those of other partitions are left as they are", () => {
  expect(plan([file("a", 50), file("b", 49), file("c", 49, "b"), file("d", 49, null), file("e", 200)])).toEqual([]);
  expect(plan([file("a", 10, "x"), file("b", 10, null), file("c", 10, "x"), file("d", 10, null)])).toEqual([["a", "c"], ["b", "d"]]);
  expect(plan([])).toEqual([]);
});

test("what a plan leaves is never planned again", () => {
  for (const growing of [true, false]) {
    let files: readonly AddFile[] = Array.from({ length: 500 }, (_, index) => file(`f${index}`, (index * 7_919) % 60, `p${index % 3}`));
    for (let round = 0; ; round++) {
      const bins = planCompaction(files, { ...goal, growing });
      if (bins.length === 0) break;
      expect(round).toBeLessThan(10);
      const gone = new Set(bins.flatMap((bin) => bin.files));
      files = [...files.filter((one) => !gone.has(one)), ...bins.map((bin, k) => file(`r${round}-${k}`, bin.files.reduce((sum, { size }) => sum + size, 0), bin.partitionValues["p"] ?? null))];
    }
    expect(files.reduce((sum, { size }) => sum + size, 0)).toBe(Array.from({ length: 500 }, (_, index) => (index * 7_919) % 60).reduce((sum, size) => sum + size));
    if (!growing) expect(files.filter(({ size }) => size < 50).length).toBeLessThanOrEqual(3);
  }
});

describe("while more files are to come", () => {
  const growing = { growing: true, filesMin: 4, targetBytes: 1_000_000 };

  test("a file waits until others weigh as much", () => {
    expect(plan(filesOf(1_000, 10, 10, 10, 10), growing)).toEqual([["f1", "f2", "f3", "f4"]]);
    expect(plan(filesOf(40, 10, 10, 10, 10), growing)).toEqual([["f0", "f1", "f2", "f3", "f4"]]);
  });

  test("a few files wait for more", () => {
    expect(plan(filesOf(10, 10, 10), growing)).toEqual([]);
  });

  test("a row is written as often as its file can double, and few files remain", () => {
    let files: AddFile[] = [];
    let written = 0;
    for (let round = 0; round < 2_000; round++) {
      for (let index = 0; index < 10; index++) files.push(file(`${round}-${index}`, 20));
      for (const bin of planCompaction(files, growing)) {
        const size = bin.files.reduce((sum, one) => sum + one.size, 0);
        written += size;
        files = [...files.filter((one) => !bin.files.includes(one)), file(`m${round}`, size)];
      }
      expect(files.filter(({ size }) => size < 500_000).length).toBeLessThan(20);
    }
    const total = 2_000 * 10 * 20;
    expect(files.reduce((sum, { size }) => sum + size, 0)).toBe(total);
    expect(written / total).toBeLessThan(Math.log2(total / 200) + 1);
  });
});
