/** Whether files that were written anew, while somebody altered the table, hold the same rows all the same (protocol, "Change Metadata"): most alterations touch no file. */
import { maxColumnIdKey, physicalName } from "../schema/column-mapping.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";

/** Whether what was written under one schema stands under another: protocol, layout and the table's ways with its files are the same, and no column that both have is stored as another type. */
export function standsUnder(before: Snapshot, after: Snapshot): boolean {
  if (before.metadata === after.metadata && before.protocol === after.protocol) return true;
  if (waysOf(before) !== waysOf(after)) return false;
  const known = new Map(before.physical.map(({ name, type }) => [name, JSON.stringify(type)]));
  // Only a mapped column that came is in no older file: under a name that anybody may have used there may be something.
  return after.physical.every(({ name, type }) => known.get(name) === JSON.stringify(type) || (!known.has(name) && after.mapping !== "none"));
}

/** By what files are written, as a text. Rules are for new rows, and what is not Delta's says nothing of files. */
function waysOf(table: Snapshot): string {
  const { protocol, metadata, partitionColumns, domains } = table;
  const properties = Object.entries(metadata.configuration).filter(([key]) => key.startsWith("delta.") && key !== maxColumnIdKey && !key.startsWith("delta.constraints."));
  return JSON.stringify([protocol, partitionColumns.map((name) => physicalName(table, name)), domains.get("delta.clustering")?.configuration, properties.toSorted(([left], [right]) => (left < right ? -1 : 1))]);
}
