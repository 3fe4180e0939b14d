import { testCases } from "../catalog-cases.ts";

testCases([
  ["the day of an instant or of a local time is fine", "@dayOf(\"met\") day: Day; met: Timestamp | null; @dayOf(\"here\") other: Day | null; here: LocalTimestamp;"],
  ["the source does not exist", "@dayOf(\"sen\") day: Day; seen: Timestamp;", { code: "NL2024", underlined: "@dayOf(\"sen\")", hint: "Did you mean seen?" }],
  ["there is no time to take a day of", "@dayOf(\"met\") day: Day;", { code: "NL2024", underlined: "@dayOf(\"met\")", hint: "There is none here." }],
  ["the source has no day", "@dayOf(\"code\") day: Day; code: Text; met: Timestamp;", { code: "NL2025", underlined: "@dayOf(\"code\")", hint: "Name a Timestamp or a LocalTimestamp. Known here: met." }],
  ["the column is no day", "@dayOf(\"met\") day: Text; met: Timestamp;", { code: "NL2020", underlined: "@dayOf(\"met\")", hint: "It fits Day." }],
]);
