/** What the engine finds in the author's SQL: the column types it infers, and every mistake at its place inside the template. */
import { expect, test } from "vitest";
import { bind } from "../../../compiler/bind/bind.ts";
import { settle } from "../../../compiler/diagnostics/settle.ts";
import type { Catalog } from "../../../compiler/ir/catalog.ts";
import { allTables, fullName } from "../../../compiler/ir/names.ts";
import { typeName } from "../../../compiler/ir/type-name.ts";
import { extractFiles, language } from "../written-project.ts";
import type { Files } from "../written-project.ts";

const trips = `${language}
/** Rides. */
@deltaTable()
export class Trips {
  /** Ride number. */
  trip_id: Int64;
  rider_email: Text | null;
  @unit("EUR") fare: Decimal<10, 2>;
  passengers: Int32;
  picked_up_at: Timestamp;
  ticket: Uuid;
}
`;

/** A database `rides` with the table `trips` and one function `q` that returns this SQL; `before` stands above its return. */
function query(sql: string, parameters = "", before = sql.includes("${t}") ? "const t = columns(Trips);" : ""): Files {
  return {
    "catalog/rides/trips.ts": trips,
    "catalog/rides/database.ts": `${language}\nimport { Trips } from "./trips.ts";\n@database()\nexport class Rides {\n  @table()\n  static q(${parameters}) {\n    ${before}\n    return sql\`${sql}\`;\n  }\n}\n`,
  };
}

/** A view class `V` with these columns over `trips`. */
function view(columns: string, sql: string): Files {
  return {
    "catalog/rides/trips.ts": trips,
    "catalog/rides/v.ts": `${language}\nimport { Trips } from "./trips.ts";\n@view()\nexport class V {\n${columns}\n  static query(t = columns(Trips)) {\n    return sql\`${sql}\`;\n  }\n}\n`,
  };
}

interface Read { readonly catalog: Catalog; readonly said: readonly { readonly code: string; readonly underlined: string; readonly message: string; readonly hint: string | undefined }[] }

async function read(files: Files): Promise<Read> {
  const extracted = extractFiles(files);
  const bound = await bind(extracted.catalog);
  const said = settle([...extracted.diagnostics, ...bound.diagnostics]).map(({ code, message, hint, place }) => {
    const lines = (files[place.file] ?? "").split("\n").slice(place.line - 1).join("\n");
    return { code, underlined: lines.slice(place.column - 1, place.column - 1 + place.length), message, hint };
  });
  return { catalog: bound.catalog, said };
}

/** The inferred columns of `rides.q`, as `name: Type`. */
async function columnsOf(files: Files, table = "rides.q"): Promise<string[]> {
  const { catalog, said } = await read(files);
  expect(said).toEqual([]);
  return allTables(catalog).filter((known) => fullName(known) === table).flatMap((known) => known.columns.map((column) => `${column.name}: ${typeName(column.type, column.nullable)}`));
}

async function saidOf(files: Files): Promise<readonly (readonly [string, string, string | undefined])[]> {
  return (await read(files)).said.map(({ code, underlined, hint }) => [code, underlined, hint] as const);
}

test("a plain copy keeps its type, and is null only where its column may be", async () => {
  expect(await columnsOf(query("SELECT ${t.trip_id}, ${t.rider_email}, ${t.ticket} FROM ${t}"))).toEqual(["trip_id: Int64", "rider_email: Text | null", "ticket: Uuid"]);
});

test("a copy keeps the author's words and its unit", async () => {
  const { catalog } = await read(query("SELECT ${t.trip_id} AS id, ${t.fare} FROM ${t}"));
  const columns = allTables(catalog).find((table) => table.name === "q")?.columns;
  expect(columns).toMatchObject([{ name: "id", doc: "Ride number." }, { unit: "EUR" }]);
});

