/**
 * The files of a Parquet checkpoint as a block: what tells them apart and their sizes are read at once, all else stays in the checkpoint
 * until somebody asks for files, and is then decoded some thousand rows at a time (protocol, "Checkpoints").
 */
import type { OpenParquet, ParquetLeaf } from "../../parquet/parquet-footer.ts";
import { guardedParquet } from "../../parquet/parquet-footer.ts";
import { validRows } from "../../parquet/valid-rows.ts";
import { decodeParquetRows, decodeParquetSlices } from "../../parquet/parquet-slices.ts";
import type { AddFile } from "../actions/actions.ts";
import type { FileBlock, FileFacts } from "../actions/file-block.ts";
import { actionReader, brokenCheckpoint, factReader, guarded, intact, parsedStatistics, project } from "./checkpoint-decode.ts";
import { partsOf } from "./checkpoint-columns.ts";
import { passingFacts } from "./checkpoint-facts.ts";
import { decodedKeys, decodedVectors } from "./checkpoint-key-columns.ts";
import { fileRows, keyOf, passingKeys } from "./checkpoint-keys.ts";
import type { FileKeys } from "./checkpoint-keys.ts";

/** A block of so few files is decoded whole at once, so that damage is met when there may still be another way to the table. */
const checkedMax = 8_192;

/** The files of a checkpoint's Parquet file; undefined when it has none. DELTA_LOG_BROKEN. */
export function checkpointBlock(file: OpenParquet): FileBlock | undefined {
  const block = intact(file.name, () => readBlock(file));
  if (block !== undefined && block.length <= checkedMax) for (const _file of block.read(Array.from({ length: block.length }, (_, row) => row)));
  return block;
}

function readBlock(file: OpenParquet): FileBlock | undefined {
  const { name } = file;
  const leaves = file.leaves.filter(({ path: [action] }) => action === "add");
  if (leaves.length === 0) return undefined;
  const isVector = (leaf: readonly string[]): boolean => leaf[0] === "add" && leaf[1] === "deletionVector" && leaves.some(({ path: own, values }) => values !== 0 && own.join(".") === leaf.join("."));
  const keys = passingKeys(file, (isFile) => {
    const ofVectors = project(file, isVector);
    return ofVectors === undefined ? new Map() : decodedVectors(ofVectors, name, isFile);
  }) ?? decodedKeysOf(file, isVector);
  if (keys === undefined || keys.count === 0) return undefined;
  const kept = new Set(wantedLeaves(leaves, keys.count).map((leaf) => leaf.join(".")));
  const columns = (parts?: readonly string[]): Uint8Array => project(file, (leaf) => kept.has(leaf.join(".")) && (parts === undefined || parts.includes(leaf[1] ?? ""))) ?? new Uint8Array();
  return blockOf(keys, columns, file);
}

function decodedKeysOf(file: OpenParquet, isVector: (leaf: readonly string[]) => boolean): FileKeys | undefined {
  const projected = project(file, (leaf) => (leaf[0] === "add" && (leaf[1] === "path" || leaf[1] === "size")) || isVector(leaf));
  return projected === undefined ? undefined : decodedKeys(projected, file.name);
}

/** Columns without any value are left out, save those that may hold empty maps; statistics in columns of their own where each file has them as text. */
function wantedLeaves(leaves: readonly ParquetLeaf[], files: number): (readonly string[])[] {
  const parts = partsOf("add");
  const hasTexts = leaves.some(({ path, values }) => path[1] === "stats" && values === files);
  return leaves.filter(({ path: [, part = ""], values }) => {
    if (part === parsedStatistics) return !hasTexts;
    return parts.includes(part) && (values !== 0 || part === "partitionValues" || part === "tags");
  }).map(({ path }) => path);
}

/** What of a file tells its rows: its path is among the keys. */
const factParts = ["partitionValues", "stats", parsedStatistics, "deletionVector"];

/** `columns` gives the Parquet file of what is read of files, or of some parts of it. */
function blockOf({ count, sizes, vectors, starts, pathAt, hashes }: FileKeys, columns: (parts?: readonly string[]) => Uint8Array, file: OpenParquet): FileBlock {
  const path = file.name;
  return {
    length: count, sizes, hashes,
    keyAt: (row) => intact(path, () => keyOf(knownPath(row), vectors.get(row))),
    read: (rows) => guarded(path, () => readRows(rows)),
    readFacts: () => guarded(path, () => readFacts()),
  };

  function knownPath(row: number): string {
    return guardedParquet(path, () => pathAt(row));
  }

  function* readRows(rows: Iterable<number>): Generator<AddFile> {
    let slice = -1;
    let own: Uint8Array | undefined;
    let files: ((row: number) => AddFile) | undefined;
    for (const row of rows) {
      if (files === undefined || row >= (starts[slice + 1] ?? count)) {
        slice = starts.findLastIndex((start) => start <= row);
        files = readSlice((own ??= columns()), path, slice, starts[slice] ?? 0);
      }
      yield files(row);
    }
  }

  function* readFacts(): Generator<FileFacts> {
    const given = yield* passed(passingFacts(file, { count, vectors, pathAt: knownPath }));
    if (given < count) yield* Iterator.from(decodedFacts()).drop(given);
  }

  function* decodedFacts(): Generator<FileFacts> {
    let row = 0;
    for (const batch of decodeParquetSlices(columns(factParts), path)) {
      const [column, read] = [batch.getChild("add"), factReader(batch)];
      for (const at of column === null ? [] : validRows(column)) yield { ...read(at), path: knownPath(row++) };
    }
    if (row !== count) throw brokenCheckpoint(path, "its columns have different numbers of files");
  }
}

/** Passes facts on as far as they can be read in passing, and tells how many these were. */
function* passed(facts: Iterator<FileFacts> | undefined): Generator<FileFacts, number> {
  for (let given = 0; ; given++) {
    const next = nextOf(facts);
    if (next === undefined) return given;
    yield next;
  }
}

function nextOf(facts: Iterator<FileFacts> | undefined): FileFacts | undefined {
  try {
    const next = facts?.next();
    return next?.done === false ? next.value : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The files of a slice, by their rows in the block, of which the slice has those from `first` on. */
function readSlice(own: Uint8Array, path: string, slice: number, first: number): (row: number) => AddFile {
  const there = decodeParquetRows(own, path, slice * fileRows, fileRows).flatMap((batch) => {
    const [column, read] = [batch.getChild("add"), actionReader(batch, "add", partsOf("add"), path)];
    return column === null || read === undefined ? [] : Array.from(validRows(column), (row) => ({ row, read }));
  });
  return (row) => {
    const at = there[row - first];
    const file = at?.read(at.row)?.add;
    if (file === undefined) throw brokenCheckpoint(path, "its columns have different numbers of files");
    return file;
  };
}
