/** When a view that is kept fresh is refreshed again: a failure does not leave it stale for another whole age. */
import { expect, test } from "vitest";
import { dueAt } from "../../bin/refresh-due.ts";

const [minute, day, noon] = [60_000, 86_400_000, Date.UTC(2026, 7, 1, 12)];
const current = { rows: "current", refreshed: noon } as const;

test.each([
  ["refreshed by whoever", current, { last: 0, failed: 0 }, noon + day],
  ["looked at later, with nothing new", current, { last: noon + minute, failed: 0 }, noon + minute + day],
  ["failed once", current, { last: noon + day, failed: 1 }, noon + day + minute],
  ["failed four times", current, { last: noon + day, failed: 4 }, noon + day + 8 * minute],
  ["failed for long", current, { last: noon + day, failed: 2_000 }, noon + 2 * day],
  ["never refreshed", { rows: "none", refreshed: null } as const, { last: 0, failed: 0 }, minute],
  ["never refreshed, failed often", { rows: "none", refreshed: null } as const, { last: noon, failed: 9 }, noon + minute],
])("%s", (_, state, tries, due) => {
  expect(dueAt(state, day, tries)).toBe(due);
});

test("one that may be no older than a moment is tried as often as it is looked at", () => {
  expect(dueAt(current, 0, { last: noon, failed: 3 })).toBe(noon);
});
