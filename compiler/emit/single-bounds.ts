/** Bounds of a number that is rounded to single precision before it is judged. */
import type { JsonSchema } from "./json-schema.ts";

/** What a number as sent must satisfy so that its nearest value of single precision lies from `low` to `high`. */
export function singleBounds(low: number, high: number): JsonSchema {
  const [below, above] = [halfWay(-low), halfWay(high)];
  return {
    ...(below.included ? { minimum: -below.end } : { exclusiveMinimum: -below.end }),
    ...(above.included ? { maximum: above.end } : { exclusiveMaximum: above.end }),
  };
}

/** Half-way from the greatest value of single precision that is at most `high` to the next; numbers half-way round to the one whose last bit is even. */
function halfWay(high: number): { readonly end: number; readonly included: boolean } {
  const view = new DataView(new ArrayBuffer(4));
  const last = floorSingle(high, view);
  view.setFloat32(0, last);
  const even = view.getInt32(0) % 2 === 0;
  return { end: last + (nextSingle(last, view) - last) / 2, included: even };
}

function floorSingle(value: number, view: DataView): number {
  const near = Math.fround(value);
  return near <= value ? near : -nextSingle(-near, view);
}

function nextSingle(value: number, view: DataView): number {
  if (value === 0) return 2 ** -149;
  view.setFloat32(0, value);
  view.setInt32(0, view.getInt32(0) + (value > 0 ? 1 : -1));
  const next = view.getFloat32(0);
  return Number.isFinite(next) ? next : 2 ** 128;
}
