/** Record batches as Arrow IPC (Arrow columnar format, "Serialization and Interprocess Communication"), a batch at a time, no faster than the bytes are taken. */
import { AsyncByteQueue, RecordBatch } from "apache-arrow";
import type { Schema } from "apache-arrow";
import { FileWriter, StreamWriter } from "./arrow-writers.ts";

/** A sink that can be emptied in between: the library's own queue only ends when the writer does. */
class DrainedQueue extends AsyncByteQueue {
  #chunks: Uint8Array[] = [];

  override write(chunk: ArrayBufferView): void {
    if (chunk.byteLength > 0) this.#chunks.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  }

  /** Everything written since the last time. */
  drain(): Uint8Array {
    const bytes = Buffer.concat(this.#chunks);
    this.#chunks = [];
    return bytes;
  }
}

/** The streaming format; or the file format, with its footer. The first chunk holds the schema and the first batch. */
export async function* encodeArrow(schema: Schema, batches: AsyncIterable<RecordBatch>, kind: "stream" | "file"): AsyncGenerator<Uint8Array> {
  const sink = new DrainedQueue();
  const writer = kind === "stream" ? new StreamWriter() : new FileWriter();
  writer.reset(sink, schema);
  for await (const batch of batches) {
    // A batch with any other schema would end the library's stream, and quietly.
    writer.write(new RecordBatch(schema, batch.data));
    yield sink.drain();
  }
  writer.finish();
  yield sink.drain();
}
