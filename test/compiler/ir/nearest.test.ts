import { expect, test } from "vitest";
import { nearest, suggest } from "../../../compiler/ir/nearest.ts";

test("the nearest name is found without regard to case, when it is near", () => {
  expect(nearest("Fair", ["trip_id", "fare", "share"])).toBe("fare");
  expect(nearest("passengers", ["fare", "trip_id"])).toBeUndefined();
});

test("a name near to none is answered with the names there are, the first twelve of them", () => {
  expect(suggest("passengers", ["fare", "trip_id"])).toBe("Known here: fare, trip_id.");
  expect(suggest("fair", ["fare"])).toBe("Did you mean fare?");
  expect(suggest("x", [])).toBe("There is none here.");
  expect(suggest("passengers", Array.from({ length: 13 }, (_, index) => `c${index}`))).toMatch(/c11, …$/);
});
