/** What an editor shows to who writes against the generated clients of the golden catalog `everything`: comments, names to choose from, and errors that a person can read. */
import { expect, test } from "vitest";
import { openEditor } from "./editor.ts";
import { queries } from "./same-rows.ts";

const editor = openEditor(`
import { sql } from "kysely";
import type { Kysely, NotNull } from "kysely";
import { connect, filter } from "../../golden/everything/generated/client/index.ts";
import type { ShopOrders, Tables } from "../../golden/everything/generated/client/index.ts";
import { createRestClient } from "../../golden/everything/generated/client/rest.ts";
const lake = connect({ url: "http://localhost:8080" });
const rest = createRestClient({ url: "http://localhost:8080" });
const day = Temporal.PlainDate.from("2026-08-01");
`);

/** A row of these queries with a caret before one of its columns. */
const column = (query: string, name: string): string => `const rows = await ${query}.execute(); rows[0]?.|>${name};`;
const joined = `lake.selectFrom("shop.orders as o").leftJoin("shop.currencies as c", "c.code", "o.currency")`;

test.each([
  ["a column that was selected", column(`lake.selectFrom("shop.orders").select(["total", "email"])`, "total"), "Tip included. Unit: EUR."],
  ["one of a joined table, which may be null", column(`${joined}.select(["o.total", "c.in_euros"])`, "in_euros"), "What one of it is worth in euros."],
  ["one of all columns", column(`${joined}.selectAll()`, "total"), "Tip included. Unit: EUR."],
  ["one that is personal", column(`lake.selectFrom("shop.orders").selectAll()`, "email"), "Where the receipt went. Personal data: email."],
  ["one that is deprecated", column(`lake.selectFrom("shop.orders").select("cashier")`, "cashier"), "@deprecated The till no longer tells."],
  ["a column of a view", column(`lake.selectFrom("shop.regulars").selectAll()`, "total"), "All they ever paid."],
  ["the row's type", "let row: |>ShopOrders;", "Every order at a till.\n\nA column of each type there is, and a word of each."],
  ["a value to append", `await lake.append("shop.orders", [{ |>email: null }]);`, "Where the receipt went. Personal data: email."],
  ["a new value", `lake.updateTable("shop.orders").set({ |>total: "5" });`, "Tip included. Unit: EUR."],
  ["a parameter", `lake.call("shop.takings", { |>region: "north" });`, "as the stores' folders are named"],
  ["a column over REST", `const { data } = await rest.GET("/api/tables/shop.orders"); data?.[0]?.|>total;`, "Tip included. Unit: EUR."],
  ["a method", `lake.selectFrom("shop.orders").|>where("total", "=", "1");`, "Rows for which it holds; said again, all of them must."],
])("the author's comment is shown over %s", (_what, text, comment) => {
  expect(editor.hover(text).comment).toBe(comment);
});

test.each([
  [`const |>rows = await lake.selectFrom("shop.orders").selectAll().execute();`, "const rows: ShopOrders[]"],
  [`const |>rows = await lake.selectFrom("shop.orders").select(["total", "email"]).execute();`, 'const rows: Pick<ShopOrders, "total" | "email">[]'],
  [`const |>rows = await ${joined}.select(["o.total", "c.in_euros as rate"]).execute();`, "const rows: {\n    readonly total: string;\n    readonly rate: string | null;\n}[]"],
])("rows are shown by the name of their type, or by their columns: %s", (text, type) => {
  expect(editor.hover(text).type).toBe(type);
});

test("what is deprecated is struck through, where rows are read and where they are written", () => {
  expect(editor.struck(`const rows = await lake.selectFrom("shop.orders").select(["cashier", "total"]).execute(); rows[0]?.cashier; rows[0]?.total;`)).toEqual(["cashier"]);
  expect(editor.struck(`const rows = await lake.selectFrom("shop.orders").selectAll().execute(); rows[0]?.cashier;`)).toEqual(["cashier"]);
});

const tables = ["shop.articles", "shop.best_days", "shop.currencies", "shop.customers", "shop.daily_takings", "shop.discounts", "shop.flour_prices", "shop.holidays", "shop.letters", "shop.order_events", "shop.orders", "shop.pairs", "shop.regulars", "shop.stores", "shop.ticks", "shop.visits", "shop.weather"];
const stores = ["has_seats", "name", "region", "shop.stores.has_seats", "shop.stores.name", "shop.stores.region", "shop.stores.store_id", "store_id"];
const fromStores = `lake.selectFrom("shop.stores")`;

test.each([
  [`lake.selectFrom("|>");`, tables],
  [`${fromStores}.select("|>");`, stores],
  [`${fromStores}.select(["|>"]);`, stores],
  [`${fromStores}.where("|>");`, stores],
  [`${fromStores}.orderBy("|>");`, stores],
  [`${fromStores}.groupBy("|>");`, stores],
  [`${fromStores}.innerJoin("|>");`, tables],
  [`lake.selectFrom("shop.holidays as h").innerJoin("shop.flour_prices as f", "|>");`, ["day", "euros", "f.day", "f.euros", "h.day", "h.name", "name"]],
  [`lake.selectFrom("shop.orders").where("paid_with", "=", "|>");`, ["card", "cash", "voucher"]],
  [`lake.selectFrom("shop.orders").where("paid_with", "in", ["|>"]);`, ["card", "cash", "voucher"]],
  [`lake.updateTable("|>");`, ["shop.order_events", "shop.orders"]],
  [`lake.updateTable("shop.orders").set({ paid_with: "|>" });`, ["card", "cash", "voucher"]],
  [`await lake.append("shop.order_events", [{ |> }]);`, ["event_id", "lane", "order_key", "position", "seen_at", "seen_day", "state"]],
  [`lake.call("shop.takings", { |> });`, ["region", "since"]],
  [`const rows = await ${fromStores}.select(["name", "region"]).execute(); rows[0]?.|>`, ["name", "region"]],
  [`await rest.GET("/api/tables/shop.stores", { params: { query: { columns: ["|>"] } } });`, ["has_seats", "name", "region", "store_id"]],
])("names are offered at the caret: %s", (text, names) => {
  expect(editor.offered(text)).toEqual(names);
});

