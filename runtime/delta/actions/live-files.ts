/**
 * The live files of one version. Hundreds of thousands are kept as blocks, of which bits tell what was removed, and the last few that were
 * added as objects; a version shares the blocks of the one before. Whoever goes through them gets one object at a time (protocol, "Action Reconciliation").
 */
import type { AddFile } from "./actions.ts";
import { hashOf, joinText, textBlock } from "./file-block.ts";
import type { FileBlock, TextBlock } from "./file-block.ts";
import { fileKey } from "./file-keys.ts";

/** Immutable; in the order of the log. */
export interface LiveFiles extends Iterable<AddFile> {
  readonly length: number;
  /** Of all files together. */
  readonly bytes: number;
  readonly blocks: readonly LiveBlock[];
  /** Those that are in no block. */
  readonly tail: readonly AddFile[];
  [Symbol.iterator](): Generator<AddFile>;
}

/** A block and what of it is not live any more, a bit a row. */
export interface LiveBlock { readonly block: FileBlock; readonly removed: Uint8Array | undefined; readonly length: number; readonly bytes: number }

/** So many objects become a block. */
const tailMax = 1_024;

/** No files at all. */
export const noFiles: LiveFiles = liveFiles([], [], 0);

/** These files, of which none is there twice. */
export function liveFilesOf(files: readonly AddFile[]): LiveFiles {
  return withAdded(noFiles, files);
}

/** And those of a block, which are new. */
export function withBlock(files: LiveFiles, block: FileBlock): LiveFiles {
  if (block.length === 0) return files;
  const sealed = files.tail.length === 0 ? files.blocks : [...files.blocks, wholeBlock(textBlock(files.tail))];
  const added = wholeBlock(block);
  return liveFiles([...sealed, added], [], files.bytes + added.bytes);
}

/** And others that are new, which leave all as they were. */
export function withAdded({ blocks, tail, bytes }: LiveFiles, added: readonly AddFile[]): LiveFiles {
  const all = [...tail, ...added];
  const total = bytes + bytesOf(added);
  return all.length <= tailMax ? liveFiles(blocks, all, total) : liveFiles(grown(blocks, textBlock(all)), [], total);
}

/** What commits come to, by the keys of files: the last that was said of each, undefined where it was removed. */
export function withChanges(files: LiveFiles, changed: ReadonlyMap<string, AddFile | undefined>): LiveFiles {
  if (changed.size === 0) return files;
  const blocks = files.blocks.map((live) => without(live, changed)).filter(({ length }) => length > 0);
  const tail = files.tail.filter((file) => !changed.has(fileKey(file)));
  const kept = liveFiles(blocks, tail, blocks.reduce((sum, { bytes }) => sum + bytes, bytesOf(tail)));
  return withAdded(kept, [...changed.values()].filter((file) => file !== undefined));
}

/** Which of these keys are of live files. */
export function liveKeys({ blocks, tail }: LiveFiles, keys: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set(tail.map(fileKey).filter((key) => keys.has(key)));
  for (const { block, removed } of blocks) for (const { row, key } of rowsOf(block, keys)) if (!isRemoved(removed, row)) found.add(key);
  return found;
}

/** The rows of a block that are live. */
export function* liveRows({ block, removed }: LiveBlock): Generator<number> {
  for (let row = 0; row < block.length; row++) if (!isRemoved(removed, row)) yield row;
}

function liveFiles(blocks: readonly LiveBlock[], tail: readonly AddFile[], bytes: number): LiveFiles {
  return {
    blocks, tail, bytes,
    length: blocks.reduce((sum, { length }) => sum + length, tail.length),
    *[Symbol.iterator]() {
      for (const live of blocks) yield* live.block.read(liveRows(live));
      yield* tail;
    },
  };
}

function bytesOf(files: readonly AddFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

function wholeBlock(block: FileBlock): LiveBlock {
  return { block, removed: undefined, length: block.length, bytes: totalOf(block.sizes) };
}

function totalOf(sizes: Float64Array): number {
  let total = 0;
  for (let row = 0; row < sizes.length; row++) total += sizes[row] ?? 0;
  return total;
}

/** A new block behind the others, put together with those that are hardly larger: so there are few, and a file is copied but a few times. */
function grown(blocks: readonly LiveBlock[], added: TextBlock): readonly LiveBlock[] {
  let first = blocks.length;
  let weight = added.length;
  for (let before = blocks[first - 1]; before !== undefined && isText(before.block) && before.length <= 2 * weight; before = blocks[first - 1]) {
    weight += before.length;
    first--;
  }
  if (first === blocks.length) return [...blocks, wholeBlock(added)];
  const parts = blocks.slice(first).flatMap((live) => (isText(live.block) ? [{ block: live.block, rows: [...liveRows(live)] }] : []));
  return [...blocks.slice(0, first), wholeBlock(joinText([...parts, { block: added, rows: Array.from({ length: added.length }, (_, row) => row) }]))];
}

function isText(block: FileBlock): block is TextBlock {
  return "ends" in block;
}

function without(live: LiveBlock, keys: Keys): LiveBlock {
  const gone = [...rowsOf(live.block, keys)].filter(({ row }) => !isRemoved(live.removed, row)).map(({ row }) => row);
  if (gone.length === 0) return live;
  const removed = live.removed?.slice() ?? new Uint8Array((live.block.length + 7) >> 3);
  for (const row of gone) removed[row >> 3] = (removed[row >> 3] ?? 0) | (1 << (row & 7));
  return { block: live.block, removed, length: live.length - gone.length, bytes: gone.reduce((bytes, row) => bytes - (live.block.sizes[row] ?? 0), live.bytes) };
}

type Keys = Pick<ReadonlyMap<string, unknown>, "size" | "has" | "keys">;

/** The rows whose files have one of these keys: by their hashes first. */
function* rowsOf(block: FileBlock, keys: Keys): Generator<{ readonly row: number; readonly key: string }> {
  if (keys.size === 0) return;
  const wanted = new Set(Array.from(keys.keys(), hashOf));
  // Most are none of them by a part of the hash already, which costs less to look up.
  const parts = new Uint8Array(partMask + 1);
  for (const hash of wanted) parts[hash & partMask] = 1;
  const hashes = block.hashes();
  for (let row = 0; row < hashes.length; row++) {
    const hash = hashes[row] ?? 0;
    if (parts[hash & partMask] === 0 || !wanted.has(hash)) continue;
    const key = block.keyAt(row);
    if (keys.has(key)) yield { row, key };
  }
}

const partMask = 0xffff;

function isRemoved(removed: Uint8Array | undefined, row: number): boolean {
  return removed !== undefined && ((removed[row >> 3] ?? 0) & (1 << (row & 7))) !== 0;
}
