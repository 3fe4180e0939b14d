/**
 * The formats rows travel in: their names, their media types, and the writer of each. Used by the server's replies, by the
 * `query` and `peek` commands, and for what clients append.
 */
import type { QueryResult } from "../request.ts";
import { writeArrowFile, writeArrowStream } from "./arrow-writer.ts";
import { writeCsv } from "./csv-writer.ts";
import { writeJson, writeNdjson } from "./json-writer.ts";
import { writeParquet } from "./parquet-writer.ts";

export type Format = "json" | "ndjson" | "csv" | "arrow-stream" | "arrow-file" | "parquet";

export interface FormatFacts {
  /** How a reply names it. */
  readonly mediaType: string;
  /** Other media types that mean it, in requests. */
  readonly otherMediaTypes: readonly string[];
  /** Short names, as in `?format=` and `--format`. */
  readonly names: readonly string[];
  readonly write: (result: QueryResult) => AsyncIterable<Uint8Array>;
}

/** Every format, the usual one first. */
export const formats: { readonly [F in Format]: FormatFacts } = {
  json: { mediaType: "application/json", otherMediaTypes: [], names: ["json"], write: writeJson },
  ndjson: { mediaType: "application/x-ndjson", otherMediaTypes: ["application/ndjson", "application/jsonl"], names: ["ndjson"], write: writeNdjson },
  csv: { mediaType: "text/csv", otherMediaTypes: ["application/csv"], names: ["csv"], write: writeCsv },
  "arrow-stream": { mediaType: "application/vnd.apache.arrow.stream", otherMediaTypes: [], names: ["arrow", "arrow-stream"], write: writeArrowStream },
  "arrow-file": { mediaType: "application/vnd.apache.arrow.file", otherMediaTypes: [], names: ["arrow-file"], write: writeArrowFile },
  parquet: { mediaType: "application/vnd.apache.parquet", otherMediaTypes: ["application/parquet"], names: ["parquet"], write: writeParquet },
};

/** Every format with its facts, in order of preference. */
export const formatList = Object.entries(formats) as readonly (readonly [Format, FormatFacts])[];

/** The format a short name or media type means; undefined when it means none. Letter case does not matter. */
export function formatNamed(name: string): Format | undefined {
  const wanted = name.toLowerCase();
  return formatList.find(([, facts]) => facts.mediaType === wanted || facts.names.includes(wanted) || facts.otherMediaTypes.includes(wanted))?.[0];
}

/**
 * The rows of a result as bytes, no faster than they are taken. Ends by an error when the query fails half-way; stopping early
 * stops the query. The first chunk carries the first rows, so that an early failure shows before any byte.
 */
export function writeResult(result: QueryResult, format: Format): AsyncIterable<Uint8Array> {
  return formats[format].write(result);
}
