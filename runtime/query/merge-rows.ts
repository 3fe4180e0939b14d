/**
 * Fulfils the Delta room's contract of merging. The source is joined with the rows of some files at a time, of which only the columns are read that conditions speak of; which row is acted on
 * by which clause stands in a table of the engine until the next files are looked through. New files are written by one more pass over those files that hold such rows.
 */
import assert from "node:assert/strict";
import path from "node:path";
import type { NamedType } from "../../compiler/ir/column-type.ts";
import { quoteName } from "../../compiler/ir/names.ts";
import type { PartitionValues, WrittenChanges, WrittenFile } from "../delta/engine.ts";
import { below, newChangePath, newDataPath } from "../delta/actions/file-paths.ts";
import { partitionKey } from "../delta/actions/partition-key.ts";
import type { MatchedFile, MergeAttempt, MergeEngine, MergeInput, MergeOutput, MergeTable } from "../delta/merge-engine.ts";
import { storedColumns } from "../delta/schema/column-mapping.ts";
import type { Layout } from "../delta/schema/column-mapping.ts";
import { Failure } from "../values/failure.ts";
import { adoptFiles } from "./adopted-files.ts";
import { copyStatistics, fileStatistics } from "./bulk-statistics.ts";
import { copiesOf, groupedSql } from "./copy-groups.ts";
import { copyToGroups, copyToPartitions } from "./copy-out.ts";
import type { CopiedOut } from "./copy-out.ts";
import { giveBackMemory } from "./duckdb.ts";
import { engineFailure } from "./engine-failure.ts";
import { openEngine } from "./engine.ts";
import type { Engine } from "./engine.ts";
import { fileName, liveRows, placed, placeName, storedColumnsOf } from "./find-rows.ts";
import { interruptOn } from "./interrupt.ts";
import { readMerge, sourceName, targetName } from "./merge-plan.ts";
import { keyTests, openSource } from "./merge-source.ts";
import type { MergeSource, OpenSource } from "./merge-source.ts";
import { actName, actSql, actsSql, comesFromSource, fileColumn, insertedRowsSql, mergedRowsSql, mustsOf, numbered, placeColumn, setsAll, sourceRow } from "./merge-values.ts";
import { newRowRefused } from "./new-values.ts";
import { constantSql } from "./partition-constants.ts";
import { parquetRows } from "./relation.ts";
import type { StoredFile } from "./relation.ts";
import { groupsOf } from "./rewrite.ts";
import { newTemporary, removeTemporary } from "./temporary-directory.ts";

/** Memory of the engine: what it does not count comes on top of it. */
const memoryMax = "640MB";

/** Rows of a group in new files: a thread holds those that it gathers, in two forms. A fifth as many as the engine writes by itself take less memory and no longer, in files that are no larger. */
const groupRows = 24_576;

/** Of files that one COPY reads, and rows that one inserts: beside the time that it takes, giving back what is left of statements before it takes none. */
const [manyBytes, manyRows] = [16 * 1024 * 1024, 32_768];

/** What an engine does in the order it is asked to; an error is told as a failure. */
async function asked<T>(act: () => Promise<T>, refused: (error: unknown) => Failure | undefined = () => undefined): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw refused(error) ?? engineFailure(error, { sql: "", ran: "", original: () => 0 });
  }
}

/** A merge of a table's rows with those of a source: an engine for as long as `act` runs, that reaches the source's files, the table, and where its files are written. */
export async function withMergeEngine<T>({ readable, source, signal }: Merge, act: (engine: MergeEngine) => Promise<T>): Promise<T> {
  const temporary = await newTemporary();
  try {
    const engine = await openEngine({ readable: [...new Set([...readable, ...source.files.map((file) => path.dirname(file))])], temporary, memoryMax });
    const stop = interruptOn(engine, signal);
    try {
      return await act(await mergeEngine(engine, source, signal ?? new AbortController().signal));
    } catch (error) {
      // What an interrupted statement says is no more than that.
      signal?.throwIfAborted();
      throw error;
    } finally {
      stop();
      await engine.close();
    }
  } finally {
    await removeTemporary(temporary);
  }
}

