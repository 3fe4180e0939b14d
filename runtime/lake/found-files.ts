/** What files that nobody declared say of themselves: their format, their columns, and the partitions that stand in the names of their folders. */
import { open } from "node:fs/promises";
import type { Source } from "../../compiler/ir/catalog.ts";
import { quoteText } from "../../compiler/ir/names.ts";
import type { Engine } from "../query/engine.ts";
import { engineFailure } from "../query/engine-failure.ts";
import { exactType, typeAggregates } from "../query/exact-types.ts";
import { fileList } from "../query/file-list.ts";
import { fileSql } from "../query/file-relation.ts";
import { foundColumns, type FoundColumn } from "../query/found-columns.ts";
import { readHeader } from "../sources/csv-header.ts";
import { formatOfFile, type FileFormat } from "../sources/file-format.ts";
import { namedFolders } from "../sources/named-folders.ts";
import { fetchFiles, isRemote } from "../sources/remote-files.ts";
import { findFiles, readablePath, type SourceFile } from "../sources/source-files.ts";
import type { Store } from "../storage/store.ts";
import { Failure } from "../values/failure.ts";
import { openEngineRoom } from "./engine-room.ts";

export interface FoundFiles {
  readonly source: Extract<Source, { kind: "parquet" | "csv" | "json" }>;
  readonly columns: readonly FoundColumn[];
  readonly partitionBy: readonly string[];
}

type Known = Exclude<FileFormat, { kind: "arrow" }>;

export interface FileLook {
  /** For what lies on S3. */
  readonly openStore: (root: string) => Store;
  /** False: the files are CSV whose first line is a row already. */
  readonly header: boolean;
}

/** The files of a location relative to `project`, or on S3. FILE_NOT_FOUND, FILE_INVALID for what no table of a catalog can read as it is. */
export async function foundFiles(project: string, location: string, { openStore, header }: FileLook): Promise<FoundFiles> {
  const remote = isRemote(location);
  const room = openEngineRoom(remote ? [] : [readablePath(project, location)]);
  let files: readonly SourceFile[] = [];
  try {
    files = remote ? await fetchFiles(openStore, location, (await room.engine()).temporary) : await findFiles(project, location);
    const engine = await room.engine();
    const format = await spelledFormat(engine, namedFormat(files, location, header), files);
    const stored = await foundColumns(engine, format, files);
    const partitions = await foldersOf(engine, format, files, stored);
    const columns = [...stored, ...partitions];
    const partitionBy = partitions.map(({ name }) => name);
    await requireReadable(engine, format, files, columns, partitionBy);
    return { source: format.kind === "parquet" ? { kind: "parquet", location } : { ...format, location }, columns, partitionBy };
  } catch (error) {
    throw ofOrigin(engineFailure(error, { sql: "", ran: "", original: (offset) => offset }), files);
  } finally {
    await room.close();
  }
}

function namedFormat(files: readonly SourceFile[], location: string, header: boolean): Known {
  const named = formatOfFile(files[0]?.file ?? location);
  if (named.kind === "arrow") throw new Failure("FILE_INVALID", `${location} is an Arrow file, over which no table of a catalog stands.`, { hint: "Load it into a Delta table: `neuralake new`, then `neuralake load`.", place: { file: location } });
  if (header || named.kind === "csv") return named.kind === "csv" ? { ...named, header } : named;
  throw new Failure("FILE_INVALID", `${location} is no CSV; only that has a header line, or none.`, { hint: "Leave --no-header away.", place: { file: location } });
}

/** A failure that names the copy of an object names the object. */
function ofOrigin(failure: Failure, files: readonly SourceFile[]): Failure {
  const copy = files.find(({ file, origin }) => origin !== undefined && (failure.message.includes(file) || failure.place?.file === file));
  if (copy?.origin === undefined) return failure;
  const { code, message, hint, place } = failure;
  return new Failure(code, message.replaceAll(copy.file, copy.origin), { ...(hint === undefined ? {} : { hint }), ...(place === undefined ? {} : { place: { ...place, file: copy.origin } }), cause: failure });
}

