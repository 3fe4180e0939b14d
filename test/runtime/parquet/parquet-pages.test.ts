import { Compression, Table, WriterPropertiesBuilder, WriterVersion, writeParquet } from "parquet-wasm";
import { describe, expect, test } from "vitest";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { buildBatch } from "../../../runtime/parquet/arrow-build.ts";
import { encodeArrowBatch } from "../../../runtime/parquet/arrow-ipc.ts";
import { textReader, wholesOf } from "../../../runtime/parquet/page-values.ts";
import { openParquet } from "../../../runtime/parquet/parquet-footer.ts";
import { pagedColumn, textKind, wholeKind } from "../../../runtime/parquet/parquet-pages.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { Failure } from "../../../runtime/values/failure.ts";

const text = { kind: "text" } as const;
const columns: NamedType[] = [
  { name: "a", type: { kind: "object", fields: [{ name: "path", type: text, nullable: true }, { name: "size", type: { kind: "int64" }, nullable: false }, { name: "kind", type: text, nullable: true }] }, nullable: true },
  { name: "l", type: { kind: "array", element: text, elementNullable: true }, nullable: true },
  { name: "all", type: text, nullable: false },
];
const rowOf = (n: number): Row => ({ a: n % 7 === 0 || (n > 3_000 && n < 5_000) ? null : { path: n % 11 === 0 ? null : `part-${"x".repeat(n % 90)}-${n * 7_919}-é.parquet`, size: n === 9 ? 2n ** 60n : BigInt(n) * 1_000_003n - 5n, kind: `k${n % 5}` }, l: [`${n}`], all: `${n}` });
const rows = Array.from({ length: 12_000 }, (_, n) => rowOf(n));
const batch = buildBatch(columns, rows);

type Options = (writer: WriterPropertiesBuilder) => WriterPropertiesBuilder;
const written = (options: Options, from = batch): Uint8Array =>
  writeParquet(Table.fromIPCStream(encodeArrowBatch(from)), options(new WriterPropertiesBuilder().setMaxRowGroupSize(5_000).setDataPageSizeLimit(8_192).setWriteBatchSize(64)).build());

/** Every value of a column, null where there is none, as its pages give them. */
function textsOf(bytes: Uint8Array, ...name: readonly string[]): (string | null)[] {
  const read = textReader();
  const values: (string | null)[] = [];
  const column = pagedColumn(openParquet(bytes, "x"), name, textKind);
  for (const page of column?.pages() ?? []) {
    expect(page.first).toBe(values.length);
    const found = read(page);
    for (let row = 0, value = 0; row < page.rows; row++) {
      const isThere = page.levels === undefined || page.levels[row] === column?.definition;
      values.push(isThere ? Buffer.from(found.bytes.subarray(found.starts[value], found.ends[value])).toString() : null);
      if (isThere) value++;
    }
  }
  return values;
}

const partOf = (row: Row, part: string): unknown => (row["a"] === null ? null : Reflect.get(row["a"] as object, part));

const codecs: readonly (readonly [string, Compression])[] = [["none", Compression.UNCOMPRESSED], ["snappy", Compression.SNAPPY], ["gzip", Compression.GZIP], ["brotli", Compression.BROTLI], ["zstd", Compression.ZSTD]];

describe.each(codecs)("a column compressed by %s", (_, codec) => {
  test.each([["first", WriterVersion.V1, false], ["first, with dictionaries", WriterVersion.V1, true], ["second, with dictionaries", WriterVersion.V2, true]] as const)("is read from pages of the %s form", (_form, version, dictionary) => {
    const bytes = written((writer) => writer.setCompression(codec).setWriterVersion(version).setDictionaryEnabled(dictionary).setDictionaryPageSizeLimit(20_000));
    // What outgrew its dictionary has an encoding of the second form that is left to the library.
    if (version === WriterVersion.V1) expect(textsOf(bytes, "a", "path")).toEqual(rows.map((row) => partOf(row, "path")));
    expect(textsOf(bytes, "a", "kind")).toEqual(rows.map((row) => partOf(row, "kind")));
    if (version === WriterVersion.V1) expect(textsOf(bytes, "all")).toEqual(rows.map(({ all }) => all));
  });
});

test("numbers of 64 bits are read, those beyond 2^53 as none", () => {
  for (const dictionary of [true, false]) {
    const column = pagedColumn(openParquet(written((writer) => writer.setCompression(Compression.SNAPPY).setDictionaryEnabled(dictionary)), "x"), ["a", "size"], wholeKind);
    const found = Array.from(column?.pages() ?? [], (page) => [...wholesOf(page)]).flat();
    expect(found).toEqual(rows.filter(({ a }) => a !== null).map((row) => (partOf(row, "size") === 2n ** 60n ? Number.NaN : Number(partOf(row, "size")))));
  }
});

test("a page is found again by its place, and stays when others are read", () => {
  const column = pagedColumn(openParquet(written((writer) => writer.setCompression(Compression.UNCOMPRESSED).setDictionaryPageSizeLimit(20_000)), "x"), ["a", "path"], textKind);
  const places = Array.from(column?.pages() ?? [], ({ place, count, first }) => ({ place, count, first }));
  expect(places.length).toBeGreaterThan(20);
  const pages = places.toReversed().map(({ place }) => column?.pageAt(place));
  for (const [k, page] of pages.toReversed().entries()) {
    expect(page).toMatchObject({ count: places[k]?.count, first: places[k]?.first });
    const { bytes, starts, ends } = page === undefined ? { bytes: new Uint8Array(), starts: [], ends: [] } : textReader()(page);
    const own = rows.slice(places[k]?.first, (places[k]?.first ?? 0) + (page?.rows ?? 0)).flatMap((row) => partOf(row, "path") ?? []);
    expect(own.map((_, n) => Buffer.from(bytes.subarray(starts[n], ends[n])).toString())).toEqual(own);
  }
});

describe("is left to the library:", () => {
  const bytes = written((writer) => writer.setCompression(Compression.LZ4_RAW));
  test.each([["a column of lists", ["l", "list", "element"]], ["one that is not there", ["a", "none"]], ["one of another type", ["a", "size"]]])("%s", (_, name) => {
    expect(pagedColumn(openParquet(bytes, "x"), name, textKind)).toBeUndefined();
  });

  test("a codec that Node has not", () => {
    expect(() => textsOf(bytes, "a", "path")).toThrow(RangeError);
  });
});

describe.each(codecs)("damage in a column compressed by %s", (name, codec) => {
  test("gives what its bytes say, or is told", () => {
    const whole = written((writer) => writer.setCompression(codec).setDictionaryPageSizeLimit(20_000).setMaxRowGroupSize(500), buildBatch(columns, rows.slice(0, 500)));
    const told = { read: 0, refused: 0 };
    for (let k = 0; k < 400; k++) {
      const bytes = Buffer.from(whole);
      bytes[4 + ((k * 2_654_435_761) % (whole.length - 4))] = (k * 40_503) & 255;
      try {
        textsOf(bytes, "a", "path");
        told.read++;
      } catch (error) {
        if (!(error instanceof RangeError) && !(error instanceof Failure && error.code === "FILE_INVALID")) throw new Error(`${name}, ${k}`, { cause: error });
        told.refused++;
      }
    }
    expect(told.read).toBeGreaterThan(0);
    expect(told.refused).toBeGreaterThan(0);
  });
});
