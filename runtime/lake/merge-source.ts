/**
 * What a merge gets from outside, as local Parquet files: cells of a file that are the table's are read as `load` reads them, and refused as there; what is in no column of the
 * table comes along as it is, since clauses may ask for it.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Schema } from "apache-arrow";
import type { Column, Table } from "../../compiler/ir/catalog.ts";
import { decodeArrowBytes } from "../parquet/arrow-ipc.ts";
import { columnsOfSchema } from "../parquet/arrow-schema.ts";
import { existingFile, loadBulk } from "../query/bulk.ts";
import { engineFailure } from "../query/engine-failure.ts";
import { fileColumns } from "../query/file-columns.ts";
import type { FileColumn } from "../query/file-columns.ts";
import type { MergeSource } from "../query/merge-source.ts";
import { newTemporary, removeTemporary } from "../query/temporary-directory.ts";
import { formatOfFile } from "../sources/file-format.ts";
import { openFiles } from "../storage/files.ts";
import { Failure } from "../values/failure.ts";
import { openEngineRoom } from "./engine-room.ts";
import { fileRefused } from "./peek.ts";

/** A directory for as long as `act` runs. */
export async function withScratch<T>(act: (scratch: string) => Promise<T>): Promise<T> {
  const scratch = await newTemporary("neuralake-merge-");
  try {
    return await act(scratch);
  } finally {
    await removeTemporary(scratch);
  }
}

/** The rows of files, in a directory of the caller's. FILE_NOT_FOUND, FILE_INVALID; ROWS_REFUSED for cells that are not of their column's type. */
export async function stagedFiles(table: Table, files: readonly string[], scratch: string, signal: AbortSignal | undefined): Promise<MergeSource> {
  const staged: string[] = [];
  let first: { readonly file: string; readonly columns: readonly Column[] } | undefined;
  for (const given of files) {
    signal?.throwIfAborted();
    const file = await existingFile(given);
    const inFile = await columnsIn(file);
    requireApart(given, inFile);
    const columns = sourceColumns(table, inFile);
    requireAlike((first ??= { file: given, columns }), given, columns);
    const source: Table = { ...table, columns, key: [], partitionBy: [], clusterBy: [], checks: [] };
    const result = await loadBulk({ table: source, file, conditions: [], fills: [], store: openFiles(scratch), location: "source", ...(signal === undefined ? {} : { signal }) });
    if (result.kind === "refused") throw fileRefused(table, result, given);
    staged.push(...result.files.map((written) => path.join(scratch, "source", written.path)));
  }
  return { files: staged, columns: (first?.columns ?? []).map(({ name, type, nullable }) => ({ name, type, nullable })) };
}

async function columnsIn(file: string): Promise<readonly FileColumn[]> {
  const format = formatOfFile(file);
  if (format.kind === "arrow") return arrowColumns(decodeArrowBytes(await readFile(file)).schema);
  const room = openEngineRoom([file]);
  try {
    return await fileColumns(await room.engine(), file, format);
  } catch (error) {
    throw engineFailure(error, { sql: "", ran: "", original: () => 0 });
  } finally {
    await room.close();
  }
}

/** A type that no column can have may still be one whose values a column of the table takes. */
function arrowColumns({ fields }: Schema): readonly FileColumn[] {
  return fields.map((field) => {
    try {
      return { name: field.name, type: columnsOfSchema({ fields: [field] })[0]?.type };
    } catch (error) {
      if (error instanceof Failure) return { name: field.name, type: undefined };
      throw error;
    }
  });
}

/** Columns of the table that a file has, of whatever type there and none of which must hold anything yet, and the file's own beside them. Clauses tell no names apart by case. */
function sourceColumns(table: Table, given: readonly FileColumn[]): readonly Column[] {
  const own = table.columns.flatMap((column) => {
    const place = placeIn(given, column.from ?? column.name);
    const { dayOf: _follows, ...rest } = column;
    return place === undefined ? [] : [{ column: { ...rest, ...(place.from === column.name ? {} : { from: place.from }), nullable: true, rules: [], unique: false }, place: place.name }];
  });
  const taken = new Set([...own.map(({ place }) => place), ...own.map(({ column }) => column.name)].map((name) => name.toLowerCase()));
  return [...own.map(({ column }) => column), ...given.flatMap(({ name, type }): readonly Column[] => (type === undefined || taken.has(name.toLowerCase()) ? [] : [{ name, type, nullable: true, doc: "", place: table.place, words: [], rules: [], unique: false }]))];
}

/** The outermost column of a file in which a value stands, and the whole path to it as the file spells both. */
function placeIn(given: readonly FileColumn[], from: string): { readonly name: string; readonly from: string } | undefined {
  const root = from.split(".")[0] ?? from;
  const [name] = [from, root].flatMap((wanted) => given.filter((column) => column.name === wanted || column.name.toLowerCase() === wanted.toLowerCase()).map((column) => column.name));
  return name === undefined ? undefined : { name, from: `${name}${from.slice(name.length)}` };
}

/** FILE_INVALID for two columns that clauses could not tell apart. */
function requireApart(file: string, columns: readonly FileColumn[]): void {
  const seen = new Map<string, string>();
  for (const { name } of columns) {
    const other = seen.get(name.toLowerCase());
    if (other !== undefined) throw new Failure("FILE_INVALID", `${file} has columns "${other}" and "${name}", which a merge does not tell apart by case.`, { hint: "Rename one of them.", place: { file, parameter: name } });
    seen.set(name.toLowerCase(), name);
  }
}

/** A column that one file lacks would be null in its rows, and set to null by them. */
function requireAlike(first: { readonly file: string; readonly columns: readonly Column[] }, file: string, columns: readonly Column[]): void {
  const names = (of: readonly Column[]): ReadonlySet<string> => new Set(of.map(({ name }) => name));
  const [one] = names(first.columns).symmetricDifference(names(columns));
  if (one === undefined) return;
  throw new Failure("FILE_INVALID", `${first.file} and ${file} are not merged together: only one of them has a column "${one}".`, { hint: "Merge them one after the other, or give both the column.", place: { file, parameter: one } });
}
