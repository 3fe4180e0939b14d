/** Rows of a query onto the terminal, through a pipe, or into a file, in the format that was asked for. */
import { resolve } from "node:path";
import type { ColumnType, NamedType } from "../compiler/ir/column-type.ts";
import { readRows } from "../runtime/parquet/arrow-rows.ts";
import { writeResult, type Format } from "../runtime/query/formats/format.ts";
import type { QueryResult } from "../runtime/query/request.ts";
import { toJson } from "../runtime/values/json.ts";
import type { Value } from "../runtime/values/value.ts";
import { pluralText } from "./amounts.ts";
import type { OutputFormat, OutputOptions } from "./output-options.ts";
import { jsonText, type Terminal } from "./terminal.ts";
import { formatTable } from "./text-table.ts";
import { writeWholeFile } from "./whole-file.ts";

const formats: { readonly [F in Exclude<OutputFormat, "table">]: Format } = { json: "json", ndjson: "ndjson", csv: "csv", arrow: "arrow-file", parquet: "parquet" };

/** Writes the rows where the options say, in a format of `chosenFormat`. */
export async function writeOutput(result: QueryResult, format: OutputFormat, options: OutputOptions, terminal: Terminal): Promise<void> {
  if (format === "table") return writeTable(result, terminal);
  if (options.output === undefined) return writeToStdout(writeResult(result, formats[format]), terminal);
  const file = resolve(options.output);
  const bytes = await writeWholeFile(file, writeResult(result, formats[format]), terminal.signal);
  if (terminal.json) await terminal.printJson({ file, format, bytes });
  else terminal.note(`wrote ${options.output}`);
}

/** Bytes kept back, so that a query that fails early prints its error as the only JSON value. */
const heldBackMax = 4 * 1024 * 1024;

async function writeToStdout(chunks: AsyncIterable<Uint8Array>, terminal: Terminal): Promise<void> {
  let held: Uint8Array[] | undefined = [];
  let size = 0;
  for await (const chunk of chunks) {
    terminal.signal.throwIfAborted();
    size += chunk.byteLength;
    if (held !== undefined && size <= heldBackMax) {
      held.push(chunk);
      continue;
    }
    for (const early of held ?? []) await terminal.write(early);
    held = undefined;
    await terminal.write(chunk);
  }
  for (const early of held ?? []) await terminal.write(early);
}

/** Rows of which the widths are worked out together; a longer table is printed in parts. */
const rowsAtOnce = 1_000;

async function writeTable(result: QueryResult, terminal: Terminal): Promise<void> {
  const columns = result.columns.map((column) => ({ title: column.name, right: isNumber(column.type) }));
  let count = 0;
  let rows: string[][] = [];
  const flush = async (): Promise<void> => {
    for (const line of formatTable(columns, rows, terminal.style)) await terminal.print(line);
    rows = [];
  };
  for await (const batch of result.batches) {
    terminal.signal.throwIfAborted();
    for (const row of readRows(result.columns, batch)) {
      rows.push(result.columns.map((column) => cellText(column, row[column.name] ?? null)));
      count += 1;
      if (rows.length === rowsAtOnce) await flush();
    }
  }
  if (rows.length > 0 || count === 0) await flush();
  await terminal.print(terminal.style.quiet(pluralText(count, "row")));
}

function cellText(column: NamedType, value: Value): string {
  if (value === null) return "null";
  const json = toJson(column.type, value);
  return typeof json === "string" ? json : jsonText(json).replaceAll(/\s*\n\s*/g, " ");
}

function isNumber(type: ColumnType): boolean {
  return /^(int|float|decimal)/.test(type.kind);
}
