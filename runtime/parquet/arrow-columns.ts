/** One column of values in Arrow's layout (Arrow columnar format, "Physical memory layout"): validity bitmap, offsets, values, children. */
import type { Data } from "apache-arrow";
import { arrow } from "./arrow.ts";
import { matchKind } from "../../compiler/ir/column-type.ts";
import type { ArrayType, ByKind, ColumnType, DecimalType, EnumType, MapType, ObjectType } from "../../compiler/ir/column-type.ts";
import { exactUnscaled } from "../values/decimal.ts";
import { Failure } from "../values/failure.ts";
import { daysOf, firstDay, lastDay, localMicrosOf, microsOf } from "../values/time.ts";
import { cellOf } from "../values/value.ts";
import type { Row, Value } from "../values/value.ts";
import { arrowType } from "./arrow-schema.ts";
import { isTime, refuse } from "./column-refusal.ts";
import type { Origin } from "./column-refusal.ts";

type Values = readonly (Value | undefined)[];
/** The buffers of a column beside its validity, and its child columns. */
interface Parts { readonly valueOffsets?: Int32Array; readonly data?: ArrayBufferView; readonly children?: Data[] }
type Fill = (values: Values, origin: Origin) => Parts;

/** The Arrow data of values, undefined meaning null. VALUE_INVALID as `buildBatch` says. */
export function fillColumn(type: ColumnType, nullable: boolean, values: Values, origin: Origin): Data {
  const { nullBitmap, nullCount } = validity(type, nullable, values, origin);
  const { valueOffsets, data, children } = matchKind(fills, type)(values, origin);
  const buffers: Partial<Data["buffers"]> = {};
  if (valueOffsets !== undefined) buffers[arrow().BufferType.OFFSET] = valueOffsets;
  if (data !== undefined) buffers[arrow().BufferType.DATA] = data;
  if (nullBitmap !== undefined) buffers[arrow().BufferType.VALIDITY] = nullBitmap;
  return new (arrow().Data)(arrowType(type), 0, values.length, nullCount, buffers, children ?? []);
}

function validity(type: ColumnType, nullable: boolean, values: Values, origin: Origin): { readonly nullBitmap: Uint8Array | undefined; readonly nullCount: number } {
  let bitmap: Uint8Array | undefined;
  let nullCount = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (value !== null && value !== undefined) continue;
    if (!nullable) throw refuse(type, null, origin, index, "is null, and the column is never null");
    bitmap ??= new Uint8Array(Math.ceil(values.length / 64) * 8).fill(255);
    bitmap[index >> 3] = (bitmap[index >> 3] ?? 0) & ~(1 << (index & 7));
    nullCount++;
  }
  return { nullBitmap: bitmap, nullCount };
}

/** Writes each value that is there; `write` returns false for what the type cannot hold. */
function each(type: ColumnType, values: Values, origin: Origin, write: (value: NonNullable<Value>, index: number) => boolean): void {
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (value === null || value === undefined) continue;
    try {
      if (!write(value, index)) throw refuse(type, value, origin, index);
    } catch (error) {
      if (error instanceof Failure && error.place?.line === undefined) throw refuse(type, value, origin, index, error.message);
      throw error;
    }
  }
}

function whole(type: ColumnType, make: (length: number) => Int8Array | Int16Array | Int32Array, end: number): Fill {
  return (values, origin) => {
    const data = make(values.length);
    each(type, values, origin, (value, index) => {
      if (typeof value !== "number" || !Number.isInteger(value) || value < -end || value >= end) return false;
      data[index] = value;
      return true;
    });
    return { data };
  };
}

function wide(type: ColumnType, read: (value: NonNullable<Value>) => bigint | undefined): Fill {
  return (values, origin) => {
    const data = new BigInt64Array(values.length);
    each(type, values, origin, (value, index) => {
      const exact = read(value);
      if (exact === undefined || BigInt.asIntN(64, exact) !== exact) return false;
      data[index] = exact;
      return true;
    });
    return { data };
  };
}

function float(type: ColumnType, make: (length: number) => Float32Array | Float64Array): Fill {
  return (values, origin) => {
    const data = make(values.length);
    each(type, values, origin, (value, index) => {
      if (typeof value !== "number") return false;
      data[index] = value;
      return Number.isFinite(value) === Number.isFinite(data[index] ?? 0);
    });
    return { data };
  };
}

