/** Numbers in plain digits, held against each other without rounding. */

/** Whether `text` lies between two bounds, both included; undefined when one of the three is no number. */
export function isBetween(text: string, low: string, high: string): boolean | undefined {
  const [value, least, greatest] = [scaled(text), scaled(low), scaled(high)];
  if (value === undefined || least === undefined || greatest === undefined) return undefined;
  return compare(least, value) <= 0 && compare(value, greatest) <= 0;
}

interface Scaled { readonly digits: bigint; readonly scale: number }

/** Exact digits and how many of them stand after the point. */
function scaled(text: string): Scaled | undefined {
  const parts = /^(-?\d+)(?:\.(\d+))?$/.exec(text);
  const [, whole = "", fraction = ""] = parts ?? [];
  return parts === null ? undefined : { digits: BigInt(whole + fraction), scale: fraction.length };
}

function compare(left: Scaled, right: Scaled): number {
  const scale = Math.max(left.scale, right.scale);
  const difference = left.digits * 10n ** BigInt(scale - left.scale) - right.digits * 10n ** BigInt(scale - right.scale);
  return difference === 0n ? 0 : difference > 0n ? 1 : -1;
}
