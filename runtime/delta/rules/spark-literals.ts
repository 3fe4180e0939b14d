/** Literals of Spark's SQL with the types it gives them (protocol, "CHECK Constraints"). */
import type { Expression } from "./expression.ts";
import { outside } from "./spark-tokens.ts";

/** A literal's type: the smallest that Spark gives it. */
export function numberOf(digits: string): Expression {
  if (/e/i.test(digits)) return Number.isFinite(Number(digits)) ? { kind: "constant", text: digits, type: { kind: "float64" } } : outside(`${digits} is beyond any double`);
  const [whole = "", fraction] = digits.split(".");
  if (fraction === undefined) {
    const value = BigInt(whole);
    if (value >= 2n ** 63n) return outside(`${digits} is beyond 64 bits`);
    return { kind: "constant", text: value.toString(), type: { kind: value < 2n ** 31n ? "int32" : "int64" } };
  }
  const precision = Math.max(`${whole}${fraction}`.replace(/^0+/, "").length, fraction.length);
  return precision > 38 ? outside(`${digits} has more than 38 digits`) : { kind: "constant", text: `${whole === "" ? "0" : whole}.${fraction}`, type: { kind: "decimal", precision, scale: fraction.length } };
}

/** A day; or a time whose zone is told, or of a clock: what a time without zone means depends on who asks. */
export function momentOf(word: string, told: string): Expression {
  if (word === "DATE" && /^\d{4}-\d\d-\d\d$/.test(told)) return { kind: "constant", text: told, type: { kind: "day" } };
  const [, day, time, zone] = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d(?:\.\d{1,6})?))?(Z|[+-]\d\d:\d\d)?$/.exec(told) ?? [];
  const moment = `${day}T${time ?? "00:00:00"}${zone ?? ""}`;
  if (word === "TIMESTAMP_NTZ" && day !== undefined && zone === undefined) return { kind: "constant", text: moment, type: { kind: "local_timestamp" } };
  if (word === "TIMESTAMP" && day !== undefined && zone !== undefined) return { kind: "constant", text: moment, type: { kind: "timestamp" } };
  return outside(`${word} '${told}' may mean several moments, or none`);
}
