/** Record batches as Arrow IPC (Arrow columnar format, "Serialization and Interprocess Communication"), a batch at a time, no faster than the bytes are taken. */
import type { AsyncByteQueue, RecordBatch, Schema } from "apache-arrow";
import { arrow } from "./arrow.ts";
import { fileWriter, streamWriter } from "./arrow-writers.ts";

/** A sink, and what empties it in between of all that was written since the last time: the library's own queue only ends when the writer does. */
function drainedQueue(): { readonly sink: AsyncByteQueue; drain(): Uint8Array } {
  let chunks: Uint8Array[] = [];
  const sink = new (arrow().AsyncByteQueue)();
  sink.write = (chunk: ArrayBufferView) => {
    if (chunk.byteLength > 0) chunks.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  };
  return {
    sink,
    drain() {
      const bytes = Buffer.concat(chunks);
      chunks = [];
      return bytes;
    },
  };
}

/** The streaming format; or the file format, with its footer. The first chunk holds the schema and the first batch. */
export async function* encodeArrow(schema: Schema, batches: AsyncIterable<RecordBatch>, kind: "stream" | "file"): AsyncGenerator<Uint8Array> {
  const { sink, drain } = drainedQueue();
  const writer = kind === "stream" ? streamWriter() : fileWriter();
  writer.reset(sink, schema);
  for await (const batch of batches) {
    // A batch with any other schema would end the library's stream, and quietly.
    writer.write(new (arrow().RecordBatch)(schema, batch.data));
    yield drain();
  }
  writer.finish();
  yield drain();
}
