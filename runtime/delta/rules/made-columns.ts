/**
 * Columns that a table itself makes where a writer leaves them out (protocol, "Generated Columns", "Default Columns"): by an expression over the
 * row, or by a value. One that is not understood here stops appends, by its name.
 */
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import type { Metadata } from "../actions/actions.ts";
import { schemaFields } from "../schema/types.ts";
import { columnsWithin } from "./expression.ts";
import type { MadeColumn } from "./expression.ts";
import { explained } from "./explained.ts";
import { parseSpark } from "./spark-parser.ts";
import { outside } from "./spark-tokens.ts";
import { as, assigned } from "./spark-types.ts";

interface Making { readonly metadata: Metadata; readonly columns: readonly NamedType[] }

export const generationKey = "delta.generationExpression";
const defaultKey = "CURRENT_DEFAULT";

const known = new WeakMap<Metadata, readonly MadeColumn[]>();

/** The columns, defaults first, which the others may speak of. DELTA_UNSUPPORTED_FEATURE names one that this version cannot make, and says why. */
export function madeColumns({ metadata, columns }: Making, where: string): readonly MadeColumn[] {
  return known.getOrInsertComputed(metadata, () => {
    if (!metadata.schemaString.includes(`"${generationKey}"`) && !metadata.schemaString.includes(`"${defaultKey}"`)) return [];
    return [defaultKey, generationKey].flatMap((key) => schemaFields(metadata.schemaString).flatMap((field) => {
      const sql = field.metadata?.[key];
      const column = columns.find(({ name }) => name === field.name);
      return typeof sql === "string" && column !== undefined ? [made(column, key, sql, columns, where)] : [];
    }));
  });
}

function made({ name, type }: NamedType, key: string, sql: string, columns: readonly NamedType[], where: string): MadeColumn {
  const isDefault = key === defaultKey;
  const what = { feature: isDefault ? "allowColumnDefaults" : "generatedColumns", name: `${isDefault ? "the default of" : "the generated column"} ${name}`, sql };
  return explained(what, where, () => {
    if (["object", "array", "map"].includes(type.kind)) outside("it makes a nested value");
    const expression = isDefault ? assigned(parseSpark(sql, []), type) : as(parseSpark(sql, columns), type);
    return { name, type, kind: isDefault ? "default" : "generated", expression, columns: columnsWithin(expression) };
  });
}
