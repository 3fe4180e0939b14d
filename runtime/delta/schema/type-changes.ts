/** Types that a table's columns had before (protocol, "Type Change Metadata"): older files hold those, and only some can be read as the newer ones. */
import { Failure } from "../../values/failure.ts";

const typeChangesKey = "delta.typeChanges";

/** The metadata of a field whose type, or the one within it that `below` leads to, is another from now on: older files hold the old one. */
export function withTypeChange(metadata: { readonly [name: string]: unknown }, from: string, to: string, below: readonly string[]): { readonly [name: string]: unknown } {
  const before = metadata[typeChangesKey];
  const change = { toType: to, fromType: from, ...(below.length === 0 ? {} : { fieldPath: below.join(".") }) };
  return { ...metadata, [typeChangesKey]: [...(Array.isArray(before) ? (before as readonly unknown[]) : []), change] };
}

/** Refuses a column that went through a change which the protocol does not know: DELTA_UNSUPPORTED_FEATURE. `path` is where the column stands. */
export function requireKnownChanges(metadata: { readonly [name: string]: unknown } | undefined, path: string): void {
  const changes = metadata?.[typeChangesKey];
  if (changes === undefined) return;
  const unknown = Array.isArray(changes) ? changes.find((change) => !isKnown(change)) as unknown : changes;
  if (unknown === undefined) return;
  throw new Failure("DELTA_UNSUPPORTED_FEATURE", `Column "${path}" had another type once, and this version cannot read the old files as the new one (typeWidening): ${JSON.stringify(unknown)}`, {
    place: { value: path }, hint: "Have the engine that changed the type write the files anew, and drop the feature typeWidening there.",
  });
}

function isKnown(change: unknown): boolean {
  const { fromType, toType } = (change ?? {}) as { readonly fromType?: unknown; readonly toType?: unknown };
  return typeof fromType === "string" && typeof toType === "string" && isWidening(fromType, toType);
}

const wholes = ["byte", "short", "integer", "long"];

/** Whether every value of the one type is a value of the other (protocol, "Type Widening": the supported type changes). */
export function isWidening(from: string, to: string): boolean {
  const [whole, wider, target] = [wholes.indexOf(from), wholes.indexOf(to), decimalOf(to)];
  if (whole >= 0 && (wider >= whole || (to === "double" && from !== "long"))) return true;
  if (from === to || (from === "float" && to === "double") || (from === "date" && to === "timestamp_ntz")) return true;
  const source = whole >= 0 ? { precision: from === "long" ? 20 : 10, scale: 0 } : decimalOf(from);
  return source !== undefined && target !== undefined && target.scale >= source.scale && target.precision - target.scale >= source.precision - source.scale;
}

/** What a type may be widened to, in words; undefined for one that stays. */
export function wideningsOf(type: string): string | undefined {
  const whole = wholes.indexOf(type);
  if (whole >= 0) return [...wholes.slice(whole + 1), ...(type === "long" ? ["decimal(p,s) with p - s >= 20"] : ["double", "decimal(p,s) with p - s >= 10"])].join(", ");
  if (type === "float") return "double";
  if (type === "date") return "timestamp_ntz";
  const decimal = decimalOf(type);
  return decimal && `decimal(p,s) with s >= ${decimal.scale} and p - s >= ${decimal.precision - decimal.scale}`;
}

/** Digits of a decimal type, 10 where it does not say; undefined for any other, and for one that no file can hold. */
export function decimalOf(type: string): { readonly precision: number; readonly scale: number } | undefined {
  const found = /^decimal(?:\(\s*(\d+)\s*,\s*(\d+)\s*\))?$/.exec(type);
  if (found === null) return undefined;
  const [precision, scale] = [Number(found[1] ?? 10), Number(found[2] ?? 0)];
  return precision >= 1 && precision <= 38 && scale <= precision ? { precision, scale } : undefined;
}
