/** Projects for tests: files are written to a temporary folder, read by the compiler's front, and removed. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { check } from "../../compiler/check/check.ts";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import { settle } from "../../compiler/diagnostics/settle.ts";
import { extract } from "../../compiler/extract/extract.ts";
import type { Extracted } from "../../compiler/extract/extract.ts";

/** Text by path below the project; a table's file is `catalog/<database>/<table>.ts`. */
export type Files = { readonly [file: string]: string };

/** Runs `use` on a project of `files`, and removes it when that is done. */
export function withProject<Result>(files: Files, use: (project: string) => Result): Result {
  const project = mkdtempSync(path.join(tmpdir(), "neuralake-"));
  const remove = (): void => rmSync(project, { recursive: true });
  let result: Result | undefined;
  try {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.join(project, path.dirname(file)), { recursive: true });
      writeFileSync(path.join(project, file), text);
    }
    result = use(project);
    return result instanceof Promise ? (result.finally(remove) as Result) : result;
  } finally {
    if (!(result instanceof Promise)) remove();
  }
}

/** What extract makes of `files`. */
export function extractFiles(files: Files): Extracted {
  return withProject(files, (project) => extract({ project, catalogDir: "catalog" }));
}

/** A diagnostic as a test reads it: the text its place covers stands for the place. */
export interface Said { readonly code: string; readonly underlined: string; readonly message: string; readonly hint: string | undefined }

/** Everything extract and check say about `files`, as a user would read it. */
export function diagnosticsOf(files: Files): Said[] {
  const { catalog, diagnostics } = extractFiles(files);
  return settle([...diagnostics, ...check(catalog)]).map((diagnostic) => said(files, diagnostic));
}

/** What is said about one table, `body` of the class `Trips` under `@deltaTable()`; every word and type is imported. */
export function diagnosticsOfTable(body: string): Said[] {
  return diagnosticsOf({ "catalog/rides/trips.ts": tableFile(body) });
}

/** The file of the class `Trips` with `body`. */
export function tableFile(body: string, head = "@deltaTable()"): string {
  return `${language}\n${head}\nexport class Trips {\n${body}\n}\n`;
}

/** Imports every word and type of the language. */
export const language = [
  "import { between, check, cluster, columns, csvTable, database, dayOf, deltaTable, from, fromKafka, initially, jsonTable, kafka, key, matches, materializedView, ncfTable, parquetTable, partition, pii, postgresTable, references, sql, table, unique, unit, view, was } from \"neuralake\";",
  "import type { Bool, Bytes, Columns, Day, Decimal, Float32, Float64, Int16, Int32, Int64, Int8, LocalTimestamp, Rows, Text, Timestamp, Uuid } from \"neuralake\";",
].join("\n");

function said(files: Files, diagnostic: Diagnostic): Said {
  const { file, line, column, length } = diagnostic.place;
  const lines = (files[file] ?? "").split("\n");
  const rest = [(lines[line - 1] ?? "").slice(column - 1), ...lines.slice(line)].join("\n");
  return { code: diagnostic.code, underlined: rest.slice(0, length), message: diagnostic.message, hint: diagnostic.hint };
}
