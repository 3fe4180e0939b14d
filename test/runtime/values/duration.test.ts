import { expect, test } from "vitest";
import { durationMs } from "../../../runtime/values/duration.ts";

test.each([["20ms", 20], ["5s", 5000], ["15m", 900_000], ["24h", 86_400_000], ["730d", 63_072_000_000]])("%s is %i ms", (text, length) => {
  expect(durationMs(text)).toBe(length);
});

test.each(["", "5", "s", "0s", "-1s", "1.5s", "1e3m", "5 s", "5S", "1w", "05s"])("%j is no duration", (text) => {
  expect(durationMs(text)).toBeUndefined();
});
