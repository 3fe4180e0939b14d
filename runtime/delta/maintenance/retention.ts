/** How long a table's tombstones, and the files they name, are kept: the property `delta.deletedFileRetentionDuration` (protocol, "Action Reconciliation"). */
import { Failure } from "../../values/failure.ts";
import type { Metadata } from "../actions/actions.ts";

const hour = 3_600_000;
const unitMs: { readonly [unit: string]: number } = { week: 168 * hour, day: 24 * hour, hour, minute: 60_000, second: 1_000, millisecond: 1, microsecond: 0.001 };

/** What the property stands for when a table does not have it. */
const retentionDefaultMs = 168 * hour;

/** Milliseconds. CONFIG_INVALID for a text that is no interval, such as `interval 1 week`. */
export function retentionMs({ configuration }: Metadata): number {
  const text = configuration["delta.deletedFileRetentionDuration"];
  if (text === undefined) return retentionDefaultMs;
  const words = text.trim().toLowerCase().replace(/^interval\s+/, "").split(/\s+/);
  let total = 0;
  for (let index = 0; index < words.length; index += 2) total += partMs(words[index] ?? "", words[index + 1] ?? "");
  if (Number.isNaN(total)) {
    throw new Failure("CONFIG_INVALID", `The table's property delta.deletedFileRetentionDuration is "${text}", which is no interval.`, { hint: "Write it as `interval 7 days`.", place: { value: text } });
  }
  return total;
}

function partMs(amount: string, unit: string): number {
  const length = unitMs[unit.replace(/s$/, "")];
  return /^\d+$/.test(amount) && length !== undefined ? Number(amount) * length : Number.NaN;
}
