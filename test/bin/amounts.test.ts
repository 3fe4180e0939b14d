import { expect, test } from "vitest";
import { ageText, bytesText, countText, durationText, pluralText } from "../../bin/amounts.ts";

test("counts have thousands apart, exactly, also beyond what a number holds", () => {
  expect([countText(3_000_000), countText(9_007_199_254_740_993n)]).toEqual(["3,000,000", "9,007,199,254,740,993"]);
  expect([pluralText(0, "row"), pluralText(1, "row"), pluralText(2, "row")]).toEqual(["0 rows", "1 row", "2 rows"]);
});

test("bytes are told in powers of ten, and never as 1000 of a unit", () => {
  expect([0, 999, 1000, 13_493_022, 999_990, 5e12].map(bytesText)).toEqual(["0 B", "999 B", "1.00 kB", "13.5 MB", "1.00 MB", "5.00 TB"]);
});

test("an age is told in its largest whole unit, and a clock that ran ahead gives none below zero", () => {
  expect([-5000, 1000, 59_999, 60_000, 7_200_000, 259_200_000].map(ageText)).toEqual(["0 seconds ago", "1 second ago", "59 seconds ago", "1 minute ago", "2 hours ago", "3 days ago"]);
});

test("a duration is in milliseconds below a second", () => {
  expect([0.4, 999.4, 1000, 62_340].map(durationText)).toEqual(["0 ms", "999 ms", "1.0 s", "62.3 s"]);
});
