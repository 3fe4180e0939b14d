/** One page of a result: at most so many rows, and whether more follow, known before the first byte is sent. */
import type { RecordBatch } from "apache-arrow";
import type { QueryResult } from "../query/request.ts";

/** How many rows are held to learn whether more follow; a longer page says that more may follow. */
const heldMax = 10_000;

export interface Page { readonly result: QueryResult; readonly more: boolean }

/** The first `limit` rows of a result that was asked for one row more. */
export async function readPage(result: QueryResult, limit: number): Promise<Page> {
  const iterator = result.batches[Symbol.asyncIterator]();
  const held: RecordBatch[] = [];
  let rows = 0;
  let next = await iterator.next();
  while (next.done !== true) {
    held.push(next.value);
    rows += next.value.numRows;
    if (rows > Math.min(limit, heldMax)) break;
    next = await iterator.next();
  }
  return { result: { ...result, batches: firstRows(held, iterator, limit) }, more: rows > limit || next.done !== true };
}

async function* firstRows(held: readonly RecordBatch[], iterator: AsyncIterator<RecordBatch>, limit: number): AsyncGenerator<RecordBatch> {
  let left = limit;
  try {
    for await (const batch of chained(held, iterator)) {
      if (left < batch.numRows) {
        if (left > 0) yield batch.slice(0, left);
        return;
      }
      left -= batch.numRows;
      yield batch;
    }
  } finally {
    await iterator.return?.();
  }
}

async function* chained(held: readonly RecordBatch[], iterator: AsyncIterator<RecordBatch>): AsyncGenerator<RecordBatch> {
  yield* held;
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
}
