import { headed, testCases } from "../catalog-cases.ts";

testCases([
  ["some columns are partitions", "@partition() day: Day; a: Int64;"],
  ["all columns of a materialized view are", headed("@materializedView({ refresh: \"1h\" })", "@partition() a: Int64; static query() { return sql`SELECT 1 AS a`; }"), { code: "NL2044", underlined: "Trips", hint: "Partitions are folders: leave at least one column for the files in them." }],
  ["all columns are partitions", "@partition() day: Day; @partition() a: Int64;", { code: "NL2044", underlined: "Trips", hint: "Partitions are folders: leave at least one column for the files in them." }],
]);