/** 128 bits, little-endian: the low 64, then the high 64. */
function decimal(type: DecimalType): Fill {
  return (values, origin) => {
    const longs = new BigInt64Array(values.length * 2);
    const data = new Uint32Array(longs.buffer);
    each(type, values, origin, (value, index) => {
      if (typeof value !== "string") return false;
      const unscaled = exactUnscaled(value, type);
      if (typeof unscaled === "number") {
        data[index * 4] = unscaled;
        data[index * 4 + 1] = Math.floor(unscaled / 2 ** 32);
        if (unscaled < 0) data.fill(-1, index * 4 + 2, index * 4 + 4);
      } else {
        longs[index * 2] = BigInt.asIntN(64, unscaled);
        longs[index * 2 + 1] = unscaled >> 64n;
      }
      return true;
    });
    return { data };
  };
}

/** Offsets of each value in one run of bytes; `encode` writes a value into the run at an offset and says how many bytes it took. */
function run(values: Values, sizeOf: (value: NonNullable<Value>, index: number) => number, encode: (value: NonNullable<Value>, into: Uint8Array) => number): Parts {
  let most = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (value !== null && value !== undefined) most += sizeOf(value, index);
  }
  requireRun(most);
  const data = new Uint8Array(most);
  const valueOffsets = new Int32Array(values.length + 1);
  let end = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (value !== null && value !== undefined) end += encode(value, data.subarray(end));
    valueOffsets[index + 1] = end;
  }
  return { valueOffsets, data: data.subarray(0, end) };
}

const encoder = new TextEncoder();
/** UTF-8 takes at most three bytes for a unit of UTF-16. */
const bytesPerUnit = 3;
/** What Arrow's 32-bit offsets reach. */
const runBytesMax = 2 ** 31 - 1;

function requireRun(bytes: number): void {
  if (bytes > runBytesMax) throw new Failure("VALUE_INVALID", "These rows hold more bytes in one column than one batch can.", { hint: "Send fewer rows at once." });
}

function text(type: ColumnType, accept: (value: string) => boolean, spell: (value: string) => string = (value) => value): Fill {
  return (values, origin) => {
    each(type, values, origin, (value) => typeof value === "string" && accept(value));
    const valueOffsets = lengthsOf(values);
    requireRun((valueOffsets.at(-1) ?? 0) * bytesPerUnit);
    // ASCII, the usual case, is encoded in one piece: then offsets count characters as well. A null joins as nothing.
    const whole = spell(values.join(""));
    const data = encoder.encode(whole);
    if (data.length === whole.length) return { valueOffsets, data };
    return run(values, (value) => String(value).length * bytesPerUnit, (value, into) => encoder.encodeInto(spell(String(value)), into).written);
  };
}

function lengthsOf(values: Values): Int32Array {
  const valueOffsets = new Int32Array(values.length + 1);
  let end = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (typeof value === "string") end += value.length;
    valueOffsets[index + 1] = end;
  }
  return valueOffsets;
}

function bytes(type: ColumnType): Fill {
  return (values, origin) => {
    each(type, values, origin, (value) => value instanceof Uint8Array);
    return run(values, (value) => (value as Uint8Array).length, (value, into) => {
      into.set(value as Uint8Array);
      return (value as Uint8Array).length;
    });
  };
}

function bits(type: ColumnType): Fill {
  return (values, origin) => {
    const data = new Uint8Array(Math.ceil(values.length / 64) * 8);
    each(type, values, origin, (value, index) => {
      if (typeof value !== "boolean") return false;
      if (value) data[index >> 3] = (data[index >> 3] ?? 0) | (1 << (index & 7));
      return true;
    });
    return { data };
  };
}

function days(type: ColumnType): Fill {
  return (values, origin) => {
    const data = new Int32Array(values.length);
    each(type, values, origin, (value, index) => {
      if (!(value instanceof Temporal.PlainDate)) return false;
      const count = daysOf(value);
      data[index] = count;
      return count >= firstDay && count <= lastDay;
    });
    return { data };
  };
}

