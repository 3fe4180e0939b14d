/** Appending: rows become durable data files with their statistics, then one commit names them all (protocol, "Add File and Remove File"). */
import { setImmediate as turn } from "node:timers/promises";
import { atMost } from "../../storage/at-most.ts";
import { putFresh } from "../../storage/put-fresh.ts";
import type { Store } from "../../storage/store.ts";
import { buildBatch } from "../../parquet/arrow-build.ts";
import { arrowSchema } from "../../parquet/arrow-schema.ts";
import { columnViews } from "../../parquet/column-view.ts";
import { encodeParquet } from "../../parquet/parquet-file.ts";
import { Failure } from "../../values/failure.ts";
import type { Row } from "../../values/value.ts";
import type { Action, AddFile, Txn } from "../actions/actions.ts";
import { physicalValues, storedColumns } from "../schema/column-mapping.ts";
import type { BrokenRules, FileStatistics, JudgeRows, WrittenFile } from "../engine.ts";
import { rulesMark, rulesOf } from "../rules/table-rules.ts";
import { below, encodePath, newDataPath } from "../actions/file-paths.ts";
import { groupRows } from "../schema/partition-values.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { indexedColumns } from "../statistics/indexed-columns.ts";
import { statisticsOf, statisticsText } from "../statistics/statistics.ts";
import { requireMade } from "./made-rows.ts";
import { requireAppendable } from "../features/features.ts";
import { commit } from "./transaction.ts";
import type { CommitOptions, CommitOutcome } from "./transaction.ts";

/** A data file of one partition before it is in a store. */
export interface EncodedFile extends WrittenFile { readonly bytes: Uint8Array }

/** Writes rows as one durable file a partition, not yet part of the table. VALUE_INVALID, ROWS_REFUSED before anything is written when a value does not fit; `judge` is for tables with rules in SQL. */
export async function writeRows(store: Store, location: string, snapshot: Snapshot, rows: readonly Row[], judge?: JudgeRows, place?: (index: number) => string): Promise<WrittenFile[]> {
  const files = await encodeRows(snapshot, rows, store.locate(location), judge, place);
  // Statistics are told while the disk, or the network, is at work: once that has its orders.
  const [, written] = await Promise.all([storeFiles(store, location, files), turn().then(() => files.map(withoutBytes))]);
  return written;
}

function withoutBytes({ path, size, partitionValues, statistics, judged }: EncodedFile): WrittenFile {
  return { path, size, partitionValues, statistics, ...(judged === undefined ? {} : { judged }) };
}

/**
 * Rows as the bytes of one file a partition, whose statistics are told when first asked for. VALUE_INVALID when a value does not fit its column,
 * ROWS_REFUSED when a row breaks a rule of the table, DELTA_UNSUPPORTED_FEATURE for rules that cannot be judged; messages say `where` the table is and a row's `place`.
 */
export async function encodeRows(snapshot: Snapshot, rows: readonly Row[], where: string, judge?: JudgeRows, place: (index: number) => string = (index) => `row ${index + 1}`): Promise<EncodedFile[]> {
  requireAppendable(snapshot, where);
  requireMade(snapshot, rows, where);
  const judged = await judgeRows(snapshot, rows, where, judge, place);
  const { columns: kept, physical } = storedColumns(snapshot);
  const schema = arrowSchema(physical);
  const indexed = indexedColumns(snapshot);
  return groupRows(snapshot.columns, snapshot.partitionColumns, rows).map((partition) => {
    const batch = buildBatch(kept, partition.rows, schema, (index) => (partition.places[index] ?? index) + 1);
    const values = physicalValues(snapshot, partition.values);
    const bytes = encodeParquet(batch);
    let told: FileStatistics | undefined;
    return {
      path: newDataPath(values), size: bytes.length, partitionValues: values, ...(judged === undefined ? {} : { judged }), bytes,
      get statistics() { return (told ??= statisticsOf(physical, columnViews(batch), batch.numRows, indexed)); },
    };
  });
}

/** Holds rows against the rules of the table; what they were held against, where there is any. */
async function judgeRows(snapshot: Snapshot, rows: readonly Row[], where: string, judge: JudgeRows | undefined, place: (index: number) => string): Promise<string | undefined> {
  const mark = rulesMark(snapshot);
  if (mark === undefined) return undefined;
  const rules = rulesOf(snapshot, where);
  if (judge === undefined) throw unjudged(where);
  const broken = await judge(buildBatch(snapshot.columns, rows), rules);
  if (broken.rows > 0) throw rulesBroken(where, broken, place);
  return mark;
}

function rulesBroken(where: string, { rows, first }: BrokenRules, place: (index: number) => string): Failure {
  const lines = first.map(({ row, rule, values }) => `  ${place(row)}: ${values === "" ? "" : `${values} `}breaks ${rule.name}: ${rule.sql}`);
  return new Failure("ROWS_REFUSED", [`${where} refuses ${rows === 1 ? "1 row" : `${rows} rows`}; nothing was written.`, ...lines, ...(rows > lines.length ? [`  and ${rows - lines.length} more`] : [])].join("\n"), {
    hint: "Mend the rows, or change the rule of the table with the engine that made it.", place: { value: first[0]?.values ?? "" },
  });
}

function unjudged(where: string): Failure {
  return new Failure("DELTA_UNSUPPORTED_FEATURE", `${where} has rules for its rows, and these were not held against them.`, { place: { value: "checkConstraints" }, hint: "Append through the lake." });
}

const putsAtOnce = 16;

/** Makes the files durable, all or none: what was written before one failed is taken back. No version names them yet. */
export async function storeFiles(store: Store, location: string, files: readonly EncodedFile[]): Promise<void> {
  const turn = atMost(putsAtOnce);
  const puts = await Promise.allSettled(files.map(({ path, bytes }) => turn(async () => {
    const object = below(location, path);
    await putFresh(store, object, bytes);
    return object;
  })));
  const failed = puts.find((put) => put.status === "rejected");
  if (failed === undefined) return;
  for (const put of puts) if (put.status === "fulfilled") await store.remove(put.value);
  throw failed.reason;
}

export interface AppendOptions extends Pick<CommitOptions, "expects" | "after"> {
  /** Marks of applications that must not be committed twice (protocol, "Transaction Identifiers"). */
  readonly transactions?: readonly Txn[];
  /** Said in the history beside the mode. */
  readonly parameters?: { readonly [name: string]: unknown };
}

/** Commits files to the table as of `base`: durable ones, or such as are `after` it, which is over when this is. DELTA_UNSUPPORTED_FEATURE for a table that asks of its rows what was not judged. */
export async function appendFiles(store: Store, location: string, base: Snapshot, files: readonly WrittenFile[], options: AppendOptions = {}): Promise<CommitOutcome> {
  const over = Promise.allSettled([options.after]);
  try {
    // The files are on their way before anything else is worked out.
    if (options.after !== undefined) await turn();
    return await commitFiles(store, location, base, files, options);
  } finally {
    await over;
  }
}

async function commitFiles(store: Store, location: string, base: Snapshot, files: readonly WrittenFile[], options: AppendOptions): Promise<CommitOutcome> {
  requireAppendable(base, store.locate(location));
  const mark = rulesMark(base);
  if (mark !== undefined && files.some(({ judged }) => judged !== mark)) throw unjudged(store.locate(location));
  const actions: Action[] = [...(options.transactions ?? []).map((txn) => ({ txn })), ...files.map((file) => ({ add: addOf(file, true) }))];
  return await commit(store, location, base, actions, {
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