/** As a query will read them, every cell of every row: what that refuses is refused now. A name with a dot would be taken for a path. */
async function requireReadable(engine: Engine, format: Known, files: readonly SourceFile[], columns: readonly FoundColumn[], partitionBy: readonly string[]): Promise<void> {
  const dotted = format.kind === "csv" ? undefined : columns.find(({ name }) => name.includes("."));
  if (dotted !== undefined) throw new Failure("FILE_INVALID", `Column "${dotted.name}" of ${files[0]?.file} has a dot in its name, which a catalog takes for a path.`, { hint: "Write the file with another name for it.", place: { parameter: dotted.name } });
  const sql = await fileSql(engine, format, files, columns, partitionBy);
  await engine.control.runAndReadAll(`SELECT count(COLUMNS(*)) FROM (${sql})`);
}

/** What parts the cells of CSV, and whether a file of JSON is an array. */
async function spelledFormat(engine: Engine, format: Known, files: readonly SourceFile[]): Promise<Known> {
  const file = files[0]?.file ?? "";
  if (format.kind === "json" && !format.lines) {
    return { kind: "json", lines: (await firstLetter(file)) !== "[" };
  }
  if (format.kind !== "csv") return format;
  const [found] = (await engine.control.runAndReadAll(`SELECT Delimiter FROM sniff_csv(${quoteText(file)})`)).getRows()[0] ?? [];
  const delimiter = format.delimiter === "," && [";", "|", "\t"].includes(String(found)) ? String(found) : format.delimiter;
  if (!format.header) return { ...format, delimiter };
  const [odd] = (await readHeader(file, delimiter)).filter((name) => name === "" || /^[-+]?[\d.]+$/.test(name));
  if (odd === undefined) return { ...format, delimiter };
  throw new Failure("FILE_INVALID", `The first line of ${file} does not name its columns: ${JSON.stringify(odd)} is no name.`, { hint: "Give it a line of names; or, when it is a row already, import it with --no-header.", place: { file, line: 1, value: odd } });
}

/** The first letter of a file that is no blank. */
async function firstLetter(file: string): Promise<string | undefined> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(4096) });
    return buffer.subarray(0, bytesRead).toString("utf8").replace(/^\uFEFF/, "").trimStart()[0];
  } finally {
    await handle.close();
  }
}

/** Columns that stand in the names of folders, `day=2026-08-01`, of files that do not have them; the same for all files. */
async function foldersOf(engine: Engine, format: Known, files: readonly SourceFile[], stored: readonly FoundColumn[]): Promise<readonly FoundColumn[]> {
  const told = files.map(namedFolders);
  const names = [...new Set(told.flatMap((folders) => folders.map(([name]) => name)))].filter((name) => !stored.some((column) => column.name.toLowerCase() === name.toLowerCase()));
  if (names.length === 0) return [];
  const odd = files.find((_, k) => !names.every((name) => told[k]?.some(([own]) => own === name)));
  if (format.kind !== "parquet" || odd !== undefined) {
    throw new Failure("FILE_INVALID", `${odd?.origin ?? odd?.file ?? files[0]?.file} lies in folders that tell ${names.join(", ")}, ${format.kind === "parquet" ? "but not all of them" : "which only Parquet tables take from there"}.`, { hint: "Import the files of one kind of folder, or load them into a Delta table.", place: { file: odd?.file ?? files[0]?.file ?? "" } });
  }
  return await Promise.all(names.map(async (name) => {
    const values = told.map((folders) => folders.find(([own]) => own === name)?.[1] ?? "").map((value) => (value === "" || value === "__HIVE_DEFAULT_PARTITION__" ? "NULL" : quoteText(value)));
    const found = (await engine.control.runAndReadAll(`SELECT ${typeAggregates("v").join(", ")} FROM (SELECT unnest([${values.join(", ")}]::VARCHAR[]) AS v)`)).getRows()[0] ?? [];
    const type = exactType(found, { numbers: true, texts: true });
    return { name, type: ["int32", "int64", "day"].includes(type.kind) ? type : { kind: "text" as const }, nullable: values.includes("NULL") };
  }));
}
