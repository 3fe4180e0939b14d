/** Rows of one table, in whichever form they are wanted. */
import type { RecordBatch } from "apache-arrow";
import { readRows } from "../../parquet/arrow-rows.ts";
import { tableOf } from "../../parquet/arrow-table.ts";
import type { AsOf, QueryResult } from "../../query/request.ts";
import { Failure } from "../../values/failure.ts";
import type { ReadAsOf, Rows } from "./contract.ts";

/** Rows that `ask` gives, which is asked once for each time they are read. */
export function rowsOf<R>(ask: () => Promise<QueryResult>): Rows<R> {
  async function* read(): AsyncGenerator<R> {
    const { columns, batches } = await ask();
    // The type of a row is what the program says of its table.
    for await (const batch of batches) yield* readRows(columns, batch) as R[];
  }
  return {
    [Symbol.asyncIterator]: read,
    toArray: async () => await Array.fromAsync(read()),
    async *batches(): AsyncGenerator<RecordBatch> {
      yield* (await ask()).batches;
    },
    async toArrow() {
      const { columns, batches } = await ask();
      return await tableOf(columns, batches);
    },
  };
}

/** The state that is asked for; undefined for the table's own. PARAMETER_INVALID for a version that is none, and where both are given. */
export function asOfFrom({ version, timestamp }: ReadAsOf): AsOf | undefined {
  if (version !== undefined && timestamp !== undefined) throw new Failure("PARAMETER_INVALID", `Both version ${version} and the time ${String(timestamp)} were asked for.`, { hint: "Ask for one of them.", place: { parameter: "timestamp" } });
  if (version !== undefined) return { version: requireWhole("version", version) };
  return timestamp === undefined ? undefined : { timestamp: String(timestamp) };
}

/** A whole number from 0. PARAMETER_INVALID. */
export function requireWhole(parameter: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new Failure("PARAMETER_INVALID", `The ${parameter} cannot be ${value}.`, { hint: "Give a whole number from 0.", place: { parameter, value: String(value) } });
}
