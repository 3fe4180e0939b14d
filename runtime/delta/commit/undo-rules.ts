/**
 * Whether rows that come back fit the table as it is now, where its schema or rules are others since (protocol, "CHECK Constraints", "Column Invariants"): files are
 * named again as they were, so a rule that came since must hold for their rows, and columns that are there still must be stored as they were.
 */
import { quoteName } from "../../../compiler/ir/names.ts";
import { Failure } from "../../values/failure.ts";
import type { AddFile } from "../actions/actions.ts";
import { liveFilesOf } from "../actions/live-files.ts";
import type { RowCondition } from "../engine.ts";
import { rulesOf, toldRules } from "../rules/table-rules.ts";
import { physicalName } from "../schema/column-mapping.ts";
import { pathText } from "../schema/field-path.ts";
import type { FieldPath } from "../schema/field-path.ts";
import type { DeltaField } from "../schema/schema-shape.ts";
import { schemaFields } from "../schema/types.ts";
import { holdsValues } from "../schema/wider-types.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { touchedFiles } from "./touched-files.ts";
import type { Searching } from "./touched-files.ts";

interface Undoing { readonly base: Snapshot; readonly version: number; readonly signal?: AbortSignal }

/** COMMIT_CONFLICT where files of the table as it was `before` are read otherwise now; ROWS_REFUSED names a rule that came since and that a row of theirs breaks. */
export async function requireFitting(searching: Searching, { base, version, signal }: Undoing, before: Snapshot, files: readonly AddFile[]): Promise<void> {
  if (files.length === 0 || JSON.stringify([before.metadata, before.protocol]) === JSON.stringify([base.metadata, base.protocol])) return;
  const where = searching.store.locate(searching.location);
  const other = misfitOf(before, base);
  if (other !== undefined) throw new Failure("COMMIT_CONFLICT", `Version ${version} of ${where} cannot be undone alone: ${other} since.`, { hint: `Bring the table back to what it was before, and everything since goes too: neuralake restore --version ${Math.max(0, version - 1)}.`, place: { value: String(version) } });
  for (const { name, condition } of await broken(searching, before, base)) {
    const { whole, partly } = await touchedFiles(searching, { ...base, files: liveFilesOf(files) }, condition, false, signal);
    const [first] = [...whole, ...partly];
    if (first === undefined) continue;
    const rows = whole.reduce((sum, file) => sum + (file.rows ?? Number.NaN), partly.reduce((sum, { matching }) => sum + matching, 0));
    throw new Failure("ROWS_REFUSED", `Version ${version} of ${where} cannot be undone: ${Number.isNaN(rows) ? "rows that it removed break" : rows === 1 ? "1 row that it removed breaks" : `${rows} rows that it removed break`} ${name}, which came since: in ${first.file.path}.`, {
      hint: `Drop the rule first, and nothing was changed; or bring the table back to what it was before, rules and all: neuralake restore --version ${Math.max(0, version - 1)}.`, place: { file: first.file.path, value: name },
    });
  }
}

/** What is other of how files are read; undefined where they may come back as they are. */
function misfitOf(before: Snapshot, now: Snapshot): string | undefined {
  if (before.mapping !== now.mapping && !(before.mapping === "none" && now.mapping === "name")) return "the table names its columns otherwise";
  const partitions = (table: Snapshot): string => JSON.stringify(table.partitionColumns.map((name) => physicalName(table, name)));
  if (partitions(before) !== partitions(now)) return "the table is partitioned otherwise";
  const widens = now.protocol.readerFeatures?.some((feature) => feature.startsWith("typeWidening")) === true;
  const known = new Map(before.physical.map((column) => [column.name, column.type]));
  const other = now.physical.findIndex(({ name, type }) => {
    const then = known.get(name);
    return then !== undefined && !holdsValues(type, then, { leavesOut: true, exactly: !widens });
  });
  return other === -1 ? undefined : `the column ${now.columns[other]?.name ?? ""} is stored as another type`;
}

/** What no row may be since: rules that are new, and columns that are never null now. */
async function broken({ store, location, finder }: Searching, before: Snapshot, now: Snapshot): Promise<readonly { readonly name: string; readonly condition: RowCondition }[]> {
  const told = new Set(toldRules(before.metadata).map(({ name, sql }) => JSON.stringify([name, sql])));
  const rules = rulesOf(now, store.locate(location)).filter(({ name, sql }) => !told.has(JSON.stringify([name, sql])));
  const never = new Set(neverNull(schemaFields(before.metadata.schemaString)).map(pathText));
  const paths = neverNull(schemaFields(now.metadata.schemaString)).filter((path) => !never.has(pathText(path)));
  return [
    ...rules.map((rule) => ({ name: `${rule.name} (${rule.sql})`, condition: finder.breaking(rule) })),
    ...(await Promise.all(paths.map(async (path) => ({ name: `NOT NULL of the column ${pathText(path)}`, condition: await finder.read(now.columns, `${path.map(quoteName).join(".")} IS NULL`) })))),
  ];
}

function neverNull(fields: readonly DeltaField[], above: FieldPath = []): readonly FieldPath[] {
  return fields.flatMap(({ name, type, nullable }) => {
    const path = [...above, name];
    return [...(nullable === false ? [path] : []), ...(typeof type === "object" && type.type === "struct" ? neverNull(type.fields, path) : [])];
  });
}
