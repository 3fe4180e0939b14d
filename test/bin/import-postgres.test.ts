/** `neuralake import --postgres`: what it writes is what a careful author would have written, compiles, and a plan then shows no change; what cannot be said is told by name. */
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeDatabase, postgresClient } from "../services/postgres.ts";
import { withServices } from "../services/with-services.ts";
import { runCommand, temporaryFolder, type Outcome } from "./command.ts";

const sql = `
CREATE SCHEMA office; CREATE SCHEMA empty; CREATE SCHEMA spare;
CREATE COLLATION folding (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TYPE office.tier AS ENUM ('bronze', 'silver', 'it''s gold');
CREATE DOMAIN office.percent AS int CHECK (VALUE >= 0 AND VALUE <= 100);
CREATE TABLE office."Customer" (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(80) NOT NULL CHECK (length(name) > 1), mail text UNIQUE, card uuid NOT NULL UNIQUE, since date NOT NULL, tier office.tier NOT NULL DEFAULT 'bronze', interests text[], settings jsonb,
  "Favourite Colour" text CHECK ("Favourite Colour" IN ('red', 'green')), "order" int, "since " text, changed_at timestamptz, seen_at timestamp(3), photo bytea, folded text COLLATE folding CHECK (folded IN ('a', 'b')), discount office.percent, place point, stay interval, stays interval[], free numeric, wide numeric(60, 2));
COMMENT ON TABLE office."Customer" IS E'Who has a card.\\n\\nKept by the office.';
COMMENT ON COLUMN office."Customer".id IS 'Never reused.';
COMMENT ON COLUMN office."Customer".settings IS 'What */ was @chosen.';
CREATE TABLE office.orders (
  customer_id bigint NOT NULL REFERENCES office."Customer", line smallint NOT NULL, quantity int NOT NULL CHECK (quantity > 0 AND quantity <= 12000), stock bigint CHECK (stock BETWEEN 0 AND 9007199254740993), price numeric(10, 2) NOT NULL, rebate numeric(3, 5), hundreds numeric(5, -2),
  paid bool, ratio real, score float8, seller int, mother int, CHECK (price >= 0), CONSTRAINT cheap CHECK (price <= 99999.5), CHECK (quantity < 100 OR paid), PRIMARY KEY (line, customer_id), UNIQUE (line, price));
CREATE VIEW office.recent AS SELECT id, name FROM office."Customer";
CREATE TABLE parted (id int PRIMARY KEY, day date NOT NULL) ; CREATE TABLE parted_more () INHERITS (parted);
CREATE TABLE late (id int, n int); ALTER TABLE late ADD CHECK (n BETWEEN 1 AND 2) NOT VALID; ALTER TABLE late ADD CHECK (id BETWEEN 1 AND 2) NO INHERIT;
CREATE TABLE loose (a int, b int, c int NOT NULL NO INHERIT); ALTER TABLE loose ADD NOT NULL a NO INHERIT; ALTER TABLE loose ADD CONSTRAINT b_told NOT NULL b NOT VALID; CREATE TABLE looser () INHERITS (loose);
CREATE FOREIGN DATA WRAPPER beyond; CREATE SERVER afar FOREIGN DATA WRAPPER beyond;
CREATE FOREIGN TABLE strange (n int CHECK (n BETWEEN 1 AND 2)) SERVER afar;
CREATE TABLE halves (n int NOT NULL CHECK (n BETWEEN 1 AND 2)) PARTITION BY LIST (n); CREATE FOREIGN TABLE half PARTITION OF halves FOR VALUES IN (1) SERVER afar;
CREATE TABLE spare.odd (p point, r int4range); CREATE TABLE spare.plain (id int);
CREATE ROLE import_reader LOGIN PASSWORD 'never-to-be-told'; GRANT USAGE ON SCHEMA office, spare TO import_reader; GRANT SELECT (id) ON spare.plain TO import_reader; GRANT SELECT (name) ON office."Customer" TO import_reader;
`;

