/** What the engine throws while a query is prepared or run, as a coded failure: a mistake in the SQL, in a file's cell, or a trouble of the machine. */
import { fileGone } from "../delta/snapshot/read.ts";
import { Failure } from "../values/failure.ts";
import { placeOf, readProblem } from "./sql-problem.ts";
import type { SqlProblem } from "./sql-problem.ts";

/** `original` takes an offset of the text that ran back to the caller's `sql`. */
export interface RanSql { readonly sql: string; readonly ran: string; readonly original: (offset: number) => number }

/** The failure behind an error of the engine, or of the disk that it works on; a failure passes through, what is neither is thrown on. */
export function engineFailure(error: unknown, { sql, ran, original }: RanSql): Failure {
  if (error instanceof Failure) return error;
  if (isOfDisk(error)) return new Failure("STORE_FAILED", `The disk cannot be worked on: ${error.message}`, { hint: "Files on their way lie in the system's directory for temporary ones (TMPDIR).", retry: true, cause: error });
  const problem = readProblem(error, ran);
  return fileFailure(problem, error) ?? formatFailure(problem, error) ?? machineFailure(problem, error) ?? sqlFailure(problem.offset === undefined ? problem : { ...problem, offset: original(problem.offset) }, sql);
}

/** Node's errors of the system, by their codes: ENOSPC, EIO. */
function isOfDisk(error: unknown): error is Error {
  return error instanceof Error && "code" in error && typeof error.code === "string" && /^E[A-Z]+$/.test(error.code);
}

/** A mistake in the SQL, placed in its text. */
export function sqlFailure(problem: SqlProblem, sql: string): Failure {
  const candidates = problem.candidates.slice(0, 3).map((name) => `"${name.trim()}"`).join(" or ");
  return new Failure("SQL_INVALID", problem.message, {
    hint: `The query is SQL in DuckDB's dialect.${candidates === "" ? "" : ` Did you mean ${candidates}?`}`,
    ...(problem.offset === undefined ? {} : { place: placeOf(sql, problem.offset) }),
  });
}

/** A file that is not what its name says; the engine has it in its prose. */
function formatFailure({ message }: SqlProblem, cause: unknown): Failure | undefined {
  const parquet = /File '(.*)' too small to be a Parquet file|No magic bytes found at (?:the )?end of file '(.*)'/.exec(message);
  if (parquet !== null) {
    const file = parquet[1] ?? parquet[2] ?? "";
    return new Failure("FILE_INVALID", `${file} is no Parquet file, or was cut off: it does not end as one.`, { hint: "Write it anew, or name it after what it is.", place: { file }, cause });
  }
  const damaged = /Failed to read file "(.*)": (.*(?:[Dd]ecompress|TProtocolException|[Cc]orrupt|Invalid data).*)/.exec(message);
  if (damaged !== null) return new Failure("FILE_INVALID", `${damaged[1] ?? ""} is damaged: ${damaged[2] ?? ""}`, { hint: "Write it anew, or bring it back from a copy.", place: { file: damaged[1] ?? "" }, cause });
  const json = /Expected top-level JSON array with format='array', but first character is '(.*)' in file "(.*)"/.exec(message);
  if (json === null) return undefined;
  const [, first = "", file = ""] = json;
  return new Failure("FILE_INVALID", `${file} is no array of JSON objects: it begins with ${first}.`, { hint: "Write the objects within [ ], or name the file .ndjson, with one of them on each line.", place: { file }, cause });
}

/** A cell or record that is not as declared; the engine says file and line in its prose. */
function fileFailure({ text }: SqlProblem, cause: unknown): Failure | undefined {
  const csv = /^CSV Error on Line: (\d+)/.exec(text);
  if (csv !== null) {
    const line = Number(csv[1]);
    const file = /\n\s*file = (.*)\n/.exec(text)?.[1] ?? "";
    const cell = /Error when converting column "([^]*?)"\. Could not convert string "([^]*?)" to '(.*?)'/.exec(text);
    if (cell === null) return new Failure("FILE_INVALID", `${file}, line ${line}: ${text.split("\n")[2] ?? "the record is broken"}`, { place: { file, line }, cause });
    const [, column = "", value = "", type = ""] = cell;
    return new Failure("FILE_INVALID", `${file}, line ${line}, column "${column}": ${JSON.stringify(value)} is not ${type}.`, {
      hint: "Mend the cell, or declare the column as what it holds.",
      place: { file, line, parameter: column, value },
      cause,
    });
  }
  const json = /^(?:JSON transform error|Malformed JSON) in file "([^"]*)",? (?:at byte \d+ )?in (line|record\/value) (\d+): (.*)/.exec(text);
  if (json === null) return undefined;
  const [, file = "", unit = "", number = "", what = ""] = json;
  const line = Number(number);
  return new Failure("FILE_INVALID", `${file}, ${unit === "line" ? "line" : "record"} ${line}: ${what}`, {
    hint: "Mend the record, or declare the column as what it holds.",
    place: { file, ...(unit === "line" ? { line } : {}), value: /: (.*)$/.exec(what)?.[1] ?? what },
    cause,
  });
}

function machineFailure({ exception, message }: SqlProblem, cause: unknown): Failure | undefined {
  const gone = /^No files found that match the pattern "(.*)"$|^(?:IO Error: )?Cannot open file "(.*)": No such file or directory/.exec(message);
  if (gone !== null) return fileGone(gone[1] ?? gone[2] ?? "", cause);
  const refused = /^(?:HTTP Error: )?HTTP \w+ error reading '([^']*)'.*\(HTTP (\d+)/.exec(message);
  if (refused?.[2] === "404") return fileGone(refused[1] ?? "", cause);
  if (refused?.[2] === "403") return new Failure("STORE_FAILED", `The server denies access to ${refused[1] ?? ""}.`, { hint: "The credentials need s3:GetObject there.", cause });
  if (exception === "io" || exception === "http") return new Failure("STORE_FAILED", message, { retry: true, cause });
  if (exception === "out of memory") return new Failure("UNAVAILABLE", message, { hint: "Ask for less at once, or give the machine more memory.", retry: true, cause });
  return exception === "permission" ? new Failure("SQL_FORBIDDEN", "The query would read beyond the lake.", { cause }) : undefined;
}
