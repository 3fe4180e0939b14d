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
  const nulls = nullsOf(data);
  for (let index = 0; index < data.length; index++) {
    if (isNull(nulls, data.offset + index)) continue;
    const value = values[index] ?? 0;
    if (Number.isNaN(value)) return [Number.NaN, Number.NaN];
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return [least, greatest];
}

function wideExtremes(data: Data): readonly [bigint, bigint] {
  const { buffer, byteOffset, byteLength } = data.values as BigInt64Array | Uint32Array;
  const size = data.values instanceof BigInt64Array ? 2 : 4;
  const words = new Uint32Array(buffer, byteOffset, byteLength / Uint32Array.BYTES_PER_ELEMENT);
  let least = -1;
  let greatest = -1;
  const nulls = nullsOf(data);
  for (let index = 0; index < data.length; index++) {
    if (isNull(nulls, data.offset + index)) continue;
    if (least === -1) least = greatest = index;
    else if (isLess(words, size, index, least)) least = index;
    else if (isLess(words, size, greatest, index)) greatest = index;
  }
  return [wholeAt(words, size, least), wholeAt(words, size, greatest)];
}

/** Whether one whole number is less than another: word by word from the highest, which alone has a sign; making a bigint of each costs many times as much. */
function isLess(words: Uint32Array, size: number, left: number, right: number): boolean {
  for (let word = size - 1; word >= 0; word--) {
    const ours = words[left * size + word] ?? 0;
    const theirs = words[right * size + word] ?? 0;
    if (ours !== theirs) return word === size - 1 ? (ours | 0) < (theirs | 0) : ours < theirs;
  }
  return false;
}

/** 64 or 128 bits, little-endian. */
function wholeAt(words: Uint32Array, size: number, index: number): bigint {
  let value = 0n;
  for (let word = size - 1; word >= 0; word--) value = (value << 32n) | BigInt(words[index * size + word] ?? 0);
  return BigInt.asIntN(size * 32, value);
}

function byteExtremes(data: Data): readonly [Uint8Array, Uint8Array] {
  const offsets = data.valueOffsets as Int32Array;
  const run = data.values as Uint8Array;
  let least = -1;
  let greatest = -1;
  const nulls = nullsOf(data);
  for (let index = 0; index < data.length; index++) {
    if (isNull(nulls, data.offset + index)) continue;
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

/** The validity bitmap, where there are nulls. */
function nullsOf(data: Data): Uint8Array | undefined {
  return data.nullCount > 0 ? data.nullBitmap : undefined;
}

function isNull(validity: Uint8Array | undefined, bit: number): boolean {
  return validity !== undefined && ((validity[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0;
}
