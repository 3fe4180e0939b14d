/** The rows of an Arrow column that are not null (Arrow columnar format, "Validity bitmaps"), from the bitmap: a byte at a time where it can. */
import type { Vector } from "apache-arrow";

/** Their numbers, ascending, in a column that begins where its batch does. */
export function validRows(column: Vector): Int32Array {
  const rows = new Int32Array(column.length - column.nullCount);
  const bitmap = column.nullCount === 0 ? undefined : column.data[0]?.nullBitmap;
  let at = 0;
  for (let first = 0; first < column.length && at < rows.length; first += 8) {
    const bits = bitmap === undefined ? 0xff : (bitmap[first >> 3] ?? 0);
    if (bits === 0) continue;
    for (let row = first, end = Math.min(first + 8, column.length); row < end; row++) if ((bits & (1 << (row - first))) !== 0) rows[at++] = row;
  }
  return rows;
}
