import { testCases } from "../catalog-cases.ts";

testCases([
  ["each category with a mask of its own is fine", "@pii(\"email\", { mask: \"hash\" }) a: Text | null; @pii(\"birthday\", { mask: \"year\" }) b: Day; @pii(\"location\", { mask: \"round\" }) c: Float64;"],
  ["an e-mail address that is a number", "@pii(\"email\") a: Int64;", { code: "NL2020", underlined: "@pii(\"email\")", hint: "It fits Text, Uuid or a choice of texts." }],
  ["a category nobody knows", "@pii(\"emial\") a: Text;", { code: "NL2022", underlined: "@pii(\"emial\")", hint: "Did you mean email?" }],
  ["a mask of another category", "@pii(\"birthday\", { mask: \"hash\" }) a: Day;", { code: "NL2023", underlined: "@pii(\"birthday\", { mask: \"hash\" })", hint: "Take redact or year." }],
]);
