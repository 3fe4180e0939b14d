/**
 * Writes rows that a table has anew, for the Delta room: files of one partition put together, columns cast or filled with one value.
 * The engine streams from file to file; what it wrote is durable before this returns.
 */
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { quoteName, quoteText } from "../../compiler/ir/names.ts";
import type { Rewrite, RewriteColumn, RewriteFiles, WrittenFile } from "../delta/engine.ts";
import { indexedColumns } from "../delta/statistics/indexed-columns.ts";
import { below, newDataPath } from "../delta/actions/file-paths.ts";
import type { StagedFile } from "../storage/store.ts";
import { Failure } from "../values/failure.ts";
import { jsonValue } from "./bulk-cells.ts";
import { copyStatistics, fileStatistics } from "./bulk-statistics.ts";
import { fieldIdsOption } from "./copy-layout.ts";
import { duckType } from "./duckdb-types.ts";
import { engineFailure } from "./engine-failure.ts";
import { openEngine } from "./engine.ts";
import type { Engine } from "./engine.ts";
import { parquetRows } from "./relation.ts";

/** Memory of the engine while it copies: it works beside a server and a writer. */
const memoryMax = "1GB";
/** Inputs of fewer bytes are copied by one thread: it takes little longer, and leaves the other processors to those. */
const fewBytes = 32 * 1024 * 1024;

/** Fulfils the Delta room's contract, with an engine of its own for each call. */
export const rewriteFiles: RewriteFiles = async (rewrite) => {
  const written: WrittenFile[] = [];
  try {
    for (const inputs of groupsOf(rewrite.inputs, rewrite.targetBytes)) written.push(...(await rewriteGroup({ ...rewrite, inputs })));
    return written;
  } catch (error) {
    for (const file of written) await rewrite.store.remove(below(rewrite.location, file.path));
    throw error;
  }
};

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

/** One file out of some; none when they have no rows. */
async function rewriteGroup(rewrite: Rewrite): Promise<WrittenFile[]> {
  const { store, location, partitionValues } = rewrite;
  const name = newDataPath(partitionValues);
  const staged = await store.stage(below(location, name));
  try {
    const copied = await withCopyingEngine(rewrite.inputs, [staged], (engine) => copy(engine, rewrite, staged));
    if (copied.numRecords > 0) return [{ path: name, size: await staged.finish(), partitionValues, statistics: copied }];
    await staged.discard();
    return [];
  } catch (error) {
    await staged.discard();
    throw engineFailure(error, { sql: "", ran: "", original: () => 0 });
  }
}

/** Gives an engine that reaches the inputs and the outputs, and nothing else; with as many threads as the inputs are worth, or so many. */
export async function withCopyingEngine<T>(inputs: readonly { readonly file: string; readonly size: number }[], outputs: readonly { readonly file: string }[], act: (engine: Engine) => Promise<T>, threads?: number): Promise<T> {
  const temporary = await realpath(await mkdtemp(path.join(tmpdir(), "neuralake-")));
  try {
    const readable = new Set([...inputs.map(({ file }) => path.dirname(file)), ...outputs.map(({ file }) => path.dirname(file))]);
    const few = inputs.reduce((sum, { size }) => sum + size, 0) < fewBytes ? 1 : threads;
    const engine = await openEngine({ readable: [...readable], temporary, memoryMax, ...(few === undefined ? {} : { threads: few }) });
    try {
      return await act(engine);
    } finally {
      await engine.close();
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function copy(engine: Engine, { inputs, columns, byFieldId = false, rowTracking, indexed = indexedColumns({ columns, physical: columns, partitionColumns: [] }) }: Rewrite, staged: StagedFile): Promise<WrittenFile["statistics"]> {
  const rows = await parquetRows(engine, inputs.map(({ file, size: _size, ...selected }) => ({ url: file, partitionValues: {}, ...selected })), columns.map((column) => ({ ...column, physical: column })), { partitionColumns: [], byFieldId, ...(rowTracking === undefined ? {} : { rowTracking }) });
  const made = await Promise.all(columns.map(async (column) => `${await madeSql(engine, column)} AS ${quoteName(column.name)}`));
  if (rowTracking !== undefined) made.push(quoteName(rowTracking.id), quoteName(rowTracking.version));
  const options = `FORMAT parquet, COMPRESSION zstd, RETURN_STATS${fieldIdsOption(columns)}`;
  const reader = await engine.control.runAndReadAll(`COPY (SELECT ${made.join(", ")} FROM (${rows}\n)) TO ${quoteText(staged.file)} (${options})`);
  const [copied = {}] = reader.getRowObjectsJson();
  return fileStatistics(columns, copyStatistics(copied["column_statistics"]), Number(copied["count"]), indexed);
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
