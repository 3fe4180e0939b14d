/**
 * Fulfils the Delta room's contract of changing rows: files of one partition are written anew without the rows that a condition is true of, and
 * those go into files of their own where a table records its changes. The engine streams from file to file.
 */
import { quoteName, quoteText } from "../../compiler/ir/names.ts";
import type { ChangeRows, Rewrite, RowChange, WrittenChanges, WrittenFile } from "../delta/engine.ts";
import { below, newChangePath, newDataPath } from "../delta/actions/file-paths.ts";
import { storedColumns } from "../delta/schema/column-mapping.ts";
import { indexedColumns } from "../delta/statistics/indexed-columns.ts";
import type { StagedFile } from "../storage/store.ts";
import { copyStatistics, fileStatistics } from "./bulk-statistics.ts";
import { fieldIdsOption, physicalSelect } from "./copy-layout.ts";
import { engineFailure } from "./engine-failure.ts";
import type { Engine } from "./engine.ts";
import { holdsSql, storedColumnsOf } from "./find-rows.ts";
import { parquetRows } from "./relation.ts";
import { groupsOf, withCopyingEngine } from "./rewrite.ts";

/** With an engine of its own for each call. */
export const changeRows: ChangeRows = async (change) => {
  const files: WrittenFile[] = [];
  const changes: WrittenChanges[] = [];
  try {
    for (const inputs of groupsOf(change.inputs, change.targetBytes)) {
      const kept = await writeKept(change, inputs);
      if (kept !== undefined) files.push(kept);
      const changed = change.changes ? await writeChanged(change, inputs) : undefined;
      if (changed !== undefined) changes.push(changed);
    }
    return { files, changes };
  } catch (error) {
    for (const file of [...files, ...changes]) await change.store.remove(below(change.location, file.path));
    throw error;
  }
};

const changeType = "_change_type";
const rowsName = quoteName("rows");

/** The rows that stay, in one file; none when there are none. */
async function writeKept(change: RowChange, inputs: Rewrite["inputs"]): Promise<WrittenFile | undefined> {
  const { partitionValues, table, rowTracking, condition } = change;
  const layout = layoutOf(change);
  const { physical } = storedColumns(layout);
  const path = newDataPath(partitionValues);
  const written = await copyOut(change, inputs, path, async (engine, staged) => {
    const { columns } = storedColumns(layout);
    const own = rowTracking === undefined ? [] : [rowTracking.id, rowTracking.version].map((name) => ({ name, type: { kind: "int64" } as const, nullable: true }));
    const rows = `SELECT * FROM (${await rowsSql(engine, change, inputs)}) AS ${rowsName} WHERE NOT ${holdsSql(condition)}`;
    const select = physicalSelect({ columns: [...columns, ...own], physical: [...physical, ...own], partitionColumns: [] }, rows);
    return `COPY (${select}) TO ${quoteText(staged.file)} (FORMAT parquet, COMPRESSION zstd, RETURN_STATS${fieldIdsOption(physical)})`;
  });
  if (written === undefined) return undefined;
  const indexed = change.indexed ?? indexedColumns({ columns: table.columns, physical, partitionColumns: [] });
  return { path, size: written.size, partitionValues, statistics: fileStatistics(physical, copyStatistics(written.told["column_statistics"]), written.rows, indexed) };
}

/** The rows that go, each with what became of it. */
async function writeChanged(change: RowChange, inputs: Rewrite["inputs"]): Promise<WrittenChanges | undefined> {
  const { partitionValues, condition } = change;
  const { columns, physical } = storedColumns(layoutOf(change));
  const path = newChangePath(partitionValues);
  const said = { name: changeType, type: { kind: "text" } as const, nullable: false };
  const written = await copyOut(change, inputs, path, async (engine, staged) => {
    const rows = `SELECT *, 'delete' AS ${quoteName(changeType)} FROM (${await rowsSql(engine, change, inputs)}) AS ${rowsName} WHERE ${holdsSql(condition)}`;
    const select = physicalSelect({ columns: [...columns, said], physical: [...physical, said], partitionColumns: [] }, rows);
    return `COPY (${select}) TO ${quoteText(staged.file)} (FORMAT parquet, COMPRESSION zstd, RETURN_STATS${fieldIdsOption(physical)})`;
  });
  return written === undefined ? undefined : { path, size: written.size, partitionValues, rows: written.rows };
}

function layoutOf({ table: { columns, physical = columns, partitionColumns } }: RowChange): Parameters<typeof storedColumns>[0] {
  return { columns, physical, partitionColumns };
}

async function rowsSql(engine: Engine, { table, partitionValues, rowTracking }: RowChange, inputs: Rewrite["inputs"]): Promise<string> {
  const files = inputs.map(({ file, size: _size, ...more }) => ({ url: file, partitionValues, ...more }));
  const { partitionColumns, byFieldId = false } = table;
  return await parquetRows(engine, files, storedColumnsOf(table), { partitionColumns, byFieldId, ...(rowTracking === undefined ? {} : { rowTracking }) });
}

interface CopiedOut { readonly size: number; readonly rows: number; readonly told: Readonly<Record<string, unknown>> }

/** Runs a COPY to a new durable file; none is left when no row came out. */
async function copyOut({ store, location, condition }: RowChange, inputs: Rewrite["inputs"], name: string, sqlOf: (engine: Engine, staged: StagedFile) => Promise<string>): Promise<CopiedOut | undefined> {
  const staged = await store.stage(below(location, name));
  try {
    const [told = {}] = await withCopyingEngine(inputs, [staged], async (engine) => (await engine.control.runAndReadAll(await sqlOf(engine, staged))).getRowObjectsJson());
    const rows = Number(told["count"]);
    if (rows > 0) return { size: await staged.finish(), rows, told };
    await staged.discard();
    return undefined;
  } catch (error) {
    await staged.discard();
    throw engineFailure(error, { sql: condition.sql, ran: "", original: () => 0 });
  }
}
