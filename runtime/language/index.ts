/** The language: every word and type an author imports from "neuralake". */
export type {
  AnyDecimal, Bool, Bytes, Day, Decimal, Duration, Float32, Float64, Int16, Int32, Int64, Int8, LocalTimestamp, Text, Timestamp, Uuid,
} from "./types.ts";
export { between, cluster, dayOf, from, initially, kafka, key, matches, partition, pii, references, unique, unit, was } from "./column-words.ts";
export { csvTable, database, deltaTable, fromKafka, jsonTable, materializedView, ncfTable, parquetTable, postgresTable, view } from "./table-words.ts";
export type { TableFacts } from "./table-words.ts";
export { check, table } from "./method-words.ts";
export { columns, sql } from "./sql.ts";
export type { ColumnReference, Columns, Lake, RowClass, Rows, Sql } from "./sql.ts";
export { factsOf } from "./facts.ts";
export type { ClassFacts, Fact } from "./facts.ts";
