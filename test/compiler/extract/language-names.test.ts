import { expect, test } from "vitest";
import { howImported, languageNames } from "../../../compiler/extract/language-names.ts";
import * as door from "../../../runtime/language/index.ts";

test("every value of the language's door is known, and how it is imported", () => {
  const values = languageNames.filter((name) => howImported(name) === "import");
  expect(values.toSorted()).toEqual(Object.keys(door).filter((name) => name !== "factsOf").toSorted());
});

test("a type is imported as a type, and a name of no one not at all", () => {
  expect([howImported("Int64"), howImported("Decimal"), howImported("Rows"), howImported("string")]).toEqual(["import type", "import type", "import type", undefined]);
});
