/** JSON text that loses no digit, both ways: numbers that a double cannot hold keep their digits. */

declare global {
  interface JSON {
    /** TC39 "JSON.parse source text access", which TypeScript's library does not know yet. */
    rawJSON(text: string): object;
  }
}

/** A number in JSON that is neither a whole number nor exact as a double: its digits as written. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toJSON(): object {
    return JSON.rawJSON(this.text);
  }
}

/** What `parseJson` gives: whole numbers beyond 2^53 are `bigint`, other numbers no double holds are `NumberText`. */
export type JsonInput = null | boolean | number | bigint | string | NumberText | readonly JsonInput[] | { readonly [name: string]: JsonInput };

/** Parses JSON without losing a digit; a SyntaxError as `JSON.parse` throws it. */
export function parseJson(text: string): JsonInput {
  return (hasLongNumber(text) ? JSON.parse(text, keepDigits) : JSON.parse(text)) as JsonInput;
}

/** Significant digits that every double keeps. */
const exactDigits = 15;

/** Characters of digits and point in a row that a number must have to hold more digits than those. */
const longRun = 16;

/** Whether a number that a double might not hold can stand in the text: one of many digits, or with an exponent of three. Without one, `JSON.parse` loses nothing. */
export function hasLongNumber(text: string): boolean {
  // Every long run passes a place that is a multiple of its length.
  for (let at = longRun - 1; at < text.length; at += longRun) if (isDigit(text, at) && runAround(text, at) >= longRun) return true;
  return hasLongExponent(text, "e") || hasLongExponent(text, "E");
}

function runAround(text: string, at: number): number {
  let [from, to] = [at, at + 1];
  while (from > 0 && isDigit(text, from - 1)) from--;
  while (to < text.length && isDigit(text, to)) to++;
  return to - from;
}

/** A digit or the point. */
function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return (code >= 48 && code <= 57) || code === 46;
}

/** Whether a number of which `e` is part has an exponent of three digits; letters of a text are part of none, since a number stands behind one of `:[,`, a space or nothing. */
function hasLongExponent(text: string, e: string): boolean {
  for (let at = text.indexOf(e); at !== -1; at = text.indexOf(e, at + 1)) {
    if (!isDigit(text, at - 1)) continue;
    const sign = text[at + 1] === "+" || text[at + 1] === "-" ? 1 : 0;
    if (![1, 2, 3].every((step) => isDigit(text, at + sign + step))) continue;
    let from = at - 1;
    while (from > 0 && isDigit(text, from - 1)) from--;
    if (text[from - 1] === "-") from--;
    if (/^$|[:[,\s]/.test(text[from - 1] ?? "")) return true;
  }
  return false;
}

function keepDigits(this: unknown, _name: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || context?.source === undefined) return value;
  const { source } = context;
  if (/^-?\d+$/.test(source)) return Number.isSafeInteger(value) ? value : BigInt(source);
  const digits = source.replace(/[eE].*$/, "").replace(/^-?[0.]*/, "").replace(".", "");
  return digits.length > exactDigits || !Number.isFinite(value) ? new NumberText(source) : value;
}

/** JSON text of a value that may hold `bigint`s, each printed with all its digits. */
export function printJson(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) => (typeof part === "bigint" ? rawJson(part.toString()) : part));
}

/** Text that `JSON.stringify` prints as it is. */
export function rawJson(text: string): object {
  return JSON.rawJSON(text);
}
