/** Edits of a text by position, all at once, and the way back from the new text to the old one. */

/** Puts `text` in the place of what stands from `start` to `end`. */
export interface Splice { readonly start: number; readonly end: number; readonly text: string }

/** The text with all splices made; they must not overlap. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  let result = "";
  let at = 0;
  for (const splice of inOrder(splices)) {
    result += text.slice(at, splice.start) + splice.text;
    at = splice.end;
  }
  return result + text.slice(at);
}

/** The offset in the old text of an offset in the new one; inside what was put in, where that was put. */
export function originalOffset(splices: readonly Splice[], offset: number): number {
  let shift = 0;
  for (const splice of inOrder(splices)) {
    if (offset < splice.start + shift) break;
    if (offset < splice.start + shift + splice.text.length) return splice.start;
    shift += splice.text.length - (splice.end - splice.start);
  }
  return offset - shift;
}

function inOrder(splices: readonly Splice[]): Splice[] {
  return splices.toSorted((a, b) => a.start - b.start);
}
