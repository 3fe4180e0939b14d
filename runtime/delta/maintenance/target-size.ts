/** How large files should be: what a table says itself, else a size of ours (the protocol leaves it to writers; the property is Spark's, "delta.targetFileSize"). */
import { Failure } from "../../values/failure.ts";
import type { Metadata } from "../actions/actions.ts";

/**
 * Bytes of a file that is large enough for any scan: opening it costs a hundredth of reading it, from S3 too. Larger ones would only make a change of few rows, which
 * writes whole files anew, dearer, and statistics coarser.
 */
export const targetBytesDefault = 128 * 1024 * 1024;

const property = "delta.targetFileSize";
const units: { readonly [unit: string]: number } = { "": 1, b: 1, k: 2 ** 10, kb: 2 ** 10, m: 2 ** 20, mb: 2 ** 20, g: 2 ** 30, gb: 2 ** 30, t: 2 ** 40, tb: 2 ** 40 };

/** The table's own size in bytes, by delta.targetFileSize, or ours. CONFIG_INVALID for a property that is no size. */
export function targetBytesOf({ configuration }: Pick<Metadata, "configuration">): number {
  const text = configuration[property];
  if (text === undefined) return targetBytesDefault;
  const [, amount, unit = ""] = /^\s*(\d+)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  const bytes = Number(amount) * (units[unit.toLowerCase()] ?? Number.NaN);
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw new Failure("CONFIG_INVALID", `The table's property ${property} is "${text}", which is no size.`, { hint: "Set it to bytes, or as 128mb; or say a size yourself.", place: { value: text } });
}
