/** Arrow IPC streams (Arrow columnar format, "Serialization and Interprocess Communication") as batches. Writing is arrow-encoder.ts. */
import type { RecordBatch, Schema } from "apache-arrow";
import { arrow } from "./arrow.ts";
import { Failure } from "../values/failure.ts";
import { streamWriter } from "./arrow-writers.ts";

export interface DecodedStream {
  readonly schema: Schema;
  /** Ends by an error when the stream breaks off; stopping early cancels the source. */
  readonly batches: AsyncIterable<RecordBatch>;
}

/** The batches of a stream as its bytes come; the schema is there when it returns. UNAVAILABLE when the bytes end before the stream does; what the source throws is passed on. */
export async function decodeArrowStream(source: ReadableStream<Uint8Array>): Promise<DecodedStream> {
  const watch = endWatch(source);
  const reader = await untilEnd(watch, async () => {
    const opened = await (await arrow().RecordBatchReader.from(watch.bytes)).open({ autoDestroy: false });
    // The library gives no schema, and no error, when the bytes end before one.
    if ((opened.schema as Schema | undefined) === undefined) throw new Error("there is no schema in the stream");
    return opened;
  });
  if (!reader.isAsync()) throw new Error("an asynchronous source gave a synchronous reader");
  return { schema: reader.schema, batches: readBatches(reader, watch) };
}

/** The batches of bytes that are all there. VALUE_INVALID when they are no whole Arrow stream or file. */
export function decodeArrowBytes(bytes: Uint8Array): { readonly schema: Schema; readonly batches: readonly RecordBatch[] } {
  try {
    const reader = arrow().RecordBatchReader.from(bytes).open();
    // The library gives no schema, and no error, when the bytes end before one.
    if ((reader.schema as Schema | undefined) === undefined) throw new Error("there is no schema in them");
    return { schema: reader.schema, batches: [...reader] };
  } catch (error) {
    if (error instanceof Error && error.message.includes("codec not found")) throw new Failure("VALUE_INVALID", "The Arrow data is compressed (LZ4 or ZSTD), which is not read.", { hint: "Write it without compression (in pyarrow: compression=\"uncompressed\"), or as Parquet.", cause: error });
    throw new Failure("VALUE_INVALID", `The bytes are no Arrow stream: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** One batch as a whole stream. */
export function encodeArrowBatch(batch: RecordBatch): Uint8Array {
  const writer = streamWriter();
  writer.reset(undefined, batch.schema);
  writer.write(batch);
  writer.finish();
  return writer.toUint8Array(true);
}

interface EndWatch {
  /** Returning from it cancels the source, which the library's own `cancel` may not. */
  readonly bytes: AsyncGenerator<Uint8Array>;
  /** Whether the source came to its end, and by itself. */
  readonly ended: () => boolean;
  /** Whether what came last is the end-of-stream marker. */
  readonly marked: () => boolean;
}

const markerBytes = 8;

/** Passes the bytes on and keeps the last eight: a stream that does not end by its end-of-stream marker was cut off. */
function endWatch(source: ReadableStream<Uint8Array>): EndWatch {
  let tail = new Uint8Array(0);
  let ended = false;
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      const joined = new Uint8Array(tail.length + Math.min(chunk.length, markerBytes));
      joined.set(tail);
      joined.set(chunk.subarray(Math.max(0, chunk.length - markerBytes)), tail.length);
      tail = joined.slice(-markerBytes);
      yield chunk;
    }
    ended = true;
  }
  // FF FF FF FF 00 00 00 00: continuation, then a message of no bytes.
  const marked = (): boolean => tail.length === markerBytes && tail.every((byte, index) => byte === (index < 4 ? 0xff : 0));
  return { bytes: bytes(), ended: () => ended, marked };
}

async function* readBatches(reader: AsyncIterator<RecordBatch>, watch: EndWatch): AsyncGenerator<RecordBatch> {
  let finished = false;
  try {
    for (;;) {
      const { done, value } = await untilEnd(watch, () => reader.next());
      if (done === true) break;
      yield value;
    }
    finished = true;
  } finally {
    if (!finished) await watch.bytes.return(undefined);
  }
  if (!watch.marked()) throw brokenOff(undefined);
}

/** An error of the library once the bytes have run out means that they ran out too early. */
async function untilEnd<T>(watch: EndWatch, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw watch.ended() && !watch.marked() ? brokenOff(error) : error;
  }
}

function brokenOff(cause: unknown): Failure {
  return new Failure("UNAVAILABLE", "The answer broke off before its end.", { hint: "Ask again; the server's log says why.", retry: true, cause });
}