test.each([
  ["sums widen to what they may need", "SELECT sum(${t.trip_id}) AS whole, sum(${t.fare}) AS exact FROM ${t}", ["whole: Decimal<38, 0> | null", "exact: Decimal<38, 2> | null"]],
  ["aggregates of a group have a value", "SELECT ${t.passengers}, max(${t.fare}) AS most, count(*) AS n FROM ${t} GROUP BY ALL", ["passengers: Int32", "most: Decimal<10, 2>", "n: Int64"]],
  ["a filtered aggregate may have none", "SELECT ${t.passengers}, max(${t.fare}) FILTER (WHERE false) AS most FROM ${t} GROUP BY ALL", ["passengers: Int32", "most: Decimal<10, 2> | null"]],
  ["grouping sets leave groups out", "SELECT ${t.passengers}, count(*) AS n FROM ${t} GROUP BY ROLLUP (${t.passengers})", ["passengers: Int32 | null", "n: Int64"]],
  ["what an expression gives is known by its arguments, where its function is", "SELECT ${t.passengers} / 0 AS share, date_trunc('day', ${t.picked_up_at}) AS day FROM ${t}", ["share: Float64 | null", "day: Timestamp"]],
  ["casts, constants and coalesce are sure, TRY_CAST is not", "SELECT CAST(${t.fare} AS DOUBLE) AS a, 1 AS b, coalesce(${t.rider_email}, '') AS c, TRY_CAST(${t.ticket} AS BIGINT) AS d, NULL AS e FROM ${t}", ["a: Float64", "b: Int32", "c: Text", "d: Int64 | null", "e: Int32 | null"]],
  ["a null within JSON is none outside of it", "SELECT CAST(CAST(${t.ticket} AS JSON) AS INTEGER) AS a, CAST(${t.ticket} AS JSON) = 1 AS b, CAST(CAST(CAST(${t.ticket} AS JSON) AS VARIANT) AS VARCHAR) AS c, CAST(CAST(${t.ticket} AS JSON) AS VARCHAR) AS d FROM ${t}", ["a: Int32 | null", "b: Bool | null", "c: Text | null", "d: Text"]],
  ["a star is all columns in order", "SELECT * FROM ${t}", ["trip_id: Int64", "rider_email: Text | null", "fare: Decimal<10, 2>", "passengers: Int32", "picked_up_at: Timestamp", "ticket: Uuid"]],
  ["nested results have their types", "SELECT list(${t.trip_id}) AS ids, {'n': count(*)} AS o FROM ${t}", ["ids: (Int64 | null)[] | null", "o: { n: Int64 | null } | null"]],
])("%s", async (_, sql, expected) => {
  expect(await columnsOf(query(sql))).toEqual(expected);
});

test("the right side of an outer join may be null, the left side not", async () => {
  const joined = query("SELECT ${t.trip_id}, ${u.fare} AS other FROM ${t} LEFT JOIN ${u} ON ${t.trip_id} = ${u.trip_id}", "", 'const t = columns(Trips); const u = columns(Trips, "u");');
  expect(await columnsOf(joined)).toEqual(["trip_id: Int64", "other: Decimal<10, 2> | null"]);
});

test.each([
  ["${t.rider_email} IS NOT NULL", "Text"], ["${t.rider_email} > '' AND ${t.passengers} > 1", "Text"], ["${t.rider_email} IN ('a', 'b')", "Text"], ["${t.rider_email} BETWEEN 'a' AND 'b'", "Text"],
  ["${t.rider_email} > '' OR ${t.passengers} > 1", "Text | null"], ["${t.rider_email} IS DISTINCT FROM 'a'", "Text | null"], ["coalesce(${t.rider_email}, '') = ''", "Text | null"], ["NOT (${t.passengers} > 1)", "Text | null"],
])("behind WHERE %s a column that may be null is %s", async (condition, type) => {
  expect(await columnsOf(query(`SELECT \${t.rider_email} FROM \${t} WHERE ${condition}`))).toEqual([`rider_email: ${type}`]);
});

