/** Whether rows are a query's published answer: cell by cell, numbers to nine digits, since sums of doubles depend on their order, or to six decimals, where some engines cut averages off. */
import assert from "node:assert/strict";

/** `answer` is a header and a line a row, cells between bars; `rows` are cells as text, in the same order. */
export function requireAnswer(rows: readonly (readonly string[])[], answer: string, who: string): void {
  const expected = answer.trimEnd().split("\n").slice(1).map((line) => line.split("|"));
  assert.equal(rows.length, expected.length, `${who} gives another number of rows`);
  for (const [index, cells] of expected.entries()) {
    assert.equal(rows[index]?.length, cells.length, who);
    for (const [at, cell] of cells.entries()) assert(isSame(rows[index]?.[at] ?? "", cell), `${who}, row ${index + 1}: ${rows[index]?.[at]} is not ${cell}`);
  }
}

function isSame(given: string, expected: string): boolean {
  if (given.trim() === expected.trim()) return true;
  const [left, right] = [Number(given), Number(expected)];
  return Math.abs(left - right) <= Math.max(Math.abs(right) * 1e-9, 1e-6);
}
