/** A column's profile as a drawing and as a sentence: the bars of a histogram in one path, and the words for those who cannot see it. */
import type { ColumnValues } from "./data.ts";
import { count, shown } from "./figures.ts";

type Histogram = NonNullable<ColumnValues["histogram"]>;

/** Width of one bar with its gap, and the height of the drawing, in its own units. */
export const barStep = 4;
export const plotHeight = 28;

/** The bars as one SVG path. A bar that counts anything is at least one unit high. */
export function barsPath(counts: readonly number[]): string {
  const highest = Math.max(...counts, 1);
  return counts.map((rows, at) => {
    if (rows === 0) return "";
    const height = Math.max(1, Math.round((rows / highest) * plotHeight * 10) / 10);
    return `M${at * barStep} ${plotHeight}v-${height}h${barStep - 0.7}v${height}z`;
  }).join("");
}

/** Whether the drawing stops short of the lowest or the highest value; its first and last bars then hold what lies beyond. */
export function cutOff({ histogram, min, max }: ColumnValues): boolean {
  if (histogram === undefined || min === undefined || max === undefined) return false;
  const [low, high, least, most] = [histogram.low, histogram.high, min, max].map(position) as [number, number, number, number];
  const step = (high - low) / histogram.counts.length;
  return low - least > step || most - high > step;
}

/** `most between −14 and 22`: the narrowest run of bars that holds four of five rows. */
export function describeHistogram(histogram: Histogram): string {
  const { counts } = histogram;
  const total = counts.reduce((sum, rows) => sum + rows, 0);
  let best = { from: 0, to: counts.length };
  for (let from = 0; from < counts.length; from += 1) {
    let held = 0;
    for (let to = from; to < counts.length; to += 1) {
      held += counts[to] ?? 0;
      if (held < total * 0.8) continue;
      if (to + 1 - from < best.to - best.from) best = { from, to: to + 1 };
      break;
    }
  }
  if (best.to - best.from > counts.length * 0.7) return "spread widely";
  return `most between ${edge(histogram, best.from)} and ${edge(histogram, best.to)}`;
}

/** The whole profile in a sentence. */
export function describeValues(values: ColumnValues): string {
  const parts = [
    values.min === undefined || values.max === undefined ? "" : `from ${shown(values.min)} to ${shown(values.max)}`,
    values.histogram === undefined ? "" : describeHistogram(values.histogram),
    values.distinct === undefined ? "" : `${values.about === true ? "about " : ""}${count(values.distinct)} different`,
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** The value at the left edge of a bar (or the right one of the last), as short as its step allows. */
export function edge({ low, high, counts }: Histogram, bar: number): string {
  const time = Number.isNaN(Number(low));
  const [from, to] = [position(low), position(high)];
  const step = (to - from) / counts.length;
  const value = from + step * bar;
  if (time) return shown(new Date(value).toISOString().slice(0, step >= 86_400_000 ? 10 : 16));
  const places = step >= 1 ? 0 : Math.min(6, Math.ceil(-Math.log10(step)) + 1);
  return shown(value.toFixed(places).replace(/^-(0(?:\.0*)?)$/, "$1"));
}

/** A number, or the milliseconds of a time; a time without a zone is read as UTC, so that every machine draws the same. */
function position(text: string): number {
  const number = Number(text);
  if (!Number.isNaN(number)) return number;
  const time = text.replace(" ", "T").replace(/\+00$/, "Z");
  return Date.parse(time.includes("T") && !time.endsWith("Z") ? `${time}Z` : time);
}
