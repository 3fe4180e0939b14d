import { describe, expect, test } from "vitest";
import { decompressSnappy } from "../../../runtime/parquet/snappy.ts";

function decompressed(length: number, ...block: readonly (number | string)[]): string {
  const into = new Uint8Array(length);
  decompressSnappy(Buffer.concat(block.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.of(part)))), into);
  return Buffer.from(into).toString();
}

describe("a block is", () => {
  test.each<readonly [string, number, readonly (number | string)[], string]>([
    ["nothing", 0, [0], ""],
    ["a short literal", 3, [3, 2 << 2, "abc"], "abc"],
    ["a literal with its length in one byte", 70, [70, 60 << 2, 69, "x".repeat(70)], "x".repeat(70)],
    ["a literal with its length in two bytes", 300, [300 & 127 | 128, 300 >> 7, 61 << 2, 299 & 255, 299 >> 8, "y".repeat(300)], "y".repeat(300)],
    ["a copy that reaches into itself", 9, [9, 3 << 2, "abcd", (1 << 2) | 1, 4], "abcdabcda"],
    ["a copy with its distance in two bytes", 8, [8, 3 << 2, "abcd", (3 << 2) | 2, 4, 0], "abcdabcd"],
    ["a copy with its distance in four bytes", 8, [8, 3 << 2, "abcd", (3 << 2) | 3, 2, 0, 0, 0], "abcdcdcd"],
  ])("%s", (_, length, block, expected) => {
    expect(decompressed(length, ...block)).toBe(expected);
  });
});

describe("damage is told:", () => {
  test.each<readonly [string, number, readonly (number | string)[]]>([
    ["no length", 3, []],
    ["another length", 4, [3, 2 << 2, "abc"]],
    ["a literal that is cut short", 3, [3, 2 << 2, "ab"]],
    ["fewer bytes than it says", 3, [3, 1 << 2, "ab"]],
    ["more bytes than it says", 2, [2, 2 << 2, "abc"]],
    ["a copy from before the beginning", 8, [8, 3 << 2, "abcd", (3 << 2) | 2, 5, 0]],
    ["a copy from nowhere", 8, [8, 3 << 2, "abcd", (3 << 2) | 2, 0, 0]],
    ["a copy without its distance", 8, [8, 3 << 2, "abcd", (3 << 2) | 2]],
    ["a copy beyond the end", 6, [6, 3 << 2, "abcd", (3 << 2) | 2, 4, 0]],
  ])("%s", (_, length, block) => {
    expect(() => decompressed(length, ...block)).toThrow(RangeError);
  });
});
