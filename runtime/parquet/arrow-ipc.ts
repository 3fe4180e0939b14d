/** Arrow IPC streams (Arrow columnar format, "Serialization and Interprocess Communication") as batches. Writing is arrow-encoder.ts. */
import { RecordBatchReader, RecordBatchStreamWriter } from "apache-arrow";
import type { RecordBatch, Schema } from "apache-arrow";
import { Failure } from "../values/failure.ts";

export interface DecodedStream {
  readonly schema: Schema;
  /** Ends by an error when the stream breaks off; stopping early cancels the source. */
  readonly batches: AsyncIterable<RecordBatch>;
}

/** The batches of a stream as its bytes come; the schema is there when it returns. */
export async function decodeArrowStream(source: ReadableStream<Uint8Array>): Promise<DecodedStream> {
  const ended = endWatch(source);
  const reader = await RecordBatchReader.from(ended.bytes);
  await reader.open({ autoDestroy: false });
  if (!reader.isAsync()) throw new Error("an asynchronous source gave a synchronous reader");
  return { schema: reader.schema, batches: readBatches(reader, ended) };
}

/** The batches of bytes that are all there. VALUE_INVALID when they are no whole Arrow stream or file. */
export function decodeArrowBytes(bytes: Uint8Array): { readonly schema: Schema; readonly batches: readonly RecordBatch[] } {
  try {
    const reader = RecordBatchReader.from(bytes).open();
    // The library gives no schema, and no error, when the bytes end before one.
    if ((reader.schema as Schema | undefined) === undefined) throw new Error("there is no schema in them");
    return { schema: reader.schema, batches: [...reader] };
  } catch (error) {
    throw new Failure("VALUE_INVALID", `The bytes are no Arrow stream: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** One batch as a whole stream. */
export function encodeArrowBatch(batch: RecordBatch): Uint8Array {
  const writer = new RecordBatchStreamWriter();
  writer.reset(undefined, batch.schema);
  writer.write(batch);
  writer.finish();
  return writer.toUint8Array(true);
}

interface EndWatch { readonly bytes: AsyncIterable<Uint8Array>; readonly tail: () => Uint8Array; cancel(): Promise<void> }

/** Passes the bytes on and keeps the last eight: a stream that does not end by its end-of-stream marker was cut off. */
function endWatch(source: ReadableStream<Uint8Array>): EndWatch {
  let tail = new Uint8Array(0);
  const reader = source.getReader();
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const chunk = read.value;
      const joined = new Uint8Array(tail.length + Math.min(chunk.length, markerBytes));
      joined.set(tail);
      joined.set(chunk.subarray(Math.max(0, chunk.length - markerBytes)), tail.length);
      tail = joined.slice(-markerBytes);
      yield chunk;
    }
  }
  return { bytes: bytes(), tail: () => tail, cancel: async () => await reader.cancel() };
}

const markerBytes = 8;

async function* readBatches(reader: AsyncIterable<RecordBatch>, watch: EndWatch): AsyncGenerator<RecordBatch> {
  let finished = false;
  try {
    for await (const batch of reader) yield batch;
    finished = true;
  } finally {
    // The library's own cancel does not reach the source.
    if (!finished) await watch.cancel();
  }
  const tail = watch.tail();
  // FF FF FF FF 00 00 00 00: continuation, then a message of no bytes.
  const whole = tail.length === markerBytes && tail.every((byte, index) => byte === (index < 4 ? 0xff : 0));
  if (!whole) throw new Failure("UNAVAILABLE", "The answer broke off before its end.", { hint: "Ask again; the server's log says why.", retry: true });
}
