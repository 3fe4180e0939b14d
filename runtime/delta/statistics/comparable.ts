/**
 * Values of statistics, partitions and queries in a form that can be compared as the engine compares them; undefined for what is not understood.
 * Statistics may be cut: texts anywhere, times to milliseconds, and numbers as far as their writer's floating point went (protocol, "Per-file Statistics").
 */
import type { ColumnType } from "../../../compiler/ir/column-type.ts";
import { NumberText } from "../../values/json-text.ts";
import type { JsonInput } from "../../values/json-text.ts";
import type { TestValue } from "../engine.ts";

export type Comparable = bigint | number | string;

/** Whether a value is surely less, or surely greater, than all that are there. */
export interface Bounds { below(value: Comparable): boolean; above(value: Comparable): boolean }

type Family = "whole" | "number" | "text" | "day" | "timestamp" | "local_timestamp";

const families: { readonly [kind in ColumnType["kind"]]?: Family } = {
  int8: "whole", int16: "whole", int32: "whole", int64: "whole", float32: "number", float64: "number", decimal: "number", text: "text", enum: "text", uuid: "text",
  day: "day", timestamp: "timestamp", local_timestamp: "local_timestamp",
};

/** What each family compares with without a cast that changes a value. */
const literals: { readonly [F in Family]: readonly TestValue["type"][] } = {
  whole: ["whole"], number: ["whole", "number"], text: ["text"], day: ["text", "day"], timestamp: ["text", "day", "timestamp", "local_timestamp"], local_timestamp: ["text", "day", "local_timestamp"],
};

/** A query's value as the column compares with it. */
export function literalOf(type: ColumnType, { type: given, text }: TestValue): Comparable | undefined {
  const family = families[type.kind];
  return family === undefined || !literals[family].includes(given) ? undefined : comparable(family, text);
}

function comparable(family: Family, text: string): Comparable | undefined {
  if (family === "text") return text;
  if (family === "whole") return /^-?\d{1,40}$/.test(text) ? BigInt(text) : undefined;
  if (family === "number") return text.trim() === "" || !Number.isFinite(Number(text)) ? undefined : Number(text);
  if (family === "day") return /^\d{4}-\d\d-\d\d$/.test(text) ? text : undefined;
  return microsOfText(text, family === "timestamp");
}

const timeText = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?))?(Z|[+-]\d\d(?::?\d\d)?)?$/i;

/** Microseconds since 1970; a time without zone is UTC's. */
function microsOfText(text: string, zoned: boolean): bigint | undefined {
  const [, day, time = "00:00", zone] = timeText.exec(text) ?? [];
  if (day === undefined || (zone !== undefined && !zoned)) return undefined;
  try {
    return Temporal.Instant.from(`${day}T${time}${zone ?? "Z"}`).epochNanoseconds / 1_000n;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Bounds of a partition: one value. */
export function exactBounds(type: ColumnType, text: string): Bounds {
  const family = families[type.kind];
  const value = family === undefined ? undefined : comparable(family, text);
  if (value === undefined) return unbounded;
  if (family === "number") return numberBounds(value as number, value as number);
  return { below: (other) => order(other, value) < 0, above: (other) => order(other, value) > 0 };
}

const unbounded: Bounds = { below: () => false, above: () => false };

/** Bounds by statistics, as wide as what was cut off may be. */
export function looseBounds(type: ColumnType, min: JsonInput | undefined, max: JsonInput | undefined): Bounds {
  const family = families[type.kind];
  if (family === undefined) return unbounded;
  const [least, greatest] = [told(family, min), told(family, max)];
  if (family === "number") return numberBounds(least as number | undefined, greatest as number | undefined);
  if (family === "text") return textBounds(least as string | undefined, greatest as string | undefined);
  // Cut to milliseconds.
  const slack = family === "timestamp" || family === "local_timestamp" ? 1_000n : 0n;
  return {
    below: (value) => least !== undefined && order(value, least) < 0,
    above: (value) => greatest !== undefined && order(value, typeof greatest === "bigint" ? greatest + slack : greatest) > 0,
  };
}

function told(family: Family, json: JsonInput | undefined): Comparable | undefined {
  if (family === "whole") return typeof json === "bigint" ? json : typeof json === "number" && Number.isSafeInteger(json) ? BigInt(json) : undefined;
  if (family === "number") return typeof json === "number" ? json : typeof json === "bigint" ? Number(json) : json instanceof NumberText ? comparable(family, json.text) : undefined;
  if (typeof json !== "string") return undefined;
  // Whose clock a time without zone is of, nobody knows.
  return family === "timestamp" && !/(?:Z|[+-]\d\d:?\d\d)$/i.test(json) ? undefined : comparable(family, json);
}

/** Single precision, in which some writers keep what they say of wider numbers. */
const precision = 2 ** -22;
/** Below this it has fewer digits, and none at last. */
const leastNormal = 2 ** -126;

function numberBounds(least: number | undefined, greatest: number | undefined): Bounds {
  const slack = (bound: number): number => Math.abs(bound) * precision + leastNormal;
  return {
    below: (value) => least !== undefined && Number(value) < least - slack(least),
    above: (value) => greatest !== undefined && Number(value) > greatest + slack(greatest),
  };
}

/** No writer cuts texts shorter than this. */
const cutMin = 16;

function textBounds(least: string | undefined, greatest: string | undefined): Bounds {
  const length = greatest === undefined ? 0 : [...greatest].length;
  return {
    below: (value) => least !== undefined && order(value, least) < 0,
    // A greatest text that was cut, and not rounded up, stands for all that begin with it.
    above: (value) => greatest !== undefined && order(length < cutMin ? value : [...String(value)].slice(0, length).join(""), greatest) > 0,
  };
}

/** Texts in the order of their bytes. */
function order(left: Comparable, right: Comparable): number {
  if (typeof left === "string" && typeof right === "string") return Buffer.compare(Buffer.from(left), Buffer.from(right));
  return left < right ? -1 : left > right ? 1 : 0;
}
