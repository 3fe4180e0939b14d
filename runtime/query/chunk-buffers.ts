/** Buffers that grow while chunks come in and are handed out whole: bytes, and a validity bitmap that only exists once there is a null. */
import type duckdb from "@duckdb/node-bindings";
import { duckdbVectors } from "./duckdb.ts";

/** A vector of a chunk and how many items it holds. */
export interface ChunkVector { readonly vector: duckdb.Vector; readonly size: number }

/** Which items of a vector are meant: the first `count`, or those at these indexes. */
export type Selection = number | Uint32Array;

export function selected(selection: Selection): number {
  return typeof selection === "number" ? selection : selection.length;
}

export interface GrowingBytes {
  /** Bytes in use. */
  used: number;
  /** The buffer, with room for `more` bytes after those in use. */
  room(more: number): Uint8Array<ArrayBuffer>;
  /** A copy of what is in use, in a buffer of its own; begins again. */
  take(): Uint8Array<ArrayBuffer>;
}

export function growingBytes(): GrowingBytes {
  let bytes = new Uint8Array(1024);
  const buffer: GrowingBytes = {
    used: 0,
    room(more) {
      if (buffer.used + more > bytes.length) {
        const larger = new Uint8Array(Math.max(bytes.length * 2, buffer.used + more));
        larger.set(bytes.subarray(0, buffer.used));
        bytes = larger;
      }
      return bytes;
    },
    take() {
      const taken = bytes.slice(0, buffer.used);
      buffer.used = 0;
      return taken;
    },
  };
  return buffer;
}

/** Validity of the items taken so far. */
export interface GrowingValidity {
  /** Adds the chosen items; answers which of them are null (1), or undefined when none is. */
  append(source: ChunkVector, selection: Selection): Uint8Array | undefined;
  take(): { readonly length: number; readonly nullCount: number; readonly nullBitmap: Uint8Array | undefined };
}

export function growingValidity(): GrowingValidity {
  let nulls: number[] = [];
  let length = 0;
  return {
    append(source, selection) {
      const count = selected(selection);
      const mask: Uint8Array | null = source.size === 0 ? null : duckdbVectors().vector_get_validity(source.vector, Math.ceil(source.size / 64) * 8);
      let flags: Uint8Array | undefined;
      if (mask !== null && mask !== undefined) {
        for (let k = 0; k < count; k += 1) {
          const item = typeof selection === "number" ? k : (selection[k] ?? 0);
          if (((mask[item >> 3] ?? 0) >> (item & 7)) & 1) continue;
          flags ??= new Uint8Array(count);
          flags[k] = 1;
          nulls.push(length + k);
        }
      }
      length += count;
      return flags;
    },
    take() {
      const nullBitmap = nulls.length === 0 ? undefined : new Uint8Array(Math.ceil(length / 64) * 8).fill(255);
      if (nullBitmap !== undefined) for (const index of nulls) nullBitmap[index >> 3] = (nullBitmap[index >> 3] ?? 0) & ~(1 << (index & 7));
      const taken = { length, nullCount: nulls.length, nullBitmap };
      nulls = [];
      length = 0;
      return taken;
    },
  };
}
