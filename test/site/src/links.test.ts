import { expect, test } from "vitest";
import { columnAnchor, linksFrom } from "../../../site/src/links.ts";

test("links are relative to the page they stand on", () => {
  expect(linksFrom("/index.html").table("shop.orders")).toBe("tables/shop/orders.html");
  expect(linksFrom("/tables/shop.html").table("shop.orders", columnAnchor("placed"))).toBe("../tables/shop/orders.html#column-placed");
  expect(linksFrom("/tables/shop/orders.html").to("sql.html")).toBe("../../sql.html");
});

test("names that are no plain words are still one address and one anchor", () => {
  expect(linksFrom("/index.html").table("shop.a b/c#d")).toBe("tables/shop/a%20b%2Fc%23d.html");
  expect(columnAnchor("two words")).toBe("column-two-words");
});
