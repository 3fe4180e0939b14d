/** Loads a file row by row through the JavaScript judge: for tables with a rule that has no words in SQL. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { catalogFormat } from "../../compiler/ir/catalog.ts";
import type { Catalog, Source, Table } from "../../compiler/ir/catalog.ts";
import { fullName } from "../../compiler/ir/names.ts";
import { writeRows } from "../delta/commit/append.ts";
import { withMade } from "../delta/commit/made-rows.ts";
import type { WrittenFile } from "../delta/engine.ts";
import { madeColumns } from "../delta/rules/made-columns.ts";
import type { MadeColumn } from "../delta/rules/expression.ts";
import type { DeadRow } from "../governance/dead-letters.ts";
import type { Judge } from "../governance/judge.ts";
import { namedRefusals, rowsRefused } from "../governance/refusal.ts";
import type { Refusal } from "../governance/refusal.ts";
import { judgeAll } from "../governance/verdict.ts";
import { decodeArrowBytes } from "../parquet/arrow-ipc.ts";
import { readRows } from "../parquet/arrow-rows.ts";
import { columnsOfSchema } from "../parquet/arrow-schema.ts";
import type { Engine } from "../query/engine.ts";
import { engineFailure } from "../query/engine-failure.ts";
import { valueMaker } from "../query/make-values.ts";
import { rowJudge } from "../query/judge-rows.ts";
import { columnsInFile, matchColumns } from "../query/matched-columns.ts";
import { runQuery } from "../query/query.ts";
import { formatOfFile } from "../sources/file-format.ts";
import type { FileFormat } from "../sources/file-format.ts";
import { Failure } from "../values/failure.ts";
import type { Row, Value } from "../values/value.ts";
import type { EngineRoom } from "./engine-room.ts";
import type { WriteFile } from "./load.ts";
import type { Places } from "./places.ts";
import { removeFiles } from "./placed.ts";

/** Rows judged, and written as files, at a time. */
const batchRows = 100_000;

/** The writer of a table's files; `room` is an engine that may read the file. */
export function rowWriter(places: Places, judge: Judge, openRoom: (file: string) => EngineRoom): WriteFile {
  return async (table, base, file, signal) => {
    const made = madeColumns(base, fullName(table));
    requireNoDefault(table, made);
    const room = openRoom(file);
    const place = places.table(table);
    const files: WrittenFile[] = [];
    const dead: DeadRow[] = [];
    const warned = new Map<string, number>();
    const first: Refusal[] = [];
    let [seen, kept, refused] = [0, 0, 0];
    try {
      const columns = matchColumns(table, file, await namesIn(room.engine, file));
      const followed = [...table.columns.filter(({ dayOf }) => dayOf !== undefined), ...made].map(({ name }) => name);
      for await (const given of chunked(fileRows(room.engine, table, file, followed, signal), batchRows)) {
        signal?.throwIfAborted();
        const rows = await withMade(base, given, fullName(table), valueMaker(room.engine));
        const from = seen;
        const verdict = await judgeAll(table, judge, room.engine, rows, (index) => `${path.basename(file)} row ${from + index + 1}`);
        seen += rows.length;
        refused += verdict.refusals.rows;
        first.push(...verdict.refusals.first.slice(0, namedRefusals - first.length));
        if (refused > 0) continue;
        files.push(...(await writeRows(place.store, place.location, base, verdict.kept, rowJudge(room.engine), verdict.keptPlace)));
        kept += verdict.kept.length;
        dead.push(...verdict.dead);
        for (const { check, rows: count } of verdict.warnings) warned.set(check, (warned.get(check) ?? 0) + count);
      }
      if (refused > 0) throw rowsRefused(fullName(table), { rows: refused, first }, file);
      return { files, kept, dead, columns: { ...columns, filledWithNull: columns.filledWithNull.filter((name) => !followed.includes(name)) }, warnings: [...warned].map(([check, rows]) => ({ check, rows })) };
    } catch (error) {
      await removeFiles(place, files);
      throw error;
    } finally {
      await room.close();
    }
  };
}

