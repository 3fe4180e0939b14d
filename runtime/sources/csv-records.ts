/** CSV text (RFC 4180; any line ends) as records, by csv-parse. A field that is not quoted and empty is null; a quoted empty one is "". */
import { createRequire } from "node:module";
import type * as Csv from "csv-parse/sync";
import type { CsvError, Options } from "csv-parse/sync";
import { Failure } from "../values/failure.ts";

const require = createRequire(import.meta.url);
let library: typeof Csv | undefined;

/** It loads once there is CSV to be read here: the engine reads most of it. */
function csv(): typeof Csv {
  return (library ??= require("csv-parse/sync") as typeof Csv);
}

/** A record and the line it begins in. */
export interface CsvRecord { readonly line: number; readonly fields: readonly (string | null)[] }

interface Parsed { readonly record: readonly (string | null)[]; readonly info: { readonly lines: number } }

/** Every record, the header too; blank lines are left out where a record has more than one field. VALUE_INVALID names the line. */
export function csvRecords(text: string, delimiter = ","): CsvRecord[] {
  const [header] = parseRecords(text, { delimiter, to: 1 });
  const records = parseRecords(text, { delimiter, skip_empty_lines: (header?.record.length ?? 0) > 1 });
  return records.map(({ record, info }) => ({ line: info.lines - linesWithin(record), fields: record }));
}

/** The first record, read from the beginning of a text. */
export function firstCsvRecord(text: string, delimiter: string): readonly (string | null)[] | undefined {
  return parseRecords(text, { delimiter, to: 1 })[0]?.record;
}

function parseRecords(text: string, options: Options): readonly Parsed[] {
  try {
    return csv().parse(text, { ...options, bom: true, info: true, record_delimiter: ["\r\n", "\n", "\r"], cast: (field, { quoting }) => (field === "" && !quoting ? null : field) }) as unknown[] as Parsed[];
  } catch (error) {
    throw error instanceof csv().CsvError ? refusal(error) : error;
  }
}

function linesWithin(record: Parsed["record"]): number {
  return record.reduce((sum, field) => sum + (field?.match(/\r\n|\n|\r/g)?.length ?? 0), 0);
}

/** csv-parse says what is wrong in its own words; ours name the line first. */
function refusal(error: CsvError): Failure {
  const line = Number(Reflect.get(error, "lines"));
  const record: unknown = Reflect.get(error, "record");
  const fields = Array.isArray(record) ? record.length : 0;
  const said: { readonly [code: string]: readonly [message: string, hint: string] } = {
    CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: [`has ${fields} fields; the header has ${/expect (\d+)/.exec(error.message)?.[1]}`, "Quote a field that holds a comma."],
    CSV_INVALID_CLOSING_QUOTE: ["has text after the quote that ends a field", 'Write each quote inside a quoted field twice: "6"" pipe".'],
    INVALID_OPENING_QUOTE: ["has a quote inside a field that is not quoted", 'Write the field in quotes, and each quote in it twice: "6"" pipe".'],
    CSV_QUOTE_NOT_CLOSED: ["has a quoted field that does not end", "A quote inside a quoted field is written twice."],
  };
  const [message, hint] = said[error.code] ?? [`is no CSV: ${error.message}`, "Fields are parted as RFC 4180 says."];
  return new Failure("VALUE_INVALID", `Line ${line} ${message}.`, { place: { line }, hint, cause: error });
}
