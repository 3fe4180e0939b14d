/** What travels along lineage: personal data, units, deprecation; and what is said where they should not, or are not accepted by name. */
import { expect, test } from "vitest";
import { bind } from "../../../compiler/bind/bind.ts";
import { settle } from "../../../compiler/diagnostics/settle.ts";
import type { Column } from "../../../compiler/ir/catalog.ts";
import { allTables, fullName } from "../../../compiler/ir/names.ts";
import { extractFiles, language } from "../written-project.ts";

const people = `${language}
@deltaTable()
export class People {
  id: Int64;
  @pii("email", { mask: "hash" }) email: Text;
  @pii("name") name: Text;
  @pii("birthday", { mask: "year" }) born: Day;
  @pii("location", { mask: "round" }) lat: Float64;
  @unit("cm") height: Float64;
  @unit("m") reach: Float64;
  /** @deprecated see height */
  tall: Bool;
}
`;

interface Read { readonly columns: readonly Column[]; readonly said: readonly string[]; readonly hints: readonly (string | undefined)[] }

async function read(text: string, file: string, table: string): Promise<Read> {
  const files = { "catalog/d/people.ts": people, [file]: `${language}\nimport { People } from "./people.ts";\n${text}` };
  const { catalog, diagnostics } = extractFiles(files);
  const bound = await bind(catalog);
  const all = settle([...diagnostics, ...bound.diagnostics]);
  const underlined = ({ place }: (typeof all)[number]): string => (files[place.file] ?? "").split("\n")[place.line - 1]?.slice(place.column - 1, place.column - 1 + place.length) ?? "";
  return {
    columns: allTables(bound.catalog).find((known) => fullName(known) === table)?.columns ?? [],
    said: all.map((diagnostic) => `${diagnostic.code} ${diagnostic.severity} ${underlined(diagnostic)}: ${diagnostic.message}`),
    hints: all.map(({ hint }) => hint),
  };
}

/** A function `d.q` of this SQL. */
const query = (sql: string, facts = "", doc = ""): Promise<Read> => read(`@database()\nexport class D {\n${doc}\n  @table(${facts})\n  static q() {\n    const p = columns(People);\n    return sql\`${sql}\`;\n  }\n}\n`, "catalog/d/database.ts", "d.q");
/** A view class `d.v` with these columns. */
const view = (columns: string, sql: string, facts = ""): Promise<Read> => read(`@view(${facts})\nexport class V {\n${columns}\n  static query(p = columns(People)) {\n    return sql\`${sql}\`;\n  }\n}\n`, "catalog/d/v.ts", "d.v");

test("a copy of personal data is an error at its place, with its mask and the way to accept it", async () => {
  const { said, hints } = await query("SELECT ${p.id}, ${p.email} FROM ${p}");
  expect(said).toEqual(["NL3018 error ${p.email}: email shows personal data: it is a copy of d.people.email, which is marked @pii(\"email\")."]);
  expect(hints).toEqual(['Its mask is a hash: write sha256(email). If it is meant to be seen, accept it by name: @table({ shows: ["email"] }).']);
});

