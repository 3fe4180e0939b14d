import { headed, testCases } from "../catalog-cases.ts";

const fed = (body: string): ReturnType<typeof headed> => headed("@deltaTable() @fromKafka({ topic: \"t\", format: \"json\" })", body);
const unfed = "Put @fromKafka({ topic: \"…\", format: \"json\" }) over the class, or take the word away.";

testCases([
  ["every part of the envelope, and paths into the content", fed("@kafka(\"timestamp\") seen: Timestamp; @kafka(\"offset\") o: Int64; @kafka(\"partition\") p: Int32; @kafka(\"key\") k: Text | null; @from(\"a.b\") b: Text; @dayOf(\"seen\") day: Day;")],
  ["a part of a message that feeds no table", "@kafka(\"offset\") a: Int64;", { code: "NL2032", underlined: "@kafka(\"offset\")", hint: unfed }],
  ["a part that no message has", fed("@kafka(\"topc\") a: Int64;"), { code: "NL2033", underlined: "@kafka(\"topc\")", hint: "Known here: timestamp, offset, partition, key." }],
  ["a part over a column of another type", fed("@kafka(\"offset\") a: Int32;"), { code: "NL2020", underlined: "@kafka(\"offset\")", hint: "It fits Int64." }],
  ["two sources of one column", fed("@kafka(\"offset\") @from(\"x\") a: Int64;"), { code: "NL2034", underlined: "@kafka(\"offset\")", hint: "Keep one of the words." }],
  ["a path with a step that has no name", fed("@from(\"a..b\") a: Int64;"), { code: "NL2035", underlined: "@from(\"a..b\")", hint: "A path is names with one dot between two of them: \"trip.id\"." }],
  ["any name of a column in a file", "@from(\"Total ..\") a: Int64;"],
]);
