/** Batches cut small, so that what is written of them at once stays small too. */
import type { RecordBatch } from "apache-arrow";

const rowsMax = 2048;

/** The same rows in the same order, at most a few thousand at a time; empty batches left out. */
export async function* rowSlices(batches: AsyncIterable<RecordBatch>): AsyncGenerator<RecordBatch> {
  for await (const batch of batches) {
    for (let start = 0; start < batch.numRows; start += rowsMax) {
      yield batch.numRows <= rowsMax ? batch : batch.slice(start, start + rowsMax);
    }
  }
}
