/**
 * Sets of whole numbers written in Roaring's portable form, as Delta strings them together for 64 bits: the layout stands in `roaring.ts`. Each
 * container takes the form that is the shortest for its numbers (protocol, "Deletion Vector Format").
 */
import { arrayMax, bitsetBytes, magic, offsetsFrom, plainCookie, runCookie } from "./roaring.ts";

/** The bytes of a set of rising numbers from 0 to 2^53. */
export function writeRoaringArray(numbers: Float64Array): Uint8Array {
  const bitmaps = [...partsOf(numbers, 2 ** 32)].map(({ high, low }) => ({ high, bytes: bitmapBytes(low) }));
  const bytes = new Uint8Array(bitmaps.reduce((sum, bitmap) => sum + 4 + bitmap.bytes.length, 12));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, true);
  view.setBigUint64(4, BigInt(bitmaps.length), true);
  let at = 12;
  for (const { high, bytes: bitmap } of bitmaps) {
    view.setUint32(at, high, true);
    bytes.set(bitmap, at + 4);
    at += 4 + bitmap.length;
  }
  return bytes;
}

/** Rising numbers by their high part; what is left of each is below `size`. */
function* partsOf(numbers: Float64Array, size: number): Generator<{ readonly high: number; readonly low: Float64Array }> {
  for (let start = 0; start < numbers.length; ) {
    const high = Math.floor((numbers[start] ?? 0) / size);
    let end = start + 1;
    while (end < numbers.length && (numbers[end] ?? 0) < (high + 1) * size) end++;
    yield { high, low: numbers.subarray(start, end).map((number) => number - high * size) };
    start = end;
  }
}

interface Container { readonly key: number; readonly size: number; readonly runs: boolean; readonly bytes: Uint8Array }

function bitmapBytes(numbers: Float64Array): Uint8Array {
  const containers = [...partsOf(numbers, 65_536)].map(({ high, low }) => containerOf(high, low));
  const withRuns = containers.some(({ runs }) => runs);
  const withOffsets = !withRuns || containers.length >= offsetsFrom;
  const marks = withRuns ? Math.ceil(containers.length / 8) : 4;
  const head = 4 + marks + containers.length * (withOffsets ? 8 : 4);
  const bytes = new Uint8Array(containers.reduce((sum, container) => sum + container.bytes.length, head));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, withRuns ? (runCookie | ((containers.length - 1) << 16)) >>> 0 : plainCookie, true);
  if (!withRuns) view.setUint32(4, containers.length, true);
  let at = head;
  for (const [k, { key, size, runs, bytes: own }] of containers.entries()) {
    if (runs) bytes[4 + (k >> 3)] = (bytes[4 + (k >> 3)] ?? 0) | (1 << (k & 7));
    view.setUint16(4 + marks + k * 4, key, true);
    view.setUint16(4 + marks + k * 4 + 2, size - 1, true);
    if (withOffsets) view.setUint32(4 + marks + containers.length * 4 + k * 4, at, true);
    bytes.set(own, at);
    at += own.length;
  }
  return bytes;
}

function containerOf(key: number, low: Float64Array): Container {
  const runs = runBytes(low);
  const plain = low.length > arrayMax ? bitsetBytes : low.length * 2;
  if (runs.length < plain) return { key, size: low.length, runs: true, bytes: runs };
  return { key, size: low.length, runs: false, bytes: low.length > arrayMax ? bits(low) : words(low) };
}

function runBytes(low: Float64Array): Uint8Array {
  const runs: number[] = [];
  for (const number of low) {
    const more = runs.length - 1;
    if (runs.length > 0 && (runs[more - 1] ?? 0) + (runs[more] ?? 0) + 1 === number) runs[more] = (runs[more] ?? 0) + 1;
    else runs.push(number, 0);
  }
  return words([runs.length / 2, ...runs]);
}

function words(numbers: Iterable<number>): Uint8Array {
  const values = [...numbers];
  const bytes = new Uint8Array(values.length * 2);
  const view = new DataView(bytes.buffer);
  for (const [k, number] of values.entries()) view.setUint16(k * 2, number, true);
  return bytes;
}

function bits(low: Float64Array): Uint8Array {
  const bytes = new Uint8Array(bitsetBytes);
  for (const number of low) bytes[number >> 3] = (bytes[number >> 3] ?? 0) | (1 << (number & 7));
  return bytes;
}
