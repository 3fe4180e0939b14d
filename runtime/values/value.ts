/**
 * What a value of each column type is in JavaScript. Nothing loses precision on its way: see `Value`.
 */

/**
 * int8..int32, float32, float64: `number` (NaN, infinities and -0 kept); int64: `bigint`; decimal: `string` of exact digits with
 * `scale` places; text, enum, uuid (lower case): `string`; bool: `boolean`; bytes: `Uint8Array`; day: `Temporal.PlainDate`;
 * timestamp: `Temporal.Instant` (microseconds, years 0001 to 9999); local_timestamp: `Temporal.PlainDateTime` (microseconds);
 * array: `Value[]`; map with text key: a plain object without prototype surprises (`Object.create(null)` entries are own properties);
 * any other map: `{ key, value }[]`; object: a plain object; SQL NULL: `null`.
 */
export type Value =
  | null | boolean | number | bigint | string | Uint8Array
  | Temporal.PlainDate | Temporal.Instant | Temporal.PlainDateTime
  | readonly Value[] | { readonly [name: string]: Value };

/** One row, by column name. */
export type Row = { readonly [column: string]: Value };

/** The row's own value of a column; a column named `constructor` that is left out is not what every object inherits under that name. */
export function cellOf(row: Row, column: string): Value | undefined {
  return column in Object.prototype && !Object.hasOwn(row, column) ? undefined : row[column];
}
