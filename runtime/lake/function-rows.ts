/** Calls an author's row function and makes its rows Arrow batches of the declared columns. Rows are held against the columns as any others. */
import { setImmediate } from "node:timers/promises";
import { inspect } from "node:util";
import type { RecordBatch } from "apache-arrow";
import type { Table } from "../../compiler/ir/catalog.ts";
import { fullName } from "../../compiler/ir/names.ts";
import { createJudge } from "../governance/judge.ts";
import type { Judge } from "../governance/judge.ts";
import { refusalText } from "../governance/refusal.ts";
import { buildBatch } from "../parquet/arrow-build.ts";
import { Failure } from "../values/failure.ts";
import type { Row, Value } from "../values/value.ts";
import type { Functions } from "./contract.ts";
import type { HandedLake } from "./handed.ts";

/** Rows in a batch. */
const batchRows = 8192;

/** Calls the functions; FUNCTION_FAILED when one throws, is not there or answers with something else than rows. */
export function createFunctionRows(functions: Functions): (table: Table, parameters: readonly Value[], lake: HandedLake) => AsyncIterable<RecordBatch> {
  const judges = new Map<string, Judge>();
  return (table, parameters, lake) => {
    const name = fullName(table);
    const call = functions[name];
    if (call === undefined) throw new Failure("FUNCTION_FAILED", `The function of ${name} is not in generated/functions.`, { hint: "Run `neuralake compile`." });
    const judge = judges.getOrInsertComputed(name, () => createJudge(table));
    return batchesOf(table, judge, async () => rowsOf(name, await (call as (...values: readonly unknown[]) => unknown)(...argumentsOf(table, parameters, lake))));
  };
}

/** The parameters in their order, the lake among them where the function takes it. */
function argumentsOf({ source }: Table, parameters: readonly Value[], lake: HandedLake): readonly unknown[] {
  const position = source.kind === "rows" ? source.lake : undefined;
  return position === undefined ? parameters : [...parameters.slice(0, position), lake, ...parameters.slice(position)];
}

async function* batchesOf(table: Table, judge: Judge, run: () => Promise<Iterable<unknown> | AsyncIterable<unknown>>): AsyncGenerator<RecordBatch> {
  const name = fullName(table);
  try {
    let rows: Row[] = [];
    let built = 0;
    const build = (): RecordBatch => {
      const judged = judge(rows, (index) => `row ${built + index + 1}`);
      const [first] = judged.refusals.first;
      if (first !== undefined) throw new Failure("FUNCTION_FAILED", `The function of ${name} gave a row that is not as declared: ${refusalText(first)}`);
      built += rows.length;
      rows = [];
      return buildBatch(table.columns, judged.rows);
    };
    for await (const row of await run()) {
      rows.push(asRow(name, row));
      if (rows.length < batchRows) continue;
      yield build();
      // A function that waits for nothing would let nobody else of the process have a turn, nor whoever wants it to stop.
      await setImmediate();
    }
    if (rows.length > 0) yield build();
  } catch (cause) {
    if (cause instanceof Failure && cause.code === "FUNCTION_FAILED") throw cause;
    throw new Failure("FUNCTION_FAILED", `The function of ${name} failed: ${cause instanceof Error ? cause.message : given(cause)}`, { hint: "Its code stands in the catalog.", cause });
  }
}

function rowsOf(name: string, answer: unknown): Iterable<unknown> | AsyncIterable<unknown> {
  if (typeof answer === "object" && answer !== null && (Symbol.iterator in answer || Symbol.asyncIterator in answer)) return answer as Iterable<unknown>;
  throw new Failure("FUNCTION_FAILED", `The function of ${name} gave no rows but ${given(answer)}.`, { hint: "Return an array of rows." });
}

function asRow(name: string, row: unknown): Row {
  if (typeof row === "object" && row !== null && !Array.isArray(row)) return row as Row;
  throw new Failure("FUNCTION_FAILED", `The function of ${name} gave ${given(row)} for a row.`, { hint: "A row is an object with the table's columns." });
}

/** Anything at all, as a short text. */
function given(value: unknown): string {
  return typeof value === "object" && value !== null ? inspect(value, { depth: 0, maxArrayLength: 3, maxStringLength: 100, breakLength: Number.POSITIVE_INFINITY }) : String(value);
}
