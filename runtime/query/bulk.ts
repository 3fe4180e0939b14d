/**
 * Bulk loading: one file in, judged by SQL; out durable Parquet files with statistics, the rows a check set aside, and what was refused.
 * The engine reads and writes; nothing is part of the table until the caller commits the files. A refused file leaves nothing behind.
 */
import { mkdir, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Table } from "../../compiler/ir/catalog.ts";
import { quoteName } from "../../compiler/ir/names.ts";
import type { FileStatistics, PartitionValues, WrittenFile } from "../delta/engine.ts";
import { storedColumns } from "../delta/schema/column-mapping.ts";
import type { Layout } from "../delta/schema/column-mapping.ts";
import { indexedColumns } from "../delta/statistics/indexed-columns.ts";
import type { IndexedTable } from "../delta/statistics/indexed-columns.ts";
import { below, newDataPath } from "../delta/actions/file-paths.ts";
import { decodeArrowBytes } from "../parquet/arrow-ipc.ts";
import { encodeParquetStream } from "../parquet/parquet-encoder.ts";
import { formatOfFile } from "../sources/file-format.ts";
import type { FileFormat } from "../sources/file-format.ts";
import { recordLines } from "../sources/record-lines.ts";
import type { Store } from "../storage/store.ts";
import { Failure } from "../values/failure.ts";
import type { Row } from "../values/value.ts";
import { bulkSource } from "./bulk-source.ts";
import type { BulkCondition, BulkFill, BulkSource } from "./bulk-source.ts";
import { copyStatistics, fileStatistics } from "./bulk-statistics.ts";
import { copyPartitionValues } from "./bulk-partitions.ts";
import { physicalSelect } from "./copy-layout.ts";
import { engineFailure } from "./engine-failure.ts";
import { openEngine } from "./engine.ts";
import type { Engine } from "./engine.ts";
import { interruptOn } from "./interrupt.ts";
import { columnsInFile, matchColumns } from "./matched-columns.ts";
import type { MatchedColumns } from "./matched-columns.ts";
import { copyParquet } from "./parquet-writing.ts";
import { readAll } from "./read-all.ts";

export interface BulkLoad {
  readonly table: Table;
  /** Absolute. */
  readonly file: string;
  /** Told by the file's name when left out. */
  readonly format?: FileFormat;
  /** Over the table's columns, in the order they are told. That each cell is of its column's type is judged before them. */
  readonly conditions: readonly BulkCondition[];
  readonly fills: readonly BulkFill[];
  readonly store: Store;
  /** Of the table, within the store. */
  readonly location: string;
  /** How the table's files hold its columns; as they are declared when left out. */
  readonly layout?: IndexedTable;
  /** Stops the load, with nothing left behind. */
  readonly signal?: AbortSignal;
}

/** A row that breaks a rule: where (`trips.csv line 17`, `trips.parquet row 3`), in which column, by which value. */
export interface BulkRefusal { readonly where: string; readonly column?: string; readonly value?: string; readonly rule: string }

/** A row that a check set aside, and the checks it fails. */
export interface BulkAside { readonly where: string; readonly checks: readonly string[]; readonly row: Row }

export type BulkResult =
  | { readonly kind: "refused"; readonly rows: number; readonly first: readonly BulkRefusal[] }
  | { readonly kind: "written"; readonly files: readonly WrittenFile[]; readonly kept: number; readonly aside: readonly BulkAside[]; readonly columns: MatchedColumns; readonly warnings: readonly { readonly check: string; readonly rows: number }[] };

/** How many refused rows are told one by one. */
const refusalsTold = 5;

