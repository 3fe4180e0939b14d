import { expect, test } from "vitest";
import { bytes, counted, duration, moment, share, shown, span } from "../../../site/src/figures.ts";

test("sizes step up before they need four digits", () => {
  expect([0, 1, 999, 1000, 13_400_000, 999_600, 5e15].map(bytes)).toEqual(["0 bytes", "1 byte", "999 bytes", "1.0 kB", "13.4 MB", "1.0 MB", "5.0 PB"]);
});

test("a share is never nothing for something nor all for less", () => {
  expect([[0, 9], [9, 9], [1, 1e6], [999_999, 1e6], [55, 1000], [1, 4]].map(([part = 0, whole = 0]) => share(part, whole))).toEqual(["0%", "100%", "under 0.1%", "over 99.9%", "5.5%", "25%"]);
});

test("values keep their digits, and numbers with many are grouped", () => {
  expect(["-1116", "9007199254740993", "0.5", "-8.561812", "2001", "text", "2001-01-01 00:01:00", "2026-01-01T00:00:30.5Z", "2026-01-01 10:00:00+00"].map(shown))
    .toEqual(["−1116", "9,007,199,254,740,993", "0.5", "−8.5618", "2001", "text", "2001-01-01 00:01", "2026-01-01 00:00:30 UTC", "2026-01-01 10:00 UTC"]);
});

test("a fraction that rounds up carries into the whole", () => {
  expect(shown("9.99999999")).toBe("10");
});

test("durations are read as authors write them, and spans are told roughly", () => {
  expect(["15m", "2h", "730d", "soon"].map(duration)).toEqual([900_000, 7_200_000, 63_072_000_000, undefined]);
  expect([20, 3_900, 59_999, 60_000, 900_000, 7_200_000, 63_072_000_000].map(span)).toEqual(["20 ms", "3 s", "59 s", "1 min", "15 min", "2 hours", "730 days"]);
});

test("times are told in UTC, counts with their noun", () => {
  expect(moment("2026-11-21T06:40:12.000Z")).toBe("21 Nov 2026, 06:40 UTC");
  expect([counted(1, "table"), counted(3_000, "table")]).toEqual(["1 table", "3,000 tables"]);
});
