/**
 * Arrow batches as rows, read from Arrow's own buffers: the library's `get` would give times as floating milliseconds. A column is
 * read at a time, then the rows are put together.
 */
import type { Data, RecordBatch } from "apache-arrow";
import { matchKind } from "../../compiler/ir/column-type.ts";
import type { ArrayType, ByKind, ColumnType, DecimalType, MapType, NamedType, ObjectType } from "../../compiler/ir/column-type.ts";
import { decimalText } from "../values/decimal.ts";
import { dayAt, instantAt, localTimeAt } from "../values/time.ts";
import type { Row, Value } from "../values/value.ts";

/** Gives the value at an index that is not null. */
type At = (index: number) => Value;
type Reader = (data: Data) => At;

/** The rows of a batch whose columns are `columns`, by position. */
export function readRows(columns: readonly NamedType[], batch: RecordBatch): Row[] {
  // What the library gives for a stream of no batches lacks the children of nested columns.
  if (batch.numRows === 0) return [];
  const read = columns.map((column, index) => readColumn(column.type, childAt(batch.data, index)));
  const names = columns.map((column) => column.name);
  const rows: Row[] = new Array(batch.numRows);
  for (let index = 0; index < batch.numRows; index++) {
    const row: { [column: string]: Value } = {};
    for (let column = 0; column < names.length; column++) setOwn(row, names[column] ?? "", read[column]?.(index) ?? null);
    rows[index] = row;
  }
  return rows;
}

/** The value of a column at each index, null where there is none. */
export function readColumn(type: ColumnType, data: Data): At {
  const at = matchKind(readers, type)(data);
  if (data.nullCount === 0) return at;
  return (index) => (isValid(data, index) ? at(index) : null);
}

/** `__proto__` is a name like any other. */
function setOwn(row: { [column: string]: Value }, name: string, value: Value): void {
  if (name === "__proto__") Object.defineProperty(row, name, { value, enumerable: true, configurable: true, writable: true });
  else row[name] = value;
}

/** A slice keeps the bitmap whole and remembers where it starts. */
function isValid(data: Data, index: number): boolean {
  const bitmap = data.nullBitmap as Uint8Array | undefined;
  if (bitmap === undefined || bitmap.length === 0) return true;
  const bit = data.offset + index;
  return ((bitmap[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
}

const numbers: Reader = (data) => {
  const values = data.values as Float64Array;
  return (index) => values[index] ?? 0;
};

/** 64-bit values whatever array the library chose to show them in. */
function wide(data: Data): BigInt64Array {
  const values = data.values as BigInt64Array | Int32Array;
  return values instanceof BigInt64Array ? values : new BigInt64Array(values.buffer, values.byteOffset, values.byteLength / 8);
}

function from64(read: (value: bigint) => Value): Reader {
  return (data) => {
    const values = wide(data);
    return (index) => read(values[index] ?? 0n);
  };
}

function decimal(type: DecimalType): Reader {
  return (data) => {
    const words = data.values as Uint32Array;
    const values = new BigInt64Array(words.byteOffset % 8 === 0 ? words.buffer : words.slice().buffer, words.byteOffset % 8 === 0 ? words.byteOffset : 0, words.byteLength / 8);
    return (index) => decimalText(((values[index * 2 + 1] ?? 0n) << 64n) | BigInt.asUintN(64, values[index * 2] ?? 0n), type.scale);
  };
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Text is decoded in one piece where it is ASCII, since then offsets count characters as well. */
const text: Reader = (data) => {
  const offsets = data.valueOffsets as Int32Array;
  const bytes = data.values as Uint8Array;
  const start = offsets[0] ?? 0;
  const end = offsets[data.length] ?? start;
  const whole = decoder.decode(bytes.subarray(start, end));
  if (whole.length === end - start) return (index) => whole.slice((offsets[index] ?? 0) - start, (offsets[index + 1] ?? 0) - start);
  return (index) => decoder.decode(bytes.subarray(offsets[index], offsets[index + 1]));
};

const bytes: Reader = (data) => {
  const offsets = data.valueOffsets as Int32Array;
  const run = data.values as Uint8Array;
  return (index) => run.slice(offsets[index], offsets[index + 1]);
};

const bits: Reader = (data) => {
  const values = data.values as Uint8Array;
  return (index) => {
    const bit = data.offset + index;
    return ((values[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
  };
};

const days: Reader = (data) => {
  const values = data.values as Int32Array;
  return (index) => dayAt(values[index] ?? 0);
};

function list(type: ArrayType): Reader {
  return (data) => {
    const offsets = data.valueOffsets as Int32Array;
    const element = readColumn(type.element, childAt(data, 0));
    return (index) => range(offsets, index, element);
  };
}

function map(type: MapType): Reader {
  return (data) => {
    const offsets = data.valueOffsets as Int32Array;
    const entries = childAt(data, 0);
    const key = readColumn(type.key, childAt(entries, 0));
    const value = readColumn(type.value, childAt(entries, 1));
    if (type.key.kind !== "text") return (index) => range(offsets, index, (at) => ({ key: key(at), value: value(at) }));
    return (index) => {
      const result: { [key: string]: Value } = Object.create(null);
      for (let at = offsets[index] ?? 0; at < (offsets[index + 1] ?? 0); at++) result[String(key(at))] = value(at);
      return result;
    };
  };
}

function object(type: ObjectType): Reader {
  return (data) => {
    const fields = type.fields.map((field, index) => ({ name: field.name, at: readColumn(field.type, childAt(data, index)) }));
    return (index) => {
      const result: { [name: string]: Value } = {};
      for (const { name, at } of fields) setOwn(result, name, at(index));
      return result;
    };
  };
}

function range(offsets: Int32Array, index: number, at: At): Value[] {
  const values: Value[] = [];
  for (let position = offsets[index] ?? 0; position < (offsets[index + 1] ?? 0); position++) values.push(at(position));
  return values;
}

const readers: ByKind<Reader> = {
  int8: () => numbers,
  int16: () => numbers,
  int32: () => numbers,
  int64: () => from64((value) => value),
  float32: () => numbers,
  float64: () => numbers,
  decimal: (type) => decimal(type),
  text: () => text,
  enum: () => text,
  uuid: () => text,
  bool: () => bits,
  bytes: () => bytes,
  day: () => days,
  timestamp: () => from64(instantAt),
  local_timestamp: () => from64(localTimeAt),
  array: (type) => list(type),
  map: (type) => map(type),
  object: (type) => object(type),
};

function childAt(data: Data, index: number): Data {
  const child = data.children[index];
  if (child === undefined) throw new Error(`the batch has ${data.children.length} columns and lacks number ${index}`);
  return child;
}
