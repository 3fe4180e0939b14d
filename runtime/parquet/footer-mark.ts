/**
 * What the footer of a local Parquet file says beside its rows (Parquet format: FileMetaData, in Thrift's compact protocol), as a mark: files with the
 * same mark have the same schema, metadata and writer. What cannot be read has no mark.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { readThrift, writeThrift } from "./thrift.ts";

/** Enough for the footer of a small file: one read. */
const tailBytes = 16 * 1024;

/**
 * The mark of a file, undefined when there is none to be had: whoever reads the file in earnest will say why. It does not give way to others: on a
 * local disk a look takes a tenth of what waiting for it would.
 */
export function footerMark(file: string): string | undefined {
  try {
    const footer = readFooter(file);
    return footer === undefined ? undefined : markOf(footer);
  } catch (error) {
    if (error instanceof RangeError || (error instanceof Error && "syscall" in error)) return undefined;
    throw error;
  }
}

/** The bytes before the last eight, which are their number and PAR1. */
function readFooter(file: string): Buffer | undefined {
  const descriptor = openSync(file, "r");
  try {
    const { size } = fstatSync(descriptor);
    const tail = readAt(descriptor, Math.max(0, size - tailBytes), Math.min(size, tailBytes));
    if (tail.length < 12 || tail.toString("latin1", tail.length - 4) !== "PAR1") return undefined;
    const length = tail.readUInt32LE(tail.length - 8);
    if (length <= tail.length - 8) return tail.subarray(tail.length - 8 - length, tail.length - 8);
    return length > size - 12 ? undefined : readAt(descriptor, size - 8 - length, length);
  } finally {
    closeSync(descriptor);
  }
}

function readAt(descriptor: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  if (readSync(descriptor, bytes, 0, length, position) < length) throw new RangeError("the file is shorter than it was");
  return bytes;
}

/** Fields of FileMetaData that are about the rows: how many they are, and where. */
const numRows = 3;
const rowGroups = 4;

/** All other fields. A RangeError where the bytes are no struct. */
function markOf(footer: Buffer): string {
  const others = readThrift(footer).filter(({ id }) => id !== numRows && id !== rowGroups);
  return Buffer.from(writeThrift(others)).toString("latin1");
}