const customers = `import { from, key, postgresTable, unique } from "neuralake";
import type { Bytes, Day, Int32, Int64, LocalTimestamp, Text, Timestamp, Uuid } from "neuralake";

/**
 * Who has a card.
 *
 * Kept by the office.
 */
@postgresTable({ schema: "office", table: "Customer" })
export class Customer {
  /** Never reused. */
  @key()
  id: Int64;

  name: Text;

  @unique()
  mail: Text | null;

  @unique()
  card: Uuid;

  since: Day;
  tier: "bronze" | "silver" | "it's gold";
  interests: (Text | null)[] | null;

  /** What * / was @chosen. */
  settings: Text | null;

  @from("Favourite Colour")
  favourite_colour: "red" | "green" | null;

  @from("order")
  order_: Int32 | null;

  @from("since ")
  since_: Text | null;

  changed_at: Timestamp | null;
  seen_at: LocalTimestamp | null;
  photo: Bytes | null;
  folded: Text | null;

  @between(0, 100)
  discount: Int32 | null;

  // Column "place" is left out: no column of a catalog reads point; a view there with a cast to text is read.
  // Column "stay" is left out: no column of a catalog reads interval; a view there with a cast to text is read.
  // Column "stays" is left out: no column of a catalog reads interval; a view there with a cast to text is read.
  // Column "free" is left out: numeric without digits holds any number of them; declare it Decimal<precision, scale> with as many as its values have.
  // Column "wide" is left out: numeric(60,2) may have 60 digits, and a Decimal has up to 38.
  // Column "settings" is jsonb in PostgreSQL, and its text here.
  // PostgreSQL itself holds rows to Customer_folded_check: CHECK ((folded = ANY (ARRAY['a'::text, 'b'::text])))
  // PostgreSQL itself holds rows to Customer_name_check: CHECK ((length((name)::text) > 1))
}
`.replace("import { from,", "import { between, from,");

const orders = `import { between, key, postgresTable, references } from "neuralake";
import type { Bool, Decimal, Float32, Float64, Int16, Int32, Int64 } from "neuralake";
import { Customer } from "./customer.ts";

@postgresTable({ schema: "office" })
export class Orders {
  @key()
  @references(() => Customer, "id")
  customer_id: Int64;

  @key()
  line: Int16;

  @between(1, 12_000)
  quantity: Int32;

  @between(0n, 9_007_199_254_740_993n)
  stock: Int64 | null;

  @between(0, 99999.5)
  price: Decimal<10, 2>;

  rebate: Decimal<5, 5> | null;
  hundreds: Decimal<7, 0> | null;
  paid: Bool | null;
  ratio: Float32 | null;
  score: Float64 | null;
  seller: Int32 | null;
  mother: Int32 | null;

  // PostgreSQL itself holds rows to orders_check: CHECK (((quantity < 100) OR paid))
  // PostgreSQL itself holds rows to orders_line_price_key: UNIQUE (line, price)
}
`;

