/** Rows of text as aligned columns, without boxes: numbers to the right, the rest to the left, long cells cut where the line would break. */
import type { Style } from "./terminal.ts";

export interface TextColumn {
  readonly title: string;
  /** Numbers stand to the right. */
  readonly right?: boolean;
  /** How a cell is painted after it was padded; plain when absent. */
  readonly paint?: (text: string) => string;
}

const gap = "  ";
const cellMax = 60;
const segments = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** How many columns of a terminal the text takes; East Asian wide characters and pictures take two. */
function textWidth(text: string): number {
  let width = 0;
  for (const { segment } of segments.segment(text)) {
    const point = segment.codePointAt(0) ?? 0;
    const wide = /\p{Extended_Pictographic}/u.test(segment) || (point >= 0x1100 && /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\uff00-\uff60]/u.test(segment));
    width += wide ? 2 : 1;
  }
  return width;
}

/** The text on one line, control characters made visible, at most `width` wide. */
function cell(text: string, width: number): string {
  const line = text.replaceAll(/\p{Cc}/gu, (char) => JSON.stringify(char).slice(1, -1));
  if (textWidth(line) <= width) return line;
  let kept = "";
  for (const { segment } of segments.segment(line)) {
    if (textWidth(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** Lines of an aligned table, its titles first. */
export function formatTable(columns: readonly TextColumn[], rows: readonly (readonly string[])[], style: Style): string[] {
  const cells = rows.map((row) => columns.map((_, index) => cell(row[index] ?? "", cellMax)));
  const widths = columns.map((column, index) => Math.max(textWidth(column.title), ...cells.map((row) => textWidth(row[index] ?? ""))));
  const pad = (text: string, index: number): string => {
    const space = " ".repeat((widths[index] ?? 0) - textWidth(text));
    if (columns[index]?.right === true) return space + text;
    return index === columns.length - 1 ? text : text + space;
  };
  const title = columns.map((column, index) => style.quiet(pad(column.title, index))).join(gap);
  const body = cells.map((row) => row.map((text, index) => (columns[index]?.paint ?? String)(pad(text, index))).join(gap));
  return [title, ...body].map((line) => line.trimEnd());
}
