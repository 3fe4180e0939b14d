import { describe, expect, test } from "vitest";
import { diagnosticsOf, diagnosticsOfTable, language, tableFile } from "../written-project.ts";
import type { Files } from "../written-project.ts";

type Case = readonly [situation: string, input: string | Files, code: string, underlined: string, hint: string | undefined];

/** `body` of a database's class beside the table `Trips`. */
function database(body: string): Files {
  return {
    "catalog/rides/trips.ts": tableFile("a: Int64;\nseen: Timestamp;"),
    "catalog/rides/database.ts": `${language}\nimport { Trips } from "./trips.ts";\n@database()\nexport class Rides {\n${body}\n}\n`,
  };
}

/** A view of the class `name`, under `imports`. */
function reader(imports: string, name: string): string {
  return `${language}\n${imports}\n@view()\nexport class Pulse { a: Int64; static query(t = columns(${name})) { return sql\`SELECT \${t.a} FROM \${t}\`; } }\n`;
}

function table(head: string, body = "a: Int64;"): Files {
  return { "catalog/rides/trips.ts": tableFile(body, head) };
}

const outside = "A table's file is catalog/<database>/<table>.ts.";
const member = "A class holds columns (`name: Type`) and static methods under @table(), @check(), or `static query` of a view.";
const readNotRun = "It holds `const t = columns(SomeTable);` lines and one `return sql`…``, nothing else.";
const ownCode = "A function of rows runs by itself: use what is in this file or in a package; return sql`…` to read other tables, or take a parameter `lake: Lake` and read them by `lake.rows(SomeTable)`.";
const defaults = "Callers are told the default before anything runs: write a literal, or Temporal.PlainDate.from(\"2026-08-01\").";
const kinds = "Put @deltaTable(), @parquetTable(), @csvTable(), @jsonTable(), @postgresTable(), @view(), @materializedView() or @database() over it; a type for rows is an `interface`.";
const noTable = "Export a class under @deltaTable(), @parquetTable(), @csvTable(), @jsonTable(), @postgresTable(), @view() or @materializedView(), or remove the file.";

