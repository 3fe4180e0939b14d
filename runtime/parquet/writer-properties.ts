/**
 * How Parquet files are written: zstd, and no statistics of floating-point columns. The format keeps NaN out of minimum and maximum
 * (parquet.thrift, ColumnOrder), while to DuckDB NaN is the greatest value: it would skip row groups that hold one.
 */
import type { Field, Schema } from "apache-arrow";
import { arrow } from "./arrow.ts";
import type { WriterPropertiesBuilder } from "parquet-wasm";
import { parquetWasm } from "./wasm.ts";

/** The properties to build on for files of this schema. */
export function writerProperties(schema: Schema): WriterPropertiesBuilder {
  const { Compression, EnabledStatistics, WriterPropertiesBuilder: Builder } = parquetWasm();
  const zstd = new Builder().setCompression(Compression.ZSTD);
  if (!schema.fields.some(holdsFloats)) return zstd.setStatisticsEnabled(EnabledStatistics.Chunk);
  // A column inside another cannot be named here; so none has statistics but those that are named.
  const none = zstd.setStatisticsEnabled(EnabledStatistics.None);
  return schema.fields.filter((field) => !holdsFloats(field)).reduce((builder, field) => builder.setColumnStatisticsEnabled(field.name, EnabledStatistics.Chunk), none);
}

function holdsFloats({ type }: Field): boolean {
  return arrow().DataType.isFloat(type) || (type.children ?? []).some(holdsFloats);
}
