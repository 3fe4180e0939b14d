/**
 * How Parquet files are written: zstd, and no statistics of floating-point columns. The format keeps NaN out of minimum and maximum
 * (parquet.thrift, ColumnOrder), while to DuckDB NaN is the greatest value: it would skip row groups that hold one.
 */
import { DataType } from "apache-arrow";
import type { Field, Schema } from "apache-arrow";
import { Compression, EnabledStatistics, WriterPropertiesBuilder } from "parquet-wasm";

/** The properties to build on for files of this schema. */
export function writerProperties(schema: Schema): WriterPropertiesBuilder {
  const builder = new WriterPropertiesBuilder().setCompression(Compression.ZSTD);
  return schema.fields.flatMap((field) => floatPaths(field, field.name)).reduce((built, path) => built.setColumnStatisticsEnabled(path, EnabledStatistics.None), builder);
}

/** Paths of the floating-point columns in a field; those inside lists and maps cannot be filtered by. */
function floatPaths({ type }: Field, path: string): string[] {
  if (DataType.isFloat(type)) return [path];
  return DataType.isStruct(type) ? type.children.flatMap((child) => floatPaths(child, `${path}.${child.name}`)) : [];
}
