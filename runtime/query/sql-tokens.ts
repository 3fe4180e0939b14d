/**
 * The words of an SQL text and where they stand, as DuckDB's scanner cuts them (gram: PostgreSQL lexical structure). Only as fine as
 * splicing needs: names, quoted names, literals, marks; comments and blanks fall away.
 */

/** `text` is the name a word or quoted name means, else the letters as they stand; offsets in UTF-16 units, `end` exclusive. */
export interface SqlToken { readonly kind: "word" | "quoted" | "literal" | "mark"; readonly text: string; readonly start: number; readonly end: number }

/** Alternatives in order: comments, strings ('', E'\', $tag$), quoted names, words, numbers, marks of two letters, any other mark. */
const pattern = new RegExp([
  /(?<blank>\s+|--[^\n\r]*|\/\*)/,
  /(?<escaped>[eE]'(?:[^'\\]|''|\\[^])*')/,
  /(?<string>'(?:[^']|'')*')/,
  /(?<quoted>"(?:[^"]|"")*")/,
  /(?<dollar>\$(?<tag>(?:[A-Za-z_\u0080-\u{10ffff}][\w\u0080-\u{10ffff}]*)?)\$[^]*?\$\k<tag>\$)/u,
  /(?<word>[A-Za-z_\u0080-\u{10ffff}][\w$\u0080-\u{10ffff}]*)/u,
  /(?<number>(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)/,
  /(?<mark>:=|=>|::|->|[^])/,
].map((part) => part.source).join("|"), "uy");

/** Cuts a text that DuckDB has parsed; what no alternative takes (an open quote) becomes marks. */
export function tokensOf(sql: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  let at = 0;
  while (at < sql.length) {
    pattern.lastIndex = at;
    const match = pattern.exec(sql);
    if (match === null) throw new Error(`No token at ${at} of the SQL text.`);
    const { blank, word, quoted, mark } = match.groups ?? {};
    const end = blank === "/*" ? endOfComment(sql, at) : at + match[0].length;
    if (blank === undefined) {
      const kind = word !== undefined ? "word" : quoted !== undefined ? "quoted" : mark !== undefined ? "mark" : "literal";
      tokens.push({ kind, text: quoted === undefined ? match[0] : quoted.slice(1, -1).replaceAll('""', '"'), start: at, end });
    }
    at = end;
  }
  return tokens;
}

/** Comments nest. */
function endOfComment(sql: string, start: number): number {
  let depth = 0;
  for (let at = start; at < sql.length; at += 1) {
    const two = sql.slice(at, at + 2);
    if (two === "/*") depth += 1;
    if (two === "*/") depth -= 1;
    if (two === "/*" || two === "*/") at += 1;
    if (depth === 0) return at + 1;
  }
  return sql.length;
}

/** Whether the token is this unquoted word, in any case. */
export function isWord(token: SqlToken | undefined, word: string): boolean {
  return token?.kind === "word" && token.text.toUpperCase() === word;
}

/** Whether the token is this mark. */
export function isMark(token: SqlToken | undefined, mark: string): boolean {
  return token?.kind === "mark" && token.text === mark;
}

/** The index of the bracket that closes the one at `open`. */
export function closingBracket(tokens: readonly SqlToken[], open: number): number {
  let depth = 0;
  for (let k = open; k < tokens.length; k += 1) {
    if (isMark(tokens[k], "(")) depth += 1;
    if (isMark(tokens[k], ")")) depth -= 1;
    if (depth === 0) return k;
  }
  return tokens.length;
}
