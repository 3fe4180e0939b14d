/** Small whole numbers as Parquet packs them: runs of one value, or eights of values of so many bits (Parquet format, "RLE/Bit-packing hybrid"). */

/** Values of more bits do not fit the arithmetic here. */
const widthMax = 24;

/** Fills `into` with the first values of the bytes between two places, each of `width` bits. RangeError when there are too few. */
export function readRuns(bytes: Uint8Array, start: number, end: number, width: number, into: Uint8Array | Int32Array): void {
  if (width > widthMax) throw new RangeError("numbers are packed with too many bits");
  if (width === 0) {
    into.fill(0);
    return;
  }
  let at = start;
  for (let filled = 0; filled < into.length; ) {
    const { header, at: behind } = readHeader(bytes, at, end);
    at = behind;
    const count = Math.floor(header / 2);
    if (count === 0) throw new RangeError("packed numbers have an empty run");
    if (header % 2 === 0) {
      let value = 0;
      for (let bits = 0; bits < width; bits += 8) value |= (bytes[at++] ?? 0) << bits;
      if (at > end) throw new RangeError("packed numbers end too early");
      const to = Math.min(into.length, filled + count);
      into.fill(value, filled, to);
      filled = to;
      continue;
    }
    const to = Math.min(into.length, filled + count * 8);
    const last = at + count * width;
    // The last eight may be cut off where nobody needs their rest.
    if (at + Math.ceil(((to - filled) * width) / 8) > end) throw new RangeError("packed numbers end too early");
    const mask = (1 << width) - 1;
    for (let [held, bits] = [0, 0]; filled < to; filled++) {
      for (; bits < width; bits += 8) held |= (bytes[at++] ?? 0) << bits;
      into[filled] = held & mask;
      held >>>= width;
      bits -= width;
    }
    at = last;
  }
}

/** The value of the one run that so many values are, where they begin with one; undefined where they do not. */
export function singleRun(bytes: Uint8Array, start: number, width: number, count: number): number | undefined {
  const { header, at } = readHeader(bytes, start, bytes.length);
  return width <= 8 && header % 2 === 0 && header / 2 >= count ? bytes[at] : undefined;
}

function readHeader(bytes: Uint8Array, start: number, end: number): { readonly header: number; readonly at: number } {
  let [header, scale, at] = [0, 1, start];
  for (let byte = 128; byte >= 128; scale *= 128) {
    if (at >= end || scale > 2 ** 28) throw new RangeError("packed numbers end too early");
    byte = bytes[at++] ?? 0;
    header += (byte & 127) * scale;
  }
  return { header, at };
}
