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
  return (longNumber.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text)) as JsonInput;
}

/** Significant digits that every double keeps. */
const exactDigits = 15;

/** What a number must hold to lose a digit as a double: many digits, or an exponent of three. Most texts have neither, and are parsed the fast way. */
const longNumber = /[\d.]{16}|(?:^|[:[,\s])-?\d[\d.]*[eE][+-]?\d{3}/;

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
