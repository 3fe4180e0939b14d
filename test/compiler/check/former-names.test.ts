import { headed, testCases } from "../catalog-cases.ts";

testCases([
  ["a former name is no column now, and may differ in the case of its letters alone", "@was(\"fee\") fare: Int64; @was(\"Seats\") seats: Int32;"],
  ["a former name is still declared", "fee: Int64; @was(\"Fee\") fare: Int64;", { code: "NL2037", underlined: "@was(\"Fee\")", hint: "A column is renamed or kept: take @was away, or the other column." }],
  ["a column was itself", "@was(\"fare\") fare: Int64;", { code: "NL2037", underlined: "@was(\"fare\")", hint: "A column is renamed or kept: take @was away, or the other column." }],
  ["two columns were one", "@was(\"fee\") fare: Int64; @was(\"FEE\") tip: Int64;", { code: "NL2038", underlined: "@was(\"FEE\")", hint: "One column has one successor: keep one of the words." }],
  ["no name at all", "@was(\"\") fare: Int64;", { code: "NL2036", underlined: "@was(\"\")", hint: "Write the former name: @was(\"fare\")." }],
  ["a table that is only read", headed("@parquetTable({ location: \"x.parquet\" })", "@was(\"b\") a: Int64; @initially(1n) c: Int64;"),
    { code: "NL2031", underlined: "@was(\"b\")", hint: "Take the word away, or store the rows in a table under @deltaTable()." },
    { code: "NL2031", underlined: "@initially(1n)", hint: "Take the word away, or store the rows in a table under @deltaTable()." }],
]);
