import { expect, test } from "vitest";
import { durationMs, durationSpelled } from "../../../runtime/values/duration.ts";

test.each([["20ms", 20], ["5s", 5000], ["15m", 900_000], ["24h", 86_400_000], ["730d", 63_072_000_000]])("%s is %i ms", (text, length) => {
  expect(durationMs(text)).toBe(length);
});

test.each([[20, "20ms"], [1_000, "1s"], [1_500, "1500ms"], [5_400_000, "90m"], [604_800_000, "7d"]])("%i ms are spelled %s", (length, text) => {
  expect(durationSpelled(length)).toBe(text);
});

test.each(["", "5", "s", "0s", "-1s", "1.5s", "1e3m", "5 s", "5S", "1w", "05s"])("%j is no duration", (text) => {
  expect(durationMs(text)).toBeUndefined();
});
