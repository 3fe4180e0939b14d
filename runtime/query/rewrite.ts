/**
 * Writes rows that a table has anew, for the Delta room: files of one partition put together, columns cast or filled with one value, rows in their order or in
 * another. The engine streams from file to file, and sorts beyond its memory on the disk; what it wrote is durable before this returns.
 */
import { mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { quoteName, quoteText } from "../../compiler/ir/names.ts";
import type { Rewrite, RewriteColumn, RewriteFiles, WrittenFile } from "../delta/engine.ts";
import { indexedColumns } from "../delta/statistics/indexed-columns.ts";
import { below, newDataPath } from "../delta/actions/file-paths.ts";
import { Failure } from "../values/failure.ts";
import { jsonValue } from "./bulk-cells.ts";
import { copyStatistics, fileStatistics } from "./bulk-statistics.ts";
import type { KeptSql } from "./copy-layout.ts";
import { copyingEngines } from "./copying-engine.ts";
import type { CopyingEngines } from "./copying-engine.ts";
import { duckType } from "./duckdb-types.ts";
import { engineFailure } from "./engine-failure.ts";
import type { Engine } from "./engine.ts";
import { nearKeySql } from "./near-order.ts";
import { copyParquet } from "./parquet-writing.ts";
import { parquetRows } from "./relation.ts";

/** Memory of the engine while it puts files together, on as much as there is: so all of the process stays below twice that. */
const memoryMax = "512MB";

/** Fulfils the Delta room's contract, with an engine of its own for each call. */
export const rewriteFiles: RewriteFiles = async (rewrite) => await withRewriting(async (own) => await own(rewrite));

/** Gives what fulfils the Delta room's contract, with one engine for all calls, several at once among them. */
export async function withRewriting<T>(act: (rewrite: RewriteFiles) => Promise<T>): Promise<T> {
  const engines = copyingEngines();
  try {
    return await act(async (rewrite) => await rewritten({ ...rewrite, engines }));
  } finally {
    await engines.close();
  }
}

/** What is rewritten, and by which engines. */
interface Rewriting extends Rewrite { readonly engines: CopyingEngines }

async function rewritten(rewrite: Rewriting): Promise<WrittenFile[]> {
  if (rewrite.near !== undefined) return await failing(rewrite, async () => await rewriteOrdered(rewrite));
  const written: WrittenFile[] = [];
  try {
    for (const inputs of groupsOf(rewrite.inputs, rewrite.targetBytes)) written.push(...(await failing(rewrite, async () => await rewriteGroup({ ...rewrite, inputs }))));
    return written;
  } catch (error) {
    for (const file of written) await rewrite.store.remove(below(rewrite.location, file.path));
    throw error;
  }
}

/** Inputs in their order, put together until the next would be too much. */
export function groupsOf<Input extends Rewrite["inputs"][number]>(inputs: readonly Input[], targetBytes: number): (readonly Input[])[] {
  const groups: { bytes: number; inputs: Input[] }[] = [];
  for (const input of inputs) {
    const last = groups.at(-1);
    if (last === undefined || last.bytes + input.size > targetBytes) groups.push({ bytes: input.size, inputs: [input] });
    else {
      last.bytes += input.size;
      last.inputs.push(input);
    }
  }
  return groups.map((group) => group.inputs);
}

/** What fails because it was stopped fails with the reason for that. */
async function failing<T>({ signal }: Rewrite, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    signal?.throwIfAborted();
    throw engineFailure(error, { sql: "", ran: "", original: () => 0 });
  }
}

/** One file out of some; none when they have no rows. */
async function rewriteGroup(rewrite: Rewriting): Promise<WrittenFile[]> {
  const { store, location, partitionValues } = rewrite;
  const name = newDataPath(partitionValues);
  const staged = await store.stage(below(location, name));
  try {
    const [file] = await copied(rewrite, async (engine, rows) => await copy(engine, rewrite, rows, staged.file, ""));
    if (file !== undefined) return [{ path: name, size: await staged.finish(), partitionValues, statistics: file.statistics }];
    await staged.discard();
    return [];
  } catch (error) {
    await staged.discard();
    throw error;
  }
}

