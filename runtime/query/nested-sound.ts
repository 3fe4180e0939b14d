/** Whether a list, map or record of the engine's own holds within only what its type allows: files know neither what is never null nor enums. */
import type { ColumnType } from "../../compiler/ir/column-type.ts";
import { quoteName, quoteText } from "../../compiler/ir/names.ts";

/** A condition, in SQL, over `value`, which is not null; undefined where its type allows anything. */
export function soundWithin(type: ColumnType, value: string, depth = 0): string | undefined {
  switch (type.kind) {
    case "array": return eachSound(type.element, type.elementNullable, value, depth);
    case "map": return eachSound(type.value, type.valueNullable, `map_values(${value})`, depth);
    case "object": {
      const fields = type.fields.flatMap((field) => soundValue(field.type, field.nullable, `${value}[${quoteText(field.name)}]`, depth) ?? []);
      return fields.length === 0 ? undefined : `(${fields.join(" AND ")})`;
    }
    case "enum": return `${value} IN (${type.values.map(quoteText).join(", ")})`;
    case "uuid": return `regexp_full_match(${value}, '(?i)[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}')`;
    default: return undefined;
  }
}

function soundValue(type: ColumnType, nullable: boolean, value: string, depth: number): string | undefined {
  const own = soundWithin(type, value, depth);
  if (own === undefined) return nullable ? undefined : `${value} IS NOT NULL`;
  return nullable ? `(${value} IS NULL OR ${own})` : `(${value} IS NOT NULL AND ${own})`;
}

function eachSound(type: ColumnType, nullable: boolean, list: string, depth: number): string | undefined {
  const each = quoteName(`value ${depth}`);
  const sound = soundValue(type, nullable, each, depth + 1);
  if (sound === undefined) return undefined;
  // There may be many, and to count them is fast.
  return sound === `${each} IS NOT NULL` ? `list_count(${list}) = len(${list})` : `len(list_filter(${list}, lambda ${each}: NOT ${sound})) = 0`;
}