/** The elements of all values as one child column, each remembering the row it came from. */
function spread(values: Values, elements: (value: NonNullable<Value>) => readonly Value[]): { readonly valueOffsets: Int32Array; readonly flat: Value[]; readonly rows: number[] } {
  const flat: Value[] = [];
  const rows: number[] = [];
  const valueOffsets = new Int32Array(values.length + 1);
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (value !== null && value !== undefined) {
      for (const element of elements(value)) {
        flat.push(element);
        rows.push(index);
      }
    }
    valueOffsets[index + 1] = flat.length;
  }
  return { valueOffsets, flat, rows };
}

function list(type: ArrayType): Fill {
  return (values, origin) => {
    each(type, values, origin, (value) => Array.isArray(value));
    const { valueOffsets, flat, rows } = spread(values, (value) => value as readonly Value[]);
    const child = fillColumn(type.element, type.elementNullable, flat, { column: `${origin.column}[]`, row: (index) => origin.row(rows[index] ?? 0) });
    return { valueOffsets, children: [child] };
  };
}

function map(type: MapType): Fill {
  return (values, origin) => {
    each(type, values, origin, (value) => typeof value === "object" && !isTime(value) && !(value instanceof Uint8Array) && (Array.isArray(value) !== (type.key.kind === "text")));
    const entries = (value: NonNullable<Value>): readonly Value[] =>
      Array.isArray(value) ? value : Object.entries(value as { readonly [key: string]: Value }).map(([key, element]) => ({ key, value: element }));
    const { valueOffsets, flat, rows } = spread(values, entries);
    const pairs: ObjectType = { kind: "object", fields: [{ name: "key", type: type.key, nullable: false }, { name: "value", type: type.value, nullable: type.valueNullable }] };
    const child = structOf(pairs, flat, { column: origin.column, row: (index) => origin.row(rows[index] ?? 0) });
    return { valueOffsets, children: [child] };
  };
}

/** The entries of a map: a struct without nulls of its own. */
function structOf(type: ObjectType, values: Values, origin: Origin): Data {
  return fillColumn(type, false, values, origin);
}

function object(type: ObjectType): Fill {
  const known: ReadonlySet<string> = new Set(type.fields.map((field) => field.name));
  return (values, origin) => {
    each(type, values, origin, (value) => typeof value === "object" && !Array.isArray(value) && !isTime(value) && !(value instanceof Uint8Array) && Object.keys(value).every((name) => known.has(name)));
    const children = type.fields.map((field) => {
      const slots = values.map((value) => (value === null || value === undefined ? null : cellOf(value as Row, field.name)));
      // Below a null object the field is absent, whatever it says of itself.
      const absent = values.some((value) => value === null || value === undefined);
      requirePresent(field.nullable, field.type, values, slots, { ...origin, column: `${origin.column}.${field.name}` });
      return fillColumn(field.type, field.nullable || absent, slots, { ...origin, column: `${origin.column}.${field.name}` });
    });
    return { children };
  };
}

function requirePresent(nullable: boolean, type: ColumnType, parents: Values, slots: Values, origin: Origin): void {
  if (nullable) return;
  const index = slots.findIndex((slot, at) => (slot === null || slot === undefined) && parents[at] !== null && parents[at] !== undefined);
  if (index !== -1) throw refuse(type, null, origin, index, "is null, and the field is never null");
}

const fills: ByKind<Fill> = {
  int8: (type) => whole(type, (length) => new Int8Array(length), 2 ** 7),
  int16: (type) => whole(type, (length) => new Int16Array(length), 2 ** 15),
  int32: (type) => whole(type, (length) => new Int32Array(length), 2 ** 31),
  int64: (type) => wide(type, (value) => (typeof value === "bigint" ? value : undefined)),
  float32: (type) => float(type, (length) => new Float32Array(length)),
  float64: (type) => float(type, (length) => new Float64Array(length)),
  decimal: (type) => decimal(type),
  text: (type) => text(type, (value) => value.isWellFormed()),
  enum: (type: EnumType) => text(type, (value) => type.values.includes(value)),
  uuid: (type) => text(type, (value) => /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(value), (value) => value.toLowerCase()),
  bool: (type) => bits(type),
  bytes: (type) => bytes(type),
  day: (type) => days(type),
  timestamp: (type) => wide(type, (value) => (value instanceof Temporal.Instant ? microsOf(value) : undefined)),
  local_timestamp: (type) => wide(type, (value) => (value instanceof Temporal.PlainDateTime ? localMicrosOf(value) : undefined)),
  array: (type) => list(type),
  map: (type) => map(type),
  object: (type) => object(type),
};
