/** What a condition says of the rows that it lets through: where it compares a column, no null comes behind it. */
import { isNode, listOf, textOf } from "../../../runtime/query/sql-tree.ts";
import type { TreeNode, TreeValue } from "../../../runtime/query/sql-tree.ts";
import { indexOf } from "./expressions.ts";
import type { Flow } from "./flow.ts";

/** The columns behind conditions that all hold. */
export function behind(conditions: readonly TreeValue[], columns: readonly Flow[]): readonly Flow[] {
  return present(conditions.flatMap(compared), columns);
}

/** The columns of both sides behind an inner join. */
export function behindJoin(join: TreeNode, left: readonly Flow[], right: readonly Flow[]): readonly Flow[] {
  const conditions = listOf(join, "conditions").filter(isNode).filter((condition) => !textOf(condition, "comparison").includes("DISTINCT_FROM"));
  const side = (key: "left" | "right", columns: readonly Flow[]): readonly Flow[] => present(conditions.flatMap((condition) => placeOf(condition[key])), columns);
  return [...side("left", left), ...side("right", right)];
}

function present(places: readonly number[], columns: readonly Flow[]): readonly Flow[] {
  const sure = new Set(places);
  return sure.size === 0 ? columns : columns.map((flow, at) => (sure.has(at) ? { ...flow, nullable: false } : flow));
}

/** The places of columns of which one that is null makes the condition null, or false. */
function compared(condition: TreeValue | undefined): readonly number[] {
  if (!isNode(condition)) return [];
  const type = textOf(condition, "type");
  switch (condition["expression_class"]) {
    case "BOUND_CONJUNCTION": return type === "CONJUNCTION_AND" ? listOf(condition, "children").flatMap(compared) : [];
    case "BOUND_COMPARISON": return type.includes("DISTINCT_FROM") ? [] : [...placeOf(condition["left"]), ...placeOf(condition["right"])];
    case "BOUND_BETWEEN": return ["input", "lower", "upper"].flatMap((key) => placeOf(condition[key]));
    case "BOUND_OPERATOR": return type === "OPERATOR_IS_NOT_NULL" || type === "COMPARE_IN" ? placeOf(listOf(condition, "children")[0]) : [];
    default: return [];
  }
}

/** Of null every cast makes null. */
function placeOf(expression: TreeValue | undefined): readonly number[] {
  if (!isNode(expression)) return [];
  if (expression["expression_class"] === "BOUND_CAST") return placeOf(expression["child"]);
  return expression["expression_class"] === "BOUND_REF" ? [indexOf(expression, "index")] : [];
}
