/** Whether a table can become as it is declared: what rules in SQL speak of, and what it is clustered by, stays (protocol, "CHECK Constraints", "Generated Columns", "Clustered Table"). */
import { Failure } from "../../values/failure.ts";
import { requireWritable } from "../features/features.ts";
import { requireUnneeded } from "../rules/needs.ts";
import { physicalPath } from "../schema/column-mapping.ts";
import { isOnPath, pathText } from "../schema/field-path.ts";
import type { FieldPath } from "../schema/field-path.ts";
import { deltaType, schemaFields } from "../schema/types.ts";
import type { DeltaField } from "../schema/schema-shape.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { clusteringPaths } from "../statistics/clustering-domain.ts";
import type { SchemaTarget } from "./evolve.ts";

/** DELTA_UNSUPPORTED_FEATURE names what stands in the way of a column's new name or type, or of its end. */
export function requireEvolvable(base: Snapshot, { columns }: SchemaTarget, where: string): void {
  requireWritable(base, where);
  for (const { name, type } of base.columns) {
    const successor = columns.find(({ kept }) => kept === name);
    if (successor === undefined) requireDroppable(base, [name], where);
    else if (successor.name !== name) requireUnneeded(base, [name], "renamed", where);
    if (successor !== undefined && typeMark(successor.type) !== typeMark(type)) requireUnneeded(base, [name], "widened", where);
  }
}

/** Refuses to drop a column that a rule speaks of, or that the table is clustered by: DELTA_UNSUPPORTED_FEATURE. */
export function requireDroppable(table: Pick<Snapshot, "metadata" | "columns" | "domains">, path: FieldPath, where: string): void {
  const fields: readonly DeltaField[] = schemaFields(table.metadata.schemaString);
  const physical = physicalPath(fields, path);
  if (clusteringPaths(table.domains).some((clustered) => isOnPath(clustered, physical))) {
    throw new Failure("DELTA_UNSUPPORTED_FEATURE", `${where}: the column ${pathText(path)} cannot be dropped: the table is clustered by it.`, { hint: "Cluster the table by other columns first.", place: { value: "clustering" } });
  }
  requireUnneeded(table, path, "dropped", where);
}

/** A type without its comments and what may be null in it. */
function typeMark(type: Snapshot["columns"][number]["type"]): string {
  return JSON.stringify(deltaType(type), (key, value: unknown) => (["containsNull", "valueContainsNull", "nullable", "metadata"].includes(key) ? undefined : value));
}
