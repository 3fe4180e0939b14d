/** Durations as authors write them: `20ms`, `5s`, `15m`, `24h`, `730d`. */

const unitMs: { readonly [unit: string]: number } = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The length as it may be written, in the largest unit that loses nothing. */
export function durationSpelled(ms: number): string {
  const [unit = "ms", length = 1] = Object.entries(unitMs).findLast(([, each]) => ms % each === 0) ?? [];
  return `${ms / length}${unit}`;
}

/** The length in milliseconds; undefined when it is not written so. */
export function durationMs(text: string): number | undefined {
  const [, amount, unit = ""] = /^([1-9]\d*)(ms|[smhd])$/.exec(text) ?? [];
  const length = unitMs[unit];
  return amount === undefined || length === undefined ? undefined : Number(amount) * length;
}
