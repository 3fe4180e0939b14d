import { expect, test } from "vitest";
import { locatePart, printTemplate } from "../../../runtime/query/sql-template.ts";
import { template } from "./fixture.ts";

const printed = printTemplate(template("SELECT ", { column: 'fa"re', alias: "t" }, " FROM ", { table: "rides.trips", alias: "t" }, " WHERE day = ", { parameter: "day" }), (name) => `$[${name}]`);

test("a template prints its references as quoted names and its parameters as they are spelled", () => {
  expect(printed.sql).toBe('SELECT "t"."fa""re" FROM "rides"."trips" AS "t" WHERE day = $[day]');
  expect(printTemplate(template({ column: "fare", alias: "" }, " > 0"), (name) => name).sql).toBe('"fare" > 0');
});

test("a place in the text leads back to its part", () => {
  expect(locatePart(printed, 3)).toEqual({ part: 0, offset: 3 });
  expect(locatePart(printed, printed.sql.indexOf("FROM"))).toEqual({ part: 2, offset: 1 });
  expect(locatePart(printed, printed.sql.indexOf("$["))).toEqual({ part: 5, offset: 0 });
  expect(locatePart(printed, printed.sql.length)).toEqual({ part: 5, offset: 6 });
});