/** Directories where the table is for an engine, and the source; its rows stand in memory, or beside it where they are many. */
interface Merge { readonly readable: readonly string[]; readonly source: MergeSource; readonly signal: AbortSignal | undefined }

async function mergeEngine(engine: Engine, opened: MergeSource, signal: AbortSignal): Promise<MergeEngine> {
  const source = await asked(async () => await openSource(engine, opened));
  return {
    sourceRows: source.rows,
    read: async (columns, clauses) => await readMerge(engine, columns, source.columns, clauses),
    keyTests: async (plan) => await asked(async () => await keyTests(engine, plan)),
    async begin(table) {
      await asked(async () => {
        await engine.control.run(`CREATE OR REPLACE TABLE seen (${sourceRow} BIGINT)`);
        await engine.control.run(`CREATE OR REPLACE TABLE touched (${fileColumn} INTEGER, ${placeColumn} DOUBLE, ${actName} INTEGER, ${sourceRow} BIGINT)`);
      });
      return attempt({ engine, source, table, signal });
    },
  };
}

interface Attempt { readonly engine: Engine; readonly source: OpenSource; readonly table: MergeTable; readonly signal: AbortSignal }

function attempt(own: Attempt): MergeAttempt {
  const { table, engine } = own;
  const refused = (error: unknown): Failure | undefined => newRowRefused(error, table.rows, mustsOf(table), table.store.locate(table.location));
  return {
    find: async (files) => await asked(async () => await find(own, files)),
    places: async (number, count) => await asked(async () => await placesOf(engine, number, count)),
    change: async (files, rest) => await asked(async () => await written(own, async (out) => await change(own, files, rest, out)), refused),
    insert: async (changes) => await asked(async () => await insert(own, changes), refused),
  };
}

async function placesOf({ control }: Engine, number: number, count: number): Promise<Float64Array> {
  const [found] = await placed(control, [count], `FROM (SELECT CAST(0 AS INTEGER) AS ${fileColumn}, ${placeColumn} FROM touched WHERE ${fileColumn} = ${number})`);
  assert(found?.places?.length === count, "as many places are told as rows were counted");
  return found.places;
}

async function engineFiles(engine: Engine, inputs: readonly MergeInput[]): Promise<readonly StoredFile[]> {
  return await adoptFiles(engine, inputs.map(({ file, size: _size, ...more }) => ({ url: file, ...more })));
}

/** All rows of files, with each one's file and place. */
async function inputsSql({ engine, table: { rows, rowTracking } }: Attempt, inputs: readonly MergeInput[], ids: boolean): Promise<string> {
  const files = await engineFiles(engine, inputs);
  const { partitionColumns, byFieldId = false } = rows;
  return await parquetRows(engine, files, storedColumnsOf(rows), { partitionColumns, byFieldId, placesAs: { file: fileName, place: placeName }, ...(rowTracking === undefined || !ids ? {} : { rowTracking }) });
}

async function find(own: Attempt, inputs: readonly MergeInput[]): Promise<readonly MatchedFile[]> {
  const { engine: { control }, table } = own;
  const clauses = numbered(table);
  const [matched, alone] = [clauses.filter(({ kind }) => kind === "matched"), clauses.filter(({ kind }) => kind === "notMatchedBySource")];
  const rows = await inputsSql(own, inputs, false);
  await own.source.joins();
  const place = `${targetName}.${fileColumn}, ${targetName}.${placeColumn}`;
  await control.run(`CREATE OR REPLACE TEMP TABLE pairs AS SELECT ${place}, ${sourceName}.${sourceRow}, ${actSql(matched)} AS ${actName} FROM (${rows}) AS ${targetName} JOIN ${sourceName} ON (${table.plan.on.sql}\n)`);
  await control.run(`CREATE OR REPLACE TABLE touched AS SELECT ${fileColumn}, ${placeColumn}, min(${actName}) AS ${actName}, min(${sourceRow}) AS ${sourceRow}, count(*) AS "times", bool_and(${actsSql(matched.filter(({ action }) => action === "delete"))}) AS "goes" FROM pairs WHERE ${actName} IS NOT NULL GROUP BY ALL`);
  await requireOnce(own, rows);
  if (clauses.some(({ action }) => action === "insert")) await control.run(`INSERT INTO seen SELECT DISTINCT ${sourceRow} FROM pairs ANTI JOIN seen USING (${sourceRow})`);
  if (alone.length > 0) {
    const acts = `SELECT ${place}, ${actSql(alone)} AS ${actName} FROM (${rows}) AS ${targetName}`;
    await control.run(`INSERT INTO touched BY NAME SELECT * FROM (${acts}) ANTI JOIN pairs USING (${fileColumn}, ${placeColumn}) WHERE ${actName} IS NOT NULL`);
  }
  await control.run("DROP TABLE pairs");
  return await matchedFiles(own, inputs);
}