const cases: { readonly [about: string]: readonly Case[] } = {
  files: [
    ["no catalog folder", {}, "NL1003", "", "Make it, or name another with `catalog` in neuralake.config.ts; `neuralake init` writes a first one."],
    ["a file beside the databases", { ...table("@deltaTable()"), "catalog/lost.ts": "" }, "NL1005", "", outside],
    ["a file in a folder of a database", { ...table("@deltaTable()"), "catalog/rides/more/lost.ts": "" }, "NL1005", "", outside],
    ["an empty file", { "catalog/rides/trips.ts": "" }, "NL1006", "", noTable],
    ["a file that exports no class", { "catalog/rides/trips.ts": "export const trips = 1;\n" }, "NL1006", "", noTable],
    ["a table that is not exported", { "catalog/rides/trips.ts": tableFile("a: Int64;").replace("export ", "") }, "NL1007", "Trips", "Write `export class Trips`."],
    ["an import from outside the catalog", { ...table("@deltaTable()"), "catalog/rides/stops.ts": `import { x } from "../../elsewhere.ts";\n${language}\n@deltaTable()\nexport class Stops { a: Int64; }` }, "NL1008", "\"../../elsewhere.ts\"", "It imports \"neuralake\", other tables, and packages that a function of rows needs."],
    ["a file that is not there, told once", { "catalog/rides/trips.ts": tableFile("a: Int64;"), "catalog/rides/pulse.ts": reader("import { Trips } from \"./tripz.ts\";", "Trips") }, "NL1063", "\"./tripz.ts\"", "Did you mean \"./trips.ts\"?"],
    ["a table imported whole", { "catalog/rides/trips.ts": tableFile("a: Int64;"), "catalog/rides/stops.ts": tableFile("a: Int64;").replace("Trips", "Stops").replace("@delta", "import * as trips from \"./trips.ts\";\n@delta") }, "NL1064", "import * as trips from \"./trips.ts\";", "Write `import { Trips } from \"./trips.ts\"`."],
    ["a table exported as the default", { "catalog/rides/trips.ts": tableFile("a: Int64;").replace("export", "export default") }, "NL1007", "Trips", "Write `export class Trips`."],
    ["a folder named like a file", { ...table("@deltaTable()"), "catalog/rides/stops.ts/notes.txt": "" }, "NL1066", "", "It is a folder, a link to nothing, or not yours to read."],
    ["a hidden file is no part of the catalog", { ...table("@deltaTable()", "a: Txt;"), "catalog/rides/.#trips.ts": "not TypeScript" }, "NL1031", "Txt", "Did you mean Text? Types are imported from \"neuralake\"."],
    ["a name the language has not, imported and unused", { "catalog/rides/trips.ts": tableFile("a: Int64;").replace("key,", "key, kee,") }, "NL1065", "kee", "Did you mean key?"],
    ["the language imported whole", { "catalog/rides/trips.ts": "import * as n from \"neuralake\";\nimport { deltaTable } from \"neuralake\";\nimport type { Int64 } from \"neuralake\";\n@deltaTable()\nexport class Trips { a: Int64; }\n" }, "NL1009", "import * as n from \"neuralake\";", "Write `import { deltaTable, key } from \"neuralake\"`."],
    ["a file that does not parse", table("@deltaTable()", "a: Int64 b: Text;"), "NL1001", "b", undefined],
    ["a materialized view that does not say how old it may be", table("@materializedView({ layer: \"gold\" })", "a: Int64; static query() { return sql`SELECT 1 AS a`; }"), "NL1072", "@materializedView({ layer: \"gold\" })", "Write it as @materializedView({ refresh: \"1h\" })."],
    ["a materialized view by an engine that there is not", table("@materializedView({ refresh: \"1h\", engine: \"flink\" })", "a: Int64; static query() { return sql`SELECT 1 AS a`; }"), "NL1071", "engine: \"flink\"", "It is \"duckdb\" or \"spark\"."],
    ["a materialized view without its query", table("@materializedView({ refresh: \"1h\" })"), "NL1042", "Trips", "Add `static query(t = columns(SomeTable)) { return sql`…`; }`."],
    ["a database in the file of a table", table("@database()", ""), "NL1021", "Trips", "A database's class stands in database.ts of its folder."],
    ["a table in database.ts", { "catalog/rides/database.ts": tableFile("a: Int64;") }, "NL1022", "Trips", "A stored table or a view has a file of its own beside it."],
    ["two tables in a file", { "catalog/rides/trips.ts": `${tableFile("a: Int64;")}@deltaTable({ location: "x" })\nexport class Stops { a: Int64; }\n` }, "NL1023", "Stops", "One table a file."],
    ["a file of another name", { "catalog/rides/trip.ts": tableFile("a: Int64;") }, "NL1024", "Trips", "A table's file bears the table's name: trips.ts."],
  ],
  words: [
    ["a word the language has not", "@parition() a: Int64;", "NL1010", "@parition()", "Did you mean partition? Words are imported from \"neuralake\"."],
    ["a word that is imported and that the language has not", { "catalog/rides/trips.ts": tableFile("@kye() a: Int64;").replace("key,", "kye,") }, "NL1010", "@kye()", "Did you mean key? Words are imported from \"neuralake\"."],
    ["a word that is not imported", { "catalog/rides/trips.ts": tableFile("@key() a: Int64;").replace(" key,", "") }, "NL1025", "key", "Write `import { key } from \"neuralake\"`."],
    ["a word that is not imported and is used twice", { "catalog/rides/trips.ts": tableFile("@key() a: Int64; @key() b: Int64;").replace(" key,", "") }, "NL1025", "key", "Write `import { key } from \"neuralake\"`."],
    ["sql that is not imported", { "catalog/rides/trips.ts": tableFile("a: Int64; static query() { return sql`SELECT 1 AS a`; }", "@view()").replace(" sql,", "") }, "NL1025", "sql", "Write `import { sql } from \"neuralake\"`."],
    ["columns that are not imported", { "catalog/rides/stops.ts": tableFile("a: Int64;").replace("Trips", "Stops"), "catalog/rides/pulse.ts": reader("import { Stops } from \"./stops.ts\";", "Stops").replace(" columns,", "") }, "NL1025", "columns", "Write `import { columns } from \"neuralake\"`."],
    ["rows that are not imported", { "catalog/rides/database.ts": `${language.replace(" Rows,", "")}\n@database()\nexport class Rides { @table() static b(): Rows<{ a: Int64 }> { return []; } }\n` }, "NL1025", "Rows", "Write `import type { Rows } from \"neuralake\"`."],
    ["a word under another name is fine elsewhere", { "catalog/rides/trips.ts": tableFile("@primary() @key a: Int64;").replace(" key,", " key as primary, key,") }, "NL1012", "@key", "Write @key()."],
    ["a word of a method over a column", "@table() a: Int64;", "NL1011", "@table()", "It belongs over a static method."],
    ["a word of a column over a class", table("@deltaTable() @key()"), "NL1011", "@key()", "It belongs over a column."],
    ["a word that is not called", "@key a: Int64;", "NL1012", "@key", "Write @key()."],
    ["a word said twice", "@key() @key() a: Int64;", "NL1013", "@key()", "Keep one of them."],
    ["two kinds of table", table("@deltaTable() @jsonTable({ location: \"x\" })"), "NL1014", "Trips", "A class is one kind of table: keep one of these words."],
    ["no kind of table", table(""), "NL1015", "Trips", kinds],
    ["a computed argument", "@unit(\"m\" + \"s\") a: Int64;", "NL1016", "\"m\" + \"s\"", "The source is read, never run: write the value itself."],
    ["a wrong argument", "@unit() a: Int64;", "NL1073", "@unit()", "Write it as @unit(\"km\")."],
  ],
  members: [
    ["a class that extends another", { "catalog/rides/trips.ts": `${language}\nclass Base { a: Int64; }\n@deltaTable()\nexport class Trips extends Base { b: Int64; }\n` }, "NL1017", "Trips", "A table names all its columns itself: copy them here."],
    ["a constructor", "a: Int64; constructor() {}", "NL1018", "constructor() {}", member],
    ["a getter", "a: Int64; get b() { return 1; }", "NL1018", "b", member],
    ["a column in a database", database("a: Int64;"), "NL1019", "a", "Columns belong to a table, in a file of its own."],
    ["a value in a database", database("static a = 1;"), "NL1018", "a", member],
    ["a column with a value", "a: Int64 = 5n;", "NL1020", "5n", "A column is declared, not set: remove what stands after `=`."],
    ["a method without a word", "a: Int64; static b() {}", "NL1040", "b", "Put @table() over it to make it a table, or move it out of the class if rows are computed with its help."],
    ["a method that is not static", "a: Int64; b() {}", "NL1041", "b", "Write `static b(…)`."],
    ["a computed name", "[Symbol.iterator]: Int64; a: Int64;", "NL1061", "[Symbol.iterator]", "Write the name itself, in quotes where it is no identifier."],
  ],
  types: [
    ["a column without a type", "a;", "NL1030", "a", "Write `a: Text`, or another type of the language."],
    ["an unknown type", "a: Timestmp;", "NL1031", "Timestmp", "Did you mean Timestamp? Types are imported from \"neuralake\"."],
    ["an unknown type that is imported", { "catalog/rides/trips.ts": tableFile("a: Strng;").replace("Text,", "Strng, Text,") }, "NL1031", "Strng", "Write Text."],
    ["a type that is not imported", { "catalog/rides/trips.ts": tableFile("a: Uuid;").replace(", Uuid", "") }, "NL1025", "Uuid", "Write `import type { Uuid } from \"neuralake\"`."],
    ["TypeScript's own string", "a: string;", "NL1031", "string", "Write Text."],
    ["any", "a: any;", "NL1031", "any", "Write the one type its values have."],
    ["nothing but null", "a: null;", "NL1031", "null", "Write the type its values have, and `| null` after it."],
    ["a type of the file, misspelled", { "catalog/rides/trips.ts": `${language}\ninterface Address { street: Text }\n@deltaTable()\nexport class Trips { a: Addres; b: Address; }\n` }, "NL1031", "Addres", "Did you mean Address? Types are imported from \"neuralake\"."],
    ["a Date", "a: Date | null;", "NL1031", "Date", "Write Timestamp or Day."],
    ["a Temporal type", "a: Temporal.PlainDate;", "NL1031", "Temporal.PlainDate", "Write Day."],
    ["several types", "a: Int64 | Text;", "NL1032", "Int64 | Text", "A union is a type with `| null`, or string literals alone."],
    ["an optional column", "a?: Int64;", "NL1033", "a", "A value that may be absent is null: write `a: … | null`."],
    ["a decimal without digits", "a: Decimal;", "NL1035", "Decimal", "Write Decimal<10, 2>: digits in all, digits after the point."],
    ["a type within itself", { "catalog/rides/trips.ts": `${language}\ninterface Node { next: Node | null }\n@deltaTable()\nexport class Trips { a: Node; }\n` }, "NL1034", "Node", "Nested types end somewhere: name its columns one by one."],
  ],
  "functions and SQL": [
    ["a view without a query", table("@view()"), "NL1042", "Trips", "Add `static query(t = columns(SomeTable)) { return sql`…`; }`."],
    ["a view whose query returns no sql", table("@view()", "a: Int64; static query() { return 1; }"), "NL1042", "query", "Add `static query(t = columns(SomeTable)) { return sql`…`; }`."],
    ["a function that does not say its rows", database("@table() static b() { return [{ a: 1n }]; }"), "NL1043", "b", "Write its type, as in `(): Rows<Supplier>`, or return sql`…`."],
    ["rows of an unknown type", database("@table() static b(): Rows<Nope> { return []; }"), "NL1060", "Nope", "Write an `interface` with a property for each column."],
    ["a statement beside the sql", database("@table() static b() { const now = 1; return sql`SELECT 1 AS a`; }"), "NL1044", "const now = 1;", readNotRun],
    ["a value in the sql", database("@table() static b() { return sql`SELECT ${1 + 1} AS a`; }"), "NL1045", "1 + 1", "Interpolate a table, one of its columns or a parameter; write values in the SQL itself."],
    ["columns of no table", database("@table() static b() { const t = columns(Rides); return sql`SELECT ${Trips} AS a FROM ${t}`; }"), "NL1045", "Trips", "Interpolate a table, one of its columns or a parameter; write values in the SQL itself."],
    ["columns of a computed class", database("@table() static b() { const t = columns([Trips][0]); return sql`SELECT 1 AS a FROM ${t}`; }"), "NL1046", "columns([Trips][0])", "Give it a table's class, imported from its file: `columns(Trips)`."],
    ["columns of a class that is not imported", { "catalog/rides/trips.ts": tableFile("a: Int64;"), "catalog/rides/pulse.ts": reader("", "Trips") }, "NL1046", "columns(Trips)", "Write `import { Trips } from \"./trips.ts\"`."],
    ["columns of a class its file has not", { "catalog/rides/trips.ts": tableFile("a: Int64;"), "catalog/rides/pulse.ts": reader("import { Trip } from \"./trips.ts\";", "Trip") }, "NL1046", "columns(Trip)", "catalog/rides/trips.ts has no class Trip. Did you mean Trips?"],
    ["one alias twice", database("@table() static b() { const t = columns(Trips); const u = columns(Trips); return sql`SELECT 1 AS a FROM ${t}, ${u}`; }"), "NL1047", "const u = columns(Trips);", "Give one of them a name of its own: columns(…, \"trips2\")."],
    ["a column the table has not", database("@table() static b() { const t = columns(Trips); return sql`SELECT ${t.sen} FROM ${t}`; }"), "NL1048", "sen", "Did you mean seen?"],
    ["a check without its row", "a: Int64; @check({ onFail: \"warn\" }) static b() { return sql`1 > 0`; }", "NL1049", "b", "Write `static b(t: Columns<Trips>)`."],
    ["a check without sql", "a: Int64; @check({ onFail: \"warn\" }) static b(t: Columns<Trips>) { return t.a !== null; }", "NL1059", "b", "Return the condition a good row satisfies: return sql`${t.fare} > 0`."],
    ["a parameter of a view", table("@view()", "a: Int64; static query(day: Day) { return sql`SELECT 1 AS a`; }"), "NL1050", "day: Day", "Its query takes tables alone, as `t = columns(Trips)`; a table with parameters is a static method under @table()."],
    ["a rest parameter", database("@table() static b(...days: Day[]) { return sql`SELECT 1 AS a`; }"), "NL1051", "...days: Day[]", "A parameter is `name: Type` or `name: Type = value`."],
    ["a computed default", database("@table() static b(least: Int32 = Math.random()) { return sql`SELECT 1 AS a`; }"), "NL1052", "Math.random()", defaults],
    ["a default that is computed from now", database("@table() static b(day: Day = Temporal.Now.plainDateISO()) { return sql`SELECT 1 AS a`; }"), "NL1052", "Temporal.Now.plainDateISO()", defaults],
    ["a default out of range", database("@table() static b(least: Int8 = 128) { return sql`SELECT 1 AS a`; }"), "NL1053", "128", "Write it as 1."],
    ["a default that is no bigint", database("@table() static b(least: Int64 = 2) { return sql`SELECT 1 AS a`; }"), "NL1053", "2", "Write it as 2n."],
    ["a default that is no decimal", database("@table() static b(least: Decimal<4, 2> = 1.5) { return sql`SELECT 1 AS a`; }"), "NL1053", "1.5", "Write it as \"1.5\"."],
    ["a default of a type without literals", database("@table() static b(least: Bytes = \"x\") { return sql`SELECT 1 AS a`; }"), "NL1053", "\"x\"", "A parameter of this type has no default: take it away."],
    ["a default that is no day", database("@table() static b(day: Day = Temporal.PlainDate.from(\"2026-02-30x\")) { return sql`SELECT 1 AS a`; }"), "NL1053", "Temporal.PlainDate.from(\"2026-02-30x\")", "Write it as Temporal.PlainDate.from(\"2026-08-01\")."],
    ["an optional parameter", database("@table() static b(day?: Day) { return sql`SELECT 1 AS a`; }"), "NL1033", "day", "A value that may be absent is null: write `day: … | null`."],
    ["a row function that uses a table", database("@table() static b(): Rows<{ a: Int64 }> { return [new Trips()]; }"), "NL1054", "Trips", ownCode],
    ["a row function that uses its class", database("@table() static b(): Rows<{ a: Int64 }> { return [{ a: BigInt(Rides.name) }]; }"), "NL1054", "Rides", ownCode],
    ["a row function that uses this", database("@table() static b(): Rows<{ a: Int64 }> { return [{ a: BigInt(this.name) }]; }"), "NL1055", "this", "A function of rows runs by itself: move what it shares into a function of the file."],
    ["a row function JavaScript has no name for", database("@table() static delete(): Rows<{ a: Int64 }> { return []; }"), "NL2007", "delete", "Choose another name."],
    ["a check in a database", database("@check({ onFail: \"warn\" }) static b(t: Columns<Trips>) { return sql`${t.a} > 0`; }"), "NL1058", "b", "A check is a static method of the table whose rows it judges."],
    ["a computed table in a table", "a: Int64; @table() static b() { return sql`SELECT 1 AS a`; }", "NL1057", "b", "A computed table is a static method of the database's class, in database.ts."],
  ],
};

for (const [about, list] of Object.entries(cases)) {
  describe(about, () => {
    test.each(list)("%s", (_, input, code, underlined, hint) => {
      const said = typeof input === "string" ? diagnosticsOfTable(input) : diagnosticsOf(input);
      expect(said.map((diagnostic) => ({ ...diagnostic, message: "" }))).toEqual([{ code, underlined, message: "", hint }]);
    });
  });
}

test("all errors of all files are told in one run, in order of place", () => {
  const said = diagnosticsOf({
    "catalog/b/trips.ts": tableFile("a: Strng;\nb: Int64;\nB: Text;\n@between(2, 1) c: Int64;"),
    "catalog/a/trips.ts": tableFile("select: Int64;\nx: number;"),
    "catalog/a/broken.ts": "class {",
  });
  expect(said.map((diagnostic) => [diagnostic.code, diagnostic.underlined])).toEqual([
    ["NL1001", ""], ["NL2007", "select"], ["NL1031", "number"], ["NL1031", "Strng"], ["NL2003", "B"], ["NL2030", "@between(2, 1)"],
  ]);
});
