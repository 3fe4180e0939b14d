import { describe, expect, test } from "vitest";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { buildBatch } from "../../../runtime/parquet/arrow-build.ts";
import { arrowSchema } from "../../../runtime/parquet/arrow-schema.ts";
import { encodeParquetStream } from "../../../runtime/parquet/parquet-encoder.ts";
import { decodeParquet } from "../../../runtime/parquet/parquet-file.ts";
import { openParquet } from "../../../runtime/parquet/parquet-footer.ts";
import { projectParquet } from "../../../runtime/parquet/parquet-projection.ts";
import { readThrift, writeThrift } from "../../../runtime/parquet/thrift.ts";
import type { Row } from "../../../runtime/values/value.ts";

const text = { kind: "text" } as const;
const columns: NamedType[] = [
  { name: "a", type: { kind: "object", fields: [{ name: "x", type: text, nullable: true }, { name: "y", type: { kind: "int64" }, nullable: true }] }, nullable: true },
  { name: "m", type: { kind: "map", key: text, value: text, valueNullable: true }, nullable: true },
  { name: "l", type: { kind: "array", element: { kind: "int32" }, elementNullable: true }, nullable: true },
  { name: "t", type: text, nullable: true },
];
/** More than a row group has; `t` stands in the first rows alone. */
const rows = Array.from({ length: 140_000 }, (_, n): Row => ({ a: n % 3 === 0 ? null : { x: `x${n}`, y: BigInt(n) }, m: { k: `v${n % 7}` }, l: [n, null], t: n < 5 ? `t${n}` : null }));

async function encoded(): Promise<Uint8Array> {
  const schema = arrowSchema(columns);
  async function* batches() {
    for (let start = 0; start < rows.length; start += 10_000) yield buildBatch(columns, rows.slice(start, start + 10_000), schema);
  }
  return Buffer.concat(await Array.fromAsync(encodeParquetStream(schema, batches())));
}

const bytes = await encoded();
const valuesOf = (cut: Uint8Array, ...path: readonly string[]): unknown[] => decodeParquet(cut, "cut").flatMap((batch) => [...(path.slice(1).reduce((vector, name) => vector?.getChild(name) ?? null, batch.getChild(path[0] ?? "")) ?? [])]);

describe("a projected file", () => {
  test("has the columns that stay, with the same values and nulls", () => {
    const cut = projectParquet(openParquet(bytes, "a"), ([name, part]) => part === "y" || name === "l");
    expect(openParquet(cut, "cut").leaves.map(({ path }) => path.join("."))).toEqual(["a.y", "l.list.element"]);
    expect(valuesOf(cut, "a", "y")).toEqual(rows.map((_, n) => (n % 3 === 0 ? null : BigInt(n))));
    expect(valuesOf(cut, "l").length).toBe(rows.length);
    expect(cut.length).toBeLessThan(bytes.length);
  });

  test("is itself one that can be projected", () => {
    const once = projectParquet(openParquet(bytes, "a"), ([name]) => name !== "m");
    expect(Buffer.compare(projectParquet(openParquet(once, "a"), ([name]) => name === "t"), projectParquet(openParquet(bytes, "a"), ([name]) => name === "t"))).toBe(0);
  });

  test("statistics tell how many values a column holds", () => {
    const values = Object.fromEntries(openParquet(bytes, "a").leaves.map(({ path, values: count }) => [path.join("."), count]));
    expect(values).toMatchObject({ "a.x": rows.filter((_, n) => n % 3 !== 0).length, "t": 5, "l.list.element": rows.length });
  });
});

test("a footer is written as it was read", () => {
  const length = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8).getUint32(0, true);
  const footer = bytes.subarray(bytes.length - 8 - length, bytes.length - 8);
  expect(Buffer.compare(writeThrift(readThrift(footer)), footer)).toBe(0);
});

describe("damage is FILE_INVALID", () => {
  const damaged = (change: (copy: Buffer) => Uint8Array): unknown => projectParquet(openParquet(change(Buffer.from(bytes)), "damaged.parquet"), () => true);

  test.each<readonly [string, (copy: Buffer) => Uint8Array]>([
    ["a file cut short", (copy) => copy.subarray(0, copy.length - 3)],
    ["no bytes", () => new Uint8Array()],
    ["another end", (copy) => copy.fill(0x45, copy.length - 4)],
    ["a footer longer than the file", (copy) => (copy.writeUInt32LE(copy.length, copy.length - 8), copy)],
    ["a footer that is nothing", (copy) => copy.fill(0xff, copy.length - 200, copy.length - 8)],
    ["a footer that is one field of zeros", (copy) => copy.fill(0, copy.length - 8 - copy.readUInt32LE(copy.length - 8), copy.length - 8)],
  ])("%s", (_, change) => {
    expect(() => damaged(change)).toThrow(expect.objectContaining({ code: "FILE_INVALID", place: { file: "damaged.parquet" } }));
  });

  test("any byte of the footer changed gives a file or FILE_INVALID", () => {
    const length = Buffer.from(bytes).readUInt32LE(bytes.length - 8);
    let refused = 0;
    for (let at = bytes.length - 8 - length; at < bytes.length - 8; at++) {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] ?? 0) ^ 0x55;
      try {
        projectParquet(openParquet(copy, "damaged.parquet"), ([name]) => name === "t");
      } catch (error) {
        expect(error).toMatchObject({ code: "FILE_INVALID" });
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(100);
  });
});