test.each([["JOIN", "Text", "Text"], ["LEFT JOIN", "Text | null", "Text | null"], ["FULL JOIN", "Text | null", "Text | null"]])("behind %s on equal values they are never null, or may be as before", async (join, left, right) => {
  const joined = query(`SELECT \${t.rider_email} AS a, \${u.rider_email} AS b FROM \${t} ${join} \${u} ON \${t.rider_email} = \${u.rider_email}`, "", 'const t = columns(Trips); const u = columns(Trips, "u");');
  expect(await columnsOf(joined)).toEqual([`a: ${left}`, `b: ${right}`]);
});

test("a class view that declares never null what its query copies out of a column that may be is warned of", async () => {
  const declared = "  rider_email: Text;";
  expect(await saidOf(view(declared, "SELECT ${t.rider_email} FROM ${t}"))).toEqual([["NL3024", "rider_email", "Declare it as Text | null, or leave such rows out: WHERE … IS NOT NULL."]]);
  expect(await saidOf(view("  fare: Decimal<10, 2>;", "SELECT u.fare FROM ${t} LEFT JOIN rides.trips u ON u.trip_id = ${t.trip_id} + 1"))).toEqual([["NL3024", "fare", "Declare it as Decimal<10, 2> | null, or leave such rows out: WHERE … IS NOT NULL."]]);
  expect(await saidOf(view(declared, "SELECT ${t.rider_email} FROM ${t} WHERE ${t.rider_email} IS NOT NULL"))).toEqual([]);
  expect(await saidOf(view(declared, "SELECT coalesce(${t.rider_email}, '') AS rider_email FROM ${t}"))).toEqual([]);
});

test("a parameter has its own type wherever it stands", async () => {
  expect(await columnsOf(query("SELECT ${t.trip_id} + ${n} AS id, ${day} AS day FROM ${t} LIMIT ${n}", "n: Int32, day: Day"))).toEqual(["id: Int64 | null", "day: Day | null"]);
});

test("tables named in the text itself are found, bare or in full, in any letter case", async () => {
  const { catalog, said } = await read(query("SELECT a.fare FROM rides.TRIPS a JOIN trips b USING (trip_id)", "", ""));
  expect(said).toEqual([]);
  expect(allTables(catalog).find((table) => table.name === "q")).toMatchObject({ source: { reads: ["rides.trips"] }, columns: [{ name: "fare", nullable: false }] });
});

test("a name of WITH is no table", async () => {
  expect(await columnsOf(query("WITH trips AS (SELECT 1 AS one) SELECT one FROM trips", "", ""))).toEqual(["one: Int32"]);
});

test("a function table is called in SQL by its name", async () => {
  const files = query("SELECT fare FROM rides.dear(10)", "", "");
  const more = files["catalog/rides/database.ts"]?.replace("  @table()", "  @table()\n  static dear(most: Int32) {\n    const t = columns(Trips);\n    return sql`SELECT ${t.fare} FROM ${t} WHERE ${t.fare} > ${most}`;\n  }\n\n  @table()") ?? "";
  expect(await columnsOf({ ...files, "catalog/rides/database.ts": more })).toEqual(["fare: Decimal<10, 2>"]);
  expect(await saidOf({ ...files, "catalog/rides/database.ts": more.replace("rides.dear(10)", "rides.dear") })).toEqual([["NL3015", "rides.dear", "Call it: rides.dear(…)."]]);
});

test.each(["d.dear()", "d.dear(1, 2, 3)", "d.dear(1, of := 2)"])("a function table that is called as %s is told with what it takes", async (call) => {
  const files = { "catalog/d/database.ts": `${language}\n@database()\nexport class D {\n  @table()\n  static dear(most: Int32, least: Int32 = 1) {\n    return sql\`SELECT \${most} + \${least} AS n\`;\n  }\n\n  @table()\n  static q() {\n    return sql\`SELECT n FROM ${call}\`;\n  }\n}\n` };
  expect((await read(files)).said.map(({ code, underlined, message }) => [code, underlined, message])).toEqual([["NL3005", "d.dear", "Other arguments are given than d.dear takes, which are most: Int32, least: Int32 (or none)."]]);
});

