/**
 * Rows out of the engine into new durable files of a table: one file, or one and more for each partition that rows fall into. COPY never makes
 * durable what it writes, so the files get their names only once the store has made them so.
 */
import { mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { PartitionValues } from "../delta/engine.ts";
import { below } from "../delta/actions/file-paths.ts";
import type { Layout } from "../delta/schema/column-mapping.ts";
import type { PhysicalColumn } from "../parquet/physical-column.ts";
import type { Store } from "../storage/store.ts";
import { copyPartitionValues } from "./bulk-partitions.ts";
import { physicalSelect } from "./copy-layout.ts";
import type { Engine } from "./engine.ts";
import { copyParquet } from "./parquet-writing.ts";
import type { CopiedParquet } from "./parquet-writing.ts";

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

/** Each row into a file of the partition that it falls into; columns that partition the table are among those of the layout. */
export async function copyToPartitions(out: CopyOut): Promise<readonly CopiedOut[]> {
  const { store, location, layout, nameOf } = out;
  const scratch = store.scratch(below(location, "rows.parquet"));
  await mkdir(scratch, { recursive: true });
  const written: CopiedOut[] = [];
  try {
    const partitions = layout.physical.filter((_, k) => layout.partitionColumns.includes(layout.columns[k]?.name ?? ""));
    const stored = layout.physical.filter((column) => !partitions.includes(column));
    const copied = await runCopy(out, path.join(scratch, "rows"), stored, partitions);
    for (const { file, keys, rows, told } of copied) {
      const partitionValues = copyPartitionValues(partitions, keys);
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

/** A dictionary of values that repeat ten times or so in a group of rows makes files hardly smaller, and takes a tenth of the time to try. */
const dictionaryMax = 10_000;

async function runCopy({ engine, layout, sql, signal }: CopyOut, target: string, stored: readonly PhysicalColumn[], partitions: readonly PhysicalColumn[]): Promise<readonly CopiedParquet[]> {
  const connection = await engine.connect();
  const interrupt = (): void => connection.interrupt();
  try {
    signal.throwIfAborted();
    signal.addEventListener("abort", interrupt);
    return await copyParquet(connection, { select: (kept) => physicalSelect(layout, sql, kept), stored, partitions, target, dictionaryMax });
  } finally {
    signal.removeEventListener("abort", interrupt);
    connection.closeSync();
  }
}