await withServices(["postgres"], "import of tables of PostgreSQL", ({ postgres }) => {
  let place: Awaited<ReturnType<typeof temporaryFolder>>;
  let database: string;
  beforeAll(async () => {
    place = await temporaryFolder();
    database = await makeDatabase(postgres, sql);
    const server = `host: "${postgres.host}", port: ${postgres.port}, database: "${database}"`;
    await writeFile(path.join(place.folder, "neuralake.config.ts"), `export default { postgres: { main: { ${server}, user: "postgres", password: { env: "SHOP_PASSWORD" } }, low: { ${server}, user: "import_reader", password: "never-to-be-told" } } };\n`);
  });
  afterAll(async () => {
    const client = await postgresClient(postgres, database);
    await client.query("DROP OWNED BY import_reader; DROP ROLE import_reader");
    await client.end();
    await place.remove();
  });

  const run = (...args: readonly string[]): Promise<Outcome> => runCommand(place.folder, args, { SHOP_PASSWORD: postgres.password });
  const read = (file: string): Promise<string> => readFile(path.join(place.folder, "catalog", file), "utf8");

  test("a schema becomes the files of its tables, which compile, and no plan shows a change", async () => {
    const { code, stdout, stderr } = await run("import", "office.*", "--postgres", "main", "--as", "shop.*", "--json");
    expect([code, stderr.includes("The comment of column \"settings\"")]).toEqual([0, true]);
    expect(JSON.parse(stdout)).toMatchObject({
      tables: [{ table: "shop.customer", kind: "postgres", columns: 16, warnings: { length: 6 } }, { table: "shop.orders", columns: 12, warnings: [] }, { table: "shop.recent", columns: 2 }],
      files: ["catalog/shop/database.ts", "catalog/shop/customer.ts", "catalog/shop/orders.ts", "catalog/shop/recent.ts"],
    });
    expect(await read("shop/customer.ts")).toBe(customers);
    expect(await read("shop/orders.ts")).toBe(orders);
    // A view's columns never say that they are never null.
    expect(await read("shop/recent.ts")).toContain("  id: Int64 | null;\n  name: Text | null;\n}");
    const compiled = JSON.parse((await run("compile", "--json")).stdout) as object;
    expect(compiled).toMatchObject({ tables: 3, diagnostics: [] });
    const plan = await run("plan", "--json");
    expect([plan.code, JSON.parse(plan.stdout)]).toMatchObject([0, { changes: [] }]);
    const client = await postgresClient(postgres, database);
    await client.query(`INSERT INTO office."Customer" (name, card, since, "order") VALUES ('Ada', '00000000-0000-0000-0000-000000000001', '2026-08-01', 7)`);
    await client.end();
    expect(JSON.parse((await run("query", "SELECT id, name, tier, order_ FROM shop.customer", "--json")).stdout)).toEqual([{ id: 1, name: "Ada", tier: "bronze", order_: 7 }]);
    // Another time there is nothing new.
    const again = await run("import", "office.*", "--postgres", "main", "--json");
    expect([again.code, JSON.parse(again.stdout)]).toMatchObject([1, { error: { code: "SCHEMA_DIFFERS" } }]);
  });

  test("what is not certain of all rows is a comment: keys of tables that others inherit from, checks that old rows were not held against, all that is said of foreign tables", async () => {
    expect((await run("import", "parted", "late", "loose", "strange", "halves", "--postgres", "main", "--as", "more.*")).code).toBe(0);
    expect(await read("more/parted.ts")).toContain("  id: Int32;\n  day: Day;\n\n  // PostgreSQL itself holds rows to parted_pkey: PRIMARY KEY (id)\n}");
    expect(await read("more/late.ts")).toContain("  @between(1, 2)\n  id: Int32 | null;\n\n  n: Int32 | null;\n\n  // PostgreSQL itself holds rows to late_n_check: CHECK (((n >= 1) AND (n <= 2))) NOT VALID\n}");
    expect(await read("more/loose.ts")).toContain("  a: Int32 | null;\n  b: Int32 | null;\n  c: Int32 | null;\n");
    expect(await read("more/strange.ts")).toContain("  n: Int32 | null;\n\n  // PostgreSQL itself holds rows to strange_n_check: CHECK (((n >= 1) AND (n <= 2)))\n}");
    expect(await read("more/halves.ts")).toContain("  n: Int32 | null;\n\n  // PostgreSQL itself holds rows to halves_n_check: CHECK (((n >= 1) AND (n <= 2)))\n}");
    await rm(path.join(place.folder, "catalog/more"), { recursive: true });
  });

  test.each([
    [["office.customer", "--postgres", "main"], 1, "SCHEMA_DIFFERS", "no table office.customer", "Did you mean office.Customer?"],
    [["empty.*", "--postgres", "main"], 1, "SCHEMA_DIFFERS", "schema empty", "connection"],
    [["spare.odd", "--postgres", "main"], 1, "SCHEMA_DIFFERS", "no column that a catalog can declare", 'Column "p"'],
    [["office.orders", "--postgres", "mian"], 2, "CONFIG_INVALID", "mian", "main"],
    [["office.orders", "--postgres", "postgres://postgres:secret@localhost/x"], 2, "USAGE", "name of a connection", ""],
    [["a.b.c", "--postgres", "main"], 2, "USAGE", "'a.b.c' is no table", ""],
    [["parted", "late", "--postgres", "main", "--as", "a.b"], 2, "USAGE", "names one table", ""],
    [["late", "--postgres", "main"], 2, "USAGE", "--as database.late", ""],
  ])("import %j is refused with the way out, and nothing is written", async (args, code, word, message, hint) => {
    await rm(path.join(place.folder, "catalog"), { recursive: true, force: true });
    const outcome = await run("import", ...args, "--json");
    const { error } = JSON.parse(outcome.stdout) as { error: { code: string; message: string; hint?: string } };
    expect([outcome.code, error.code]).toEqual([code, word]);
    expect(`${error.message} ${error.hint ?? ""}`).toContain(message);
    expect(`${error.message} ${error.hint ?? ""}`).toContain(hint);
    expect(outcome.stdout + outcome.stderr).not.toMatch(/secret|never-to-be-told/);
    expect(existsSync(path.join(place.folder, "catalog"))).toBe(false);
  });

  test("a user who may read a part is told of the rest, and imports what it may", async () => {
    await mkdir(path.join(place.folder, "catalog"), { recursive: true });
    const all = await run("import", "spare.*", "--postgres", "low", "--json");
    expect(JSON.parse(all.stdout)).toMatchObject({ tables: [{ table: "spare.plain", warnings: [] }] });
    const some = await run("import", "office.Customer", "--postgres", "low", "--as", "shop.customers", "--json");
    expect((JSON.parse(some.stdout) as { tables: { warnings: string[] }[] }).tables[0]?.warnings).toContain('The user of the connection may not read column "id".');
    expect(await read("shop/customers.ts")).toContain('@postgresTable({ connection: "low", schema: "office", table: "Customer" })');
  });
});
