/** What a table says in SQL about its columns, and what keeps a column from being changed: who changes it would change what is said (protocol, "CHECK Constraints", "Generated Columns", "Column Invariants"). */
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { Failure } from "../../values/failure.ts";
import type { Metadata } from "../actions/actions.ts";
import { isOnPath, pathText } from "../schema/field-path.ts";
import type { FieldPath } from "../schema/field-path.ts";
import type { Expression } from "./expression.ts";
import { parseSpark } from "./spark-parser.ts";
import { toldRules } from "./table-rules.ts";

interface Ruled { readonly metadata: Metadata; readonly columns: readonly NamedType[] }

/** Refuses to change a column that a rule of the table speaks of, by the rule's name: DELTA_UNSUPPORTED_FEATURE. */
export function requireUnneeded({ metadata, columns }: Ruled, path: FieldPath, done: "renamed" | "dropped" | "widened", where: string): void {
  for (const { feature, name, sql, owner } of toldRules(metadata)) {
    const goesAlong = owner !== undefined && owner.length >= path.length && isOnPath(owner, path);
    if (goesAlong && done === "dropped") continue;
    const isOfItsType = goesAlong && done === "widened" && feature === "generatedColumns";
    if (!isOfItsType && !speaksOf(sql, columns, path)) continue;
    throw new Failure("DELTA_UNSUPPORTED_FEATURE", `${where}: the column ${pathText(path)} cannot be ${done}, for ${name} speaks of it: ${sql}`, {
      hint: feature === "checkConstraints" ? "Drop the constraint first (--drop-check), and add it anew." : "Leave the column as it is, or have the other one dropped.", place: { value: feature },
    });
  }
}

/** By what is understood of the SQL; where it is not, by the name of the column anywhere in it. */
function speaksOf(sql: string, columns: readonly NamedType[], path: FieldPath): boolean {
  try {
    return pathsWithin(parseSpark(sql, columns)).some((told) => isOnPath(told, path));
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "DELTA_UNSUPPORTED_FEATURE") throw error;
    return sql.toLowerCase().includes(path[0]?.toLowerCase() ?? "");
  }
}

function pathsWithin(expression: Expression): readonly FieldPath[] {
  if (expression.kind === "column") return [expression.path];
  if (expression.kind === "constant") return [];
  return (expression.kind === "cast" ? [expression.of] : expression.of).flatMap(pathsWithin);
}
