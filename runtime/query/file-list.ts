/** Names of files as DuckDB's readers take them, letter for letter. */
import { quoteText } from "../../compiler/ir/names.ts";

/** A list of files, none of them a pattern: `*`, `?` and `[` each alone in brackets mean themselves. */
export function fileList(files: readonly string[]): string {
  return `[${files.map((file) => quoteText(file.replaceAll(/[*?[]/g, "[$&]"))).join(", ")}]`;
}
