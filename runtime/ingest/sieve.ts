/**
 * Messages judged one by one: what stands becomes the bytes of data files, what cannot be a row is refused with its reason. Nothing that
 * a message says stops the others.
 */
import { setImmediate as turn } from "node:timers/promises";
import type { Table } from "../../compiler/ir/catalog.ts";
import { fullName } from "../../compiler/ir/names.ts";
import { encodeRows } from "../delta/commit/append.ts";
import { withMade } from "../delta/commit/made-rows.ts";
import { madeColumns } from "../delta/rules/made-columns.ts";
import type { EncodedFile } from "../delta/commit/append.ts";
import type { Snapshot } from "../delta/snapshot/snapshot.ts";
import { failedRows } from "../governance/checks.ts";
import { createRowJudge } from "../governance/judge.ts";
import { brokenText } from "../governance/refusal.ts";
import { buildBatch } from "../parquet/arrow-build.ts";
import type { Engine } from "../query/engine.ts";
import { rowJudge } from "../query/judge-rows.ts";
import { valueMaker } from "../query/make-values.ts";
import { Failure } from "../values/failure.ts";
import type { Row } from "../values/value.ts";
import { createMessageReader } from "./message-row.ts";
import type { Message, Refused } from "./message.ts";
import { wholeReader } from "./whole-rows.ts";

export interface Sifted {
  readonly files: readonly EncodedFile[];
  readonly rows: number;
  readonly refused: readonly Refused[];
  /** Rows kept that a check warns of, by its name. */
  readonly warned: ReadonlyMap<string, number>;
}

/** Judges messages and encodes their rows for the table as of a snapshot. */
export type Sieve = (messages: readonly Message[], snapshot: Snapshot) => Promise<Sifted>;

interface Reading { readonly message: Message; readonly row: Row }

/** Messages read before others get their turn: a heartbeat must not wait for a large batch. */
const readAtOnce = 5_000;

/** The sieve of a table; make it once, use it often. `engine` is started only for a table that has checks. */
export function createSieve(table: Table, engine: () => Promise<Engine>): Sieve {
  const read = createMessageReader(table);
  const judge = createRowJudge(table);
  const paths = new Map(table.columns.map(({ name, from }) => [name, from ?? name]));
  return async (messages, snapshot) => {
    const makes = madeColumns(snapshot, fullName(table)).length > 0;
    const readWhole = makes ? await wholeReader(read, messages, (rows) => withMade(snapshot, rows, fullName(table), valueMaker(engine))) : read;
    const refused: Refused[] = [];
    const readings: Reading[] = [];
    for (const [index, message] of messages.entries()) {
      if (index % readAtOnce === readAtOnce - 1) await turn();
      const verdict = verdictOf(readWhole, judge, paths, message);
      if (typeof verdict === "string") refused.push(refusal(message, verdict));
      else readings.push({ message, row: verdict });
    }
    const checked = await checkAll(table, engine, snapshot, readings);
    return { files: checked.files, rows: checked.rows, warned: checked.warned, refused: [...refused, ...checked.refused].toSorted((left, right) => left.partition - right.partition || left.offset - right.offset) };
  };
}

/** The row of a message, or why there is none; `paths` says where in a message a column's value stands. */
function verdictOf(read: (message: Message) => Row, judge: ReturnType<typeof createRowJudge>, paths: ReadonlyMap<string, string>, message: Message): Row | string {
  try {
    const verdict = judge(read(message));
    if ("row" in verdict) return verdict.row;
    return `${verdict.column === undefined ? "" : `${paths.get(verdict.column) ?? verdict.column}: `}${brokenText(verdict)}`;
  } catch (error) {
    if (error instanceof Failure && error.code === "VALUE_INVALID") return error.message;
    throw error;
  }
}

/** By the checks of the table, and by what its columns can hold. Rows over which these themselves fail are found one by one. */
async function checkAll(table: Table, engine: () => Promise<Engine>, snapshot: Snapshot, readings: readonly Reading[]): Promise<Sifted> {
  const check = (some: readonly Reading[]): Promise<Sifted> => checkTogether(table, engine, snapshot, some);
  const whole = await orReason(check(readings));
  if (typeof whole !== "string") return whole;
  const unfit = await isolate(check, readings, whole);
  const fit = await check(readings.filter((reading) => !unfit.has(reading)));
  return { ...fit, refused: [...fit.refused, ...[...unfit].map(([{ message }, reason]) => refusal(message, reason))] };
}

async function checkTogether(table: Table, engine: () => Promise<Engine>, snapshot: Snapshot, readings: readonly Reading[]): Promise<Sifted> {
  const rows = readings.map(({ row }) => row);
  const failed = table.checks.length === 0 || rows.length === 0 ? [] : await failedRows(await engine(), table, buildBatch(table.columns, rows));
  const refused: Refused[] = [];
  const warned = new Map<string, number>();
  const out = new Set<number>();
  for (const { row, checks } of failed) {
    const hard = checks.filter(({ onFail }) => onFail !== "warn");
    for (const { name } of hard.length > 0 ? [] : checks) warned.set(name, (warned.get(name) ?? 0) + 1);
    const message = readings[row]?.message;
    if (hard.length === 0 || message === undefined) continue;
    out.add(row);
    refused.push(refusal(message, hard.map(({ name }) => name).join(", ")));
  }
  const kept = out.size === 0 ? rows : rows.filter((_row, index) => !out.has(index));
  return { files: kept.length === 0 ? [] : await encodeRows(snapshot, kept, fullName(table), rowJudge(engine)), rows: kept.length, refused, warned };
}

/** What came of it, or in words why single rows must be to blame. */
async function orReason<T>(judged: Promise<T>): Promise<T | string> {
  try {
    return await judged;
  } catch (error) {
    if (error instanceof Failure && ["VALUE_INVALID", "SQL_INVALID", "ROWS_REFUSED"].includes(error.code)) return error.message;
    throw error;
  }
}

/** Of rows that fail together for a `reason`, those that fail alone: found by halves. */
async function isolate(check: (some: readonly Reading[]) => Promise<Sifted>, readings: readonly Reading[], reason: string): Promise<ReadonlyMap<Reading, string>> {
  const [only, second] = readings;
  if (only === undefined) return new Map();
  if (second === undefined) return new Map([[only, reason]]);
  const middle = Math.ceil(readings.length / 2);
  const found = new Map<Reading, string>();
  for (const half of [readings.slice(0, middle), readings.slice(middle)]) {
    const judged = await orReason(check(half));
    if (typeof judged === "string") for (const [reading, why] of await isolate(check, half, judged)) found.set(reading, why);
  }
  return found;
}

function refusal({ partition, offset, value, key }: Message, reason: string): Refused {
  // What a message is quoted with may have been cut in the middle of a character.
  return { partition, offset, reason: reason.toWellFormed(), payload: value ?? new Uint8Array(), key };
}