test.each([
  ["computed", "SELECT lower(${p.email}) AS mail FROM ${p}", "mail shows personal data: it is computed from d.people.email"],
  ["aggregated", "SELECT max(${p.email}) AS last FROM ${p}", "last shows personal data: it is an aggregate of d.people.email"],
  ["out of a subquery and a name of WITH", "WITH w AS (SELECT * FROM ${p}) SELECT (SELECT max(name) FROM w) AS who", "who shows personal data: it is an aggregate of d.people.name"],
  ["hashed, where its mask is another", "SELECT sha256(${p.name}) AS who FROM ${p}", "who shows personal data: it is computed from the hash of d.people.name"],
  ["hashed beside itself", "SELECT sha256(${p.email}) || ${p.email} AS mail FROM ${p}", "mail shows personal data: it is computed from d.people.email"],
  ["cut to the month, where its mask is the year", "SELECT date_trunc('month', ${p.born}) AS born FROM ${p}", "born shows personal data: it is computed from d.people.born"],
  ["rounded to a metre", "SELECT round(${p.lat}, 5) AS lat FROM ${p}", "lat shows personal data: it is computed from d.people.lat"],
  ["hashed in one case only", "SELECT CASE WHEN ${p.id} > 1 THEN sha256(${p.email}) ELSE ${p.email} END AS mail FROM ${p}", "mail shows personal data: it is computed from d.people.email"],
  ["hashed, or else as it is", "SELECT coalesce(nullif(sha256(${p.email}), 'x'), ${p.email}) AS mail FROM ${p}", "mail shows personal data: it is computed from d.people.email"],
  ["hashed on one side of a UNION", "SELECT sha256(${p.email}) AS mail FROM ${p} UNION ALL SELECT email FROM d.people", "mail shows personal data: it is computed from d.people.email"],
  ["encoded, which hides nothing", "SELECT to_base64(encode(${p.email})) AS mail FROM ${p}", "mail shows personal data: it is computed from d.people.email"],
  ["cut short", "SELECT left(${p.email}, 3) AS mail FROM ${p}", "mail shows personal data: it is computed from d.people.email"],
  ["told by its year and its day", "SELECT year(${p.born}) * 1000 + dayofyear(${p.born}) AS born FROM ${p}", "born shows personal data: it is computed from d.people.born"],
  ["rounded by as much as another column says", "SELECT round(${p.lat}, ${p.id}::INTEGER) AS lat FROM ${p}", "lat shows personal data: it is computed from d.people.lat"],
  ["of a row before", "SELECT lag(${p.email}) OVER (ORDER BY ${p.id}) AS mail FROM ${p}", "mail shows personal data: it is"],
  ["in a list", "SELECT list(${p.name}) AS names FROM ${p}", "names shows personal data: it is an aggregate of d.people.name"],
])("personal data %s is told", async (_, sql, message) => {
  const { said } = await query(sql);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain(message);
});

test.each([
  ["through a lambda", "SELECT list_transform(list(${p.email}), lambda x: upper(x)) AS mail FROM ${p}", ["mail"]],
  ["unnested", "SELECT unnest([${p.email}]) AS mail FROM ${p}", ["mail"]],
  ["chosen by a pattern", "SELECT COLUMNS('em.*') FROM ${p}", ["email"]],
  ["in a record", "SELECT {'a': ${p.email}} AS mail FROM ${p}", ["mail"]],
  ["chosen by the greatest of another", "SELECT max_by(${p.email}, ${p.id}) AS mail FROM ${p}", ["mail"]],
  ["by a recursion", "WITH RECURSIVE r(mail) AS (SELECT email FROM d.people UNION ALL SELECT mail || 'x' FROM r WHERE length(mail) < 3) SELECT mail FROM r", ["mail"]],
  ["of a sample", "SELECT email AS mail FROM d.people USING SAMPLE 5", ["mail"]],
  ["by a lateral join", "SELECT x.mail FROM d.people AS p, LATERAL (SELECT p.email AS mail) AS x", ["mail"]],
  ["by an ASOF join", "SELECT o.email AS mail FROM d.people AS p ASOF JOIN d.people AS o ON p.id = o.id AND p.height >= o.height", ["mail"]],
  ["pivoted", "SELECT * FROM (SELECT id, email, tall FROM d.people) PIVOT (max(email) FOR tall IN (true, false)) AS w(id, mail, other)", ["mail", "other"]],
])("personal data that comes %s is told", async (_, sql, shown) => {
  const { said } = await query(sql);
  expect(said.flatMap((text) => /^NL3018 .*: (\w+) shows personal data/.exec(text)?.[1] ?? [])).toEqual(shown);
});

