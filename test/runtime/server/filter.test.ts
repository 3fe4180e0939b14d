import { describe, expect, test } from "vitest";
import { readFilter } from "../../../runtime/server/filter.ts";
import { failureOf } from "./failing.ts";
import { trips } from "./rides.ts";

const read = (parameter: string, value: string) => readFilter(trips, parameter, value);

describe("a filter", () => {
  test.each([
    ["filter[trip_id]", "9007199254740993", "eq", [9007199254740993n]],
    ["filter[TRIP_ID]neq", "-1", "neq", [-1n]],
    ["filter[fare]gte", "10", "gte", ["10.00"]],
    ["filter[fare]gteq", "10.5", "gte", ["10.50"]],
    ["filter[fare]lteq", "10.5", "lte", ["10.50"]],
    ["filter[tip]lt", "1e3", "lt", [1000]],
    ["filter[tip]", "NaN", "eq", [Number.NaN]],
    ["filter[shared]", "true", "eq", [true]],
    ["filter[paid_with]in", "card,cash", "in", ["card", "cash"]],
    ["filter[note]", "'a'", "eq", ["a"]],
    ["filter[note]", "'it''s'", "eq", ["it's"]],
    ["filter[note]", "'", "eq", ["'"]],
    ["filter[note]", "", "eq", [""]],
    ["filter[note]nin", "'a,b',c,", "nin", ["a,b", "c", ""]],
    ["filter[note]like", "'50%'", "like", ["50%"]],
    ["filter[note]contains", "x", "contains", ["x"]],
    ["filter[note]is", "null", "null", []],
    ["filter[note]is", "notnull", "notnull", []],
  ])("%s=%s is read as typed values", (parameter, value, operator, values) => {
    expect(read(parameter, value)).toMatchObject({ operator, values });
  });

  test("a day alone stands for its first moment on a wall clock", () => {
    expect(String(read("filter[left_at]gte", "2026-08-01")?.values[0])).toBe("2026-08-01T00:00:00");
  });

  test("what is no filter is left to others", () => {
    expect(read("filters", "x")).toBeUndefined();
  });

  test.each([
    ["filter[fair]gte", "10", "no column", "fare"],
    ["filter[fare]around", "10", '"around"', "gte"],
    ["filter[fare]constructor", "10", '"constructor"', "gte"],
    ["filter[fare]gte", "ten", '"ten"', "Decimal<10, 2>"],
    ["filter[fare]gte", "10.005", "10.005", ""],
    ["filter[trip_id]", "9223372036854775808", "9223372036854775808", "Int64"],
    ["filter[trip_id]", "1.5", '"1.5"', "Int64"],
    ["filter[paid_with]", "bitcoin", "bitcoin", '"card" | "cash"'],
    ["filter[day]", "2026-02-30", "2026-02-30", "Day"],
    ["filter[fare]like", "1%", "like", "gte"],
    ["filter[stops]", "a", "stops", "is"],
    ["filter[note]is", "nil", '"nil"', "notnull"],
  ])("%s=%s is refused by name, with what there is", (parameter, value, said, wayOut) => {
    const failure = failureOf(() => read(parameter, value));
    expect(failure.code).toBe("PARAMETER_INVALID");
    expect(failure.place?.parameter).toBe(parameter);
    expect(failure.message).toContain(said);
    expect(`${failure.message} ${failure.hint}`).toContain(wayOut);
  });
});