/** A row that two rows of the source would change is refused: which of them is meant, nobody knows. Rows that go, go once. */
async function requireOnce({ engine: { control }, table }: Attempt, rows: string): Promise<void> {
  const [twice] = (await control.runAndReadAll(`SELECT ${fileColumn}, ${placeColumn}, "times" FROM touched WHERE "times" > 1 AND NOT "goes" LIMIT 1`)).getRows();
  if (twice === undefined) return;
  const [file, place, times] = twice.map(Number);
  const { plan: { on }, rows: { columns }, store, location } = table;
  const names = on.columns.length > 0 ? on.columns : columns.map(({ name }) => name);
  const [values = []] = (await control.runAndReadAll(`SELECT ${names.map((name) => `left(coalesce(CAST(${quoteName(name)} AS VARCHAR), 'null'), 100)`).join(", ")} FROM (${rows}) WHERE ${fileColumn} = ${file} AND ${placeColumn} = ${place}`)).getRows();
  const shown = names.map((name, k) => `${name} = ${String(values[k])}`).join(", ");
  throw new Failure("ROWS_REFUSED", `${store.locate(location)} has a row (${shown}) that ${times} rows of the source match and would change.`, {
    hint: "Nothing was changed. Have one row of the source for each row of the table, or a condition that tells which of them acts.", place: { value: shown },
  });
}

async function matchedFiles({ engine }: Attempt, inputs: readonly MergeInput[]): Promise<readonly MatchedFile[]> {
  const counted = (await engine.control.runAndReadAll(`SELECT ${fileColumn}, ${actName}, count(*) FROM touched GROUP BY ALL`)).getRows().map((row) => row.map(Number));
  const byFile = Map.groupBy(counted, ([file]) => file);
  const touched = inputs.filter(({ number }) => byFile.has(number));
  const rows = touched.length === 0 ? [] : await liveRows(engine, await engineFiles(engine, touched));
  return touched.map(({ number }, k) => ({ number, rows: rows[k] ?? 0, acts: new Map(byFile.get(number)?.map(([, act = 0, count = 0]) => [act, count])) }));
}

/** Files as they come to be; all of them go when one fails. */
interface Out { readonly files: WrittenFile[]; readonly changes: WrittenChanges[] }

async function written({ table: { store, location } }: Attempt, write: (out: Out) => Promise<void>): Promise<MergeOutput> {
  const out: Out = { files: [], changes: [] };
  try {
    await write(out);
    return out;
  } catch (error) {
    for (const file of [...out.files, ...out.changes]) await store.remove(below(location, file.path));
    throw error;
  }
}

const changeType = quoteName("_change_type");
const told: readonly NamedType[] = [{ name: "_change_type", type: { kind: "text" }, nullable: false }];

