/** The values of a page (Parquet format, "Encodings": plain, or by their number in a dictionary), those that are there, in order. */
import type { Page } from "./parquet-pages.ts";
import { readRuns } from "./parquet-runs.ts";

/** Texts, each by where it begins and ends in the bytes, all behind `from`; good until the page is not, or the next are read with the same places. */
export interface PageTexts { readonly bytes: Uint8Array; readonly from: number; readonly starts: Int32Array; readonly ends: Int32Array }

interface Places { starts: Int32Array; ends: Int32Array }

/** Gives the texts of one page after another, in places that are used again. RangeError when they are damaged. */
export function textReader(): (page: Page) => PageTexts {
  const [own, ofDictionary]: Places[] = [noPlaces(), noPlaces()];
  let known: Uint8Array | undefined;
  return ({ bytes, at, count, dictionary }) => {
    const places = own ?? noPlaces();
    reserve(places, count);
    if (dictionary === undefined) {
      readTexts(bytes, at, count, places);
      return { bytes, from: at, ...places };
    }
    const there = ofDictionary ?? noPlaces();
    if (known !== dictionary.bytes) {
      reserve(there, dictionary.count);
      readTexts(dictionary.bytes, 0, dictionary.count, there);
      known = dictionary.bytes;
    }
    const numbers = readNumbers(bytes, at, count, dictionary.count);
    for (let k = 0; k < count; k++) {
      const number = numbers[k] ?? 0;
      places.starts[k] = there.starts[number] ?? 0;
      places.ends[k] = there.ends[number] ?? 0;
    }
    return { bytes: dictionary.bytes, from: 0, ...places };
  };
}

/** The 64-bit numbers of a page; NaN beyond 2^53. RangeError likewise. */
export function wholesOf({ bytes, at, count, dictionary }: Page): Float64Array {
  if (dictionary === undefined) return readWholes(bytes, at, count);
  const there = readWholes(dictionary.bytes, 0, dictionary.count);
  const numbers = readNumbers(bytes, at, count, dictionary.count);
  const values = new Float64Array(count);
  for (let k = 0; k < count; k++) values[k] = there[numbers[k] ?? 0] ?? Number.NaN;
  return values;
}

function noPlaces(): Places {
  return { starts: new Int32Array(), ends: new Int32Array() };
}

function reserve(places: Places, count: number): void {
  if (places.starts.length >= count) return;
  places.starts = new Int32Array(count);
  places.ends = new Int32Array(count);
}

/** Each is its length in four bytes, then itself. */
function readTexts(bytes: Uint8Array, from: number, count: number, { starts, ends }: Places): void {
  let at = from;
  for (let k = 0; k < count; k++) {
    const length = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
    const start = at + 4;
    if (length < 0 || start + length > bytes.length) throw new RangeError("a text lies beyond its page");
    starts[k] = start;
    at = ends[k] = start + length;
  }
}

function readWholes(bytes: Uint8Array, at: number, count: number): Float64Array {
  if (at + count * 8 > bytes.length) throw new RangeError("numbers lie beyond their page");
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, count * 8);
  const values = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    const value = view.getInt32(k * 8 + 4, true) * 2 ** 32 + view.getUint32(k * 8, true);
    values[k] = Number.isSafeInteger(value) ? value : Number.NaN;
  }
  return values;
}

/** How many bits each has, in one byte, then runs. */
function readNumbers(bytes: Uint8Array, at: number, count: number, limit: number): Int32Array {
  const numbers = new Int32Array(count);
  if (count === 0) return numbers;
  readRuns(bytes, at + 1, bytes.length, bytes[at] ?? 0, numbers);
  for (let k = 0; k < count; k++) if ((numbers[k] ?? 0) >= limit) throw new RangeError("a number is beyond the dictionary");
  return numbers;
}