test.each([
  ["its mask", "SELECT sha256(${p.email}) AS mail, year(${p.born}) AS born, round(${p.lat}, 1) AS lat FROM ${p}"],
  ["its mask in every case, and through what is made of that", "SELECT CASE WHEN ${p.id} > 1 THEN sha256(${p.email}) ELSE md5(lower(${p.email})) END AS mail, coalesce(sha256(${p.email}), 'none') AS other, left(sha256(${p.email}), 8) AS short, min(sha256(${p.email})) OVER () AS least FROM ${p}"],
  ["what only tests it", "SELECT ${p.id}, ${p.email} IS NULL AS silent, CASE WHEN ${p.name} LIKE 'A%' THEN 1 ELSE 2 END AS half FROM ${p} WHERE ${p.email} > 'b' ORDER BY ${p.name}"],
  ["what counts it", "SELECT count(${p.email}) AS mails, count(DISTINCT ${p.name}) AS names, row_number() OVER (ORDER BY ${p.name}) AS n FROM ${p} GROUP BY ${p.name}"],
])("%s shows no personal data", async (_, sql) => {
  const { said, columns } = await query(sql);
  expect(said).toEqual([]);
  expect(columns.filter((column) => column.pii !== undefined)).toEqual([]);
});

test("accepted by name it is marked, as what it shows and with a mask that fits it", async () => {
  const { said, columns } = await query("SELECT ${p.email} AS mail, length(${p.email}) AS long FROM ${p}", '{ shows: ["mail", "long"] }');
  expect(said).toEqual([]);
  expect(columns.map(({ name, pii }) => [name, pii])).toEqual([["mail", { category: "email", mask: "hash" }], ["long", { category: "email", mask: "redact" }]]);
});

test("what is made of personal data and is none any more is cleared by name, without a mark", async () => {
  const { said, columns } = await query("SELECT split_part(${p.email}, '@', 2) AS domain FROM ${p}", '{ clears: ["domain"] }');
  expect(said).toEqual([]);
  expect(columns[0]?.pii).toBeUndefined();
});

test("a view class accepts by the word over its column", async () => {
  const bare = await view("  mail: Text;", "SELECT ${p.email} AS mail FROM ${p}");
  expect(bare.said).toEqual(["NL3018 error mail: mail shows personal data: it is a copy of d.people.email, which is marked @pii(\"email\")."]);
  expect(bare.hints[0]).toContain('accept it by name: @pii("email") over the column.');
  const marked = await view('  @pii("email", { mask: "redact" }) mail: Text;', "SELECT ${p.email} AS mail FROM ${p}");
  expect(marked.said).toEqual([]);
  expect(marked.columns[0]?.pii).toEqual({ category: "email", mask: "redact" });
});

test("a materialized view is told and accepts like any view, and what it keeps is marked", async () => {
  const kept = (sql: string, facts: string, columns = ""): Promise<Read> => read(`@materializedView({ refresh: "1h"${facts} })\nexport class V {\n${columns}\n  static query(p = columns(People)) {\n    return sql\`${sql}\`;\n  }\n}\n`, "catalog/d/v.ts", "d.v");
  const bare = await kept("SELECT ${p.email}, ${p.height} FROM ${p}", "");
  expect([bare.said, bare.hints[0]]).toEqual([["NL3018 error ${p.email}: email shows personal data: it is a copy of d.people.email, which is marked @pii(\"email\")."], expect.stringContaining('@materializedView({ shows: ["email"] })')]);
  const { said, columns } = await kept("SELECT ${p.email}, ${p.height} FROM ${p}", ', shows: ["email"]');
  expect([said, columns.map(({ name, pii, unit }) => [name, pii?.category, unit])]).toEqual([[], [["email", "email", undefined], ["height", undefined, "cm"]]]);
  expect((await kept("SELECT ${p.tall} FROM ${p}", "", "  tall: Bool;")).said).toEqual([expect.stringMatching(/^NL\d+ warning .*tall/)]);
});

