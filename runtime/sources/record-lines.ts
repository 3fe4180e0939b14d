/** On which lines of a file its records begin: a quoted cell of CSV (RFC 4180) may hold line breaks, and blank lines are no records. */
import { createReadStream } from "node:fs";

const newline = 10;
const quote = 34;

/** The line (from 1) of each of `records` (from 0, rising), read in one pass that ends with the last of them. */
export async function recordLines(file: string, records: readonly number[], options: { readonly quoted: boolean; readonly header: boolean }): Promise<readonly number[]> {
  const wanted = records.map((record) => record + (options.header ? 1 : 0));
  const lines: number[] = [];
  let record = -1;
  let line = 1;
  let begins = true;
  let inQuotes = false;
  for await (const chunk of createReadStream(file)) {
    for (const byte of chunk as Uint8Array) {
      if (byte === newline) {
        line += 1;
        if (!inQuotes) begins = true;
        continue;
      }
      if (begins && byte > 32) {
        begins = false;
        record += 1;
        if (record === wanted[lines.length]) lines.push(line);
        if (lines.length === wanted.length) return lines;
      }
      if (options.quoted && byte === quote) inQuotes = !inQuotes;
    }
  }
  return lines;
}
