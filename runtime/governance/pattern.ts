/**
 * The pattern of `@matches`, for JavaScript and for DuckDB's RE2. The two dialects differ in `.`, `\s`, `$`, escapes and what they
 * cannot do at all; the translation says the same in RE2's words, or says that it cannot.
 */

/** The author's pattern by code points, so that a character beyond 16 bits is one; unless the pattern cannot be read so. */
export function patternTest(pattern: string, flags: string): RegExp {
  const kept = flags.replaceAll(/[gy]/g, "");
  if (/[uv]/.test(kept)) return new RegExp(pattern, kept);
  return readable(pattern, `${kept}u`) ?? new RegExp(pattern, kept);
}

/** The same pattern for RE2; undefined where RE2 has no words for it, or reads a piece differently. */
export function re2Pattern(pattern: string, flags: string): string | undefined {
  if (/[mv]/.test(flags) || readable(pattern, "u") === undefined) return undefined;
  const pieces: string[] = [];
  for (const token of pattern.match(tokens) ?? []) {
    const piece = translate(token, flags);
    if (piece === undefined) return undefined;
    pieces.push(piece);
  }
  return `${flags.includes("i") ? "(?i)" : ""}${pieces.join("")}`;
}

function readable(pattern: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(pattern, flags);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** An escape, a class, the start of a group, a counted repetition, or one character. */
const tokens = /\\u\{[0-9a-fA-F]+\}|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:<[\p{L}_$][\p{L}\p{N}_$]*>|[^)]))?|\{\d+(?:,\d*)?\}|./gsu;

const spaces = "\\t\\n\\x{0B}\\f\\r \\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}\\x{FEFF}";

function translate(token: string, flags: string): string | undefined {
  if (token === ".") return flags.includes("s") ? "(?s:.)" : "[^\\n\\r\\x{2028}\\x{2029}]";
  if (token === "^") return "\\A";
  if (token === "$") return "\\z";
  if (token.startsWith("\\")) return translateEscape(token, flags, false);
  if (token.startsWith("[") && token.length > 1) return translateClass(token, flags);
  if (token.startsWith("(?")) return token === "(?:" ? token : token.startsWith("(?<") && token.endsWith(">") ? "(" : undefined;
  if (token.startsWith("{") && token.length > 1) return token.match(/\d+/g)?.some((count) => Number(count) > 1000) === true ? undefined : token;
  return token;
}

function translateEscape(token: string, flags: string, inClass: boolean): string | undefined {
  const hex = /^\\(?:u\{([0-9a-fA-F]+)\}|[ux]([0-9a-fA-F]+))$/.exec(token);
  if (hex !== null) return surrogate(Number.parseInt(hex[1] ?? hex[2] ?? "", 16)) ? undefined : `\\x{${hex[1] ?? hex[2]}}`;
  if (token === "\\s") return inClass ? spaces : `[${spaces}]`;
  if (token === "\\S") return inClass ? undefined : `[^${spaces}]`;
  // Without regard to case, \w holds two letters more in JavaScript, and \b follows it.
  if (/^\\[wWbB]$/.test(token)) return flags.includes("i") || (inClass && /[bB]/.test(token)) ? undefined : token;
  if (/^\\[dDtnrfv]$/.test(token)) return token;
  return /^\\[\^$\\.*+?()[\]{}|/-]$/.test(token) ? token : undefined;
}

/** Half of a pair of 16-bit units: no character of its own in RE2. */
function surrogate(codePoint: number): boolean {
  return codePoint >= 0xd800 && codePoint <= 0xdfff;
}

function translateClass(token: string, flags: string): string | undefined {
  const negated = token.startsWith("[^");
  const inner = token.slice(negated ? 2 : 1, -1);
  if (inner === "") return undefined;
  const pieces: string[] = [];
  for (const piece of inner.match(tokens) ?? []) {
    if (piece.startsWith("\\")) {
      const escape = translateEscape(piece, flags, true);
      if (escape === undefined) return undefined;
      pieces.push(escape);
    } else pieces.push(piece.replaceAll(/[[^]/g, "\\$&"));
  }
  return `[${negated ? "^" : ""}${pieces.join("")}]`;
}
