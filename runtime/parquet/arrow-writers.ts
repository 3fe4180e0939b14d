/**
 * The library's IPC writers, set right: of booleans that are all null they leave the values out, and other readers refuse the batch,
 * since a null has a place among the values as well (Arrow columnar format, "Fixed-Size Primitive Layout").
 */
import type { DataType, RecordBatch, RecordBatchFileWriter, RecordBatchStreamWriter, Vector } from "apache-arrow";
import { arrow } from "./arrow.ts";

type Assembled = ReturnType<RecordBatchStreamWriter["_assembleRecordBatch"]>;

interface Writers { readonly stream: new () => RecordBatchStreamWriter; readonly file: new () => RecordBatchFileWriter }

let writers: Writers | undefined;

/** One of the streaming format. */
export function streamWriter(): RecordBatchStreamWriter {
  return new ((writers ??= madeWriters()).stream)();
}

/** One of the file format, with its footer. */
export function fileWriter(): RecordBatchFileWriter {
  return new ((writers ??= madeWriters()).file)();
}

/** What they extend is there once the library is. */
function madeWriters(): Writers {
  return {
    stream: class extends arrow().RecordBatchStreamWriter {
      protected override _assembleRecordBatch(batch: RecordBatch | Vector): Assembled {
        return withAllBits(super._assembleRecordBatch(batch), batch);
      }
    },
    file: class extends arrow().RecordBatchFileWriter {
      protected override _assembleRecordBatch(batch: RecordBatch | Vector): Assembled {
        return withAllBits(super._assembleRecordBatch(batch), batch);
      }
    },
  };
}

/** Nodes and buffers stand in the order of the schema, parents before children. */
function withAllBits(assembled: Assembled, batch: RecordBatch | Vector): Assembled {
  const { nodes } = assembled;
  const buffers = [...assembled.buffers];
  let node = 0;
  let buffer = 0;
  const visit = (type: DataType): void => {
    const { length = 0, nullCount = 0 } = nodes[node++] ?? {};
    if (arrow().DataType.isBool(type) && nullCount >= length) buffers[buffer + 1] = new Uint8Array(Math.ceil(length / 8));
    buffer += bufferCount(type);
    for (const child of (type.children as RecordBatch["schema"]["fields"] | null) ?? []) visit(child.type);
  };
  for (const type of batch instanceof arrow().RecordBatch ? batch.schema.fields.map((field) => field.type) : []) visit(type);
  return { nodes, buffers, ...regionsOf(assembled, buffers) };
}

/** Each buffer is padded to eight bytes. */
function regionsOf({ bufferRegions }: Assembled, buffers: readonly ArrayBufferView[]): Pick<Assembled, "byteLength" | "bufferRegions"> {
  let byteLength = 0;
  for (const [index, region] of bufferRegions.entries()) {
    region.offset = byteLength;
    region.length = Math.ceil((buffers[index]?.byteLength ?? 0) / 8) * 8;
    byteLength += region.length;
  }
  return { byteLength, bufferRegions };
}

function bufferCount(type: DataType): number {
  if (arrow().DataType.isNull(type)) return 0;
  if (arrow().DataType.isStruct(type)) return 1;
  return arrow().DataType.isUtf8(type) || arrow().DataType.isBinary(type) ? 3 : 2;
}
