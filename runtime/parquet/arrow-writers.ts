/**
 * The library's IPC writers, set right: of booleans that are all null they leave the values out, and other readers refuse the batch,
 * since a null has a place among the values as well (Arrow columnar format, "Fixed-Size Primitive Layout").
 */
import { DataType, RecordBatch, RecordBatchFileWriter, RecordBatchStreamWriter } from "apache-arrow";
import type { Vector } from "apache-arrow";

type Assembled = ReturnType<RecordBatchStreamWriter["_assembleRecordBatch"]>;

/** Of the streaming format. */
export class StreamWriter extends RecordBatchStreamWriter {
  protected override _assembleRecordBatch(batch: RecordBatch | Vector): Assembled {
    return withAllBits(super._assembleRecordBatch(batch), batch);
  }
}

/** Of the file format, with its footer. */
export class FileWriter extends RecordBatchFileWriter {
  protected override _assembleRecordBatch(batch: RecordBatch | Vector): Assembled {
    return withAllBits(super._assembleRecordBatch(batch), batch);
  }
}

/** Nodes and buffers stand in the order of the schema, parents before children. */
function withAllBits(assembled: Assembled, batch: RecordBatch | Vector): Assembled {
  const { nodes } = assembled;
  const buffers = [...assembled.buffers];
  let node = 0;
  let buffer = 0;
  const visit = (type: DataType): void => {
    const { length = 0, nullCount = 0 } = nodes[node++] ?? {};
    if (DataType.isBool(type) && nullCount >= length) buffers[buffer + 1] = new Uint8Array(Math.ceil(length / 8));
    buffer += bufferCount(type);
    for (const child of (type.children as RecordBatch["schema"]["fields"] | null) ?? []) visit(child.type);
  };
  for (const type of batch instanceof RecordBatch ? batch.schema.fields.map((field) => field.type) : []) visit(type);
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
  if (DataType.isNull(type)) return 0;
  if (DataType.isStruct(type)) return 1;
  return DataType.isUtf8(type) || DataType.isBinary(type) ? 3 : 2;
}
