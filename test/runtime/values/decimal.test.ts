import { expect, test } from "vitest";
import { decimalText, unscaledOf } from "../../../runtime/values/decimal.ts";

const money = { kind: "decimal", precision: 10, scale: 2 } as const;
const widest = { kind: "decimal", precision: 38, scale: 0 } as const;

test.each([
  ["12.50", 1_250n], ["12.5", 1_250n], ["12", 1_200n], ["-0.01", -1n], ["-0", 0n], ["+7.5", 750n], ["12.5000", 1_250n], ["00000000000000000001.5", 150n], ["99999999.99", 9_999_999_999n],
])("%s has its digits at the scale of the column", (text, unscaled) => {
  expect(unscaledOf(text, money)).toBe(unscaled);
});

test("thirty-eight digits keep each one", () => {
  const digits = "12345678901234567890123456789012345678";
  expect(unscaledOf(digits, widest)).toBe(BigInt(digits));
  expect(decimalText(-BigInt(digits), 38)).toBe(`-0.${digits}`);
});

test.each(["", "-", ".5", "1e3", "1,5", " 1", "0x10", "NaN", "١"])("%j is no decimal", (text) => {
  expect(() => unscaledOf(text, money)).toThrow("is not a decimal");
});

test("nothing is rounded and nothing cut off", () => {
  expect(() => unscaledOf("0.001", money)).toThrow("more than 2 digits after the point");
  expect(() => unscaledOf("100000000", money)).toThrow("more than 8 digits before the point");
  expect(() => unscaledOf(`1${"0".repeat(38)}`, widest)).toThrow("more than 38 digits before the point");
});

test("the text has exactly the digits of the scale", () => {
  expect([decimalText(0n, 2), decimalText(-5n, 2), decimalText(5n, 0), decimalText(123n, 3)]).toEqual(["0.00", "-0.05", "5", "0.123"]);
});