const storeNames = `"store_id" | "name" | "region" | "has_seats"`;

test.each([
  [`lake.selectFrom("shop.store");`, `"shop.store"`, /^Argument of type '"shop\.store"' is not assignable to parameter of type '"shop\.articles" \| "shop\.best_days" \| "shop\.currencies" \| /],
  [`${fromStores}.select(["name", "regoin"]);`, `"regoin"`, /^Type '"regoin"' is not assignable to type '.*\. Did you mean '"region"'\?$/],
  [`${fromStores}.where("regoin", "=", "north");`, `"regoin"`, new RegExp(String.raw`^Argument of type '"regoin"' is not assignable to parameter of type '${storeNames.replaceAll("|", String.raw`\|`)} \| .*'\.$`)],
  [`lake.selectFrom("shop.orders").where("paid_with", "=", "crad");`, `"crad"`, /^Argument of type '"crad"' is not assignable to parameter of type '"card" \| "cash" \| "voucher" \| Computed<.*'\.$/],
  [`lake.selectFrom("shop.orders").where("ordered_day", "=", "2026-08-01");`, `"2026-08-01"`, /^Argument of type 'string' is not assignable to parameter of type 'PlainDate \| Computed<.*'\.$/],
  [`lake.selectFrom("shop.orders").where("order_id", "=", 5);`, "5", /^Argument of type 'number' is not assignable to parameter of type 'bigint \| Computed<.*'\.$/],
  [`lake.selectFrom("shop.orders").where("email", "=", null);`, "null", /^Argument of type 'null' is not assignable to parameter of type 'string \| Computed<.*'\.$/],
  [`lake.call("shop.takings", { region: "north", sinc: day });`, "sinc", /^Object literal may only specify known properties, but 'sinc' does not exist in type 'ShopTakingsCall'\. Did you mean to write 'since'\?$/],
  [`await lake.append("shop.orders", [{ order_id: 1n }]);`, "{ order_id: 1n }", /^Type '{ order_id: bigint; }' is not assignable to type 'NewShopOrders'\.\n {2}Type .* is missing the following properties .*: receipt, store_id, ordered_at, total, and 5 more\.$/],
  [`await lake.append("shop.order_events", [{ event_id: 1n, state: "backed", seen_at: Temporal.Now.instant(), lane: 1, position: 1n }]);`, "state", /^Type '"backed"' is not assignable to type '"baked" \| "packed" \| "fetched"'\. Did you mean '"baked"'\?$/],
  [`lake.db("shop").table("stores", [filter("regoin", "=", "north")]);`, `filter("regoin", "=", "north")`, /^Type 'Filter<"regoin", "=", "north">' is not .*\n {2}Type '"regoin"' is not assignable to type '"store_id" \| "name" \| "region" \| "has_seats"'\. Did you mean '"region"'\?$/],
  [`(await ${fromStores}.selectAll().execute())[0]?.regoin;`, "regoin", /^Property 'regoin' does not exist on type 'ShopStores'\. Did you mean 'region'\?$/],
  [`lake.updateTable("shop.regulars");`, `"shop.regulars"`, /^Argument of type '"shop\.regulars"' is not assignable to parameter of type '"shop\.order_events" \| "shop\.orders" \| /],
])("a mistake is one error, under the word that is wrong, in a line that says what would be right: %s", (text, under, message) => {
  const errors = editor.errors(text);
  expect(errors).toEqual([{ under, message: expect.stringMatching(message) as string }]);
  expect(errors[0]?.message.split("\n").length).toBeLessThanOrEqual(2);
});

test("rows are of the types that Kysely gives to the same queries over the same tables", () => {
  const same = `
declare const kysely: Kysely<Tables>;
type Row<Query> = Query extends { execute(): Promise<(infer One)[]> } ? { readonly [Column in keyof One]: One[Column] } : never;
type Same<Ours, Theirs> = (<Type>() => Type extends Ours ? 1 : 2) extends <Type>() => Type extends Theirs ? 1 : 2 ? true : { readonly ours: Ours; readonly theirs: Theirs };
`;
  const pair = (index: number, ours = "", theirs = ours): string => `const ours${index} = ${ours}; const theirs${index} = ${theirs.replaceAll("lake.", "kysely.")}; export const same${index}: Same<Row<typeof ours${index}>, Row<typeof theirs${index}>> = true;`;
  expect(editor.errors(`${same}${queries.map((query, index) => pair(index, query)).join("\n")}`)).toEqual([]);
  expect(editor.errors(`${same}${pair(0, queries[0], queries[1])}`)).toMatchObject([{ under: "same0" }]);
});
