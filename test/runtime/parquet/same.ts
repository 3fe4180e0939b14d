/** Values compared without forgiveness: numbers by Object.is, times by type and text, the rest by content. */
import type { Value } from "../../../runtime/values/value.ts";

/** A text that differs whenever two values do. */
export function spell(value: Value | undefined): string {
  if (typeof value === "number") return `number ${Object.is(value, -0) ? "-0" : value}`;
  if (typeof value === "string") return `text ${JSON.stringify(value)}`;
  if (typeof value !== "object" || value === null) return `${typeof value} ${String(value)}`;
  if (value instanceof Uint8Array) return `bytes ${value.toHex()}`;
  if (value instanceof Temporal.PlainDate || value instanceof Temporal.Instant || value instanceof Temporal.PlainDateTime) return `${value.constructor.name} ${value.toString()}`;
  if (Array.isArray(value)) return `[${value.map((element: Value) => spell(element)).join(", ")}]`;
  return `{${Object.entries(value).map(([name, part]) => `${JSON.stringify(name)}: ${spell(part as Value)}`).join(", ")}}`;
}
