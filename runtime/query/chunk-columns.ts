/**
 * DuckDB's vectors become Arrow columns, bit for bit (both keep their values little-endian; Arrow columnar format, "Physical memory
 * layout"). One writer a column takes chunk after chunk and gives up what it has as one array. Vectors come in the canonical types of `duckType`.
 */
import type { Data } from "apache-arrow";
import { arrow } from "../parquet/arrow.ts";
import { matchKind } from "../../compiler/ir/column-type.ts";
import type { ArrayType, ByKind, ColumnType, DecimalType, MapType, ObjectType } from "../../compiler/ir/column-type.ts";
import { arrowType } from "../parquet/arrow-schema.ts";
import { Failure } from "../values/failure.ts";
import { growingBytes, growingValidity, selected } from "./chunk-buffers.ts";
import type { ChunkVector, Selection } from "./chunk-buffers.ts";
import { stringColumn } from "./chunk-strings.ts";
import { duckdbVectors } from "./duckdb.ts";

export interface ColumnWriter {
  append(source: ChunkVector, selection: Selection): void;
  /** Bytes held at most. */
  bytes(): number;
  /** Everything appended so far as Arrow data; begins again. */
  take(): Data;
}

/** The writer of a column; `column` is named in VALUE_INVALID, for times outside the years 0001 to 9999. */
export function columnWriter(type: ColumnType, column: string): ColumnWriter {
  return matchKind(writers, type, column);
}

interface Filled { readonly buffers?: Partial<Data["buffers"]>; readonly children?: Data[] }
interface Content {
  append(source: ChunkVector, selection: Selection, nulls: Uint8Array | undefined): void;
  bytes(): number;
  take(): Filled;
}

/** Joins a column's content with its validity. */
function withValidity(type: ColumnType, content: Content): ColumnWriter {
  const validity = growingValidity();
  const own = arrowType(type);
  return {
    append(source, selection) {
      content.append(source, selection, validity.append(source, selection));
    },
    bytes: () => content.bytes(),
    take() {
      const { length, nullCount, nullBitmap } = validity.take();
      const { buffers = {}, children = [] } = content.take();
      return new (arrow().Data)(own, 0, length, nullCount, nullBitmap === undefined ? buffers : { ...buffers, [arrow().BufferType.VALIDITY]: nullBitmap }, children);
    },
  };
}

type View = (bytes: Uint8Array<ArrayBuffer>) => ArrayBufferView;
type Inspect = (items: Uint8Array, nulls: Uint8Array | undefined) => void;

/** Values of `width` bytes, copied as they are; nulls become zeros. */
function fixed(width: number, view: View, inspect?: Inspect): Content {
  const data = growingBytes();
  return {
    append(source, selection, nulls) {
      const count = selected(selection);
      if (count === 0) return;
      const items = duckdbVectors().vector_get_data(source.vector, source.size * width);
      const bytes = data.room(count * width);
      const start = data.used;
      if (typeof selection === "number") bytes.set(items.subarray(0, count * width), start);
      else for (const [k, item] of selection.entries()) bytes.set(items.subarray(item * width, (item + 1) * width), start + k * width);
      data.used += count * width;
      if (nulls !== undefined) for (let k = 0; k < count; k += 1) if (nulls[k] === 1) bytes.fill(0, start + k * width, start + (k + 1) * width);
      inspect?.(bytes.subarray(start, data.used), nulls);
    },
    bytes: () => data.used,
    take: () => ({ buffers: { [arrow().BufferType.DATA]: view(data.take()) } }),
  };
}

/** DuckDB keeps a decimal in the narrowest of 16, 32, 64 and 128 bits; Arrow in 128. */
function decimal(type: DecimalType): Content {
  const width = type.precision <= 4 ? 2 : type.precision <= 9 ? 4 : type.precision <= 18 ? 8 : 16;
  const narrow = fixed(width, (bytes) => new Uint32Array(width === 16 ? bytes.buffer : widened(bytes, width).buffer));
  return { ...narrow, bytes: () => narrow.bytes() * (16 / width) };
}

function widened(bytes: Uint8Array<ArrayBuffer>, width: number): BigInt64Array {
  const items = width === 2 ? new Int16Array(bytes.buffer) : width === 4 ? new Int32Array(bytes.buffer) : new BigInt64Array(bytes.buffer);
  const wide = new BigInt64Array(items.length * 2);
  for (let k = 0; k < items.length; k += 1) {
    const value = BigInt(items[k] ?? 0);
    wide[k * 2] = value;
    wide[k * 2 + 1] = value >> 63n;
  }
  return wide;
}

/** A byte per value becomes a bit per value. */
function bits(): Content {
  const flags = fixed(1, (bytes) => {
    const packed = new Uint8Array(Math.ceil(bytes.length / 64) * 8);
    for (let k = 0; k < bytes.length; k += 1) if (bytes[k] === 1) packed[k >> 3] = (packed[k >> 3] ?? 0) | (1 << (k & 7));
    return packed;
  });
  return flags;
}