test.each<readonly [string, string, string, string, string | undefined]>([
  ["a word that is no SQL", "SELECT ${t.fare}\n      FORM ${t} x y", "NL3001", "${t}", "It is one SELECT in DuckDB's dialect."],
  ["SQL that ends too early", "SELECT ${t.fare} FROM ${t} WHERE", "NL3001", "", "It is one SELECT in DuckDB's dialect."],
  ["no SELECT", "DROP TABLE rides.trips", "NL3001", "DROP TABLE rides.trips", "It is one SELECT in DuckDB's dialect."],
  ["two statements", "SELECT 1 AS a; SELECT 2 AS b", "NL3001", "SELECT 1 AS a; SELECT 2 AS b", "It is one SELECT in DuckDB's dialect."],
  ["a column no table has, on a later line", "SELECT ${t.fare},\n             faree AS f\n      FROM ${t}", "NL3002", "faree", "Did you mean fare?"],
  ["a column no table has, after letters of several bytes", "SELECT 'é€😀' AS e, faree FROM ${t}", "NL3002", "faree", "Did you mean fare?"],
  ["a table that is none", "SELECT 1 AS a FROM rides.trip", "NL3003", "rides.trip", "Did you mean rides.trips?"],
  ["a function that is none", "SELECT summ(${t.fare}) AS s FROM ${t}", "NL3004", "summ", "Did you mean sum?"],
  ["a placeholder, which nobody gives a value", "SELECT '?' AS a, $1 AS b FROM ${t}", "NL3005", "$", undefined],
  ["a placeholder in a condition", "SELECT ${t.fare} FROM ${t} WHERE ${t.fare} > ?", "NL3005", "?", undefined],
  ["a letter that ends a text of the engine's", "SELECT 'é\0' AS a FROM ${t}", "NL3001", "\0", "It is one SELECT in DuckDB's dialect."],
  ["another time", "SELECT u.fare FROM ${t} JOIN rides.trips u AT (VERSION => 1) USING (trip_id)", "NL3005", "rides.trips", undefined],
  ["a file as a table", "SELECT * FROM read_csv('/etc/passwd')", "NL3017", "read_csv", "A query reads the catalog's tables alone; a file is declared as a table of its own."],
  ["an aggregate beside a plain column", "SELECT ${t.fare}, count(*) AS n FROM ${t}", "NL3005", "${t.fare}", undefined],
  ["a column without a name", "SELECT count(*) FROM ${t}", "NL3010", "count(*)", "Name it: write `AS name` after it."],
  ["an element without a name", "SELECT x.l[1] FROM (SELECT [${t.fare}] AS l FROM ${t}) x", "NL3010", "x.l[1]", "Name it: write `AS name` after it."],
  ["a number with a point, without a name", "SELECT 1.5 FROM ${t}", "NL3010", "1.5", "Name it: write `AS name` after it."],
  ["two columns of one name", "SELECT 1 AS a, 2 AS A", "NL3011", "A", "Name one of them otherwise: write `AS name` after it."],
  ["a column without a name behind a list and DISTINCT", "WITH x AS (SELECT 1 AS a, 2) SELECT DISTINCT [1, 2] AS list, greatest(1, 2) FROM x", "NL3010", "greatest(1, 2)", "Name it: write `AS name` after it."],
  ["two columns of one name, the first SELECT's", "SELECT ${t.fare}, (SELECT 1) fare FROM ${t} UNION ALL SELECT 1, 2", "NL3011", "fare", "Name one of them otherwise: write `AS name` after it."],
  ["two columns of one name in front of their values", "SELECT a: 1, A: 2", "NL3011", "A", "Name one of them otherwise: write `AS name` after it."],
  ["two columns of one name, one out of a star", "SELECT *, 1 AS fare FROM ${t}", "NL3011", "SELECT *, 1 AS fare FROM ${t}", "Name one of them otherwise: write `AS name` after it."],
  ["a time of day", "SELECT CAST(${t.picked_up_at} AS TIME) AS hour FROM ${t}", "NL3009", "CAST(${t.picked_up_at} AS TIME) AS hour", "In the query, cast it to VARCHAR, or keep the whole TIMESTAMP."],
])("%s is told at its place", async (_, sql, code, underlined, hint) => {
  expect(await saidOf(query(sql))).toEqual([[code, underlined, hint]]);
});

