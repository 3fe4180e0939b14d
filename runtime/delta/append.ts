/** Appending: rows become durable data files with their statistics, then one commit names them all. */
import { atMost } from "../storage/at-most.ts";
import type { Store } from "../storage/store.ts";
import { buildBatch } from "../parquet/arrow-build.ts";
import { arrowSchema } from "../parquet/arrow-schema.ts";
import { columnViews } from "../parquet/column-view.ts";
import { encodeParquet } from "../parquet/parquet-file.ts";
import { Failure } from "../values/failure.ts";
import type { Row } from "../values/value.ts";
import type { Action, AddFile, Txn } from "./actions.ts";
import { physicalValues, storedColumns } from "./column-mapping.ts";
import type { WrittenFile } from "./engine.ts";
import { below, encodePath, newDataPath } from "./file-paths.ts";
import { groupRows } from "./partition-values.ts";
import type { Snapshot } from "./snapshot.ts";
import { statisticsOf, statisticsText } from "./statistics.ts";
import { commit } from "./transaction.ts";
import type { CommitOptions, CommitOutcome } from "./transaction.ts";

/** Writes rows as one durable file a partition, not yet part of the table. VALUE_INVALID before anything is written when a value does not fit. */
export async function writeRows(store: Store, location: string, snapshot: Snapshot, rows: readonly Row[]): Promise<WrittenFile[]> {
  const { columns: kept, physical } = storedColumns(snapshot);
  const schema = arrowSchema(physical);
  const encoded = groupRows(snapshot.columns, snapshot.partitionColumns, rows).map((partition) => {
    const batch = buildBatch(kept, partition.rows, schema, (index) => (partition.places[index] ?? index) + 1);
    const values = physicalValues(snapshot, partition.values);
    return { values, statistics: statisticsOf(physical, columnViews(batch), batch.numRows), bytes: encodeParquet(batch), path: newDataPath(values) };
  });
  await putAll(store, encoded.map(({ path, bytes }) => ({ path: below(location, path), bytes })));
  return encoded.map(({ path, bytes, values, statistics }) => ({ path, size: bytes.length, partitionValues: values, statistics }));
}

const putsAtOnce = 16;

/** Makes new objects durable, all or none: what was written before one failed is taken back. */
async function putAll(store: Store, objects: readonly { readonly path: string; readonly bytes: Uint8Array }[]): Promise<void> {
  const turn = atMost(putsAtOnce);
  const puts = await Promise.allSettled(objects.map(({ path, bytes }) => turn(async () => {
    if ((await store.putIfAbsent(path, bytes)) === "exists") throw new Failure("STORE_FAILED", `${store.locate(path)} is there already, and no object is ever replaced.`);
    return path;
  })));
  const failed = puts.find((put) => put.status === "rejected");
  if (failed === undefined) return;
  for (const put of puts) if (put.status === "fulfilled") await store.remove(put.value);
  throw failed.reason;
}

export interface AppendOptions extends Pick<CommitOptions, "expects"> {
  /** Marks of applications that must not be committed twice (protocol, "Transaction Identifiers"). */
  readonly transactions?: readonly Txn[];
  /** Said in the history beside the mode. */
  readonly parameters?: { readonly [name: string]: unknown };
}

/** Commits durable files to the table as of `base`. */
export function appendFiles(store: Store, location: string, base: Snapshot, files: readonly WrittenFile[], options: AppendOptions = {}): Promise<CommitOutcome> {
  const actions: Action[] = [...(options.transactions ?? []).map((txn) => ({ txn })), ...files.map((file) => ({ add: addOf(file, true) }))];
  return commit(store, location, base, actions, {
    operation: "WRITE",
    parameters: { mode: "Append", partitionBy: JSON.stringify(base.partitionColumns), ...options.parameters },
    metrics: {
      numFiles: files.length,
      numOutputRows: files.reduce((sum, file) => sum + file.statistics.numRecords, 0),
      numOutputBytes: files.reduce((sum, file) => sum + file.size, 0),
    },
  }, options);
}

/** A written file as the log names it; `dataChange` is false for rows that the table had before in other files. */
export function addOf(file: WrittenFile, dataChange: boolean): AddFile {
  return {
    path: encodePath(file.path),
    partitionValues: file.partitionValues,
    size: file.size,
    modificationTime: Date.now(),
    dataChange,
    stats: statisticsText(file.statistics),
  };
}
