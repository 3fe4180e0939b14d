/** A finished Arrow column as its raw values, for what is computed over a whole column: extremes and null counts. Nulls are passed over. */
import type { Data, RecordBatch } from "apache-arrow";

export interface ColumnView {
  readonly length: number;
  readonly nullCount: number;
  /** Least and greatest of numbers of at most 64 bits in floating form; NaN when any value is. Only when some value is there. */
  extremes(): readonly [number, number];
  /** Least and greatest of 64-bit or 128-bit whole numbers. */
  wideExtremes(): readonly [bigint, bigint];
  /** Least and greatest byte runs, compared byte by byte. */
  byteExtremes(): readonly [Uint8Array, Uint8Array];
  child(index: number): ColumnView | undefined;
}

/** The batch's columns. */
export function columnViews(batch: RecordBatch): ColumnView[] {
  return batch.data.children.map(viewOf);
}

function viewOf(data: Data): ColumnView {
  return {
    length: data.length,
    nullCount: data.nullCount,
    extremes: () => extremes(data),
    wideExtremes: () => wideExtremes(data),
    byteExtremes: () => byteExtremes(data),
    child: (index) => (data.children[index] === undefined ? undefined : viewOf(data.children[index])),
  };
}

function extremes(data: Data): readonly [number, number] {
  const values = data.values as Float64Array;
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < data.length; index++) {
    if (data.nullCount > 0 && !data.getValid(index)) continue;
    const value = values[index] ?? 0;
    if (Number.isNaN(value)) return [Number.NaN, Number.NaN];
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return [least, greatest];
}

function wideExtremes(data: Data): readonly [bigint, bigint] {
  const at = wideAt(data);
  let least: bigint | undefined;
  let greatest: bigint | undefined;
  for (let index = 0; index < data.length; index++) {
    if (data.nullCount > 0 && !data.getValid(index)) continue;
    const value = at(index);
    if (least === undefined || value < least) least = value;
    if (greatest === undefined || value > greatest) greatest = value;
  }
  return [least ?? 0n, greatest ?? 0n];
}

/** 64 bits a value, or 128 little-endian. */
function wideAt(data: Data): (index: number) => bigint {
  const values = data.values as BigInt64Array | Uint32Array;
  if (values instanceof BigInt64Array) return (index) => values[index] ?? 0n;
  const halves = new BigInt64Array(values.buffer, values.byteOffset, values.byteLength / 8);
  return (index) => ((halves[index * 2 + 1] ?? 0n) << 64n) | BigInt.asUintN(64, halves[index * 2] ?? 0n);
}

function byteExtremes(data: Data): readonly [Uint8Array, Uint8Array] {
  const offsets = data.valueOffsets as Int32Array;
  const run = data.values as Uint8Array;
  let least = -1;
  let greatest = -1;
  for (let index = 0; index < data.length; index++) {
    if (data.nullCount > 0 && !data.getValid(index)) continue;
    if (least === -1) least = greatest = index;
    else if (isBefore(run, offsets, index, least)) least = index;
    else if (isBefore(run, offsets, greatest, index)) greatest = index;
  }
  return [run.subarray(offsets[least], offsets[least + 1]), run.subarray(offsets[greatest], offsets[greatest + 1])];
}

/** Whether one value comes before another; a loop of its own, since values differ early and a call to compare them costs more. */
function isBefore(run: Uint8Array, offsets: Int32Array, left: number, right: number): boolean {
  const leftStart = offsets[left] ?? 0;
  const rightStart = offsets[right] ?? 0;
  const leftLength = (offsets[left + 1] ?? 0) - leftStart;
  const rightLength = (offsets[right + 1] ?? 0) - rightStart;
  const shared = Math.min(leftLength, rightLength);
  for (let index = 0; index < shared; index++) {
    const difference = (run[leftStart + index] ?? 0) - (run[rightStart + index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return leftLength < rightLength;
}
