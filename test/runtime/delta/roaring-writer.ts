/** Sets of row places in Delta's form of Roaring bitmaps, and deletion vectors made of them, for tests of reading: each kind of container can be asked for. */
import { crc32 } from "node:zlib";

type Kind = "array" | "bitmap" | "run";

const letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

/** Z85 of bytes, filled up with zeros to four. */
export function encodeZ85(bytes: Uint8Array): string {
  const padded = Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
  let text = "";
  for (let at = 0; at < padded.length; at += 4) {
    let word = padded.readUInt32BE(at);
    let five = "";
    for (let k = 0; k < 5; k += 1) {
      five = (letters[word % 85] ?? "") + five;
      word = Math.floor(word / 85);
    }
    text += five;
  }
  return text;
}

function u16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [k, value] of values.entries()) bytes.writeUInt16LE(value, k * 2);
  return bytes;
}

function u32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [k, value] of values.entries()) bytes.writeUInt32LE(value, k * 4);
  return bytes;
}

const containers: { readonly [K in Kind]: (lows: readonly number[]) => Buffer } = {
  array: (lows) => u16(...lows),
  bitmap(lows) {
    const bits = Buffer.alloc(8_192);
    for (const low of lows) bits.writeUInt8((bits[low >> 3] ?? 0) | (1 << (low & 7)), low >> 3);
    return bits;
  },
  run(lows) {
    const runs: [start: number, more: number][] = [];
    for (const low of lows) {
      const last = runs.at(-1);
      if (last !== undefined && last[0] + last[1] + 1 === low) last[1] += 1;
      else runs.push([low, 0]);
    }
    return Buffer.concat([u16(runs.length), u16(...runs.flat())]);
  },
};

/** One 32-bit bitmap of rising numbers; `runs` makes every container of runs. */
function bitmapOf(numbers: readonly number[], runs: boolean): Buffer {
  const parts = [...Map.groupBy(numbers, (number) => Math.floor(number / 65_536))].map(([key, own]) => {
    const lows = own.map((number) => number % 65_536);
    return { key, size: lows.length, bytes: containers[runs ? "run" : lows.length > 4_096 ? "bitmap" : "array"](lows) };
  });
  const head = runs ? Buffer.concat([u32((12_347 | ((parts.length - 1) << 16)) >>> 0), Buffer.alloc(Math.ceil(parts.length / 8), 0xff)]) : u32(12_346, parts.length);
  const described = u16(...parts.flatMap(({ key, size }) => [key, size - 1]));
  const withOffsets = !runs || parts.length >= 4;
  let offset = head.length + described.length + (withOffsets ? parts.length * 4 : 0);
  const offsets = parts.map(({ bytes }) => (offset += bytes.length) - bytes.length);
  return Buffer.concat([head, described, ...(withOffsets ? [u32(...offsets)] : []), ...parts.map(({ bytes }) => bytes)]);
}

/** A set of rising numbers below 2^53. */
export function roaringArray(numbers: readonly number[], { runs = false } = {}): Buffer {
  const bitmaps = [...Map.groupBy(numbers, (number) => Math.floor(number / 2 ** 32))];
  return Buffer.concat([u32(1_681_511_377), u32(bitmaps.length, 0), ...bitmaps.flatMap(([high, own]) => [u32(high), bitmapOf(own.map((number) => number % 2 ** 32), runs)])]);
}

/** A deletion vector that stands in the log. */
export function inlineVector(numbers: readonly number[], options?: { readonly runs?: boolean }): { readonly storageType: string; readonly pathOrInlineDv: string; readonly sizeInBytes: number; readonly cardinality: number } {
  const bytes = roaringArray(numbers, options);
  return { storageType: "i", pathOrInlineDv: encodeZ85(bytes), sizeInBytes: bytes.length, cardinality: numbers.length };
}

/** A file of vectors, and where each stands in it. */
export function vectorFile(...sets: readonly (readonly number[])[]): { readonly bytes: Buffer; readonly parts: readonly { readonly offset: number; readonly sizeInBytes: number; readonly cardinality: number }[] } {
  const parts: { offset: number; sizeInBytes: number; cardinality: number }[] = [];
  let bytes: Buffer = Buffer.from([1]);
  for (const numbers of sets) {
    const set = roaringArray(numbers);
    const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    size.writeInt32BE(set.length);
    sum.writeUInt32BE(crc32(set));
    parts.push({ offset: bytes.length, sizeInBytes: set.length, cardinality: numbers.length });
    bytes = Buffer.concat([bytes, size, set, sum]);
  }
  return { bytes, parts };
}
