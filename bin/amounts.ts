/** Numbers as people read them: bytes, counts, ages and durations. */

/** `1,234,567`. */
export function countText(count: number | bigint): string {
  return count.toLocaleString("en-US");
}

/** `3 rows`, `1 row`. */
export function pluralText(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** `13.5 MB`, in powers of ten. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  let amount = bytes;
  for (const unit of ["kB", "MB", "GB", "TB"]) {
    amount /= 1000;
    if (amount < 999.95 || unit === "TB") return `${amount < 10 ? amount.toFixed(2) : amount.toFixed(1)} ${unit}`;
  }
  return `${bytes} B`;
}

/** `5 minutes ago`, from milliseconds. */
export function ageText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${pluralText(seconds, "second")} ago`;
  if (seconds < 3600) return `${pluralText(Math.floor(seconds / 60), "minute")} ago`;
  if (seconds < 86_400) return `${pluralText(Math.floor(seconds / 3600), "hour")} ago`;
  return `${pluralText(Math.floor(seconds / 86_400), "day")} ago`;
}

/** `12 ms` or `3.4 s`, from milliseconds. */
export function durationText(ms: number): string {
  return ms < 999.5 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** `20 ms`, `3 s`, `12 min`, `5 h`, `3 d`: a length of time in one unit, cut rather than rounded. */
export function spanText(ms: number): string {
  for (const [unit, length] of spanUnits) {
    if (ms >= 2 * length || ms === length) return `${Math.floor(ms / length)} ${unit}`;
  }
  return ms < 1000 ? `${Math.max(0, Math.floor(ms))} ms` : "1 s";
}

const spanUnits = [["d", 86_400_000], ["h", 3_600_000], ["min", 60_000], ["s", 1000]] as const;
