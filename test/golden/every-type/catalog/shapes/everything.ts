import { deltaTable } from "neuralake";
import type { Bool, Bytes, Day, Decimal, Float32, Float64, Int16, Int32, Int64, Int8, LocalTimestamp, Text, Timestamp, Uuid } from "neuralake";

interface Point {
  /** To the east. */
  x: Float64;
  y: Float64 | null;
  /** Seen from space. */
  seen: Int64;
}

/** A column of each type, and each of them once more where it may be null. */
@deltaTable()
export class Everything {
  int8: Int8;
  int16: Int16;
  int32: Int32;
  int64: Int64;
  float32: Float32;
  float64: Float64;
  decimal: Decimal<38, 10>;
  whole: Decimal<5, 0>;
  fraction: Decimal<4, 4>;
  text: Text;
  bool: Bool;
  bytes: Bytes;
  uuid: Uuid;
  day: Day;
  timestamp: Timestamp;
  local_timestamp: LocalTimestamp;
  choice: "one" | "two \"quoted\"";
  list: Int64[];
  sparse_list: (Text | null)[];
  counts: Record<string, Int64>;
  point: Point;
  path: Point[];
  nested: { inner: { deep: Decimal<10, 2> | null } };

  maybe_int8: Int8 | null;
  maybe_int64: Int64 | null;
  maybe_float64: Float64 | null;
  maybe_decimal: Decimal<10, 2> | null;
  maybe_text: Text | null;
  maybe_bool: Bool | null;
  maybe_bytes: Bytes | null;
  maybe_uuid: Uuid | null;
  maybe_day: Day | null;
  maybe_timestamp: Timestamp | null;
  maybe_local_timestamp: LocalTimestamp | null;
  maybe_choice: "one" | "two" | null;
  maybe_list: Int64[] | null;
  maybe_counts: Record<string, Float32> | null;
  maybe_point: Point | null;
}
