/**
 * Spark's SQL in words and signs, as far as rules of tables are understood here. Where Spark's versions or settings read a text differently
 * (escapes within quotes, suffixes of numbers), it is refused rather than guessed (protocol, "CHECK Constraints").
 */
import { Failure } from "../../values/failure.ts";

export interface Token {
  /** "name" stood in backticks; "end" is behind the last. */
  readonly kind: "word" | "name" | "text" | "number" | "sign" | "end";
  /** What stands within quotes; a word as it is spelled. */
  readonly text: string;
}

/** Says why an expression is not understood here: DELTA_UNSUPPORTED_FEATURE. */
export function outside(reason: string): never {
  throw new Failure("DELTA_UNSUPPORTED_FEATURE", reason);
}

const pattern = /\s+|(?<comment>--|\/\*)|(?<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)|(?<word>[A-Za-z_][A-Za-z0-9_]*)|'(?<single>[^']*)'|"(?<double>[^"]*)"|`(?<name>[^`]*)`|(?<sign><=>|<=|>=|<>|!=|==|[=<>(),.+*/%-])/gy;

/** The tokens of an expression, an end behind them. */
export function tokensOf(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < sql.length) {
    const from = pattern.lastIndex;
    const groups = pattern.exec(sql)?.groups;
    if (groups === undefined) outside(`"${sql.slice(from, from + 20)}" is not understood`);
    const { comment, number, word, single, double, name, sign } = groups;
    const text = single ?? double;
    const after = sql[pattern.lastIndex] ?? "";
    if (comment !== undefined) outside("it has a comment");
    if (text?.includes("\\") === true) outside("it has a text with a backslash");
    if ((text !== undefined || name !== undefined) && /['"`]/.test(after)) outside("it has a quote within quotes");
    if (number !== undefined && /[A-Za-z_0-9.]/.test(after)) outside(`"${number}${after}" is no plain number`);
    if (text !== undefined) tokens.push({ kind: "text", text });
    else if (name !== undefined) tokens.push({ kind: "name", text: name });
    else if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (word !== undefined) tokens.push({ kind: "word", text: word });
    else if (sign !== undefined) tokens.push({ kind: "sign", text: sign });
  }
  return [...tokens, { kind: "end", text: "the end" }];
}
