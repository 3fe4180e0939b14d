/** A source's rows in an engine that merges: local Parquet files as one relation, whose rows are told apart by a number. Few that are read again and again come to stand in memory. */
import { stat } from "node:fs/promises";
import type { NamedType } from "../../compiler/ir/column-type.ts";
import { quoteName } from "../../compiler/ir/names.ts";
import type { ColumnTest, TestValue } from "../delta/engine.ts";
import type { MergePlan } from "../delta/merge-engine.ts";
import { Failure } from "../values/failure.ts";
import type { Engine } from "./engine.ts";
import { fileList } from "./file-list.ts";
import { columnsOf } from "./file-columns.ts";
import { sourceName } from "./merge-plan.ts";
import { sourceRow } from "./merge-values.ts";
import { emptySql } from "./relation.ts";
import { fileColumn, placeColumn } from "./row-selection.ts";

/** Local Parquet files, absolute; columns as they are in them, which are told where there is no file. */
export interface MergeSource { readonly files: readonly string[]; readonly columns?: readonly NamedType[] }

/** Rows of a source as they were declared to the engine. */
export interface OpenSource {
  readonly columns: readonly NamedType[];
  readonly rows: number;
  /** To be told of each join that comes. */
  joins(): Promise<void>;
}

/** Bytes of files that come to be held in memory, many times as many there, and joins before that: a merge into few files takes less memory, and hardly longer, by files that it reads each time. */
const held = { bytesMax: 16 * 1024 * 1024, joinsBefore: 8 };
/** Rows of a file of Parquet are fewer. */
const rowsOfFileMax = 2n ** 40n;

/** Declares the rows of these files, under the name by which expressions speak of them. FILE_INVALID for a column that hides where a row stands. */
export async function openSource(engine: Engine, { files, columns: given }: MergeSource): Promise<OpenSource> {
  if (files.length === 0) return await emptySource(engine, given ?? []);
  const read = `read_parquet(${fileList(files)}, hive_partitioning = false, union_by_name = true)`;
  const columns = given ?? (await columnsOf(engine, read));
  const taken = columns.find(({ name }) => [fileColumn, placeColumn].includes(name.toLowerCase()));
  if (taken !== undefined) throw new Failure("FILE_INVALID", `A source has a column "${taken.name}", which the engine keeps for itself.`, { hint: "Rename the column.", place: { value: taken.name } });
  const sql = `SELECT ${columns.map(({ name }) => quoteName(name)).join(", ")}, CAST(${fileColumn} AS BIGINT) * ${rowsOfFileMax} + CAST(${placeColumn} AS BIGINT) AS ${sourceRow} FROM ${read}`;
  const bytes = (await Promise.all(files.map(async (file) => (await stat(file)).size))).reduce((sum, size) => sum + size, 0);
  await engine.control.run(`CREATE VIEW ${sourceName} AS ${sql}`);
  const [[rows] = []] = (await engine.control.runAndReadAll(`SELECT count(*) FROM ${sourceName}`)).getRows();
  let joined = 0;
  return {
    columns,
    rows: Number(rows),
    async joins() {
      joined += 1;
      if (joined === held.joinsBefore + 1 && bytes <= held.bytesMax) await hold(engine);
    },
  };
}

/** A table in the place of the view. */
async function hold({ control }: Engine): Promise<void> {
  await control.run(`CREATE TABLE held AS SELECT * FROM ${sourceName}`);
  await control.run(`DROP VIEW ${sourceName}`);
  await control.run(`ALTER TABLE held RENAME TO ${sourceName}`);
}

async function emptySource(engine: Engine, columns: readonly NamedType[]): Promise<OpenSource> {
  await engine.control.run(`CREATE TABLE ${sourceName} AS SELECT *, CAST(NULL AS BIGINT) AS ${sourceRow} FROM (${emptySql(columns)})`);
  return { columns, rows: 0, joins: async () => {} };
}

/** Values that are told one by one. */
const valuesMax = 1_000;

/** What every row of the table that matches one of the source's meets in its keys; undefined where none can match. */
export async function keyTests(engine: Engine, { on }: MergePlan): Promise<readonly ColumnTest[] | undefined> {
  const tests: ColumnTest[] = [];
  for (const { column, source } of on.keys) {
    const type = testType(column, source);
    const name = `${sourceName}.${quoteName(source.name)}`;
    const [[count, least, greatest] = []] = (await engine.control.runAndReadAll(`SELECT count(${name}), CAST(min(${name}) AS VARCHAR), CAST(max(${name}) AS VARCHAR) FROM ${sourceName}`)).getRows();
    // A null equals nothing.
    if (Number(count) === 0) return undefined;
    if (type === undefined) continue;
    const values = (await engine.control.runAndReadAll(`SELECT DISTINCT CAST(${name} AS VARCHAR) FROM ${sourceName} WHERE ${name} IS NOT NULL LIMIT ${valuesMax + 1}`)).getRows().map(([value]) => ({ type, text: String(value) }));
    if (values.length <= valuesMax) tests.push({ column: column.name, test: "in", values });
    else tests.push({ column: column.name, test: ">=", values: [{ type, text: String(least) }] }, { column: column.name, test: "<=", values: [{ type, text: String(greatest) }] });
  }
  return tests;
}

const testTypes: { readonly [kind in NamedType["type"]["kind"]]?: TestValue["type"] } = {
  int8: "whole", int16: "whole", int32: "whole", int64: "whole", decimal: "number", text: "text", enum: "text", uuid: "text", day: "day", timestamp: "timestamp", local_timestamp: "local_timestamp",
};

/** How the values of two columns are compared; undefined where that is by a cast, or by an order that statistics do not tell of. */
function testType({ type }: NamedType, source: NamedType): TestValue["type"] | undefined {
  const wanted = testTypes[type.kind];
  return wanted === testTypes[source.type.kind] ? wanted : undefined;
}
