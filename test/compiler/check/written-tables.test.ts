import { headed, testCases } from "../catalog-cases.ts";

const hint = "Take the word away, or store the rows in a table under @deltaTable().";

testCases([
  ["rules on a file's columns describe it", headed("@parquetTable({ location: \"a.parquet\" })", "@between(1, 2) @key() a: Int64;")],
  ["a partition that folders of Parquet files are named after", headed("@parquetTable({ location: \"a/*.parquet\" })", "@partition() a: Int64; b: Text;")],
  ["a partition of a file", headed("@csvTable({ location: \"a.csv\" })", "@partition() a: Int64; b: Text;"), { code: "NL2031", underlined: "@partition()", hint }],
  ["a topic that feeds a file", headed("@csvTable({ location: \"a.csv\" }) @fromKafka({ topic: \"t\", format: \"json\" })"), { code: "NL2031", underlined: "@fromKafka({ topic: \"t\", format: \"json\" })", hint }],
  ["a day filled in a view", headed("@view()", "@dayOf(\"met\") day: Day; met: Timestamp; static query() { return sql`SELECT 1 AS a`; }"), { code: "NL2031", underlined: "@dayOf(\"met\")", hint }],
  ["partitions and clusters of a materialized view", headed("@materializedView({ refresh: \"1h\" })", "@partition() day: Day; @cluster() a: Int64; static query() { return sql`SELECT DATE '2026-08-01' AS day, 1 AS a`; }")],
  ["a former name in a materialized view", headed("@materializedView({ refresh: \"1h\" })", "@was(\"b\") a: Int64; static query() { return sql`SELECT 1 AS a`; }"), { code: "NL2031", underlined: "@was(\"b\")", hint }],
  ["a check on a file", headed("@csvTable({ location: \"a.csv\" })", "a: Int64; @check({ onFail: \"warn\" }) static isPositive(t: Columns<Trips>) { return sql`${t.a} > 0`; }"), { code: "NL2031", underlined: "isPositive", hint }],
]);
