import { RecordBatch, tableFromIPC } from "apache-arrow";
import { expect, test } from "vitest";
import { buildBatch } from "../../../runtime/parquet/arrow-build.ts";
import { encodeArrow } from "../../../runtime/parquet/arrow-encoder.ts";
import { decodeArrowBytes, decodeArrowStream } from "../../../runtime/parquet/arrow-ipc.ts";
import { readRows } from "../../../runtime/parquet/arrow-rows.ts";
import { arrowSchema, columnsOfSchema } from "../../../runtime/parquet/arrow-schema.ts";
import { extremeColumns, extremeRows } from "./extremes.ts";
import { spell } from "./same.ts";

async function* batches(count: number): AsyncGenerator<RecordBatch> {
  for (let index = 0; index < count; index++) yield buildBatch(extremeColumns, extremeRows);
}

async function encoded(count: number, kind: "stream" | "file"): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of encodeArrow(arrowSchema(extremeColumns), batches(count), kind)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The bytes as a stream, in pieces that end anywhere. */
function streamOf(bytes: Uint8Array, told?: { cancelled: boolean }): ReadableStream<Uint8Array> {
  let start = 0;
  return new ReadableStream({
    pull(controller) {
      if (start >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(start, start + 1_013));
      start += 1_013;
    },
    cancel() {
      if (told !== undefined) told.cancelled = true;
    },
  }, { highWaterMark: 0 });
}

test("a stream that came in pieces has all columns and rows", async () => {
  const { schema, batches: read } = await decodeArrowStream(streamOf(await encoded(3, "stream")));
  expect(columnsOfSchema(schema)).toEqual(extremeColumns);
  const rows: string[] = [];
  for await (const batch of read) rows.push(...readRows(extremeColumns, batch).map(spell));
  expect(rows).toEqual([1, 2, 3].flatMap(() => extremeRows.map(spell)));
});

test("a stream of no batches has its columns", async () => {
  const { schema, batches: read } = await decodeArrowStream(streamOf(await encoded(0, "stream")));
  expect(columnsOfSchema(schema)).toEqual(extremeColumns);
  let rows = 0;
  for await (const batch of read) rows += batch.numRows;
  expect(rows).toBe(0);
});

test("a stream that breaks off anywhere ends by UNAVAILABLE, never quietly", async () => {
  const bytes = await encoded(2, "stream");
  const cuts = [...Array.from({ length: 100 }, (_, index) => index), ...Array.from({ length: 50 }, (_, index) => Math.floor((index * bytes.length) / 50)), bytes.length - 8, bytes.length - 1];
  for (const cut of cuts) {
    const read = async (): Promise<void> => {
      const stream = await decodeArrowStream(streamOf(bytes.subarray(0, cut)));
      for await (const batch of stream.batches) expect(batch.numRows).toBe(extremeRows.length);
    };
    await expect(read(), `cut at ${cut}`).rejects.toMatchObject({ code: "UNAVAILABLE", retry: true });
  }
});

test("an error of the source is passed on as it is", async () => {
  const bytes = await encoded(2, "stream");
  const failing = (kept: number): ReadableStream<Uint8Array> => new ReadableStream({
    start(controller) {
      controller.enqueue(bytes.slice(0, kept));
    },
    pull(controller) {
      controller.error(new RangeError("pulled out"));
    },
  });
  const read = async (kept: number): Promise<void> => {
    for await (const batch of (await decodeArrowStream(failing(kept))).batches) expect(batch.numRows).toBe(extremeRows.length);
  };
  await expect(read(100)).rejects.toThrow(new RangeError("pulled out"));
  await expect(read(bytes.length - 100)).rejects.toThrow(new RangeError("pulled out"));
});

test("buffers that lie askew in memory are read all the same", async () => {
  const bytes = await encoded(1, "stream");
  for (let shift = 1; shift < 8; shift++) {
    const askew = new Uint8Array(bytes.length + shift);
    askew.set(bytes, shift);
    const rows = decodeArrowBytes(askew.subarray(shift)).batches.flatMap((batch) => readRows(extremeColumns, batch));
    expect(rows.map(spell)).toEqual(extremeRows.map(spell));
  }
});

test("one who stops reading cancels the source", async () => {
  const told = { cancelled: false };
  const { batches: read } = await decodeArrowStream(streamOf(await encoded(3, "stream"), told));
  for await (const batch of read) {
    expect(batch.numRows).toBe(extremeRows.length);
    break;
  }
  expect(told.cancelled).toBe(true);
});

test("a file is read by the library itself, with its footer", async () => {
  const bytes = await encoded(2, "file");
  expect(new TextDecoder().decode(bytes.subarray(0, 6))).toBe("ARROW1");
  expect(tableFromIPC(bytes).numRows).toBe(2 * extremeRows.length);
  expect(decodeArrowBytes(bytes).batches).toHaveLength(2);
});

test("bytes that are no Arrow are VALUE_INVALID", () => {
  expect(() => decodeArrowBytes(new TextEncoder().encode("id,city\n1,a\n"))).toThrow(expect.objectContaining({ code: "VALUE_INVALID" }));
});

test("compressed batches are told as such, with the way out", () => {
  // One row of an int64 column, as pyarrow writes it with LZ4.
  const bytes = Buffer.from(
    "/////3gAAAAQAAAAAAAKAAwABgAFAAgACgAAAAABBAAMAAAACAAIAAAABAAIAAAABAAAAAEAAAAUAAAAEAAUAAgABgAHAAwAAAAQABAAAAAAAAECEAAAABwAAAAEAAAAAAAAAAIAAABpZAAACAAMAAgABwAIAAAAAAAAAUAAAAD/////mAAAABQAAAAAAAAADAAYAAYABQAIAAwADAAAAAADBAAcAAAAIAAAAAAAAAAAAAAADAAcABAABAAIAAwADAAAAEgAAAAcAAAAFAAAAAEAAAAAAAAAAAAAAAQABAAEAAAAAgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB8AAAAAAAAAAAAAAAEAAAABAAAAAAAAAAAAAAAAAAAACAAAAAAAAAAEIk0YYECCCAAAgAEAAAAAAAAAAAAAAAD/////AAAAAA==",
    "base64",
  );
  expect(() => decodeArrowBytes(bytes)).toThrow(expect.objectContaining({ code: "VALUE_INVALID", message: expect.stringContaining("compressed"), hint: expect.stringContaining("uncompressed") }));
});