test("a class view may lack nothing it declares, and give nothing it does not; names that differ in case are one", async () => {
  expect(await saidOf(view("  fare: Decimal<10, 2>;\n  ride: Int64;", "SELECT ${t.fare} AS FARE, ${t.trip_id} FROM ${t}"))).toEqual([
    ["NL3006", "ride", "Known here: trip_id."],
    ["NL3007", "${t.trip_id}", "Declare it in the class, or leave it out of the SELECT."],
  ]);
});

test("a class view's columns are those it declares, where a cast leads to them", async () => {
  expect(await columnsOf(view("  fare: Decimal<18, 2> | null;\n  at: Text;", "SELECT ${t.fare}, CAST(${t.picked_up_at} AS TIME) AS at FROM ${t}"), "rides.v")).toEqual(["fare: Decimal<18, 2> | null", "at: Text"]);
  expect(await saidOf(view("  fare: Day;", "SELECT ${t.fare} FROM ${t}"))).toEqual([["NL3008", "fare", "No cast leads from one to the other: change the declaration or the query."]]);
});

test("views that read each other are told once, with the way round", async () => {
  const one = (name: string, other: string): string => `${language}\n@view()\nexport class ${name} {\n  n: Int64;\n  static query() {\n    return sql\`SELECT n FROM rides.${other}\`;\n  }\n}\n`;
  const { said } = await read({ "catalog/rides/aa.ts": one("Aa", "bb"), "catalog/rides/bb.ts": one("Bb", "aa") });
  expect(said.map(({ code, message }) => [code, message])).toEqual([["NL3014", "These tables read each other in a circle: rides.aa -> rides.bb -> rides.aa."]]);
});

test("of a query that could not be read the engine says nothing, when its file is told why", async () => {
  const { catalog } = extractFiles(view("  fare: Decimal<10, 2>;", "SELECT ${t.fare} FROM ${t}\n WHERE ${1 + 1} > 0"));
  expect((await bind(catalog)).diagnostics.map(({ code }) => code)).toEqual(["NL3001"]);
  expect((await bind(catalog, new Set(["catalog/rides/v.ts"]))).diagnostics).toEqual([]);
});

test("of a table declared twice nothing is said by what reads it", async () => {
  const { said } = await read({ ...query("SELECT faree FROM ${t}"), "catalog/rides/trips_copy.ts": `${language}\n@deltaTable()\nexport class Trips {\n  other: Int64;\n}\n` });
  expect(said.map(({ code }) => code)).toEqual(["NL1024"]);
});

test("a mistake beneath a query is told once, not again by what reads it", async () => {
  const files = view("  fare: Decimal<10, 2>;", "SELECT faree FROM ${t}");
  const above = `${language}\nimport { V } from "./v.ts";\n@view()\nexport class Above {\n  fare: Decimal<10, 2>;\n  static query(v = columns(V)) {\n    return sql\`SELECT \${v.fare} FROM \${v}\`;\n  }\n}\n`;
  expect((await saidOf({ ...files, "catalog/rides/above.ts": above })).map(([code]) => code)).toEqual(["NL3002"]);
});

test("many queries, each over one further down, are read ahead and bound as if each were read alone: a mistake stays with its own", async () => {
  const count = 150;
  const one = (number: number): string => `  @table()\n  static q${number}() {\n    return sql\`SELECT ${number === 100 ? "faree" : "fare"} FROM ${number === count - 1 || number === 100 ? "rides.trips" : `rides.q${number + 1}`}\`;\n  }\n`;
  const { catalog, said } = await read({ "catalog/rides/trips.ts": trips, "catalog/rides/database.ts": `${language}\n@database()\nexport class Rides {\n${Array.from({ length: count }, (_, number) => one(number)).join("\n")}}\n` });
  expect(said.map(({ code, underlined }) => [code, underlined])).toEqual([["NL3002", "faree"]]);
  const known = allTables(catalog).filter(({ name, columns }) => /^q\d+$/.test(name) && columns.some((column) => typeName(column.type, column.nullable) === "Decimal<10, 2>"));
  expect(known.map(({ name }) => name).sort()).toEqual(Array.from({ length: count - 101 }, (_, index) => `q${index + 101}`).sort());
});

