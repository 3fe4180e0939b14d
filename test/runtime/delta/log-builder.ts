/** Delta tables written action by action, in any state of the log that the protocol knows: for tests of reading. Data files are made by DuckDB. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { stat } from "node:fs/promises";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { quoteName } from "../../../compiler/ir/names.ts";
import { readable } from "../../../runtime/delta/snapshot/read.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { openEngine } from "../../../runtime/query/engine.ts";
import type { Engine } from "../../../runtime/query/engine.ts";
import { engineFailure } from "../../../runtime/query/engine-failure.ts";
import { readAll } from "../../../runtime/query/read-all.ts";
import { snapshotSql } from "../../../runtime/query/relation.ts";
import { openFiles } from "../../../runtime/storage/files.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import type { AsOf } from "../../../runtime/values/as-of.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { writeParquet } from "../query/fixture.ts";

export type LogAction = { readonly [action: string]: object };

export interface BuiltTable {
  readonly directory: string;
  readonly store: Store;
  readonly engine: Engine;
  /** A file below the table's directory. */
  write(name: string, content: string | Uint8Array): Promise<void>;
  /** A commit, one line an action. */
  commit(version: number, ...actions: readonly LogAction[]): Promise<void>;
  /** A data file with the rows of a SELECT, and its add; `options` are more of COPY's. */
  add(name: string, sql: string, more?: object, ...options: readonly string[]): Promise<LogAction>;
  snapshot(asOf?: AsOf): Promise<Snapshot>;
  /** All rows, in order of `orderBy` (the first column when left out). */
  rows(asOf?: AsOf, orderBy?: string): Promise<Row[]>;
  rowsOf(snapshot: Snapshot, orderBy?: string): Promise<Row[]>;
  close(): Promise<void>;
}

/** The name of a version's file in the log. */
export function logName(version: number, ending = "json"): string {
  return `_delta_log/${String(version).padStart(20, "0")}.${ending}`;
}

export const lines = (actions: readonly object[]): string => actions.map((action) => `${JSON.stringify(action)}\n`).join("");

export interface BuiltField { readonly name: string; readonly type: unknown; readonly nullable?: boolean; readonly metadata?: object }

/** The metaData of a schema, and a protocol; features make it 3/7. */
export function protocol(readerFeatures: readonly string[] = [], writerFeatures: readonly string[] = readerFeatures): LogAction {
  if (readerFeatures.length + writerFeatures.length === 0) return { protocol: { minReaderVersion: 1, minWriterVersion: 2 } };
  if (readerFeatures.length === 0) return { protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures } };
  return { protocol: { minReaderVersion: 3, minWriterVersion: 7, readerFeatures, writerFeatures } };
}

export function metaData(fields: readonly BuiltField[], more: { readonly partitionColumns?: readonly string[]; readonly configuration?: object } = {}): LogAction {
  const schema = { type: "struct", fields: fields.map((field) => ({ nullable: true, metadata: {}, ...field })) };
  return { metaData: { id: "00000000-0000-0000-0000-000000000001", format: { provider: "parquet", options: {} }, schemaString: JSON.stringify(schema), partitionColumns: [], configuration: {}, createdTime: 0, ...more } };
}

/** A new table directory without a log. */
export async function buildTable(): Promise<BuiltTable> {
  const directory = await mkdtemp(path.join(tmpdir(), "built-"));
  const table = path.join(directory, "table");
  const temporary = path.join(directory, "tmp");
  await mkdir(table);
  await mkdir(temporary);
  const store = openFiles(table);
  const engine = await openEngine({ readable: [table], temporary });
  const write: BuiltTable["write"] = async (name, content) => {
    await mkdir(path.dirname(path.join(table, name)), { recursive: true });
    await writeFile(path.join(table, name), content);
  };
  const rowsOf: BuiltTable["rowsOf"] = async (snapshot, orderBy) => await rowsOfSnapshot(engine, store, snapshot, orderBy);
  const snapshot: BuiltTable["snapshot"] = async (asOf) => await readSnapshot(store, "", asOf);
  return {
    directory: table, store, engine, write, rowsOf, snapshot,
    commit: (version, ...actions) => write(logName(version), lines(actions)),
    async add(name, sql, more = {}, ...options) {
      await writeParquet(path.join(table, name), sql, ...options);
      return { add: { path: encodeURI(name), partitionValues: {}, size: (await stat(path.join(table, name))).size, modificationTime: 0, dataChange: true, ...more } };
    },
    rows: async (asOf, orderBy) => await rowsOf(await snapshot(asOf), orderBy),
    async close() {
      await engine.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** Fails as a query does. */
async function rowsOfSnapshot(engine: Engine, store: Store, snapshot: Snapshot, orderBy?: string): Promise<Row[]> {
  const columns: readonly NamedType[] = snapshot.columns;
  try {
    const sql = await snapshotSql(engine, await readable(store, "", snapshot));
    return await readAll(engine, `SELECT * FROM (${sql}) ORDER BY ${quoteName(orderBy ?? columns[0]?.name ?? "")}`, columns);
  } catch (error) {
    throw engineFailure(error, { sql: "", ran: "", original: () => 0 });
  }
}
