/**
 * DuckDB's texts and bytes as Arrow's: one run of bytes and where each item ends. A long item lies elsewhere in memory, and asking for
 * it is dear; so neighbours are asked for together.
 */
import type { Data } from "apache-arrow";
import { arrow } from "../parquet/arrow.ts";
import { growingBytes, selected } from "./chunk-buffers.ts";
import type { ChunkVector, GrowingBytes, Selection } from "./chunk-buffers.ts";
import { duckdbVectors } from "./duckdb.ts";

/** string_t: 4 bytes of length, then up to 12 bytes of text, or 4 bytes of prefix and a pointer of 8. */
const stringBytes = 16;
const inlineBytes = 12;
/** Bytes between two items that are read along. Less than a page, so that what lies between them is in the pages that hold them. */
const gapMax = 64;

export interface StringColumn {
  append(source: ChunkVector, selection: Selection, nulls: Uint8Array | undefined): void;
  bytes(): number;
  take(): { readonly buffers: Partial<Data["buffers"]> };
}

/** An empty column of texts or bytes. */
export function stringColumn(): StringColumn {
  const offsets = growingBytes();
  const text = growingBytes();
  return {
    append(source, selection, nulls) {
      const count = selected(selection);
      if (count === 0) return;
      const items = duckdbVectors().vector_get_data(source.vector, source.size * stringBytes);
      const words = new Uint32Array(items.buffer, items.byteOffset, source.size * 4);
      const ends = new Int32Array(offsets.room(count * 4).buffer, offsets.used, count);
      const long = longItems(items, words, selection, nulls);
      for (let k = 0; k < count; k += 1) {
        if (nulls?.[k] !== 1) {
          const item = typeof selection === "number" ? k : (selection[k] ?? 0);
          const length = words[item * 4] ?? 0;
          if (length > inlineBytes) appendBytes(text, long(item, length));
          else appendInline(text, items, item * stringBytes + 4, length);
        }
        ends[k] = text.used;
      }
      offsets.used += count * 4;
    },
    bytes: () => text.used,
    take() {
      const ends = new Int32Array(offsets.take().buffer);
      const starts = new Int32Array(ends.length + 1);
      starts.set(ends, 1);
      return { buffers: { [arrow().BufferType.OFFSET]: starts, [arrow().BufferType.DATA]: text.take() } };
    },
  };
}

/** A loop is faster than a copy for so few. */
function appendInline(text: GrowingBytes, items: Uint8Array, at: number, length: number): void {
  const bytes = text.room(length);
  for (let k = 0; k < length; k += 1) bytes[text.used + k] = items[at + k] ?? 0;
  text.used += length;
}

function appendBytes(text: GrowingBytes, bytes: Uint8Array): void {
  text.room(bytes.length).set(bytes, text.used);
  text.used += bytes.length;
}

/** Finds the bytes of long items; memory is asked for once for each run of them that lie together. */
function longItems(items: Uint8Array, words: Uint32Array, selection: Selection, nulls: Uint8Array | undefined): (item: number, length: number) => Uint8Array {
  const found: number[] = [];
  for (let k = 0; k < selected(selection); k += 1) {
    const item = typeof selection === "number" ? k : (selection[k] ?? 0);
    if (nulls?.[k] !== 1 && (words[item * 4] ?? 0) > inlineBytes) found.push(item);
  }
  const pointer = (item: number): number => (words[item * 4 + 3] ?? 0) * 2 ** 32 + (words[item * 4 + 2] ?? 0);
  if (found.some((item, k) => k > 0 && pointer(item) < pointer(found[k - 1] ?? 0))) found.sort((a, b) => pointer(a) - pointer(b));
  const runs: { readonly start: number; readonly bytes: Uint8Array }[] = [];
  for (let k = 0; k < found.length; ) {
    const first = found[k] ?? 0;
    const start = pointer(first);
    let end = start;
    for (; k < found.length && pointer(found[k] ?? 0) <= end + gapMax; k += 1) end = Math.max(end, pointer(found[k] ?? 0) + (words[(found[k] ?? 0) * 4] ?? 0));
    runs.push({ start, bytes: duckdbVectors().get_data_from_pointer(items.buffer as ArrayBuffer, items.byteOffset + first * stringBytes + 8, end - start) });
  }
  return (item, length) => {
    const at = pointer(item);
    const run = runs[runOf(runs, at)];
    return run === undefined ? new Uint8Array() : run.bytes.subarray(at - run.start, at - run.start + length);
  };
}

/** The last run that begins at or before a pointer. */
function runOf(runs: readonly { readonly start: number }[], at: number): number {
  let low = 0;
  let high = runs.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((runs[middle]?.start ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}
