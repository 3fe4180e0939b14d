import { expect, test } from "vitest";
import { diagnose, messages } from "../../../compiler/diagnostics/messages.ts";

const place = { file: "catalog/rides/trips.ts", line: 1, column: 1, length: 1 };

test("every message has a code of its own, of four digits behind NL", () => {
  const codes = Object.values(messages).map((message) => message.code);
  expect(codes.filter((code) => !/^NL[1-4]\d{3}$/.test(code))).toEqual([]);
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
});

test("a message is filled in with its values, and a hint that says nothing is left out", () => {
  expect(diagnose("unknownType", place, { type: "Strng", suggestion: "Write Text." })).toEqual({
    code: "NL1031", severity: "error", message: "Strng is no column type.", place, hint: "Write Text.",
  });
  expect(diagnose("unknownType", place, { type: "Strng", suggestion: "" })).not.toHaveProperty("hint");
});
