/**
 * The types a column can have, as the author writes them. Each is an ordinary TypeScript value under a phantom brand: plain
 * values are assignable to it, and the compiler and the decorators can still tell `Uuid` from `Text`. The brand never exists at run time.
 */

declare const brand: unique symbol;
type As<Value, Name extends string> = Value & { readonly [brand]?: Name };

/** Whole number from -128 to 127. */
export type Int8 = As<number, "int8">;
/** Whole number of 16 bits. */
export type Int16 = As<number, "int16">;
/** Whole number of 32 bits. */
export type Int32 = As<number, "int32">;
/** Whole number of 64 bits, as a `bigint`: every digit survives. */
export type Int64 = As<bigint, "int64">;
/** Floating point of single precision. */
export type Float32 = As<number, "float32">;
/** Floating point of double precision. */
export type Float64 = As<number, "float64">;
/** Exact decimal of `Precision` digits in all (at most 38), `Scale` of them after the point; a string of those digits. */
export type Decimal<Precision extends number, Scale extends number> = As<string, `decimal(${Precision},${Scale})`>;
/** Text of any length, in Unicode. */
export type Text = As<string, "text">;
/** True or false. */
export type Bool = As<boolean, "bool">;
/** Bytes, as they are. */
export type Bytes = As<Uint8Array, "bytes">;
/** Universally unique identifier in lower case. */
export type Uuid = As<string, "uuid">;
/** Calendar day without a zone. */
export type Day = As<Temporal.PlainDate, "day">;
/** Instant on the world's time line, in microseconds, years 0001 to 9999. */
export type Timestamp = As<Temporal.Instant, "timestamp">;
/** Date and time on a wall clock, without a zone, in microseconds. */
export type LocalTimestamp = As<Temporal.PlainDateTime, "local_timestamp">;

/** Any `Decimal`, whatever its digits. */
export type AnyDecimal = As<string, `decimal(${number},${number})`>;
/** A span of time: `20ms`, `30s`, `15m`, `6h`, `730d`. */
export type Duration = `${number}${"ms" | "s" | "m" | "h" | "d"}`;
