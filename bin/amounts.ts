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
