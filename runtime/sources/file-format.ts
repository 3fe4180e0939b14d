/** What is in a file of rows and how it is spelled: told by a table's declaration, or by the name of a file that is loaded. */
import path from "node:path";
import type { Source } from "../../compiler/ir/catalog.ts";
import { Failure } from "../values/failure.ts";

export type FileFormat =
  | { readonly kind: "parquet" }
  | { readonly kind: "csv"; readonly header: boolean; readonly delimiter: string; readonly nulls: readonly string[] }
  /** `lines`: one object a line; else one array of objects. */
  | { readonly kind: "json"; readonly lines: boolean }
  /** The streaming or the file format of Arrow IPC. */
  | { readonly kind: "arrow" };

/** The format of a declared file table. */
export function formatOfSource(source: Extract<Source, { kind: "parquet" | "csv" | "json" }>): Exclude<FileFormat, { kind: "arrow" }> {
  if (source.kind === "csv") return { kind: "csv", header: source.header, delimiter: source.delimiter, nulls: source.nulls };
  return source.kind === "json" ? { kind: "json", lines: source.lines } : { kind: "parquet" };
}

const byExtension: { readonly [extension: string]: FileFormat } = {
  ".parquet": { kind: "parquet" },
  ".csv": { kind: "csv", header: true, delimiter: ",", nulls: [""] },
  ".tsv": { kind: "csv", header: true, delimiter: "\t", nulls: [""] },
  ".json": { kind: "json", lines: false },
  ".ndjson": { kind: "json", lines: true },
  ".jsonl": { kind: "json", lines: true },
  ".arrow": { kind: "arrow" },
  ".arrows": { kind: "arrow" },
  ".feather": { kind: "arrow" },
};

/** The format of a file by the end of its name; FILE_INVALID for any other. */
export function formatOfFile(file: string): FileFormat {
  const format = byExtension[path.extname(file).toLowerCase()];
  if (format !== undefined) return format;
  throw new Failure("FILE_INVALID", `What is in ${path.basename(file)} cannot be told from its name.`, { hint: `Name it with one of ${Object.keys(byExtension).join(", ")}.`, place: { file } });
}
