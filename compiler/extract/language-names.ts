/** Every name an author imports from "neuralake", and how it is imported: a word or function as a value, a type as a type. */
import type { PlainKind } from "../ir/column-type.ts";
import { words } from "../ir/words.ts";

/** The types without arguments, by name. */
export const plainTypes: { readonly [name: string]: PlainKind } = {
  Int8: "int8", Int16: "int16", Int32: "int32", Int64: "int64", Float32: "float32", Float64: "float64", Text: "text", Bool: "bool",
  Bytes: "bytes", Uuid: "uuid", Day: "day", Timestamp: "timestamp", LocalTimestamp: "local_timestamp",
};

const values: readonly string[] = [...Object.keys(words), "columns", "sql"];
const types: readonly string[] = [...Object.keys(plainTypes), "Decimal", "Columns", "Lake", "Rows"];

/** All of them. */
export const languageNames: readonly string[] = [...values, ...types];

/** `import` or `import type`; undefined for a name the language has not. */
export function howImported(name: string): "import" | "import type" | undefined {
  if (values.includes(name)) return "import";
  return types.includes(name) ? "import type" : undefined;
}
