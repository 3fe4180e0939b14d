/** Which bound expressions of DuckDB's plans are a value of one row, the same for the same row: all of their kinds are known here, and anything else is not taken for one. */
import { isNode } from "./sql-tree.ts";
import type { TreeNode, TreeValue } from "./sql-tree.ts";

const kinds: ReadonlySet<string> = new Set([
  "BOUND_REF", "BOUND_CONSTANT", "BOUND_CAST", "BOUND_COMPARISON", "BOUND_CONJUNCTION", "BOUND_BETWEEN", "BOUND_OPERATOR", "BOUND_CASE", "BOUND_FUNCTION", "BOUND_UNNEST",
]);

/** The kind of the first expression within these that is no value of one row; undefined where all are. That functions say the same again is the gate's to know (`volatile`). */
export function strangeKind(expressions: TreeValue | undefined): string | undefined {
  if (Array.isArray(expressions)) return (expressions as readonly TreeValue[]).map(strangeKind).find((kind) => kind !== undefined);
  if (!isNode(expressions)) return undefined;
  const kind = expressions["expression_class"];
  if (typeof kind === "string" && !kinds.has(kind)) return kind;
  return strangeKind(Object.values(expressions));
}

/** The places among an operator's inputs that an expression refers to. */
export function placesIn(expression: TreeValue | undefined): readonly number[] {
  if (Array.isArray(expression)) return (expression as readonly TreeValue[]).flatMap(placesIn);
  if (!isNode(expression)) return [];
  return expression["expression_class"] === "BOUND_REF" ? [placeOf(expression)] : placesIn(Object.values(expression));
}

/** The place that a reference stands for; 0 is left out of a plan's text. */
export function placeOf(reference: TreeNode): number {
  const index = reference["index"];
  return typeof index === "number" ? index : 0;
}

/** The reference within an expression that is that value, cast at most to a type in which each value is another one and nothing is rounded; undefined for any other. */
export function exactReference(expression: TreeValue | undefined): TreeNode | undefined {
  if (!isNode(expression)) return undefined;
  if (expression["expression_class"] === "BOUND_REF") return expression;
  if (expression["expression_class"] !== "BOUND_CAST" || expression["try_cast"] === true) return undefined;
  const child = expression["child"];
  const [from, to] = [isNode(child) ? digitsOf(child["return_type"]) : undefined, digitsOf(expression["return_type"])];
  return from === undefined || to === undefined || to < from ? undefined : exactReference(child);
}

const wholes: ReadonlySet<string> = new Set(["TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"]);

/** Digits behind the point of an exact number; undefined for what is none. */
function digitsOf(type: TreeValue | undefined): number | undefined {
  if (!isNode(type) || typeof type["id"] !== "string") return undefined;
  if (wholes.has(type["id"])) return 0;
  const info = type["type_info"];
  if (type["id"] !== "DECIMAL" || !isNode(info)) return undefined;
  return typeof info["scale"] === "number" ? info["scale"] : 0;
}

/** Among values of a type, those of which two may be equal without being one and the same; undefined where there are none. */
export function looseKeys(type: TreeValue | undefined): string | undefined {
  const text = JSON.stringify(type ?? null);
  // They have two zeros.
  if (/"(?:FLOAT|DOUBLE)"/.test(text)) return "floating numbers";
  return text.includes('"collation"') ? "texts by a COLLATE" : undefined;
}

/** Whether a number of this type is added up without rounding. */
export function addsExactly(type: TreeValue | undefined): boolean {
  return digitsOf(type) !== undefined;
}
