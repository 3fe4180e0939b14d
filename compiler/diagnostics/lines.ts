/** Between places and offsets of a text. Lines end as TypeScript ends them; a byte order mark counts nowhere. */
import type { Place } from "../ir/catalog.ts";

const lineBreak = /\r\n|[\n\r\u2028\u2029]/;

/** A file's text as places count it. */
export function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, "");
}

/** The lines of a text, without what ends them. */
export function linesOf(text: string): readonly string[] {
  return withoutMark(text).split(lineBreak);
}

/** Where `place` begins and ends in `text`, in UTF-16 units; never outside of it. */
export function rangeOf(text: string, { line, column, length }: Place): { readonly start: number; readonly end: number } {
  const starts = lineStarts(text);
  const begin = starts[Math.min(line, starts.length) - 1] ?? 0;
  const start = Math.min(begin + column - 1, text.length);
  let end = start;
  for (let left = length; left > 0 && end < text.length; left--) end += text.startsWith("\r\n", end) ? 2 : 1;
  return { start, end };
}

/** Line and column, from 1, just behind the last character of `place`. */
export function endOf(text: string, place: Place): { readonly endLine: number; readonly endColumn: number } {
  const { end } = rangeOf(text, place);
  const starts = lineStarts(text);
  const index = starts.findLastIndex((start) => start <= end);
  return { endLine: index + 1, endColumn: end - (starts[index] ?? 0) + 1 };
}

function lineStarts(text: string): readonly number[] {
  return [0, ...Array.from(text.matchAll(new RegExp(lineBreak, "g")), (found) => found.index + found[0].length)];
}
