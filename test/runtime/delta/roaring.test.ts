/** What the writer of sets writes the reader reads back, whatever the containers, and never in more bytes than the plain forms take. */
import { expect, test } from "vitest";
import { readRoaringArray } from "../../../runtime/delta/deletion-vectors/roaring.ts";
import { writeRoaringArray } from "../../../runtime/delta/deletion-vectors/roaring-writer.ts";
import { decodeZ85, encodeZ85 } from "../../../runtime/delta/deletion-vectors/z85.ts";
import { roaringArray } from "./roaring-writer.ts";

const range = (count: number, of: (k: number) => number): number[] => Array.from({ length: count }, (_, k) => of(k));
const sets: Readonly<Record<string, readonly number[]>> = {
  "nothing": [], "one": [7], "a few": [0, 1, 2, 65_535, 65_536], "an array": range(4_096, (k) => k * 16), "bits": range(30_000, (k) => k * 2), "a run": range(65_536, (k) => k),
  "all kinds": [...range(10, (k) => k * 5), ...range(60_000, (k) => 65_536 + k), ...range(30_000, (k) => 131_072 + k * 2), 2 ** 31, 2 ** 32 - 1],
  "beyond 32 bits": [5, 2 ** 32, 2 ** 32 + 1, 3 * 2 ** 40, 2 ** 53 - 1],
};

test.for(Object.entries(sets))("%s", ([, numbers]) => {
  const bytes = writeRoaringArray(Float64Array.from(numbers));
  expect([...readRoaringArray(bytes, numbers.length)]).toEqual(numbers);
  expect(bytes.length).toBeLessThanOrEqual(roaringArray(numbers).length + 8);
});

test("any bytes as Z85 and back", () => {
  for (const length of [0, 4, 16, 40]) {
    const bytes = Uint8Array.from(range(length, (k) => (k * 151 + 255) % 256));
    expect(decodeZ85(encodeZ85(bytes))).toEqual(bytes);
  }
  expect(encodeZ85(Uint8Array.of(0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b))).toBe("HelloWorld");
});
