/** Floating numbers by their bits, as the engine prints them: those that look alike, and those at the ends of what there is (IEEE 754). */

export interface NumberBits {
  readonly positiveZero: string;
  readonly negativeZero: string;
  readonly nan: string;
  readonly negativeNan: string;
  /** A NaN that says more than that it is one. */
  readonly payloadNan: string;
  /** 1, the infinities, the least subnormal of both signs, the greatest subnormal, the least normal and the greatest. */
  readonly usual: readonly string[];
}

function bitsOf(exponent: number, fraction: number): NumberBits {
  const number = (sign: "0" | "1", high: string, low: string): string => `${sign}${high.repeat(exponent / high.length)}${low}`;
  const [zeros, ones, last] = ["0".repeat(fraction), "1".repeat(fraction), `${"0".repeat(fraction - 1)}1`];
  const quiet = `1${"0".repeat(fraction - 1)}`;
  const least = `${"0".repeat(exponent - 1)}1`;
  return {
    positiveZero: number("0", "0", zeros), negativeZero: number("1", "0", zeros), nan: number("0", "1", quiet), negativeNan: number("1", "1", quiet), payloadNan: number("0", "1", `1${"0".repeat(fraction - 4)}101`),
    usual: [`00${"1".repeat(exponent - 1)}${zeros}`, number("0", "1", zeros), number("1", "1", zeros), number("0", "0", last), number("1", "0", last), number("0", "0", ones), `0${least}${zeros}`, `0${"1".repeat(exponent - 1)}0${ones}`],
  };
}

export const doubleBits = bitsOf(11, 52);
export const floatBits = bitsOf(8, 23);

/** The number of these bits, as SQL of the engine. */
export function bitsSql(type: "float32" | "float64", bits: string): string {
  return `CAST(CAST('${bits}' AS BIT) AS ${type === "float64" ? "DOUBLE" : "FLOAT"})`;
}
