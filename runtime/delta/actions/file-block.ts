/** Many files of a log in one piece, no object a file: of a commit or checkpoint in JSON as text, of a Parquet checkpoint as its columns (protocol, "Add File and Remove File"). */
import type { AddFile } from "./actions.ts";
import { fileKey, keyHash } from "./file-keys.ts";

/** Files that never change; which of them are live, their holder knows. */
export interface FileBlock {
  readonly length: number;
  /** Bytes of each file. */
  readonly sizes: Float64Array;
  /** A hash of each file's key. */
  hashes(): Int32Array;
  keyAt(row: number): string;
  /** The files of these rows, which ascend, made one by one. DELTA_LOG_BROKEN when one is damaged. */
  read(rows: Iterable<number>): Generator<AddFile>;
  /** Of all files, in order, what tells which rows they may hold and how many. DELTA_LOG_BROKEN likewise. */
  readFacts(): Generator<FileFacts>;
}

export type FileFacts = Pick<AddFile, "path" | "partitionValues" | "stats" | "deletionVector">;

/** A block whose files stand in it as lines of JSON, one after another. */
export interface TextBlock extends FileBlock { readonly bytes: Uint8Array; readonly ends: Float64Array }

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A block of files that are objects now. */
export function textBlock(files: readonly AddFile[]): TextBlock {
  const lines = files.map((file) => encoder.encode(JSON.stringify(file)));
  const ends = new Float64Array(files.length);
  const bytes = new Uint8Array(lines.reduce((sum, line) => sum + line.length, 0));
  for (let row = 0, end = 0; row < lines.length; row++) {
    const line = lines[row] ?? bytes;
    bytes.set(line, end);
    ends[row] = end += line.length;
  }
  const hashes = Int32Array.from(files, (file) => hashOf(fileKey(file)));
  return blockOf(bytes, ends, Float64Array.from(files, ({ size }) => size), hashes);
}

/** The hash of a key that is a text. */
export function hashOf(key: string): number {
  const bytes = encoder.encode(key);
  return keyHash(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length);
}

/** Rows of several blocks as one. */
export function joinText(parts: readonly { readonly block: TextBlock; readonly rows: readonly number[] }[]): TextBlock {
  const count = parts.reduce((sum, { rows }) => sum + rows.length, 0);
  const total = parts.reduce((sum, { block, rows }) => rows.reduce((own, row) => own + (block.ends[row] ?? 0) - startOf(block, row), sum), 0);
  const [bytes, ends, sizes, hashes] = [new Uint8Array(total), new Float64Array(count), new Float64Array(count), new Int32Array(count)];
  let at = 0;
  let end = 0;
  for (const { block, rows } of parts) {
    const own = block.hashes();
    for (const row of rows) {
      const line = block.bytes.subarray(startOf(block, row), block.ends[row]);
      bytes.set(line, end);
      ends[at] = end += line.length;
      sizes[at] = block.sizes[row] ?? 0;
      hashes[at++] = own[row] ?? 0;
    }
  }
  return blockOf(bytes, ends, sizes, hashes);
}

function blockOf(bytes: Uint8Array, ends: Float64Array, sizes: Float64Array, hashes: Int32Array): TextBlock {
  const fileAt = (row: number): AddFile => JSON.parse(decoder.decode(bytes.subarray(startOf({ ends }, row), ends[row]))) as AddFile;
  return {
    length: ends.length, sizes, bytes, ends,
    hashes: () => hashes,
    keyAt: (row) => fileKey(fileAt(row)),
    *read(rows) {
      for (const row of rows) yield fileAt(row);
    },
    *readFacts() {
      for (let row = 0; row < ends.length; row++) yield fileAt(row);
    },
  };
}

function startOf({ ends }: Pick<TextBlock, "ends">, row: number): number {
  return row === 0 ? 0 : (ends[row - 1] ?? 0);
}
