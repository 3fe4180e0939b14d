/**
 * What the engine has against a statement, read out of its error: in words, with the place and the names it would rather have seen.
 * Comes in as JSON (errors_as_json), goes out as a value; whoever asked makes a failure or a diagnostic of it.
 */

/** What the engine has against a statement; `offset` in UTF-16 units of its text, `name` and `candidates` where a name is unknown. */
export interface SqlProblem {
  readonly message: string;
  readonly kind: "syntax" | "column" | "table" | "function" | "other";
  readonly offset?: number;
  readonly name?: string;
  readonly candidates: readonly string[];
  /** The engine's own kind of error (`conversion`, `io`, `out of memory`, …), in lower case. */
  readonly exception: string;
  /** All it said; `message` is the first line. */
  readonly text: string;
}

/** Whether the engine refused. */
export function isProblem(result: object): result is SqlProblem {
  return "candidates" in result && "message" in result;
}

/** The engine's error, as `errors_as_json` and json_serialize_sql spell it. */
export interface EngineError {
  readonly exception_type?: string;
  readonly exception_message?: string;
  readonly error_type?: string;
  readonly error_message?: string;
  readonly error_subtype?: string;
  readonly type?: string;
  readonly name?: string;
  readonly candidates?: string;
  readonly position?: string;
}

/** A thrown error of the engine as a problem of `sql`. */
export function readProblem(error: unknown, sql: string): SqlProblem {
  return problemOf(readError(error), sql);
}

/** The error as JSON, which stands after the first brace of its message; what is no such error is our own bug and goes on. */
function readError(error: unknown): EngineError {
  const text = error instanceof Error ? error.message : "";
  const start = text.indexOf("{");
  if (start === -1) throw error;
  return JSON.parse(text.slice(start)) as EngineError;
}

/** What the engine said, with its position as an offset into `sql`. */
export function problemOf(error: EngineError, sql: string): SqlProblem {
  const message = (error.exception_message ?? error.error_message ?? "").split("\n")[0] ?? "";
  const offset = error.position === undefined ? undefined : offsetIn(error, sql, Number(error.position));
  const name = error.name ?? unknownName(message);
  return {
    message,
    kind: kindOf(error, message),
    ...(offset === undefined ? {} : { offset }),
    ...(name === undefined ? {} : { name }),
    candidates: candidatesOf(error),
    exception: (error.exception_type ?? error.error_type ?? "").toLowerCase(),
    text: error.exception_message ?? error.error_message ?? "",
  };
}

/** The parser counts characters, and whatever comes behind it bytes. */
function offsetIn(error: EngineError, sql: string, position: number): number {
  return isOfParser(error) ? Array.from(sql).slice(0, position).join("").length : utf16Offset(sql, position);
}

function isOfParser(error: EngineError): boolean {
  return (error.error_type ?? error.exception_type ?? "").toLowerCase() === "parser";
}

function kindOf(error: EngineError, message: string): SqlProblem["kind"] {
  if (isOfParser(error)) return "syntax";
  if (error.error_subtype === "COLUMN_NOT_FOUND" || / does not have a column named "/.test(message)) return "column";
  if (error.error_subtype === "MISSING_ENTRY") return error.type === "Table" ? "table" : error.type === "Type" ? "other" : "function";
  return message.startsWith("Table with name ") ? "table" : "other";
}

/** `Table "t" does not have a column named "zz"` says the name only in its text. */
function unknownName(message: string): string | undefined {
  return /column named "(.*?)"/.exec(message)?.[1] ?? /^Table with name "(.*?)"/.exec(message)?.[1];
}

function candidatesOf(error: EngineError): string[] {
  if (error.candidates !== undefined) return error.candidates.split(",");
  const line = /Candidate bindings: (.*)/.exec(error.exception_message ?? "")?.[1] ?? "";
  return [...line.matchAll(/"(.*?)"/g)].map((match) => match[1] ?? "");
}

/** An offset in UTF-16 units; the engine counts bytes of UTF-8. */
export function utf16Offset(sql: string, bytes: number): number {
  return Buffer.from(sql, "utf8").subarray(0, bytes).toString("utf8").length;
}

/** Line and column, from 1, of an offset in a text. */
export function placeOf(sql: string, offset: number): { readonly line: number; readonly column: number } {
  const before = sql.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}

/** The offset that `placeOf` tells a place of. */
export function offsetOf(sql: string, line: number, column: number): number {
  return sql.split("\n").slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
}
