/**
 * Fulfils the Delta room's contract of changing rows: files of one partition are written anew without the rows that a condition is true of, or with
 * new values in them, and what changed goes into files of its own where a table records it. The engine streams from file to file.
 */
import type { NamedType } from "../../compiler/ir/column-type.ts";
import { quoteName } from "../../compiler/ir/names.ts";
import type { ChangeRows, Rewrite, RowChange, WrittenChanges, WrittenFile } from "../delta/engine.ts";
import { below, newChangePath, newDataPath } from "../delta/actions/file-paths.ts";
import { storedColumns } from "../delta/schema/column-mapping.ts";
import type { Layout } from "../delta/schema/column-mapping.ts";
import { indexedColumns } from "../delta/statistics/indexed-columns.ts";
import { copyStatistics, fileStatistics } from "./bulk-statistics.ts";
import { copyToFile, copyToPartitions } from "./copy-out.ts";
import type { CopiedOut, WithEngine } from "./copy-out.ts";
import { engineFailure } from "./engine-failure.ts";
import type { Engine } from "./engine.ts";
import { holdsSql, rowsName, storedColumnsOf } from "./find-rows.ts";
import { matchName, newRowRefused, newValuesSql } from "./new-values.ts";
import { parquetRows } from "./relation.ts";
import { groupsOf, withCopyingEngine } from "./rewrite.ts";

/** With an engine of its own for each call. */
export const changeRows: ChangeRows = async (change) => {
  const files: WrittenFile[] = [];
  const changes: WrittenChanges[] = [];
  try {
    for (const inputs of groupsOf(change.inputs, change.targetBytes)) {
      for (const output of rowsOut(change)) files.push(...(await copied(change, inputs, output)).map((file) => withStatistics(change, file)));
      if (!change.changes) continue;
      for (const output of changesOut(change)) changes.push(...(await copied(change, inputs, output)));
    }
    return { files, changes };
  } catch (error) {
    for (const file of [...files, ...changes]) await change.store.remove(below(change.location, file.path));
    throw newRowRefused(error, change.table, change.values, change.store.locate(change.location)) ?? engineFailure(error, { sql: change.condition.sql, ran: "", original: () => 0 });
  }
};

/** One COPY: of the rows of `inputs`, into their partition or wherever rows fall. */
interface Output {
  readonly moved: boolean;
  /** Columns beside the table's. */
  readonly beside: readonly NamedType[];
  readonly nameOf: typeof newDataPath;
  sql(inputs: string): string;
}

/** What is left of the inputs, and where rows get new values. */
function rowsOut(change: RowChange): readonly Output[] {
  const { condition, values, rest, rowTracking } = change;
  const beside: readonly NamedType[] = rowTracking === undefined ? [] : [rowTracking.id, rowTracking.version].map((name) => ({ name, type: { kind: "int64" }, nullable: true }));
  const out = { beside, nameOf: newDataPath };
  const others: Output = { ...out, moved: false, sql: (inputs) => `SELECT * FROM (${inputs}) AS ${rowsName} WHERE NOT ${holdsSql(condition)}` };
  if (values === undefined) return rest === "copied" ? [others] : [];
  const changed = (inputs: string): string => newValuesSql(inputs, change.table, condition, values, rowTracking?.version);
  const matching = (inputs: string): string => `SELECT * FROM (${changed(inputs)}) WHERE ${matchName}`;
  if (!moves(change)) return [{ ...out, moved: false, sql: rest === "copied" ? changed : matching }];
  return [...(rest === "copied" ? [others] : []), { ...out, moved: true, sql: matching }];
}

const changeType = "_change_type";

/** Each row that changed with what became of it (protocol, "Change Data Files"). */
function changesOut(change: RowChange): readonly Output[] {
  const { condition, values, told = "delete" } = change;
  const out = { beside: [{ name: changeType, type: { kind: "text" } as const, nullable: false }], nameOf: newChangePath };
  const before = (type: string) => (inputs: string): string => `SELECT *, '${type}' AS ${quoteName(changeType)} FROM (${inputs}) AS ${rowsName} WHERE ${holdsSql(condition)}`;
  if (values === undefined) return [{ ...out, moved: false, sql: before(told) }];
  const [was, became] = [before("update_preimage"), (inputs: string): string => `SELECT * EXCLUDE (${matchName}), 'update_postimage' AS ${quoteName(changeType)} FROM (${newValuesSql(inputs, change.table, condition, values)}) WHERE ${matchName}`];
  if (moves(change)) return [{ ...out, moved: false, sql: was }, { ...out, moved: true, sql: became }];
  return [{ ...out, moved: false, sql: (inputs) => `${was(inputs)} UNION ALL BY NAME ${became(inputs)}` }];
}

/** Whether rows may come to lie in another partition. */
function moves({ table: { partitionColumns }, values }: RowChange): boolean {
  return [...(values?.set ?? []), ...(values?.follows ?? [])].some(({ column }) => partitionColumns.includes(column)) || values?.made.some(({ name }) => partitionColumns.includes(name)) === true;
}

async function copied(change: RowChange, inputs: Rewrite["inputs"], { moved, beside, nameOf, sql }: Output): Promise<readonly CopiedOut[]> {
  const { store, location, table, partitionValues } = change;
  const all = layoutOf(change);
  const { columns, physical } = moved ? all : storedColumns(all);
  const layout: Layout = { columns: [...columns, ...beside], physical: [...physical, ...beside], partitionColumns: moved ? table.partitionColumns : [] };
  const out = { store, location, layout, nameOf, sql: async (engine: Engine) => sql(await inputsSql(engine, change, inputs)) };
  const withEngine: WithEngine = async (outputs, act) => await withCopyingEngine(inputs, outputs, act);
  return moved ? await copyToPartitions(out, withEngine) : await copyToFile(out, partitionValues, withEngine);
}

function layoutOf({ table: { columns, physical = columns, partitionColumns } }: RowChange): Layout {
  return { columns, physical, partitionColumns };
}

function withStatistics(change: RowChange, { path, size, rows, partitionValues, told }: CopiedOut): WrittenFile {
  const layout = layoutOf(change);
  const { physical } = storedColumns(layout);
  return { path, size, partitionValues, statistics: fileStatistics(physical, copyStatistics(told), rows, change.indexed ?? indexedColumns(layout)) };
}

async function inputsSql(engine: Engine, { table, partitionValues, rowTracking }: RowChange, inputs: Rewrite["inputs"]): Promise<string> {
  const files = inputs.map(({ file, size: _size, ...more }) => ({ url: file, partitionValues, ...more }));
  const { partitionColumns, byFieldId = false } = table;
  return await parquetRows(engine, files, storedColumnsOf(table), { partitionColumns, byFieldId, ...(rowTracking === undefined ? {} : { rowTracking }) });
}
