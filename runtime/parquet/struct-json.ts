/** A record of an Arrow column as JSON text, from the raw buffers so that no digit is lost: for statistics that a log keeps as columns of their own. */
import type { Data } from "apache-arrow";
import { arrow } from "./arrow.ts";
import { decimalText } from "../values/decimal.ts";
import { dayAt, instantAt, localTimeAt } from "../values/time.ts";

/** The JSON of the value at an index, spelled as Delta's statistics are; undefined for null, and for what they cannot hold. */
export function structJson(data: Data, index: number): string | undefined {
  const at = data.offset + index;
  if (data.nullCount > 0 && data.nullBitmap !== undefined && ((data.nullBitmap[at >> 3] ?? 0) & (1 << (at & 7))) === 0) return undefined;
  if (!arrow().DataType.isStruct(data.type)) return valueJson(data, at);
  const parts = data.type.children.flatMap((field, k) => {
    const child = data.children[k];
    const json = child === undefined ? undefined : structJson(child, at);
    return json === undefined ? [] : [`${JSON.stringify(field.name)}:${json}`];
  });
  return `{${parts.join(",")}}`;
}

function valueJson(data: Data, at: number): string | undefined {
  const { type } = data;
  if (arrow().DataType.isUtf8(type)) return JSON.stringify(utf8.decode(bytesAt(data, at)));
  if (arrow().DataType.isBool(type)) return String(((data.values[at >> 3] ?? 0) & (1 << (at & 7))) !== 0);
  if (arrow().DataType.isInt(type)) return String(data.values[at]);
  if (arrow().DataType.isFloat(type)) return Number.isFinite(data.values[at]) ? String(data.values[at]) : undefined;
  if (arrow().DataType.isDate(type) && data.values instanceof Int32Array) return `"${dayAt(data.values[at] ?? 0).toString()}"`;
  if (arrow().DataType.isTimestamp(type)) return timeJson(data.values as BigInt64Array, at, type.unit, type.timezone);
  if (arrow().DataType.isDecimal(type) && type.bitWidth === 128) return decimalText(wholeAt(data.values as Uint32Array, at), type.scale);
  return undefined;
}

const utf8 = new TextDecoder();
/** Microseconds in one of each of Arrow's units, seconds first; nanoseconds are a fraction. */
const microsIn = [1_000_000n, 1_000n, 1n];

function timeJson(values: BigInt64Array, at: number, unit: number, zone: string | null | undefined): string | undefined {
  const [value = 0n, scale] = [values[at], microsIn[unit]];
  const micros = scale === undefined ? value / 1_000n : value * scale;
  return `"${zone === null || zone === undefined || zone === "" ? localTimeAt(micros).toString() : instantAt(micros).toString()}"`;
}

function bytesAt(data: Data, at: number): Uint8Array {
  return (data.values as Uint8Array).subarray(data.valueOffsets[at] ?? 0, data.valueOffsets[at + 1] ?? 0);
}

/** 128 bits, little-endian. */
function wholeAt(words: Uint32Array, at: number): bigint {
  let value = 0n;
  for (let word = 3; word >= 0; word--) value = (value << 32n) | BigInt(words[at * 4 + word] ?? 0);
  return BigInt.asIntN(128, value);
}
