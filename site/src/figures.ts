/** How counts, sizes, shares and times are written on the pages; always the same on every machine. */

const counts = new Intl.NumberFormat("en-US");

/** `3,000,000`. */
export function count(value: number): string {
  return counts.format(value);
}

/** `1 table`, `7 tables`. */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : plural}`;
}

/** `13.4 MB`, in powers of a thousand. */
export function bytes(value: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB", "PB"];
  let power = 0;
  let size = value;
  while (size >= 999.5 && power < units.length - 1) { size /= 1000; power += 1; }
  return power === 0 ? counted(value, "byte") : `${size >= 100 ? size.toFixed(0) : size.toFixed(1)} ${units[power]}`;
}

/** `5.5%`; never 0% for something, never 100% for less than all. */
export function share(part: number, whole: number): string {
  if (part === 0) return "0%";
  if (part === whole) return "100%";
  const percent = (part / whole) * 100;
  if (percent < 0.1) return "under 0.1%";
  if (percent > 99.9) return "over 99.9%";
  return `${percent < 10 ? percent.toFixed(1).replace(/\.0$/, "") : percent.toFixed(0)}%`;
}

/** `21 Nov 2026`. */
export function day(timestamp: string): string {
  return new Date(timestamp).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
}

/** `06:40 UTC`. */
export function clock(timestamp: string): string {
  return `${new Date(timestamp).toISOString().slice(11, 16)} UTC`;
}

/** `21 Nov 2026, 06:40 UTC`. */
export function moment(timestamp: string): string {
  return `${day(timestamp)}, ${clock(timestamp)}`;
}

/** A value as the profile shows it: digits in groups, a true minus, four places at most, times without what is all zero; anything else as it is. */
export function shown(value: string): string {
  if (/^-?\d+(\.\d+)?$/.test(value)) {
    const rounded = /\.\d{5}/.test(value) ? Number(value).toFixed(4).replace(/\.?0+$/, "") : value;
    const [, sign, whole = "", fraction = ""] = /^(-?)(\d+)(\.\d+)?$/.exec(rounded) ?? [];
    const grouped = whole.length > 4 ? whole.replaceAll(/\B(?=(\d{3})+$)/g, ",") : whole;
    return `${sign === "-" ? "−" : ""}${grouped}${fraction}`;
  }
  const time = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(\.\d+)?(Z|\+00)?$/.exec(value);
  if (time !== null) return `${time[1]} ${time[2]}${time[3] === ":00" && time[4] === undefined ? "" : time[3] ?? ""}${time[5] === undefined ? "" : " UTC"}`;
  return value;
}

/** The length of `15m`, `2h`, `730d` in milliseconds; undefined when it is not written so. */
export function duration(text: string): number | undefined {
  const units: { readonly [unit: string]: number } = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/.exec(text) ?? [];
  return amount === undefined || unit === undefined ? undefined : Number(amount) * (units[unit] ?? Number.NaN);
}

/** `20 ms`, `3 s`, `4 min`, `3 hours`, `2 days`; site/script/freshness.js tells them alike. */
export function span(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.floor(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${Math.floor(milliseconds / 1000)} s`;
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2880 ? counted(Math.floor(minutes / 60), "hour") : counted(Math.floor(minutes / 1440), "day");
}
