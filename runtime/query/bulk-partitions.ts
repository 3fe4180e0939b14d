/** The partition of a file that COPY wrote, in Delta's strings (Delta protocol: Partition Value Serialization). */
import type { ColumnType, NamedType } from "../../compiler/ir/column-type.ts";
import type { PartitionValues } from "../delta/engine.ts";

/** Of these columns, which partition the table; `keys` as COPY returns them: pairs of column and text, or null for a table without partitions. */
export function copyPartitionValues(columns: readonly NamedType[], keys: unknown): PartitionValues {
  const texts = new Map(((keys ?? []) as readonly { readonly key: string; readonly value: string | null }[]).map(({ key, value }) => [key, value]));
  return Object.fromEntries(columns.map(({ name, type }) => {
    const text = texts.get(name) ?? null;
    return [name, text === null ? null : partitionText(type, text)];
  }));
}

const words: { readonly [text: string]: string } = { inf: "Infinity", "-inf": "-Infinity", nan: "NaN" };

/** DuckDB prints an instant with a blank and `+00`, and floating point with a point, or as a short word. */
function partitionText(type: ColumnType, text: string): string {
  if (type.kind === "timestamp") return Temporal.Instant.from(text.replace(" ", "T").replace(/\+00$/, "Z")).toString();
  if (type.kind === "float32" || type.kind === "float64") return words[text] ?? (Object.is(Number(text), -0) ? "-0.0" : String(Number(text)));
  return text;
}
