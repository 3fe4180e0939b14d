/**
 * Sets of whole numbers in Roaring's portable form (RoaringFormatSpec), as Delta strings them together for 64 bits (protocol, "Deletion
 * Vector Format"). Anything that does not fit the form to the last byte is an error.
 *
 * Delta: magic u32 | count of bitmaps u64 | for each: high 32 bits of its numbers u32, bitmap. Little-endian throughout.
 * Bitmap: cookie u32 (low half 12346: u32 count of containers follows; 12347: high half is their count - 1, then a bit for each that is
 * made of runs) | for each container: high 16 bits u16, numbers in it - 1 u16 | offsets u32 each (not with runs and fewer than four
 * containers) | containers: runs (count u16, then start and length - 1), up to 4096 numbers (u16 each), or 65536 bits.
 */

export const magic = 1_681_511_377;
export const plainCookie = 12_346;
export const runCookie = 12_347;
export const arrayMax = 4_096;
export const bitsetBytes = 8_192;
export const offsetsFrom = 4;

/** The numbers of a set, rising. An Error says what is wrong with the bytes, or that there are not exactly `count`. */
export function readRoaringArray(bytes: Uint8Array, count: number): Float64Array {
  const input = new Input(bytes);
  if (input.u32() !== magic) throw new Error("it does not begin with the magic number of a set");
  const bitmaps = input.u64();
  const found: number[][] = [];
  let total = 0;
  let previous = -1;
  for (let k = 0; k < bitmaps; k++) {
    const high = input.u32();
    if (high <= previous) throw new Error("its parts are out of order");
    previous = high;
    for (const numbers of readBitmap(input, high * 2 ** 32)) {
      found.push(numbers);
      total += numbers.length;
    }
  }
  if (input.left() > 0) throw new Error(`${input.left()} bytes are left over`);
  if (total !== count) throw new Error(`it holds ${total} rows and not ${count}`);
  const rising = new Float64Array(total);
  let at = 0;
  for (const numbers of found) {
    rising.set(numbers, at);
    at += numbers.length;
  }
  return rising;
}

interface Container { readonly base: number; readonly size: number; readonly runs: boolean }

function* readBitmap(input: Input, base: number): Generator<number[]> {
  const containers = readHeader(input, base);
  for (const container of containers) {
    const numbers = container.runs ? readRuns(input, container.base) : container.size <= arrayMax ? readArray(input, container) : readBits(input, container.base);
    if (numbers.length !== container.size) throw new Error(`a container holds ${numbers.length} numbers where its header says ${container.size}`);
    yield numbers;
  }
}

function readHeader(input: Input, base: number): Container[] {
  const cookie = input.u32();
  const withRuns = (cookie & 0xffff) === runCookie;
  if (!withRuns && cookie !== plainCookie) throw new Error(`${cookie} begins no bitmap`);
  const count = withRuns ? (cookie >>> 16) + 1 : input.u32();
  if (count > 65_536) throw new Error(`a bitmap has ${count} containers`);
  const runs = withRuns ? input.take(Math.ceil(count / 8)) : new Uint8Array(Math.ceil(count / 8));
  let previous = -1;
  const containers = Array.from({ length: count }, (_, k) => {
    const key = input.u16();
    if (key <= previous) throw new Error("the containers of a bitmap are out of order");
    previous = key;
    return { base: base + key * 65_536, size: input.u16() + 1, runs: ((runs[k >> 3] ?? 0) & (1 << (k & 7))) !== 0 };
  });
  // They tell where each container begins, which reading from front to back does not need.
  if (!withRuns || count >= offsetsFrom) input.take(count * 4);
  return containers;
}

function readArray(input: Input, { base, size }: Container): number[] {
  let previous = -1;
  return Array.from({ length: size }, () => {
    const low = input.u16();
    if (low <= previous) throw new Error("the numbers of a container are out of order");
    previous = low;
    return base + low;
  });
}

function readBits(input: Input, base: number): number[] {
  const numbers: number[] = [];
  for (const [index, byte] of input.take(bitsetBytes).entries()) {
    for (let rest = byte; rest !== 0; rest &= rest - 1) numbers.push(base + index * 8 + 31 - Math.clz32(rest & -rest));
  }
  return numbers;
}

function readRuns(input: Input, base: number): number[] {
  const numbers: number[] = [];
  let previous = -1;
  for (let runs = input.u16(); runs > 0; runs--) {
    const start = input.u16();
    const end = start + input.u16();
    if (start <= previous || end > 65_535) throw new Error("the runs of a container are out of order");
    for (let low = start; low <= end; low++) numbers.push(base + low);
    previous = end;
  }
  return numbers;
}

/** Bytes read from front to back. */
class Input {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  left(): number {
    return this.#bytes.length - this.#at;
  }

  take(length: number): Uint8Array {
    if (length > this.left()) throw new Error("it ends too early");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  u16(): number {
    this.take(2);
    return this.#view.getUint16(this.#at - 2, true);
  }

  u32(): number {
    this.take(4);
    return this.#view.getUint32(this.#at - 4, true);
  }

  u64(): number {
    this.take(8);
    return Number(this.#view.getBigUint64(this.#at - 8, true));
  }
}