async function change(own: Attempt, files: readonly MergeInput[], rest: "copied" | "left", out: Out): Promise<void> {
  const { table } = own;
  const ids: readonly NamedType[] = table.rowTracking === undefined ? [] : [table.rowTracking.id, table.rowTracking.version].map((name) => ({ name, type: { kind: "int64" }, nullable: true }));
  const updates = numbered(table).filter(({ action }) => action === "update");
  const moved = moves(table);
  const groups = [...Map.groupBy(files, partitionKey).values()].flatMap((inputs) => groupsOf(inputs, table.targetBytes));
  for (const copy of copiesOf(groups, table.rows.columns)) {
    if (copy.flat().reduce((sum, { size }) => sum + size, 0) > manyBytes) await giveBackMemory();
    const rows = groupedSql(await Promise.all(copy.map(async (inputs) => await inputsSql(own, inputs, true))));
    const partitions = copy.map(([first]) => first?.partitionValues ?? {});
    const sql = changedSql(table, rows, comesFromSource(table) ? groupedSql(copy.map((inputs) => touchedRowsSql(table, inputs))) : rows, touchedOf(copy.flat()), updates);
    const inPlace = { beside: ids, nameOf: newDataPath, moved: false };
    if (rest === "copied") await copyOut(own, partitions, { ...inPlace, sql: moved ? sql.unchanged : sql.left }, out.files);
    if (updates.length > 0 && (moved || rest === "left")) await copyOut(own, partitions, { ...inPlace, moved, sql: sql.updated }, out.files);
    if (!table.changes) continue;
    const feed = { beside: told, nameOf: newChangePath };
    const after = `SELECT *, 'update_postimage' AS ${changeType} FROM (${sql.updated})`;
    await copyOut(own, partitions, { ...feed, moved: false, sql: updates.length === 0 || moved ? sql.before : `${sql.before} UNION ALL BY NAME ${after}` }, out.changes);
    if (moved) await copyOut(own, partitions, { ...feed, moved: true, sql: after }, out.changes);
  }
}

/** The rows of files that clauses act on, as nothing but places: those that keep nothing of what the files have. */
function touchedRowsSql({ rows: { columns, physical = columns, partitionColumns } }: MergeTable, inputs: readonly MergeInput[]): string {
  const { partitionValues = {} } = inputs[0] ?? {};
  const values = columns.map(({ name, type }, k) => `${constantSql(type, partitionColumns.includes(name) ? partitionValues[physical[k]?.name ?? name] : null)} AS ${quoteName(name)}`);
  return `SELECT ${values.join(", ")}, ${fileColumn}, ${placeColumn} FROM (${touchedOf(inputs)})`;
}

/** What was found in some files of those that were looked through. */
function touchedOf(inputs: readonly MergeInput[]): string {
  return `SELECT * FROM touched WHERE ${fileColumn} IN (${inputs.map(({ number }) => number).join(", ")})`;
}

/** SELECTs of the rows that clauses act on, as they were and as they became, which `renewed` has as they are read for that, and of those that are left. */
function changedSql(table: MergeTable, rows: string, renewed: string, found: string, updates: ReturnType<typeof numbered>): { readonly unchanged: string; readonly left: string; readonly updated: string; readonly before: string } {
  const acts = `SELECT ${fileColumn}, ${placeColumn}, ${actName}`;
  const touched = updates.some(({ kind }) => kind === "matched") ? `${acts}, ${sourceName}.* FROM (${found}) AS touched LEFT JOIN ${sourceName} USING (${sourceRow})` : `${acts} FROM (${found})`;
  const same = [fileColumn, placeColumn].map((name) => `${targetName}.${name} = ${sourceName}.${name}`).join(" AND ");
  const joined = (own: string, kind: string): string => `(${own}) AS ${targetName} ${kind} JOIN (${touched}) AS ${sourceName} ON ${same}`;
  const version = table.rowTracking?.version;
  const unchanged = `SELECT ${targetName}.* FROM (${rows}) AS ${targetName} ANTI JOIN (${found}) AS touched USING (${fileColumn}, ${placeColumn})`;
  const updated = `SELECT * FROM (${mergedRowsSql(joined(renewed, "INNER"), table, version, "updated")}) WHERE ${actsSql(updates)}`;
  const merged = `SELECT * FROM (${mergedRowsSql(joined(rows, "LEFT"), table, version, "all")}) WHERE ${actName} IS NULL OR ${actsSql(updates)}`;
  return {
    unchanged,
    // One pass over rows of which some get new values; where nothing of those is left, the files are read for the others alone.
    left: updates.length === 0 ? unchanged : setsAll(table) ? `${unchanged} UNION ALL BY NAME ${updated}` : merged,
    updated,
    before: `SELECT ${targetName}.*, CASE WHEN ${actsSql(updates)} THEN 'update_preimage' ELSE 'delete' END AS ${changeType} FROM ${joined(rows, "INNER")}`,
  };
}

