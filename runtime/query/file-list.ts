/** Names of files as DuckDB's readers take them, letter for letter. */
import { quoteText } from "../../compiler/ir/names.ts";
import { Failure } from "../values/failure.ts";

/** A list of files, none of them a pattern. FILE_INVALID for a path that cannot be spelled so. */
export function fileList(files: readonly string[]): string {
  return `[${files.map((file) => quoteText(literalPath(file))).join(", ")}]`;
}

/** `*`, `?` and `[` each alone in brackets mean themselves. In a path with brackets DuckDB has no spelling for a backslash. */
function literalPath(file: string): string {
  if (!/[*?[]/.test(file)) return file;
  if (file.includes("\\")) throw new Failure("FILE_INVALID", `The path ${file} holds a backslash and one of * ? [, which the engine cannot open together.`, { hint: "Rename it.", place: { file } });
  return file.replaceAll(/[*?[]/g, "[$&]");
}
