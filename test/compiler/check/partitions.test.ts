import { testCases } from "../catalog-cases.ts";

testCases([
  ["some columns are partitions", "@partition() day: Day; a: Int64;"],
  ["all columns are partitions", "@partition() day: Day; @partition() a: Int64;", { code: "NL2044", underlined: "Trips", hint: "Partitions are folders: leave at least one column for the files in them." }],
]);
