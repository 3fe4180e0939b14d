/** Snappy's block format (Snappy, "format_description"), decompressed: Node has the other codecs of Parquet itself. */

/** Literals up to so many bytes are copied one by one, which is quicker for short ones. */
const shortMax = 96;

/** Fills `into`, which is as long as the block says that it comes to. RangeError when it is damaged. */
export function decompressSnappy(block: Uint8Array, into: Uint8Array): void {
  let [at, to, length, shift] = [0, 0, 0, 1];
  for (let byte = 128; byte >= 128; shift *= 128) {
    byte = block[at++] ?? 0;
    length += (byte & 127) * shift;
    if (at > 5 || at > block.length) throw new RangeError("a block of Snappy has no length");
  }
  if (length !== into.length) throw new RangeError("a block of Snappy has another length");
  while (at < block.length) {
    const tag = block[at++] ?? 0;
    const kind = tag & 3;
    if (kind === 0) {
      // A literal: its length less one in six bits, or in the one to four bytes behind.
      let size = tag >> 2;
      if (size >= 60) {
        const bytes = size - 59;
        size = 0;
        for (let k = 0; k < bytes; k++) size += (block[at++] ?? 0) * 256 ** k;
      }
      size += 1;
      if (at + size > block.length || to + size > into.length) throw new RangeError("a block of Snappy is cut short");
      if (size > shortMax) into.set(block.subarray(at, at + size), to);
      else for (let k = 0; k < size; k++) into[to + k] = block[at + k] ?? 0;
      at += size;
      to += size;
      continue;
    }
    // A copy of what came before, which may reach into itself: length and distance.
    const size = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    let distance = block[at++] ?? 0;
    if (kind === 1) distance |= (tag >> 5) << 8;
    else {
      distance |= (block[at++] ?? 0) << 8;
      if (kind === 3) distance = (distance | ((block[at++] ?? 0) << 16)) + (block[at++] ?? 0) * 2 ** 24;
    }
    if (distance === 0 || distance > to || to + size > into.length || at > block.length) throw new RangeError("a block of Snappy points outside of itself");
    for (let k = 0; k < size; k++) into[to + k] = into[to + k - distance] ?? 0;
    to += size;
  }
  if (to !== into.length) throw new RangeError("a block of Snappy is cut short");
}