test("a view over a view that shows personal data is told in the same run", async () => {
  const { said } = await read(`@database()
export class D {
  @table()
  static one() { const p = columns(People); return sql\`SELECT \${p.name} FROM \${p}\`; }
  @table()
  static two() { return sql\`SELECT upper(name) AS loud, md5(name) AS h FROM d.one\`; }
}
`, "catalog/d/database.ts", "d.two");
  expect(said.map((text) => text.replace(/^(\S+).*: (\S+ shows.*)$/, "$1 $2"))).toEqual([
    'NL3018 name shows personal data: it is a copy of d.people.name, which is marked @pii("name").',
    'NL3018 loud shows personal data: it is computed from d.one.name, which is marked @pii("name").',
    'NL3018 h shows personal data: it is computed from the hash of d.one.name, which is marked @pii("name").',
  ]);
});

test("a name that `shows` or `clears` has for nothing is told", async () => {
  const { said, hints } = await query("SELECT ${p.id} FROM ${p}", '{ shows: ["emial"], clears: ["id"] }');
  expect(said).toEqual(["NL3019 error emial: d.q has no column emial, which `shows` names.", "NL3020 warning id: id of d.q shows no personal data, and `clears` says that it does."]);
  expect(hints).toEqual(["Known here: id.", "Take it out of `clears`."]);
});

test("each such name is told where it stands", async () => {
  const { said, hints } = await view("  mail: Text;\n  id: Int64;", "SELECT ${p.email} AS mail, ${p.id} FROM ${p}", "{\n  shows: ['mial', `mail`] as const,\n  clears: (['mail_' as string, 'mial']),\n}");
  expect(said.map((text) => text.slice(0, text.indexOf(" which")))).toEqual(["mial", "mail_", "mial"].map((name) => `NL3019 error ${name}: d.v has no column ${name},`));
  expect(hints).toEqual(["Did you mean mail?", "Did you mean mail?", "Did you mean mail?"]);
});

test("a copy has the unit of what it copies, through joins and unions that agree; what is computed has none", async () => {
  const { columns, said } = await query("SELECT ${p.height} AS a, ${p.height} + 1 AS b, u.h AS c, u.x AS d FROM ${p} JOIN (SELECT id, height AS h, height AS x FROM d.people UNION ALL SELECT id, height, reach FROM d.people) u USING (id)");
  expect(said).toEqual([]);
  expect(columns.map(({ name, unit }) => [name, unit])).toEqual([["a", "cm"], ["b", undefined], ["c", "cm"], ["d", undefined]]);
});

test("a view class inherits units, and is warned of another", async () => {
  const inherited = await view("  height: Float64;\n  reach: Float64;", "SELECT ${p.height}, ${p.reach} / 100 AS reach FROM ${p}");
  expect(inherited.said).toEqual([]);
  expect(inherited.columns.map(({ unit }) => unit)).toEqual(["cm", undefined]);
  const other = await view('  @unit("m") height: Float64;', "SELECT ${p.height} FROM ${p}");
  expect(other.said).toEqual(["NL3021 warning height: height is declared in m, and is a copy of d.people.height, which is in cm."]);
  expect(other.columns[0]?.unit).toBe("m");
});

test("reading a deprecated column is a warning, wherever it is read, unless the reader is deprecated too; a copy is deprecated as well", async () => {
  const { said, columns } = await query("SELECT ${p.tall} FROM ${p}");
  expect(said).toEqual(["NL3022 warning ${p.tall}: d.q reads d.people.tall, which is deprecated: see height."]);
  expect(columns[0]?.deprecated).toBe("see height");
  expect((await query("SELECT ${p.id} FROM ${p} WHERE ${p.tall}")).said).toHaveLength(1);
  expect((await query("SELECT ${p.tall} FROM ${p}", "", "  /** @deprecated gone soon */")).said).toEqual([]);
});
