import { describe, expect, test } from "vitest";
import { Failure } from "../../../runtime/values/failure.ts";
import { dayAt, daysOf, firstDay, instantAt, lastDay, localMicrosOf, localTimeAt, microsOf, roundToMillis } from "../../../runtime/values/time.ts";

describe("days", () => {
  test("the first, the last and the days around 1970 and leap days are the calendar's", () => {
    const known: readonly (readonly [number, string])[] = [
      [firstDay, "0001-01-01"], [lastDay, "9999-12-31"], [-1, "1969-12-31"], [0, "1970-01-01"], [11_016, "2000-02-29"], [11_017, "2000-03-01"], [-25_509, "1900-02-28"], [-25_508, "1900-03-01"],
    ];
    for (const [days, text] of known) {
      expect(dayAt(days).toString()).toBe(text);
      expect(daysOf(Temporal.PlainDate.from(text))).toBe(days);
    }
  });

  test("agree with the platform's own arithmetic across ten thousand years", () => {
    const epoch = Temporal.PlainDate.from("1970-01-01");
    for (let days = firstDay; days <= lastDay; days += 1_231) {
      const day = epoch.add({ days });
      expect(dayAt(days).equals(day)).toBe(true);
      expect(daysOf(day)).toBe(days);
    }
  });
});

describe("microseconds", () => {
  test("of the same wall clock agree with the platform's, before and after 1970", () => {
    for (let micros = -62_135_596_800_000_000n; micros < 253_402_300_800_000_000n; micros += 3_155_378_975_999_999n) {
      const time = localTimeAt(micros);
      expect(time.toZonedDateTime("UTC").epochNanoseconds).toBe(micros * 1_000n);
      expect(localMicrosOf(time)).toBe(micros);
      expect(microsOf(instantAt(micros))).toBe(micros);
    }
  });

  test("one before 1970 belongs to the day before", () => {
    expect(localTimeAt(-1n).toString()).toBe("1969-12-31T23:59:59.999999");
  });

  test("a time between two microseconds, or outside the years 0001 to 9999, is refused", () => {
    expect(() => microsOf(new Temporal.Instant(1n))).toThrow(Failure);
    expect(() => microsOf(new Temporal.Instant(-1n))).toThrow("finer than a microsecond");
    expect(() => localMicrosOf(Temporal.PlainDateTime.from("0000-12-31T23:59:59.999999"))).toThrow("0001 to 9999");
    expect(() => microsOf(Temporal.Instant.from("+010000-01-01T00:00:00Z"))).toThrow("0001 to 9999");
  });
});

test("milliseconds are rounded the way asked, also before 1970", () => {
  expect([roundToMillis(1_001n, "down"), roundToMillis(1_001n, "up")]).toEqual([1_000n, 2_000n]);
  expect([roundToMillis(-1_001n, "down"), roundToMillis(-1_001n, "up")]).toEqual([-2_000n, -1_000n]);
  expect([roundToMillis(-1_000n, "down"), roundToMillis(0n, "up")]).toEqual([-1_000n, 0n]);
});

test("a count beyond what Temporal holds, as other writers spell infinity, is refused", () => {
  const infinity = 2n ** 63n - 1n;
  for (const read of [() => instantAt(infinity), () => localTimeAt(infinity), () => localTimeAt(-infinity), () => dayAt(2 ** 31 - 1)]) {
    expect(read).toThrow(expect.objectContaining({ code: "VALUE_INVALID" }));
  }
});
