/**
 * The facts the site shows of a lake: counts, versions, a few rows and a profile of each table, asked of an open lake. A table that
 * cannot be read gets a `problem` in words; the others are none the worse. Values of personal columns never leave the lake here.
 */
import type { RecordBatch } from "apache-arrow";
import type { Catalog, Table } from "../compiler/ir/catalog.ts";
import type { NamedType } from "../compiler/ir/column-type.ts";
import { allTables, fullName, quoteName } from "../compiler/ir/names.ts";
import { isKept } from "../compiler/ir/sources.ts";
import type { Facts, Sample, TableFacts, VersionFacts } from "./facts/contract.ts";
import { profileTable } from "./facts/profile.ts";
import type { HistoryEntry, Lake, TableState } from "./lake/contract.ts";
import { readRows } from "./parquet/arrow-rows.ts";
import { Failure } from "./values/failure.ts";
import { toJson } from "./values/json.ts";
import type { Row, Value } from "./values/value.ts";

export type { Facts } from "./facts/contract.ts";

const sampleRows = 8;

export interface FactsOptions {
  /** The time the facts are said to be of. */
  readonly now?: Date;
  /** How long the questions about one table may take in all; then the others go on without it. */
  readonly patienceMs?: number;
}

/** Asks the lake about every table of its catalog, one after another. */
export async function collectFacts(lake: Pick<Lake, "catalog" | "query" | "states" | "history">, options: FactsOptions = {}): Promise<Facts> {
  const { now = new Date(), patienceMs = 60_000 } = options;
  const states = new Map((await lake.states()).map((state) => [state.table, state]));
  const personal = personalTables(lake.catalog);
  const tables: [string, TableFacts][] = [];
  for (const table of allTables(lake.catalog)) {
    tables.push([fullName(table), await tableFacts({ lake, personal, patienceMs }, table, states.get(fullName(table)))]);
  }
  return { format: 1, collected: now.toISOString(), tables: Object.fromEntries(tables) };
}

interface Inquiry {
  readonly lake: Pick<Lake, "query" | "history">;
  /** Tables whose rows could carry personal values of others. */
  readonly personal: ReadonlySet<string>;
  readonly patienceMs: number;
}

async function tableFacts(inquiry: Inquiry, table: Table, state: TableState | undefined): Promise<TableFacts> {
  const known: TableFacts = {
    rows: state?.rows ?? null, bytes: state?.bytes ?? null, files: state?.files ?? null, version: state?.version ?? null,
    committed: state?.committed == null ? null : new Date(state.committed).toISOString(), versions: [], sample: null,
  };
  if (state !== undefined && !state.exists) return { ...known, problem: isKept(table.source) ? "The table is declared and not created yet; `neuralake apply` creates it." : "Its files are not there." };
  try {
    const versions = isKept(table.source) ? (await inquiry.lake.history(fullName(table))).map(versionFacts) : [];
    return { ...known, versions, ...await rowFacts(inquiry, table, known) };
  } catch (error) {
    return { ...known, problem: problemText(error, inquiry.patienceMs) };
  }
}

/** Rows, profile and sample: of tables that answer without being given anything. */
async function rowFacts({ lake, personal, patienceMs }: Inquiry, table: Table, known: TableFacts): Promise<Partial<TableFacts>> {
  const parameters = "parameters" in table.source ? table.source.parameters : [];
  if (parameters.some((parameter) => parameter.default === undefined)) return {};
  if (personal.has(fullName(table))) return { withheld: "It reads tables that hold personal data, so neither its rows nor its values are shown." };
  const signal = AbortSignal.timeout(patienceMs);
  // A profile looks at all rows, and nobody's server is emptied for a drawing.
  if (table.source.kind === "postgres") return { sample: await sampleOf(lake, table, signal) };
  const ask = async (sql: string): Promise<Row> => {
    const row = (await rowsOf(lake, sql, signal)).rows[0];
    if (row === undefined) throw new Error(`${fullName(table)} gave no answer to an aggregate query`);
    return row;
  };
  const values = await profileTable(table, known.rows, ask);
  return { values, rows: known.rows ?? (values.whole ? values.looked : null), sample: await sampleOf(lake, table, signal) };
}

async function sampleOf(lake: Inquiry["lake"], table: Table, signal: AbortSignal): Promise<Sample> {
  const shown = table.columns.filter((column) => column.pii === undefined).map((column) => column.name);
  if (shown.length === 0) return { columns: [], rows: [] };
  const sql = `SELECT ${shown.map(quoteName).join(", ")} FROM ${quoteName(table.database)}.${quoteName(table.name)} LIMIT ${sampleRows}`;
  const { columns, rows } = await rowsOf(lake, sql, signal);
  return { columns: shown, rows: rows.map((row) => columns.map((column) => cellText(column, row[column.name] ?? null))) };
}

async function rowsOf(lake: Inquiry["lake"], sql: string, signal: AbortSignal): Promise<{ columns: readonly NamedType[]; rows: Row[] }> {
  const result = await lake.query({ sql, signal });
  const rows: Row[] = [];
  for await (const batch of result.batches as AsyncIterable<RecordBatch>) rows.push(...readRows(result.columns, batch));
  return { columns: result.columns, rows };
}

/** A value in its JSON spelling, text without quotes. */
function cellText(column: NamedType, value: Value): string | null {
  if (value === null) return null;
  const json = toJson(column.type, value);
  return typeof json === "string" ? json : JSON.stringify(json);
}

function versionFacts({ version, timestamp, operation, operationMetrics }: HistoryEntry): VersionFacts {
  const rows = rowsMore(operationMetrics ?? {});
  return { version, timestamp, operation: operation ?? "unnamed", ...(Number.isFinite(rows) ? { rows } : {}) };
}

/** By how many rows a version has more than the one before; not a number where it does not say. Rows that come out of a merge are also those that it left as they were. */
function rowsMore(metrics: NonNullable<HistoryEntry["operationMetrics"]>): number {
  const of = (name: string): number => Number(metrics[name] ?? Number.NaN);
  if (metrics["numTargetRowsInserted"] !== undefined) return of("numTargetRowsInserted") - of("numTargetRowsDeleted");
  return metrics["numOutputRows"] === undefined ? 0 - of("numDeletedRows") : of("numOutputRows");
}

/** Tables worked out from personal columns of others, at any distance: their rows could carry them. */
function personalTables(catalog: Catalog): ReadonlySet<string> {
  const tables = allTables(catalog);
  const carriers = new Set(tables.filter((table) => table.columns.some((column) => column.pii !== undefined)).map(fullName));
  const derived = new Set<string>();
  for (let found = true; found;) {
    found = false;
    for (const table of tables) {
      if (derived.has(fullName(table)) || !("sql" in table.source)) continue;
      const named = table.source.sql.parts.flatMap((part) => (typeof part === "object" && "table" in part ? [part.table] : []));
      const reads = [...named, ...table.source.reads ?? []];
      if (!reads.some((name) => carriers.has(name) || derived.has(name))) continue;
      derived.add(fullName(table));
      found = true;
    }
  }
  return derived;
}

/** Whatever goes wrong with one table is told on its page; the site is never the worse for it. */
function problemText(error: unknown, patienceMs: number): string {
  if (error instanceof Failure) return error.hint === undefined ? error.message : `${error.message} (${error.hint})`;
  if (!(error instanceof Error)) return String(error);
  return error.name === "TimeoutError" || error.name === "AbortError" ? `Reading it took longer than ${patienceMs / 1000} s.` : error.message;
}
