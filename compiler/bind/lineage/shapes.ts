/** Gathers which columns decide the rows of a query: filtered, joined, grouped, sorted by. */
import type { Shape, ShapeHow } from "../../ir/lineage.ts";
import { isNode, listOf } from "../../../runtime/query/sql-tree.ts";
import type { TreeNode, TreeValue } from "../../../runtime/query/sql-tree.ts";
import { flowOf } from "./expressions.ts";
import type { Scope } from "./expressions.ts";
import { sameOrigins } from "./flow.ts";
import type { Flow } from "./flow.ts";

export interface Shapes {
  add(how: ShapeHow, flows: readonly Flow[]): void;
  /** Sorted. */
  all(): Shape[];
}

/** An empty gathering. */
export function openShapes(): Shapes {
  const found = new Map<string, { readonly table: string; readonly column: string; readonly how: Set<ShapeHow> }>();
  return {
    add(how, flows) {
      for (const { table, column } of flows.flatMap((flow) => flow.edges)) {
        const key = `${table} ${column}`;
        const shape = found.get(key) ?? { table, column, how: new Set() };
        found.set(key, shape);
        shape.how.add(how);
      }
    },
    all: () => [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { table, column, how }]) => ({ table, column, how: [...how].sort() })),
  };
}

/** Notes a condition of WHERE, HAVING or QUALIFY: where it holds columns of two tables against each other it joins them, however it was written. */
export function noteCondition(shapes: Shapes, condition: TreeValue, scope: Scope): void {
  if (isNode(condition) && condition["expression_class"] === "BOUND_CONJUNCTION" && condition["type"] === "CONJUNCTION_AND") {
    for (const part of listOf(condition, "children")) noteCondition(shapes, part, scope);
    return;
  }
  if (isNode(condition) && condition["expression_class"] === "BOUND_COMPARISON") {
    const [left, right] = [flowOf(condition["left"], scope), flowOf(condition["right"], scope)];
    shapes.add(areTwo(left, right) ? "joined" : "filtered", [left, right]);
  } else shapes.add("filtered", [flowOf(condition, scope)]);
}

/** Notes the conditions of a join, and gives all that it tests. One that holds a column against itself is the planner's own, for a correlated subquery. */
export function noteJoin(shapes: Shapes, join: TreeNode, left: readonly Flow[], right: readonly Flow[], bindings: Scope["bindings"]): Flow[] {
  const sides = listOf(join, "conditions").filter(isNode).map((condition) => [flowOf(condition["left"], { inputs: left, bindings }), flowOf(condition["right"], { inputs: right, bindings })] as const);
  const written = sides.filter(([one, other]) => !sameOrigins(one, other)).flat();
  const more = join["condition"] === undefined ? [] : [flowOf(join["condition"], { inputs: [...left, ...right], bindings })];
  shapes.add("joined", [...written, ...more]);
  return [...sides.flat(), ...more];
}

function areTwo(left: Flow, right: Flow): boolean {
  const mentions = new Set(left.edges.map((edge) => edge.mention));
  return left.edges.length > 0 && right.edges.length > 0 && right.edges.every((edge) => !mentions.has(edge.mention));
}