/** Lists: per item a start and a length (64 bits each) into a child vector, which need not stand in order or apart. */
function lists(child: ColumnWriter): Content {
  const offsets = growingBytes();
  let end = 0;
  return {
    append(source, selection, nulls) {
      const count = selected(selection);
      if (count === 0) return;
      const data = duckdbVectors().vector_get_data(source.vector, source.size * 16);
      const entries = new BigUint64Array(data.buffer, data.byteOffset, source.size * 2);
      const ends = new Int32Array(offsets.room(count * 4).buffer, offsets.used, count);
      const members: number[] = [];
      for (let k = 0; k < count; k += 1) {
        const item = typeof selection === "number" ? k : (selection[k] ?? 0);
        if (nulls?.[k] !== 1) {
          const start = Number(entries[item * 2]);
          const length = Number(entries[item * 2 + 1]);
          for (let member = start; member < start + length; member += 1) members.push(member);
        }
        ends[k] = end + members.length;
      }
      offsets.used += count * 4;
      end += members.length;
      child.append({ vector: duckdbVectors().list_vector_get_child(source.vector), size: duckdbVectors().list_vector_get_size(source.vector) }, Uint32Array.from(members));
    },
    bytes: () => offsets.used + child.bytes(),
    take() {
      const ends = new Int32Array(offsets.take().buffer);
      const starts = new Int32Array(ends.length + 1);
      starts.set(ends, 1);
      end = 0;
      return { buffers: { [arrow().BufferType.OFFSET]: starts }, children: [child.take()] };
    },
  };
}

function structs(fields: readonly ColumnWriter[]): Content {
  return {
    append(source, selection) {
      for (const [k, field] of fields.entries()) field.append({ vector: duckdbVectors().struct_vector_get_child(source.vector, k), size: source.size }, selection);
    },
    bytes: () => fields.reduce((sum, field) => sum + field.bytes(), 0),
    take: () => ({ children: fields.map((field) => field.take()) }),
  };
}

const earliestDay = -719_162;
const latestDay = 2_932_896;
const earliestMicros = BigInt(earliestDay) * 86_400_000_000n;
const latestMicros = BigInt(latestDay + 1) * 86_400_000_000n - 1n;

function inspectDays(column: string): Inspect {
  return (items) => {
    const days = new Int32Array(items.buffer, items.byteOffset, items.length / 4);
    for (const day of days) if (day < earliestDay || day > latestDay) throw outOfRange(column);
  };
}

function inspectMicros(column: string): Inspect {
  // The upper half alone settles all but the two years at the ends.
  const low = Number(earliestMicros >> 32n) + 1;
  const high = Number(latestMicros >> 32n) - 1;
  return (items) => {
    const halves = new Int32Array(items.buffer, items.byteOffset, items.length / 4);
    for (let k = 1; k < halves.length; k += 2) {
      const half = halves[k] ?? 0;
      if (half >= low && half <= high) continue;
      const micros = new BigInt64Array(items.buffer, items.byteOffset + (k - 1) * 4, 1)[0] ?? 0n;
      if (micros < earliestMicros || micros > latestMicros) throw outOfRange(column);
    }
  };
}

function outOfRange(column: string): Failure {
  return new Failure("VALUE_INVALID", `Column "${column}" holds a time outside the years 0001 to 9999.`, { hint: "Filter such rows out, or cast the column to VARCHAR.", place: { parameter: column } });
}

const writers: ByKind<ColumnWriter, [column: string]> = {
  int8: (type) => withValidity(type, fixed(1, (bytes) => new Int8Array(bytes.buffer))),
  int16: (type) => withValidity(type, fixed(2, (bytes) => new Int16Array(bytes.buffer))),
  int32: (type) => withValidity(type, fixed(4, (bytes) => new Int32Array(bytes.buffer))),
  int64: (type) => withValidity(type, fixed(8, (bytes) => new BigInt64Array(bytes.buffer))),
  float32: (type) => withValidity(type, fixed(4, (bytes) => new Float32Array(bytes.buffer))),
  float64: (type) => withValidity(type, fixed(8, (bytes) => new Float64Array(bytes.buffer))),
  decimal: (type) => withValidity(type, decimal(type)),
  text: (type) => withValidity(type, stringColumn()),
  enum: (type) => withValidity(type, stringColumn()),
  uuid: (type) => withValidity(type, stringColumn()),
  bytes: (type) => withValidity(type, stringColumn()),
  bool: (type) => withValidity(type, bits()),
  day: (type, column) => withValidity(type, fixed(4, (bytes) => new Int32Array(bytes.buffer), inspectDays(column))),
  timestamp: (type, column) => withValidity(type, fixed(8, (bytes) => new BigInt64Array(bytes.buffer), inspectMicros(column))),
  local_timestamp: (type, column) => withValidity(type, fixed(8, (bytes) => new BigInt64Array(bytes.buffer), inspectMicros(column))),
  array: (type: ArrayType, column) => withValidity(type, lists(columnWriter(type.element, `${column}[]`))),
  map: (type: MapType, column) => withValidity(type, lists(columnWriter(entryType(type), column))),
  object: (type: ObjectType, column) => withValidity(type, structs(type.fields.map((field) => columnWriter(field.type, `${column}.${field.name}`)))),
};

function entryType(type: MapType): ObjectType {
  return { kind: "object", fields: [{ name: "key", type: type.key, nullable: false }, { name: "value", type: type.value, nullable: type.valueNullable }] };
}
