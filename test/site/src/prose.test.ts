import { expect, test } from "vitest";
import { firstSentence, proseHtml, wordsHtml } from "../../../site/src/prose.ts";

test("paragraphs, lists and marks of the author become HTML, everything else is text", () => {
  expect(proseHtml("One\nline.\n\n- a\n- `b`\n\n**Strong** <i>")).toBe("<p>One line.</p>\n<ul><li>a</li><li><code>b</code></li></ul>\n<p><strong>Strong</strong> &lt;i&gt;</p>");
});

test("code that names a known table is a link, other code is not", () => {
  const find = (name: string) => (name === "shop.orders" ? "orders.html?a&b" : undefined);
  expect(wordsHtml("See `shop.orders`, {@link shop.orders} and `x<y`.", find)).toBe(
    `See <a href="orders.html?a&amp;b"><code>shop.orders</code></a>, <a href="orders.html?a&amp;b"><code>shop.orders</code></a> and <code>x&lt;y</code>.`);
});

test("only web addresses become links of their own", () => {
  expect(wordsHtml("[a](https://example.org/x) [b](javascript:alert(1))")).toBe(`<a href="https://example.org/x" rel="noopener">a</a> [b](javascript:alert(1))`);
  expect(wordsHtml(`[a](https://example.org/"onload=)`)).not.toContain(`"onload`);
});

test("the first sentence ends at its full stop, or with the paragraph", () => {
  expect(firstSentence("Holds v1.2 of\nit. More.\n\nEven more.")).toBe("Holds v1.2 of it.");
  expect(firstSentence("No stop\n\nNext.")).toBe("No stop");
  expect(firstSentence("")).toBe("");
});