/** All rows in an order, in as many files as their size makes. */
async function rewriteOrdered(rewrite: Rewriting): Promise<WrittenFile[]> {
  const { store, location, partitionValues, targetBytes, near = [] } = rewrite;
  const scratch = store.scratch(below(location, newDataPath(partitionValues)));
  await mkdir(scratch, { recursive: true });
  const written: WrittenFile[] = [];
  try {
    const target = path.join(scratch, "rows");
    const files = await copied(rewrite, async (engine, rows) => {
      const { sql, key } = await nearKeySql(engine, rows, near);
      return await copy(engine, rewrite, sql, target, `, FILE_SIZE_BYTES ${targetBytes}, FILENAME_PATTERN 'rows-{i}'`, ` ORDER BY ${key}`);
    });
    for (const { file, statistics } of files) {
      const name = newDataPath(partitionValues);
      const staged = await store.stage(below(location, name));
      await rename(file, staged.file);
      written.push({ path: name, size: await staged.finish(), partitionValues, statistics });
    }
    return written;
  } catch (error) {
    for (const file of written) await store.remove(below(location, file.path));
    throw error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Copies the rows of the inputs, under the names of files. */
async function copied<T>({ engines, store, inputs, columns, byFieldId = false, rowTracking }: Rewriting, act: (engine: Engine, rows: string) => Promise<T>): Promise<T> {
  return await engines.run({ inputs, outputs: [store.local], memoryMax }, async (engine) => {
    const scratch: string[] = [];
    try {
      const files = inputs.map(({ file, size: _size, ...selected }) => ({ url: file, partitionValues: {}, ...selected }));
      return await act(engine, await parquetRows(engine, files, columns.map((column) => ({ ...column, physical: column })), { partitionColumns: [], byFieldId, scratch, ...(rowTracking === undefined ? {} : { rowTracking }) }));
    } finally {
      for (const file of scratch) await rm(file, { force: true });
    }
  });
}

interface Copied { readonly file: string; readonly statistics: WrittenFile["statistics"] }

/** Files that have rows. */
async function copy(engine: Engine, rewrite: Rewrite, rows: string, target: string, option: string, order = ""): Promise<Copied[]> {
  const { columns, rowTracking, indexed = indexedColumns({ columns, physical: columns, partitionColumns: [] }) } = rewrite;
  const made = await Promise.all(columns.map(async (column) => ({ ...column, sql: await madeSql(engine, column) })));
  const ids = rowTracking === undefined ? [] : [quoteName(rowTracking.id), quoteName(rowTracking.version)];
  const select = (kept: KeptSql): string => `SELECT ${[...made.map(({ name, type, sql }) => `${kept(type, sql)} AS ${quoteName(name)}`), ...ids].join(", ")} FROM (${rows}\n)${order}`;
  const files = await stoppable(engine, rewrite.signal, async (connection) => await copyParquet(connection, { select, stored: columns, target, options: `${rowGroupOption(rewrite)}${option}` }));
  return files.map(({ file, rows: count, told }) => ({ file, statistics: fileStatistics(columns, copyStatistics(told), count, indexed) }));
}

/** The engine holds a group of rows for each thread until it writes it, and looks at a file's size only then: so large rows are held in smaller groups. */
function rowGroupOption({ inputs, rows, targetBytes }: Rewrite): string {
  const bytes = inputs.reduce((sum, { size }) => sum + size, 0);
  if (rows === undefined || rows === 0 || bytes === 0) return "";
  const inFile = (rows * targetBytes) / bytes;
  const held = Math.max(rowGroupMin, Math.ceil(inFile / groupsInFile / rowGroupMin) * rowGroupMin);
  return held >= rowGroupMax ? "" : `, ROW_GROUP_SIZE ${held}`;
}

const groupsInFile = 8;
/** As the engine has it: its vectors, and what it makes of itself. */
const rowGroupMin = 2_048;
const rowGroupMax = 122_880;

/** Runs statements on a connection of their own, which end when the signal says so. */
async function stoppable<T>(engine: Engine, signal: AbortSignal | undefined, act: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  signal?.throwIfAborted();
  const connection = await engine.connect();
  const stop = (): void => connection.interrupt();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    return await act(connection);
  } finally {
    signal?.removeEventListener("abort", stop);
    connection.closeSync();
  }
}

async function madeSql(engine: Engine, { name, type, from }: RewriteColumn): Promise<string> {
  if (from.kind === "stored") return quoteName(name);
  if (from.value === null) return `CAST(NULL AS ${duckType(type)})`;
  const text = JSON.stringify(from.value);
  const sql = jsonValue(type, `CAST(${quoteText(text)} AS JSON)`);
  const [[held] = []] = (await engine.control.runAndReadAll(`SELECT (${sql}) IS NOT NULL`)).getRows();
  if (held === true) return `(${sql})`;
  throw new Failure("VALUE_INVALID", `Column "${name}" cannot hold the value ${text}, which every row is to have.`, { place: { parameter: name, value: text } });
}
