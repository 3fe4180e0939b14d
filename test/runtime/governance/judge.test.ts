import { describe, expect, test } from "vitest";
import { createJudge } from "../../../runtime/governance/judge.ts";
import { rowsRefused } from "../../../runtime/governance/refusal.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { column, deltaTable } from "./table.ts";

const trips = deltaTable([
  column("trip_id", { kind: "int64" }),
  column("passengers", { kind: "int32" }, { rules: [{ kind: "between", low: "1", high: "8" }] }),
  column("fare", { kind: "decimal", precision: 10, scale: 2 }, { nullable: true, rules: [{ kind: "between", low: "0", high: "10000" }] }),
  column("paid_with", { kind: "enum", values: ["card", "cash"] }),
  column("plate", { kind: "text" }, { nullable: true, rules: [{ kind: "matches", pattern: "^[A-Z]{2}-\\d+$", flags: "" }] }),
  column("seen_at", { kind: "timestamp" }),
  column("seen_day", { kind: "day" }, { dayOf: "seen_at" }),
]);
const good = { trip_id: 1n, passengers: 2, fare: "7.50", paid_with: "card", plate: "AB-1", seen_at: Temporal.Instant.from("2026-08-01T23:30:00Z"), seen_day: Temporal.PlainDate.from("2026-08-01") };
const judgeRows = createJudge(trips);
const judge = (rows: readonly Row[]): ReturnType<typeof judgeRows> => judgeRows(rows, (index) => `row ${index + 1}`);

describe("createJudge", () => {
  test("a whole row stands as it is", () => {
    const { rows, refusals } = judge([good]);
    expect(rows[0]).toBe(good);
    expect(refusals).toEqual({ rows: 0, first: [] });
  });

  test("what is left out is null where it may be, and the day follows from its instant in UTC", () => {
    const { fare: _fare, plate: _plate, seen_day: _day, ...short } = good;
    expect(judge([short]).rows).toEqual([{ ...good, fare: null, plate: null }]);
  });

  test("a day whose source may be null and is left out is null too, also where the day stands before its source", () => {
    const judgeSeen = createJudge(deltaTable([column("day", { kind: "day" }, { nullable: true, dayOf: "at" }), column("at", { kind: "timestamp" }, { nullable: true })]));
    expect(judgeSeen([{}, { day: null }], String)).toEqual({ rows: [{ day: null, at: null }, { day: null, at: null }], refusals: { rows: 0, first: [] } });
  });

  test.each([
    ["a null in a column that is never null", { trip_id: null }, "trip_id", "null", "the column is never null"],
    ["a number for a bigint", { trip_id: 1 }, "trip_id", "1", "is not Int64"],
    ["a fraction for a whole number", { passengers: 1.5 }, "passengers", "1.5", "is not Int32"],
    ["a number for a decimal", { fare: 7.5 }, "fare", "7.5", "is not Decimal<10, 2> | null"],
    ["a number below its bound", { passengers: 0 }, "passengers", "0", "breaks the rule: between 1 and 8"],
    ["a decimal above its bound by the last digit", { fare: "10000.01" }, "fare", '"10000.01"', "breaks the rule: between 0 and 10000"],
    ["a word outside the enum", { paid_with: "cheque" }, "paid_with", '"cheque"', 'breaks the rule: one of "card", "cash"'],
    ["a text that does not match", { plate: "AB-" }, "plate", '"AB-"', "breaks the rule: matches /^[A-Z]{2}-\\d+$/"],
    ["a day that is not its instant's", { seen_day: Temporal.PlainDate.from("2026-08-02") }, "seen_day", "2026-08-02", "is not the day of seen_at (2026-08-01)"],
    ["a column that is not the table's", { colour: "red" }, "colour", undefined, "there is no such column"],
  ])("%s is refused, by column, value and rule", (_case, change, name, value, rule) => {
    expect(judge([{ ...good, ...change }]).refusals.first).toEqual([{ where: "row 1", column: name, ...(value === undefined ? {} : { value }), rule }]);
  });

  test("a missing column that has no default is refused", () => {
    const { trip_id: _id, ...rest } = good;
    expect(judge([rest]).refusals.first).toEqual([{ where: "row 1", column: "trip_id", rule: "is missing" }]);
  });

  test("all refused rows are counted and the first five named, each by its place", () => {
    const rows = Array.from({ length: 20 }, (_, index) => (index % 2 === 1 ? { ...good, passengers: 9 } : good));
    const { refusals, rows: kept } = judge(rows);
    expect([kept.length, refusals.rows, refusals.first.map(({ where }) => where)]).toEqual([10, 10, ["row 2", "row 4", "row 6", "row 8", "row 10"]]);
    const failure = rowsRefused("test.rows", refusals);
    expect(failure.code).toBe("ROWS_REFUSED");
    expect(failure.message.split("\n")).toEqual([
      "test.rows refuses 10 rows; nothing was written.",
      ...[2, 4, 6, 8, 10].map((row) => `  row ${row}, column passengers: 9 breaks the rule: between 1 and 8`),
      "  and 5 more",
    ]);
  });
});
