/** Rows into a table that nobody declared: completed and judged by what its own log asks, written, and committed behind whatever others commit meanwhile. */
import type { RecordBatch, Table as ArrowTable } from "apache-arrow";
import { encodeRows, storeFiles, writeRows } from "../../delta/commit/append.ts";
import type { AppendOptions } from "../../delta/commit/append.ts";
import { withMade } from "../../delta/commit/made-rows.ts";
import type { CommitOutcome } from "../../delta/commit/transaction.ts";
import type { WrittenFile } from "../../delta/engine.ts";
import type { Snapshot } from "../../delta/snapshot/snapshot.ts";
import { createJudge } from "../../governance/judge.ts";
import { rowsRefused } from "../../governance/refusal.ts";
import type { Engine } from "../../query/engine.ts";
import { readArrowBatches } from "../../query/formats/arrow-reader.ts";
import { rowJudge } from "../../query/judge-rows.ts";
import { valueMaker } from "../../query/make-values.ts";
import type { Row } from "../../values/value.ts";
import { catalogOf } from "../peek.ts";
import { removeFiles } from "../placed.ts";
import type { PlacedTables } from "../placed.ts";
import type { Place } from "../places.ts";
import { requireOwnRows } from "../targets.ts";
import type { AppendOutcome, AppendTableOptions } from "./contract.ts";

export interface Writing { readonly place: Place; readonly tables: PlacedTables; readonly engine: () => Promise<Engine> }

export type RowSource = Iterable<Row> | AsyncIterable<Row> | ArrowTable | RecordBatch;

/** Rows judged, and written as files, at a time. */
const chunkRows = 100_000;
/** Times that rows at hand are written anew because somebody changed the table first. */
const triesMax = 50;

/** Appends rows. ROWS_REFUSED, VALUE_INVALID, DELTA_UNSUPPORTED_FEATURE, STORE_FAILED leave the table as it was. */
export async function appendToTable(writing: Writing, source: RowSource, { transaction }: AppendTableOptions): Promise<AppendOutcome> {
  const { place, tables } = writing;
  const base = tables.heldAt(place) ?? (await tables.readToWriteAt(place));
  requireOwnRows(place, base);
  const chunks = chunksOf(rowsIn(source, base));
  try {
    const first = await chunks.next();
    const rows = first.done === true ? [] : first.value;
    const following = rows.length < chunkRows ? undefined : await chunks.next();
    return await appendBehind(writing, base, { rows, following: following?.done === false ? { next: following.value, chunks } : undefined, transaction });
  } finally {
    // Rows that nobody asks for any more end their source.
    await chunks.return(undefined);
  }
}

interface Appending {
  readonly transaction: AppendTableOptions["transaction"] | undefined;
  /** At hand. */
  readonly rows: readonly Row[];
  /** Those behind them, where they are too many to be held. */
  readonly following: { readonly next: readonly Row[]; readonly chunks: AsyncGenerator<Row[]> } | undefined;
}

async function appendBehind(writing: Writing, first: Snapshot, { rows, following, transaction }: Appending): Promise<AppendOutcome> {
  for (let base = first, tries = 1; ; tries += 1) {
    if (transaction !== undefined && (base.transactions.get(transaction.appId) ?? Number.NEGATIVE_INFINITY) >= transaction.version) return { kind: "repeated", version: base.version };
    if (rows.length === 0 && transaction === undefined) return { kind: "committed", version: base.version, rows: 0 };
    const options = transaction === undefined ? {} : { transactions: [{ ...transaction, lastUpdated: Date.now() }] };
    const { outcome, count } = following === undefined ? await appendAtHand(writing, base, rows, options) : await appendChunks(writing, base, [rows, following.next], following.chunks, options);
    if (outcome.kind === "committed") return { kind: "committed", version: outcome.version, rows: count };
    if (outcome.kind === "unknown") return outcome;
    if (following !== undefined || tries >= triesMax) return { kind: "conflict", version: outcome.version, reason: outcome.reason };
    base = await writing.tables.readToWriteAt(writing.place);
  }
}

interface Appended { readonly outcome: CommitOutcome; readonly count: number }

/** The commit's text is put beside the files. */
async function appendAtHand(writing: Writing, base: Snapshot, given: readonly Row[], options: AppendOptions): Promise<Appended> {
  const { place: { store, location, directory }, tables, place } = writing;
  const rows = await judgedRows(writing, base, given, 0);
  const files = rows.length === 0 ? [] : await encodeRows(base, rows, directory, rowJudge(writing.engine));
  return { outcome: await tables.commitAt(place, base, files, { ...options, after: storeFiles(store, location, files) }), count: rows.length };
}

/** Rows that are too many to be held: each chunk becomes durable, then one commit names all. */
async function appendChunks(writing: Writing, base: Snapshot, begun: readonly (readonly Row[])[], chunks: AsyncGenerator<Row[]>, options: AppendOptions): Promise<Appended> {
  const { place, tables, engine } = writing;
  const files: WrittenFile[] = [];
  let count = 0;
  const write = async (chunk: readonly Row[]): Promise<void> => {
    const from = count;
    const rows = await judgedRows(writing, base, chunk, from);
    files.push(...(await writeRows(place.store, place.location, base, rows, rowJudge(engine), (index) => `row ${from + index + 1}`)));
    count += rows.length;
  };
  try {
    for (const chunk of begun) await write(chunk);
    for await (const chunk of chunks) await write(chunk);
  } catch (error) {
    await removeFiles(place, files);
    throw error;
  }
  return { outcome: await tables.commitAt(place, base, files, options), count };
}

/** The rows with all columns of the table, none of which is of another type, or null where it must not be. */
async function judgedRows({ place: { directory }, engine }: Writing, base: Snapshot, given: readonly Row[], from: number): Promise<readonly Row[]> {
  const made = await withMade(base, given, directory, valueMaker(engine));
  const judge = createJudge(catalogOf(directory, base.columns, base.partitionColumns).table);
  const { rows, refusals } = judge(made, (index) => `row ${from + index + 1}`);
  if (refusals.rows > 0) throw rowsRefused(directory, refusals, undefined, `Its columns are ${base.columns.map(({ name }) => name).join(", ")}; \`describe()\` tells their types.`);
  return rows;
}

function rowsIn(source: RowSource, { columns }: Snapshot): Iterable<Row> | AsyncIterable<Row> {
  if ("batches" in source) return readArrowBatches(source.schema, source.batches, columns);
  return "numRows" in source ? readArrowBatches(source.schema, [source], columns) : source;
}

/** Some at a time. */
export async function* chunksOf(rows: Iterable<Row> | AsyncIterable<Row>): AsyncGenerator<Row[]> {
  let chunk: Row[] = [];
  for await (const row of rows) {
    if (chunk.push(row) < chunkRows) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
