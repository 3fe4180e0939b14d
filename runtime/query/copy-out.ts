/**
 * Rows out of the engine into new durable files of a table: one file, one for each group of rows, or one and more for each partition that rows fall into.
 * COPY never makes durable what it writes, so the files get their names only once the store has made them so.
 */
import { mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { PartitionValues } from "../delta/engine.ts";
import { below } from "../delta/actions/file-paths.ts";
import type { Layout } from "../delta/schema/column-mapping.ts";
import type { PhysicalColumn } from "../parquet/physical-column.ts";
import type { Store } from "../storage/store.ts";
import { copyPartitionValues } from "./bulk-partitions.ts";
import { groupColumn } from "./copy-groups.ts";
import { leavesOf, physicalSelect } from "./copy-layout.ts";
import type { Engine } from "./engine.ts";
import { copyParquet } from "./parquet-writing.ts";
import type { CopiedParquet, ParquetCopy } from "./parquet-writing.ts";

/** A file that came out. */
export interface CopiedOut { readonly path: string; readonly size: number; readonly rows: number; readonly partitionValues: PartitionValues; /** As COPY tells its statistics. */ readonly told: unknown }

/** What is copied: columns in both forms, rows by SQL that has them under their own names, and how a file of a partition is called. */
export interface CopyOut {
  readonly store: Store;
  readonly location: string;
  readonly layout: Layout;
  readonly nameOf: (values: PartitionValues) => string;
  readonly engine: Engine;
  readonly sql: string;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Rows of a group in a file, a multiple of 2,048; as the engine has them when left out. */
  readonly groupRows?: number;
}

/** All rows into one file of a partition; none when there are no rows. */
export async function copyToFile(out: CopyOut, partitionValues: PartitionValues): Promise<readonly CopiedOut[]> {
  const { store, location, layout, nameOf } = out;
  const name = nameOf(partitionValues);
  const staged = await store.stage(below(location, name));
  try {
    const [copied] = await runCopy(out, staged.file, layout.physical, []);
    if (copied !== undefined) return [{ path: name, size: await staged.finish(), partitionValues, rows: copied.rows, told: copied.told }];
    await staged.discard();
    return [];
  } catch (error) {
    await staged.discard();
    throw error;
  }
}

/** Rows of groups, each group into a file of its own partition, in their order; `sql` has the column of groups too, and columns that partition the table are not among those of the layout. */
export async function copyToGroups(out: CopyOut, partitions: readonly PartitionValues[]): Promise<readonly CopiedOut[]> {
  const [only = {}, ...more] = partitions;
  if (more.length === 0) return await copyToFile(out, only);
  const { columns, physical } = out.layout;
  const layout: Layout = { columns: [...columns, groupColumn], physical: [...physical, groupColumn], partitionColumns: [groupColumn.name] };
  const groupOf = ({ keys }: CopiedParquet): number => Number(copyPartitionValues([groupColumn], keys)[groupColumn.name]);
  return await copyApart({ ...out, layout }, (_, copied) => [...copied].sort((one, other) => groupOf(one) - groupOf(other)).map((file) => ({ ...file, partitionValues: partitions[groupOf(file)] ?? {} })));
}

/** Each row into a file of the partition that it falls into; columns that partition the table are among those of the layout. */
export async function copyToPartitions(out: CopyOut): Promise<readonly CopiedOut[]> {
  return await copyApart(out, (partitions, copied) => copied.map((file) => ({ ...file, partitionValues: copyPartitionValues(partitions, file.keys) })));
}

type Placed = CopiedParquet & Pick<CopiedOut, "partitionValues">;

/** A file or more for each value of the layout's columns that partition it; `placed` says to which partition of the table the files go. */
async function copyApart(out: CopyOut, placed: (partitions: readonly PhysicalColumn[], copied: readonly CopiedParquet[]) => readonly Placed[]): Promise<readonly CopiedOut[]> {
  const { store, location, layout, nameOf } = out;
  const scratch = store.scratch(below(location, "rows.parquet"));
  await mkdir(scratch, { recursive: true });
  const written: CopiedOut[] = [];
  try {
    const partitions = layout.physical.filter((_, k) => layout.partitionColumns.includes(layout.columns[k]?.name ?? ""));
    const stored = layout.physical.filter((column) => !partitions.includes(column));
    for (const { file, partitionValues, rows, told } of placed(partitions, await runCopy(out, path.join(scratch, "rows"), stored, partitions))) {
      const name = nameOf(partitionValues);
      const staged = await store.stage(below(location, name));
      await rename(file, staged.file);
      written.push({ path: name, size: await staged.finish(), partitionValues, rows, told });
    }
    return written;
  } catch (error) {
    for (const file of written) await store.remove(below(location, file.path));
    throw error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A dictionary of values that repeat ten times or so in a group of rows makes files hardly smaller, and takes a tenth of the time to try: of the engine's own group, and of each smaller one its part. */
const dictionaryMax = 10_000;
const engineGroupRows = 122_880;

async function runCopy({ engine, layout, sql, signal, groupRows }: CopyOut, target: string, stored: readonly PhysicalColumn[], partitions: readonly PhysicalColumn[]): Promise<readonly CopiedParquet[]> {
  const connection = await engine.connect();
  const interrupt = (): void => connection.interrupt();
  try {
    signal.throwIfAborted();
    signal.addEventListener("abort", interrupt);
    return await copyParquet(connection, { select: (kept) => physicalSelect(layout, sql, kept), stored, partitions, target, ...groupOptions(stored, groupRows) });
  } finally {
    signal.removeEventListener("abort", interrupt);
    connection.closeSync();
  }
}

/** Values that a group of rows holds in all columns, and rows of the smallest group. */
const groupValues = 8_000_000;
const groupRowsMin = 2_048;

/** How many rows a group has, and what dictionaries are tried. A dictionary that is told its most takes memory for as many at once, in each column: those of a wide table may have what the engine says, which goes by the rows that there are. */
function groupOptions(stored: readonly PhysicalColumn[], groupRows: number | undefined): Pick<ParquetCopy, "dictionaryMax" | "options"> {
  const rows = groupRows ?? engineGroupRows;
  const ofWide = Math.max(groupRowsMin, Math.floor(groupValues / leavesOf(stored) / groupRowsMin) * groupRowsMin);
  if (ofWide < rows) return { options: `, ROW_GROUP_SIZE ${ofWide}` };
  return { dictionaryMax: Math.floor((dictionaryMax * rows) / engineGroupRows), ...(groupRows === undefined ? {} : { options: `, ROW_GROUP_SIZE ${groupRows}` }) };
}
