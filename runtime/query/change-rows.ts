/**
 * Fulfils the Delta room's contract of changing rows: files of a partition are written anew without the rows that a condition is true of, or with
 * new values in them, and what changed goes into files of its own where a table records it. The engine streams from file to file, to those of many small partitions at once.
 */
import { availableParallelism } from "node:os";
import type { NamedType } from "../../compiler/ir/column-type.ts";
import { quoteName } from "../../compiler/ir/names.ts";
import type { ChangeRows, RowChange, WrittenChanges, WrittenFile } from "../delta/engine.ts";
import { below, newChangePath, newDataPath } from "../delta/actions/file-paths.ts";
import { partitionKey } from "../delta/actions/partition-key.ts";
import { storedColumns } from "../delta/schema/column-mapping.ts";
import type { Layout } from "../delta/schema/column-mapping.ts";
import { indexedColumns } from "../delta/statistics/indexed-columns.ts";
import { atMost } from "../storage/at-most.ts";
import { copyStatistics, fileStatistics } from "./bulk-statistics.ts";
import { copiesOf, groupedSql } from "./copy-groups.ts";
import { copyToGroups, copyToPartitions } from "./copy-out.ts";
import type { CopiedOut } from "./copy-out.ts";
import { withCopyingEngine } from "./copying-engine.ts";
import { engineFailure } from "./engine-failure.ts";
import type { Engine } from "./engine.ts";
import { holdsSql, rowsName, storedColumnsOf } from "./find-rows.ts";
import { matchName, newRowRefused, newValuesSql } from "./new-values.ts";
import { parquetRows } from "./relation.ts";
import { groupsOf } from "./rewrite.ts";

/** COPYs that run at once in one engine, each in the thread that asks for it: a COPY that several threads share keeps their rows in order in much more memory. */
const copiesAtOnce = 2;
/** Memory of the engine while it copies: it works beside a server and a writer. */
const memoryMax = "1GB";
/** Inputs of fewer bytes are not divided to have something for each. */
const dividedBytes = 32 * 1024 * 1024;

/** With an engine of its own for each call. */
export const changeRows: ChangeRows = async (change) => {
  const written: (WrittenFile | WrittenChanges)[] = [];
  try {
    if (change.inputs.length === 0) return { files: [], changes: [] };
    const copies = copiesOf(groupsFor(change), change.table.columns);
    const threads = copies.length < copiesAtOnce ? undefined : Math.max(1, availableParallelism() - copiesAtOnce + 1);
    return await withCopyingEngine({ inputs: change.inputs, outputs: [change.store.local], memoryMax, ...(threads === undefined ? {} : { threads }) }, async (engine) => await copyAll(engine, change, copies, written));
  } catch (error) {
    for (const file of written) await change.store.remove(below(change.location, file.path));
    change.signal?.throwIfAborted();
    throw newRowRefused(error, change.table, change.values, change.store.locate(change.location)) ?? engineFailure(error, { sql: change.condition.sql, ran: "", original: () => 0 });
  }
};

/** Inputs of one partition each, put together up to a size, and as even as can be. */
function groupsFor({ inputs, targetBytes }: RowChange): readonly RowChange["inputs"][] {
  const bytes = inputs.reduce((sum, { size }) => sum + size, 0);
  const count = Math.ceil(bytes / targetBytes / copiesAtOnce) * copiesAtOnce;
  const evenly = Math.max(Math.ceil(bytes / count), dividedBytes);
  return [...Map.groupBy(inputs, partitionKey).values()].flatMap((own) => groupsOf(own, Math.min(targetBytes, evenly)));
}

type Groups = readonly RowChange["inputs"][];

/** All outputs of all copies, in their order; what fails, or the signal, stops the others first. What came to be stands in `written` also then. */
async function copyAll(engine: Engine, change: RowChange, copies: readonly Groups[], written: (WrittenFile | WrittenChanges)[]): ReturnType<ChangeRows> {
  const stop = new AbortController();
  const signal = change.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, change.signal]);
  const turn = atMost(copiesAtOnce);
  const copy = async <File extends WrittenFile | WrittenChanges>(groups: Groups, output: Output, told: (file: CopiedOut) => File): Promise<readonly File[]> => await turn(async () => {
    try {
      const files = (await copied(engine, change, groups, output, signal)).map(told);
      written.push(...files);
      return files;
    } catch (error) {
      stop.abort(error);
      throw error;
    }
  });
  const [files, changes] = [rowsOut(change), change.changes ? changesOut(change) : []];
  const all = copies.map((groups) => [files.map((output) => copy(groups, output, (file) => withStatistics(change, file))), changes.map((output) => copy(groups, output, (file) => file))] as const);
  await Promise.allSettled(all.flat(2));
  signal.throwIfAborted();
  const done = await Promise.all(all.map(async ([rows, told]) => ({ files: (await Promise.all(rows)).flat(), changes: (await Promise.all(told)).flat() })));
  return { files: done.flatMap((group) => group.files), changes: done.flatMap((group) => group.changes) };
}

/** One COPY: of the rows of `inputs`, into the partitions of their groups or wherever rows fall. */
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

async function copied(engine: Engine, change: RowChange, groups: Groups, { moved, beside, nameOf, sql }: Output, signal: AbortSignal): Promise<readonly CopiedOut[]> {
  signal.throwIfAborted();
  const { store, location, table } = change;
  const all = layoutOf(change);
  const { columns, physical } = moved ? all : storedColumns(all);
  const layout: Layout = { columns: [...columns, ...beside], physical: [...physical, ...beside], partitionColumns: moved ? table.partitionColumns : [] };
  const out = { store, location, layout, nameOf, engine, sql: sql(groupedSql(await Promise.all(groups.map(async (inputs) => await inputsSql(engine, change, inputs))))), signal };
  return moved ? await copyToPartitions(out) : await copyToGroups(out, groups.map(([first]) => first?.partitionValues ?? {}));
}

function layoutOf({ table: { columns, physical = columns, partitionColumns } }: RowChange): Layout {
  return { columns, physical, partitionColumns };
}

function withStatistics(change: RowChange, { path: name, size, rows, partitionValues, told }: CopiedOut): WrittenFile {
  const layout = layoutOf(change);
  const { physical } = storedColumns(layout);
  return { path: name, size, partitionValues, statistics: fileStatistics(physical, copyStatistics(told), rows, change.indexed ?? indexedColumns(layout)) };
}

async function inputsSql(engine: Engine, { table, rowTracking }: RowChange, inputs: RowChange["inputs"]): Promise<string> {
  const files = inputs.map(({ file, size: _size, ...more }) => ({ url: file, ...more }));
  const { partitionColumns, byFieldId = false } = table;
  return await parquetRows(engine, files, storedColumnsOf(table), { partitionColumns, byFieldId, ...(rowTracking === undefined ? {} : { rowTracking }) });
}
