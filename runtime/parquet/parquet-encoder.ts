/**
 * Record batches as one Parquet file, row group by row group. The library's writer ends quietly when its source fails (the file then
 * lacks its footer), and does not tell its source when nobody reads on: both are seen to here.
 */
import type { RecordBatch, Schema } from "apache-arrow";
import { arrow } from "./arrow.ts";
import type { Table, WriterProperties } from "parquet-wasm";
import { streamWriter } from "./arrow-writers.ts";
import { parquetWasm } from "./wasm.ts";
import { writerProperties } from "./writer-properties.ts";

const groupRowsMax = 131_072;

/** The file's bytes as they come; ends by the error of `batches` when that fails. */
export async function* encodeParquetStream(schema: Schema, batches: AsyncIterable<RecordBatch>): AsyncGenerator<Uint8Array> {
  const groups = rowGroups(batches);
  let failed: { readonly error: unknown } | undefined;
  try {
    const first = await groups.next();
    if (first.done === true) return yield parquetWasm().writeParquet(wasmTable(schema, []), properties(schema));
    const waiting = [first.value];
    const source = new ReadableStream({
      async pull(controller) {
        try {
          const group = waiting.pop() ?? (await groups.next()).value;
          if (group === undefined) return controller.close();
          for (const batch of wasmTable(schema, group).recordBatches()) controller.enqueue(batch);
        } catch (error) {
          failed = { error };
          controller.close();
        }
      },
    }, { highWaterMark: 0 });
    for await (const chunk of await parquetWasm().transformParquetStream(source, properties(schema))) {
      if (failed === undefined) yield chunk;
    }
    if (failed !== undefined) throw failed.error;
  } finally {
    await groups.return(undefined);
  }
}

/** Batches gathered until they fill a row group. */
async function* rowGroups(batches: AsyncIterable<RecordBatch>): AsyncGenerator<RecordBatch[], undefined> {
  let group: RecordBatch[] = [];
  let rows = 0;
  for await (const batch of batches) {
    group.push(batch);
    rows += batch.numRows;
    if (rows < groupRowsMax) continue;
    yield group;
    [group, rows] = [[], 0];
  }
  if (rows > 0) yield group;
}

/** Into the library's own memory, by way of Arrow IPC. */
function wasmTable(schema: Schema, batches: readonly RecordBatch[]): Table {
  const writer = streamWriter();
  writer.reset(undefined, schema);
  // A batch with any other schema would end the library's stream, and quietly.
  for (const batch of batches) writer.write(new (arrow().RecordBatch)(schema, batch.data));
  writer.finish();
  return parquetWasm().Table.fromIPCStream(writer.toUint8Array(true));
}

function properties(schema: Schema): WriterProperties {
  return writerProperties(schema).setMaxRowGroupSize(groupRowsMax).build();
}
