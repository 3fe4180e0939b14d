import { describe, expect, test } from "vitest";
import { closedSql, requireAllUsed } from "../../../runtime/query/closed-sql.ts";
import { Failure } from "../../../runtime/values/failure.ts";

describe("a text with values in the place of its parameters", () => {
  test.each([
    ["a = $1 OR b = $1", ["it's"], "a = 'it''s' OR b = 'it''s'"],
    ["a - $1", [-5], "a - CAST('-5' AS INTEGER)"],
    ["a = $2 AND b = $1", [null, true], "a = true AND b = NULL"],
    ["CAST($1 AS BIGINT)", [9007199254740993n], "CAST(CAST('9007199254740993' AS BIGINT) AS BIGINT)"],
    ["a > $1", [0.1], "a > CAST('0.1' AS DOUBLE)"],
    ["a = $1", ["x\0y"], "a = ('x' || chr(0) || 'y')"],
    ["a = '$1' /* $1 */ AND \"$1\" = $1 -- $1", [1], "a = '$1' /* $1 */ AND \"$1\" = CAST('1' AS INTEGER) -- $1"],
    ["a = $1", ["$1 -- '"], "a = '$1 -- '''"],
    ["a = 1", [], "a = 1"],
  ])("%s with %s is %s", (sql, values, closed) => {
    expect(closedSql(sql, values).sql).toBe(closed);
  });

  test.each([
    ["a = $2", [1], "PARAMETER_INVALID"],
    ["a = $name", [1], "PARAMETER_INVALID"],
    ["a = $1", [2n ** 130n], "PARAMETER_INVALID"],
    ["a = $1", ["half \ud800"], "VALUE_INVALID"],
  ])("%s with %s is refused", (sql, values, code) => {
    expect(() => closedSql(sql, values)).toThrow(expect.objectContaining({ code }));
  });

  test("a value that nothing asks for is refused", () => {
    expect(() => requireAllUsed([closedSql("a = $1", [1, 2])], [1, 2])).toThrow(expect.objectContaining({ code: "PARAMETER_INVALID" }));
    expect(() => requireAllUsed([closedSql("a = $1", [1, 2]), closedSql("b = $2", [1, 2])], [1, 2])).not.toThrow();
  });

  test("a failure tells the place in what was written", () => {
    const written = "a = $1\n  AND b = $2 AND c";
    const { sql, told } = closedSql(written, ["a long text", 7]);
    const column = (sql.split("\n")[1] ?? "").indexOf(" c") + 2;
    expect(told(new Failure("SQL_INVALID", "no c", { place: { line: 2, column } }))).toMatchObject({ message: "no c", place: { line: 2, column: written.split("\n")[1]?.length } });
    expect(told(new Error("another"))).toMatchObject({ message: "another" });
  });
});