async function namesIn(engine: () => Promise<Engine>, file: string): Promise<readonly string[]> {
  const format = formatOfFile(file);
  if (format.kind === "arrow") return columnsOfSchema(decodeArrowBytes(await readFile(file)).schema).map(({ name }) => name);
  try {
    return await columnsInFile(await engine(), file, format);
  } catch (error) {
    throw engineFailure(error, { sql: "", ran: "", original: () => 0 });
  }
}

/** The file's rows as the table's columns, by their `@from` names; what is in no column is passed over. */
async function* fileRows(engine: () => Promise<Engine>, table: Table, file: string, followed: readonly string[], signal: AbortSignal | undefined): AsyncGenerator<readonly Row[]> {
  const format = formatOfFile(file);
  if (format.kind === "arrow") yield* arrowRows(table, file, followed);
  else {
    const catalog = catalogOf(table, file, format, followed);
    const result = await runQuery(await engine(), { catalog, project: path.dirname(file), snapshot: nothing, rows: nothing }, { sql: 'SELECT * FROM "load"."file"', ...(signal === undefined ? {} : { signal }) });
    for await (const batch of result.batches) yield readRows(result.columns, batch).map((row) => withoutNulls(followed, row));
  }
}

/** The table as if it were declared over the file; a column that follows from others need not be in it. */
function catalogOf(table: Table, location: string, format: Exclude<FileFormat, { kind: "arrow" }>, followed: readonly string[]): Catalog {
  const source: Source = { ...format, location };
  const columns = table.columns.map((column) => (followed.includes(column.name) ? { ...column, nullable: true } : column));
  return { format: catalogFormat, databases: [{ name: "load", doc: "", tables: [{ ...table, database: "load", name: "file", source, columns, checks: [] }] }] };
}

async function* arrowRows(table: Table, file: string, followed: readonly string[]): AsyncGenerator<readonly Row[]> {
  const { schema, batches } = decodeArrowBytes(await readFile(file));
  const columns = columnsOfSchema(schema);
  for (const batch of batches) {
    yield readRows(columns, batch).map((row) =>
      withoutNulls(followed, Object.fromEntries(table.columns.map((column) => [column.name, member(row, (column.from ?? column.name).split(".")) ?? null]))));
  }
}

function member(row: Value | undefined, [name = "", ...rest]: readonly string[]): Value | undefined {
  const value = typeof row === "object" && row !== null && Object.hasOwn(row, name) ? (row as Row)[name] : undefined;
  return rest.length === 0 ? value : member(value, rest);
}

/** What follows from other columns and is null is filled, as when it is left out. */
function withoutNulls(followed: readonly string[], row: Row): Row {
  const nulls = followed.filter((name) => row[name] === null);
  return nulls.length === 0 ? row : Object.fromEntries(Object.entries(row).filter(([name]) => !nulls.includes(name)));
}

/** Row by row nobody knows whether the file has a column, or only nulls in it. */
function requireNoDefault(table: Table, made: readonly MadeColumn[]): void {
  const column = made.find(({ kind }) => kind === "default");
  if (column === undefined) return;
  throw new Failure("DELTA_UNSUPPORTED_FEATURE", `Files cannot be loaded into ${fullName(table)}: its column ${column.name} has a default, and a rule of the table can only be judged row by row.`, { hint: "Load through append, or loosen the rule.", place: { value: "allowColumnDefaults" } });
}

async function* chunked(source: AsyncIterable<readonly Row[]>, size: number): AsyncGenerator<readonly Row[]> {
  let rows: Row[] = [];
  for await (const some of source) {
    for (const row of some) rows.push(row);
    if (rows.length < size) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
}

async function nothing(): Promise<never> {
  throw new Error("a file's rows come from the file alone");
}