/** Judges and writes one file. FILE_NOT_FOUND, FILE_INVALID for what cannot be read as rows at all. */
export async function loadBulk(load: BulkLoad): Promise<BulkResult> {
  const file = await existingFile(load.file);
  const scratch = load.store.scratch(below(load.location, "rows.parquet"));
  await mkdir(scratch, { recursive: true });
  try {
    const engine = await openEngine({ readable: [file], temporary: scratch });
    const stop = interruptOn(engine, load.signal);
    try {
      return await judgeAndWrite(engine, { ...load, file }, scratch);
    } catch (error) {
      load.signal?.throwIfAborted();
      throw engineFailure(error, { sql: "", ran: "", original: () => 0 });
    } finally {
      stop();
      await engine.close();
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A file by its real path. FILE_NOT_FOUND. */
export async function existingFile(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (cause) {
    throw new Failure("FILE_NOT_FOUND", `There is no file ${file}.`, { cause, place: { file } });
  }
}

interface Judging {
  readonly engine: Engine;
  readonly load: BulkLoad;
  readonly format: FileFormat;
  readonly source: BulkSource;
  readonly conditions: readonly BulkCondition[];
}

async function judgeAndWrite(engine: Engine, load: BulkLoad, scratch: string): Promise<BulkResult> {
  const format = load.format ?? formatOfFile(load.file);
  const [file, readAs] = format.kind === "arrow" ? [await arrowAsParquet(load.file, scratch), { kind: "parquet" } as const] : [load.file, format];
  const names = await columnsInFile(engine, file, readAs);
  const columns = matchColumns(load.table, load.file, names);
  const source = await bulkSource(engine, load.table, file, readAs, names, load.fills);
  const judging: Judging = { engine, load, format, source, conditions: [...source.conditions, ...emptyPartitions(load.table), ...load.conditions] };
  // Usually no row fails: what stands is written in the same pass that judges, and only a missing row makes it worth asking which.
  load.signal?.throwIfAborted();
  const copied = await copyKept(judging, scratch);
  load.signal?.throwIfAborted();
  const kept = copied.reduce((sum, { rows }) => sum + rows, 0);
  const whole = kept === (await countRows(judging, "true"));
  const refused = whole ? 0 : await countRows(judging, anyFailing(judging.conditions, "reject"));
  if (refused > 0) return { kind: "refused", rows: refused, first: await firstRefusals(judging) };
  const aside = whole ? [] : await rowsAside(judging);
  // The disk makes the files durable while the engine counts.
  const [files, warnings] = await Promise.allSettled([finishFiles(judging, copied), countWarnings(judging)]);
  if (files.status === "rejected") throw files.reason;
  if (warnings.status === "fulfilled") return { kind: "written", files: files.value, kept, aside, columns, warnings: warnings.value };
  await removeFiles(judging, files.value);
  throw warnings.reason;
}

/** Delta keeps an empty partition value as null. */
function emptyPartitions({ columns, partitionBy }: Table): BulkCondition[] {
  const texts = columns.filter(({ name, type }) => partitionBy.includes(name) && ["text", "enum", "uuid"].includes(type.kind));
  return texts.map(({ name }) => ({ rule: "is empty, and the column partitions the table", column: name, sql: `${quoteName(name)} <> ''`, onFail: "reject" }));
}

/** The engine reads no Arrow files. */
async function arrowAsParquet(file: string, scratch: string): Promise<string> {
  const { schema, batches } = decodeArrowBytes(await readFile(file));
  const converted = path.join(scratch, "arrow.parquet");
  await writeFile(converted, encodeParquetStream(schema, (async function* () { yield* batches; })()));
  return converted;
}

function failing(condition: BulkCondition): string {
  return `(${condition.sql}) IS FALSE`;
}

/** True for a row that fails one of the conditions with this end; `false` when there is none. */
function anyFailing(conditions: readonly BulkCondition[], onFail: BulkCondition["onFail"]): string {
  const own = conditions.filter((condition) => condition.onFail === onFail);
  return own.length === 0 ? "false" : `(${own.map(failing).join(" OR ")})`;
}

async function countRows({ engine, source }: Judging, condition: string): Promise<number> {
  const reader = await engine.control.runAndReadAll(`SELECT count(*) FROM ${source.relation(false)} WHERE ${condition}`);
  return Number(reader.getRows()[0]?.[0]);
}

/** How many of the rows that are kept fail what only warns. */
async function countWarnings({ engine, source, conditions }: Judging): Promise<readonly { readonly check: string; readonly rows: number }[]> {
  const warnings = conditions.filter(({ onFail }) => onFail === "warn");
  if (warnings.length === 0) return [];
  const counts = warnings.map((condition) => `count(*) FILTER (WHERE ${failing(condition)})`);
  const reader = await engine.control.runAndReadAll(`SELECT ${counts.join(", ")} FROM ${source.relation(false)} WHERE ${anyFailing(conditions, "warn")} AND NOT ${anyFailing(conditions, "quarantine")}`);
  const counted = (reader.getRows()[0] ?? []).map(Number);
  return warnings.map(({ rule }, k) => ({ check: rule, rows: counted[k] ?? 0 })).filter(({ rows }) => rows > 0);
}

async function firstRefusals(judging: Judging): Promise<readonly BulkRefusal[]> {
  const { engine, source } = judging;
  const conditions = judging.conditions.filter(({ onFail }) => onFail === "reject");
  const which = `CASE ${conditions.map((condition, k) => `WHEN ${failing(condition)} THEN ${k}`).join(" ")} END`;
  const value = `CASE ${conditions.map((condition) => `WHEN ${failing(condition)} THEN ${condition.shown ?? (condition.column === undefined ? "NULL" : source.shown(condition.column))}`).join(" ")} END`;
  const sql = `SELECT "row number", ${which}, ${value} FROM ${source.relation(true)} WHERE ${anyFailing(conditions, "reject")} ORDER BY 1 LIMIT ${refusalsTold}`;
  const rows = (await engine.control.runAndReadAll(sql)).getRows();
  const places = await placesOf(judging, rows.map(([row]) => Number(row)));
  return rows.map(([, index, shown], k) => {
    const condition = conditions[Number(index)];
    if (condition?.shown !== undefined) return { where: places[k] ?? "", rule: condition.rule, value: String(shown) };
    return {
      where: places[k] ?? "",
      rule: condition?.column === undefined ? `fails the check ${condition?.rule ?? ""}` : condition.rule,
      ...(condition?.column === undefined ? {} : { column: condition.column, value: shown === null || shown === undefined ? "null" : JSON.stringify(String(shown)) }),
    };
  });
}

/** Files of lines are told by line, others by row, both from 1. */
async function placesOf({ load, format }: Judging, rows: readonly number[]): Promise<readonly string[]> {
  const name = path.basename(load.file);
  if (format.kind !== "csv" && !(format.kind === "json" && format.lines)) return rows.map((row) => `${name} row ${row + 1}`);
  const lines = await recordLines(load.file, rows, { quoted: format.kind === "csv", header: format.kind === "csv" && format.header });
  return rows.map((row, k) => (lines[k] === undefined ? `${name} row ${row + 1}` : `${name} line ${lines[k]}`));
}

async function rowsAside(judging: Judging): Promise<readonly BulkAside[]> {
  const { engine, source, load } = judging;
  const checks = judging.conditions.filter(({ onFail }) => onFail === "quarantine");
  const columns = load.table.columns.map(({ name }) => quoteName(name));
  const sql = `SELECT ${[...columns, 'CAST("row number" AS BIGINT)', ...checks.map(failing)].join(", ")} FROM ${source.relation(true)} WHERE ${anyFailing(checks, "quarantine")} ORDER BY "row number"`;
  const extra = [{ name: "row number", type: { kind: "int64" }, nullable: false } as const, ...checks.map((_, k) => ({ name: `check ${k}`, type: { kind: "bool" }, nullable: false }) as const)];
  const rows = await readAll(engine, sql, [...load.table.columns, ...extra]);
  const places = await placesOf(judging, rows.map((row) => Number(row["row number"])));
  return rows.map((row, k) => ({
    where: places[k] ?? "",
    checks: checks.filter((_, index) => row[`check ${index}`] === true).map(({ rule }) => rule),
    row: Object.fromEntries(load.table.columns.map(({ name }) => [name, row[name] ?? null])),
  }));
}

function declaredLayout({ columns, partitionBy }: Table): Layout {
  return { columns, physical: columns, partitionColumns: partitionBy };
}

/** A file that COPY wrote, not yet in the table's directory. */
interface Copied { readonly file: string; readonly rows: number; readonly partitionValues: PartitionValues; readonly statistics: FileStatistics }

/** Writes the rows that fail nothing, one file or more a partition. */
async function copyKept({ engine, load: { table, layout = declaredLayout(table) }, source, conditions }: Judging, scratch: string): Promise<readonly Copied[]> {
  const target = path.join(scratch, table.partitionBy.length === 0 ? "rows.parquet" : "partitions");
  // Conditions go by the columns' own names, of which one may be another's name in files.
  const kept = `SELECT * FROM ${source.relation(false)} WHERE NOT ${anyFailing(conditions, "reject")} AND NOT ${anyFailing(conditions, "quarantine")}`;
  const { physical: stored } = storedColumns(layout);
  const indexed = indexedColumns(layout);
  const partitions = layout.physical.filter((column) => !stored.includes(column));
  const written = await copyParquet(engine.control, { select: (cell) => physicalSelect(layout, kept, cell), stored, partitions, target });
  return written.map(({ file, rows, keys, told }) => ({ file, rows, partitionValues: copyPartitionValues(partitions, keys), statistics: fileStatistics(stored, copyStatistics(told), rows, indexed) }));
}

/** Makes each file durable under its name in the table, or leaves none. */
async function finishFiles(judging: Judging, copied: readonly Copied[]): Promise<readonly WrittenFile[]> {
  const { store, location, signal } = judging.load;
  const written: WrittenFile[] = [];
  try {
    for (const { file, partitionValues, statistics } of copied) {
      signal?.throwIfAborted();
      const name = newDataPath(partitionValues);
      const staged = await store.stage(below(location, name));
      await rename(file, staged.file);
      written.push({ path: name, size: await staged.finish(), partitionValues, statistics });
    }
  } catch (error) {
    await removeFiles(judging, written);
    throw error;
  }
  return written;
}

async function removeFiles({ load: { store, location } }: Judging, written: readonly WrittenFile[]): Promise<void> {
  for (const file of written) await store.remove(below(location, file.path));
}
