import { expect, test } from "vitest";
import { barsPath, cutOff, describeHistogram, describeValues } from "../../../site/src/plot.ts";

test("a bar that counts anything can be seen, an empty one is left out", () => {
  expect(barsPath([0, 1, 1_000_000])).toBe("M4 28v-1h3.3v1zM8 28v-28h3.3v28z");
  expect(barsPath([0, 0])).toBe("");
});

test("the sentence names the narrowest run that holds most rows", () => {
  expect(describeHistogram({ low: "-40", high: "60", counts: [1, 1, 1, 40, 40, 10, 1, 1, 1, 1] })).toBe("most between −10 and 10");
  expect(describeHistogram({ low: "0", high: "10", counts: [1, 1, 1, 1, 1] })).toBe("spread widely");
  expect(describeHistogram({ low: "2001-01-01T00:00:00.000Z", high: "2001-01-11T00:00:00.000Z", counts: [0, 0, 9, 1, 0, 0, 0, 0, 0, 0] })).toBe("most between 2001-01-03 and 2001-01-04");
  expect(describeHistogram({ low: "0", high: "1", counts: [0, 9, 0, 0, 0, 0, 0, 0, 0, 0] })).toBe("most between 0.10 and 0.20");
});

test("values far beyond the drawing are known to be left out", () => {
  const histogram = { low: "0", high: "100", counts: Array.from({ length: 10 }, () => 1) };
  expect(cutOff({ nulls: 0, min: "-1116", max: "99", histogram })).toBe(true);
  expect(cutOff({ nulls: 0, min: "-5", max: "104", histogram })).toBe(false);
  expect(cutOff({ nulls: 0, min: "2001-01-01 00:01:00", max: "2001-07-01 00:00:00", histogram: { low: "2001-01-01T00:01:00.000Z", high: "2001-07-01T00:00:00.000Z", counts: [1, 1] } })).toBe(false);
});

test("a whole profile is one sentence", () => {
  expect(describeValues({ nulls: 0, distinct: 4000, about: true, min: "1", max: "2" })).toBe("from 1 to 2, about 4,000 different");
});
