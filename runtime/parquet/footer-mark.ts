/**
 * What the footer of a local Parquet file says beside its rows (Parquet format: FileMetaData, in Thrift's compact protocol), as a mark: files with the
 * same mark have the same schema, metadata and writer. Nothing is decoded but lengths, so that it costs little; what it cannot follow has no mark.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

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

/** Fields of FileMetaData that are about the rows. */
const numRows = 3;
const rowGroups = 4;

/** All other fields, letter for letter. A RangeError where the bytes are no struct. */
function markOf(footer: Buffer): string {
  const parts: string[] = [];
  const end = eachField({ bytes: footer, at: 0 }, (field, from, to) => {
    if (field !== numRows && field !== rowGroups) parts.push(`${field}:${footer.toString("latin1", from, to)}`);
  });
  if (end !== footer.length) throw new RangeError("bytes behind the footer");
  return parts.join("\n");
}

/** A place in bytes that moves on as they are passed over. */
interface Cursor { readonly bytes: Buffer; at: number }

/** Passes over a struct and tells where the value of each field lies; gives the place behind it. */
function eachField(cursor: Cursor, tell: (field: number, from: number, to: number) => void): number {
  let field = 0;
  for (;;) {
    const header = byte(cursor);
    if (header === 0) return cursor.at;
    const delta = header >> 4;
    field = delta === 0 ? zigzag(varint(cursor)) : field + delta;
    const from = cursor.at;
    skip(cursor, header & 15);
    tell(field, from, cursor.at);
  }
}

function zigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

/** The types of Thrift's compact protocol; whole numbers are all alike. */
const trueType = 1;
const falseType = 2;
const byteType = 3;
const wholeTypes: ReadonlySet<number> = new Set([4, 5, 6]);
const double = 7;
const binary = 8;
const list = 9;
const set = 10;
const map = 11;
const struct = 12;

/** Passes over a value of a type, as it stands in a field. */
function skip(cursor: Cursor, type: number): void {
  if (type === trueType || type === falseType) return;
  if (type === byteType) move(cursor, 1);
  else if (wholeTypes.has(type)) varint(cursor);
  else if (type === double) move(cursor, 8);
  else if (type === binary) move(cursor, varint(cursor));
  else if (type === list || type === set) skipList(cursor);
  else if (type === map) skipMap(cursor);
  else if (type === struct) eachField(cursor, () => {});
  else throw new RangeError("no type");
}

function skipList(cursor: Cursor): void {
  const header = byte(cursor);
  const size = header >> 4 === 15 ? varint(cursor) : header >> 4;
  for (let k = 0; k < size; k++) skipElement(cursor, header & 15);
}

function skipMap(cursor: Cursor): void {
  const size = varint(cursor);
  const types = size === 0 ? 0 : byte(cursor);
  for (let k = 0; k < size; k++) {
    skipElement(cursor, types >> 4);
    skipElement(cursor, types & 15);
  }
}

/** In a collection a truth value has a byte of its own. */
function skipElement(cursor: Cursor, type: number): void {
  if (type === trueType || type === falseType) move(cursor, 1);
  else skip(cursor, type);
}

function byte(cursor: Cursor): number {
  return cursor.bytes.readUInt8(cursor.at++);
}

function varint(cursor: Cursor): number {
  let value = 0;
  for (let scale = 1; ; scale *= 128) {
    const next = byte(cursor);
    value += (next & 127) * scale;
    if (next < 128) return value;
  }
}

function move(cursor: Cursor, by: number): void {
  cursor.at += by;
  if (cursor.at > cursor.bytes.length) throw new RangeError("the footer ends early");
}
