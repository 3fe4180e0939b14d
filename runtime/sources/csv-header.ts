/** The first record of a CSV file (RFC 4180): the names of its columns, so that cells are found by name and never by guess. */
import { open } from "node:fs/promises";
import { Failure } from "../values/failure.ts";
import { firstCsvRecord } from "./csv-records.ts";

/** Longer than any header; what does not end within it is no header. */
const headerBytesMax = 1 << 20;

/** The names in a file's first record. FILE_INVALID when there is none, or when two are the same. */
export async function readHeader(file: string, delimiter: string): Promise<readonly string[]> {
  const names = (await firstRecord(file, delimiter)).map((name) => name ?? "");
  const twice = names.find((name, k) => names.indexOf(name) !== k);
  if (names.length === 1 && names[0] === "") throw invalid(file, "has no header");
  if (twice !== undefined) throw invalid(file, `names the column "${twice}" twice`);
  return names;
}

/** The cells of a file's first record; one null cell where there is none. */
export async function firstRecord(file: string, delimiter: string): Promise<readonly (string | null)[]> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(headerBytesMax) });
    return firstCsvRecord(buffer.subarray(0, bytesRead).toString("utf8"), delimiter) ?? [null];
  } finally {
    await handle.close();
  }
}

function invalid(file: string, what: string): Failure {
  return new Failure("FILE_INVALID", `${file} ${what}.`, { hint: "The first line names the columns, each once.", place: { file, line: 1 } });
}
