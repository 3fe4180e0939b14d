/** How long a table keeps what it needs no more, as its properties say: files that were removed, with their tombstones, and its log (protocol, "Action Reconciliation", "Metadata Cleanup"). */
import { Failure } from "../../values/failure.ts";
import type { Metadata } from "../actions/actions.ts";

const hour = 3_600_000;
const unitMs: { readonly [unit: string]: number } = { week: 168 * hour, day: 24 * hour, hour, minute: 60_000, second: 1_000, millisecond: 1, microsecond: 0.001 };

/** Milliseconds that tombstones, and the files they name, are kept. CONFIG_INVALID for a text that is no interval, such as `interval 1 week`. */
export function retentionMs(metadata: Metadata): number {
  return intervalOf(metadata, "delta.deletedFileRetentionDuration") ?? 168 * hour;
}

/** Milliseconds that commits and checkpoints are kept. CONFIG_INVALID likewise. */
export function logRetentionMs(metadata: Metadata): number {
  return intervalOf(metadata, "delta.logRetentionDuration") ?? 30 * 24 * hour;
}

function intervalOf({ configuration }: Metadata, property: string): number | undefined {
  const text = configuration[property];
  if (text === undefined) return undefined;
  const words = text.trim().toLowerCase().replace(/^interval\s+/, "").split(/\s+/);
  let total = 0;
  for (let index = 0; index < words.length; index += 2) total += partMs(words[index] ?? "", words[index + 1] ?? "");
  if (Number.isNaN(total)) {
    throw new Failure("CONFIG_INVALID", `The table's property ${property} is "${text}", which is no interval.`, { hint: "Write it as `interval 7 days`.", place: { value: text } });
  }
  return total;
}

function partMs(amount: string, unit: string): number {
  const length = unitMs[unit.replace(/s$/, "")];
  return /^\d+$/.test(amount) && length !== undefined ? Number(amount) * length : Number.NaN;
}
