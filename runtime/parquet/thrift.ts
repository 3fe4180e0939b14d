/** Thrift's compact protocol (Thrift, "Compact protocol encoding"), which Parquet's footers are written in: any struct as a tree, and back. */

/** A struct: its fields in order of their numbers. A truth value is a field whose type says it. */
export type ThriftStruct = readonly ThriftField[];
export interface ThriftField { readonly id: number; readonly type: number; readonly value: ThriftValue }
export interface ThriftList { readonly element: number; readonly items: readonly ThriftValue[] }
export type ThriftValue = number | Uint8Array | ThriftStruct | ThriftList;

const types = { true: 1, false: 2, byte: 3, i16: 4, i32: 5, i64: 6, double: 7, binary: 8, list: 9, set: 10, struct: 12 } as const;

/** Structs in structs, at most: a damaged footer may go on for ever. */
const depthMax = 32;

/** The struct that the bytes are, all of them. RangeError when they are none, or go on behind it; also for maps, which Parquet does not have. */
export function readThrift(bytes: Uint8Array): ThriftStruct {
  const { struct, end } = readThriftAt(bytes, 0);
  if (end < bytes.length) throw new RangeError("bytes follow the struct");
  return struct;
}

/** The struct at a place of the bytes, and where it ends. RangeError likewise, save that others may follow. */
export function readThriftAt(bytes: Uint8Array, at: number): { readonly struct: ThriftStruct; readonly end: number } {
  const cursor = { bytes, at };
  return { struct: readStruct(cursor, 0), end: cursor.at };
}

interface Cursor { readonly bytes: Uint8Array; at: number }

function readStruct(cursor: Cursor, depth: number): ThriftStruct {
  if (depth > depthMax) throw new RangeError("structs are too deep in one another");
  const fields: ThriftField[] = [];
  for (let id = 0; ;) {
    const header = readByte(cursor);
    if (header === 0) return fields;
    const type = header & 15;
    id = header >> 4 === 0 ? readZigzag(cursor) : id + (header >> 4);
    fields.push({ id, type, value: type === types.true || type === types.false ? 0 : readValue(cursor, type, depth) });
  }
}

function readValue(cursor: Cursor, type: number, depth: number): ThriftValue {
  if (type === types.true || type === types.false || type === types.byte) return readByte(cursor);
  if (type === types.i16 || type === types.i32 || type === types.i64) return readZigzag(cursor);
  if (type === types.double) return readBytes(cursor, 8);
  if (type === types.binary) return readBytes(cursor, readVarint(cursor));
  if (type === types.list || type === types.set) return readList(cursor, depth);
  if (type === types.struct) return readStruct(cursor, depth + 1);
  throw new RangeError(`${type} is no type`);
}

function readList(cursor: Cursor, depth: number): ThriftList {
  const header = readByte(cursor);
  const size = header >> 4 === 15 ? readVarint(cursor) : header >> 4;
  if (size > cursor.bytes.length - cursor.at) throw new RangeError("a list is longer than the bytes");
  const element = header & 15;
  return { element, items: Array.from({ length: size }, () => readValue(cursor, element, depth + 1)) };
}

function readBytes(cursor: Cursor, length: number): Uint8Array {
  if (length > cursor.bytes.length - cursor.at) throw new RangeError("the bytes end too early");
  cursor.at += length;
  return cursor.bytes.subarray(cursor.at - length, cursor.at);
}

function readByte(cursor: Cursor): number {
  const byte = cursor.bytes[cursor.at++];
  if (byte === undefined) throw new RangeError("the bytes end too early");
  return byte;
}

function readVarint(cursor: Cursor): number {
  let value = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = readByte(cursor);
    value += (byte & 127) * scale;
    if (value > Number.MAX_SAFE_INTEGER) throw new RangeError("a number is too large");
    if (byte < 128) return value;
  }
}

function readZigzag(cursor: Cursor): number {
  const value = readVarint(cursor);
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

/** The bytes of a struct. */
export function writeThrift(struct: ThriftStruct): Uint8Array {
  const bytes: number[] = [];
  writeStruct(bytes, struct);
  return Uint8Array.from(bytes);
}

function writeStruct(bytes: number[], fields: ThriftStruct): void {
  let last = 0;
  for (const { id, type, value } of fields) {
    const step = id - last;
    if (step > 0 && step < 16) bytes.push((step << 4) | type);
    else {
      bytes.push(type);
      writeZigzag(bytes, id);
    }
    last = id;
    if (type !== types.true && type !== types.false) writeValue(bytes, type, value);
  }
  bytes.push(0);
}

function writeValue(bytes: number[], type: number, value: ThriftValue): void {
  if (typeof value === "number") {
    if (type === types.i16 || type === types.i32 || type === types.i64) writeZigzag(bytes, value);
    else bytes.push(value);
  } else if (value instanceof Uint8Array) {
    if (type === types.binary) writeVarint(bytes, value.length);
    for (const byte of value) bytes.push(byte);
  } else if ("items" in value) {
    const { element, items } = value;
    bytes.push((Math.min(items.length, 15) << 4) | element);
    if (items.length >= 15) writeVarint(bytes, items.length);
    for (const item of items) writeValue(bytes, element, item);
  } else writeStruct(bytes, value);
}

function writeVarint(bytes: number[], value: number): void {
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  bytes.push(rest);
}

function writeZigzag(bytes: number[], value: number): void {
  writeVarint(bytes, value < 0 ? -value * 2 - 1 : value * 2);
}