/** Whether rows may come to lie in another partition. */
function moves(table: MergeTable): boolean {
  const { partitionColumns } = table.rows;
  const changed = numbered(table).filter(({ action }) => action === "update").flatMap(({ set, keeps, follows, made }) => [...[...set, ...follows].map(({ column }) => column).filter((column) => !keeps.includes(column)), ...made.map(({ name }) => name)]);
  return changed.some((name) => partitionColumns.includes(name));
}

async function insert(own: Attempt, changes: boolean): Promise<MergeOutput & { readonly acts: ReadonlyMap<number, number> }> {
  const { engine: { control }, table } = own;
  const inserts = numbered(table).filter(({ action }) => action === "insert");
  if (inserts.length === 0) return { files: [], changes: [], acts: new Map() };
  await control.run(`CREATE OR REPLACE TABLE inserted AS SELECT ${sourceRow}, ${actSql(inserts)} AS ${actName} FROM ${sourceName} ANTI JOIN seen USING (${sourceRow}) WHERE ${actName} IS NOT NULL`);
  const acts = new Map((await control.runAndReadAll(`SELECT ${actName}, count(*) FROM inserted GROUP BY ALL`)).getRows().map(([act, count]) => [Number(act), Number(count)]));
  if (acts.size === 0) return { files: [], changes: [], acts };
  if ([...acts.values()].reduce((sum, count) => sum + count, 0) > manyRows) await giveBackMemory();
  const rows = insertedRowsSql(`(SELECT ${sourceName}.*, inserted.${actName} FROM ${sourceName} JOIN inserted USING (${sourceRow})) AS ${sourceName}`, table);
  const output = await written(own, async (out) => {
    await copyOut(own, [], { beside: [], nameOf: newDataPath, moved: true, sql: rows }, out.files);
    if (changes) await copyOut(own, [], { beside: told, nameOf: newChangePath, moved: true, sql: `SELECT *, 'insert' AS ${changeType} FROM (${rows})` }, out.changes);
  });
  return { ...output, acts };
}

/** One COPY, into the partitions of its groups or wherever rows fall. */
interface Output { readonly moved: boolean; readonly beside: readonly NamedType[]; readonly nameOf: typeof newDataPath; readonly sql: string }

async function copyOut({ engine, source, table, signal }: Attempt, partitions: readonly PartitionValues[], { moved, beside, nameOf, sql }: Output, into: (WrittenFile & WrittenChanges)[] | WrittenFile[] | WrittenChanges[]): Promise<void> {
  const { store, location, rows: { columns, physical = columns, partitionColumns } } = table;
  const all: Layout = { columns, physical, partitionColumns };
  const toPartitions = moved && partitionColumns.length > 0;
  const own = toPartitions ? all : storedColumns(all);
  const layout: Layout = { columns: [...own.columns, ...beside], physical: [...own.physical, ...beside], partitionColumns: toPartitions ? partitionColumns : [] };
  await source.joins();
  const out = { store, location, layout, nameOf, engine, sql, signal, groupRows };
  const copied = toPartitions ? await copyToPartitions(out) : await copyToGroups(out, partitions);
  into.push(...copied.map((file) => withStatistics(table, all, file)));
}

function withStatistics({ indexed }: MergeTable, layout: Layout, { told: statistics, ...file }: CopiedOut): WrittenFile & WrittenChanges {
  return { ...file, statistics: fileStatistics(storedColumns(layout).physical, copyStatistics(statistics), file.rows, indexed) };
}