test("a check is a condition over the table's own columns", async () => {
  const checked = (condition: string): Files => ({ "catalog/rides/trips.ts": trips.replace(/}\n$/, `  @check({ onFail: "reject" })\n  static sound(t: Columns<Trips>) {\n    return sql\`${condition}\`;\n  }\n}\n`) });
  expect(await saidOf(checked("${t.fare} > 0 -- paid"))).toEqual([]);
  expect(await saidOf(checked("${t.fare} + 1"))).toEqual([["NL3012", "${t.fare} + 1", "A check is a condition: true for a good row."]]);
  expect(await saidOf(checked("${t.fare} >\n      fair"))).toEqual([["NL3002", "fair", "Did you mean fare?"]]);
  expect((await saidOf(checked("${t.fare} > ")))[0]?.[0]).toBe("NL3001");
});

test("a pattern that RE2 cannot match is told at its word", async () => {
  const matched = { "catalog/rides/trips.ts": trips.replace("ticket: Uuid", "@matches(/^(?=a)b/) ticket: Text") };
  expect(await saidOf(matched)).toEqual([["NL3013", "@matches(/^(?=a)b/)", "Rows are judged by RE2, which has no look-around and no back-references."]]);
});

test.each([
  ["a table of a subquery that is called as one around it", "SELECT ${t.fare} FROM ${t} WHERE EXISTS (SELECT 1 FROM rides.trips trips WHERE trips.passengers > ${t.passengers})", "rides.trips", "trips hides the table trips of the query around it: inside, the name means another table."],
  ["a WITH query within one of the same name", "WITH w AS (SELECT 1 AS a) SELECT ${t.fare} FROM ${t} WHERE 1 IN (WITH w AS (SELECT 2 AS a) SELECT a FROM w)", "WITH w AS (SELECT 1 AS a) SELECT ${t.fare} FROM ${t} WHERE 1 IN (WITH w AS (SELECT 2 AS a) SELECT a FROM w)", "w hides the WITH query w around it: inside, the name means another table."],
])("%s is warned of", async (_, sql, underlined, message) => {
  const { said } = await read(query(sql));
  expect(said.map(({ code, message: text }) => [code, text])).toEqual([["NL3023", message]]);
  expect(said[0]?.underlined).toBe(underlined);
});

test.each([
  ["a subquery of FROM", "SELECT x.fare FROM (SELECT trips.fare FROM ${t}) x, (SELECT trips.fare FROM rides.trips) y"],
  ["one that names its columns alone", "SELECT ${t.fare} FROM ${t} WHERE fare > (SELECT avg(fare) FROM rides.trips)"],
  ["WITH queries side by side", "WITH a AS (WITH w AS (SELECT 1 AS n) SELECT n FROM w), b AS (WITH w AS (SELECT 2 AS n) SELECT n FROM w) SELECT ${t.fare} FROM ${t}, a, b"],
])("%s may call its tables as it likes", async (_, sql) => {
  expect(await saidOf(query(sql))).toEqual([]);
});

test("a table that the SQL never names is a warning at its columns(…)", async () => {
  const { said } = await read(query("SELECT ${t.fare} FROM ${t}", "", 'const t = columns(Trips); const u = columns(Trips, "u");'));
  expect(said.map(({ code, underlined, message }) => [code, underlined, message])).toEqual([["NL1068", 'columns(Trips, "u")', "u stands for rides.trips, and the SQL never names it."]]);
  expect((await read(query("SELECT 1 AS one", "", "const t = columns(Trips);"))).said.map(({ code }) => code)).toEqual(["NL1068"]);
});
