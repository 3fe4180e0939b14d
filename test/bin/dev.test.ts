/** `neuralake dev` with a real browser: an edit is on the page, a mistake stands over it while the last good state answers, and goes when it is mended. */
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withServices } from "../services/with-services.ts";
import { makeShop, outcomeOf, printed, startCommand } from "./command.ts";

const soon = { timeout: 180_000 };

await withServices(["chromium"], "dev", ({ chromium }) => {
  test("an edit reloads the page with the new column, a mistake is shown over it and HTTP still answers, mended it goes, and Ctrl-C ends all", { timeout: 300_000 }, async () => {
    const shop = await makeShop();
    const file = join(shop.folder, "catalog", "shop", "orders.ts");
    const text = await readFile(file, "utf8");
    const browser = await chromium();
    const dev = startCommand(shop.folder, ["dev", "--port", "0", "--apply"]);
    const outcome = outcomeOf(dev);
    try {
      const [, url = ""] = /api\s+(http:\S+)/.exec(await printed(dev, /api\s+http:\S+\n/)) ?? [];
      const page = await browser.newPage();
      const asked = async (): Promise<unknown> => (await fetch(`${url}/api/sql`, { method: "POST", body: "SELECT count(*) AS n FROM shop.orders" })).json();
      const before = await asked();
      await expect.poll(async () => (await page.goto(`${url}/tables/shop/orders.html`).catch(() => null))?.status(), soon).toBe(200);

      await writeFile(file, text.replace(/\n\}\n$/, "\n\n  /** What was said at the door. */\n  remark: Text | null;\n}\n").replace(/import type \{(?![^}]*\bText\b)/, "import type { Text,"));
      await expect.poll(() => page.content(), soon).toContain("What was said at the door.");
      await expect.poll(async () => (await fetch(`${url}/api/tables/shop.orders?columns=remark&limit=1`)).status, soon).toBe(200);

      await writeFile(file, text.replace("quantity: Int32", "quantity: Int33"));
      const overlay = page.locator("#neuralake-problem");
      await expect.poll(() => overlay.count(), soon).toBe(1);
      const shown = await overlay.textContent();
      for (const part of ["catalog/shop/orders.ts:", "Int33", "^^^^^", "hint:"]) expect(shown).toContain(part);
      expect(await asked()).toEqual(before);

      await writeFile(file, text.replace("quantity: Int32", "quantity: Int32 "));
      await expect.poll(() => overlay.count(), soon).toBe(0);
    } finally {
      dev.kill("SIGINT");
      expect((await outcome).code).toBe(0);
      await browser.close();
      await shop.remove();
    }
  });
});

test("where the port is taken a free one is used, and said", { timeout: 120_000 }, async () => {
  const shop = await makeShop();
  const taken = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => taken.once("listening", resolve));
  const address = taken.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const dev = startCommand(shop.folder, ["dev", "--port", String(port), "--json"]);
  const outcome = outcomeOf(dev);
  try {
    const [, url = ""] = /\{"url":"([^"]+)"\}/.exec(await printed(dev, /"url"/)) ?? [];
    expect(new URL(url).port).not.toBe(String(port));
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  } finally {
    dev.kill("SIGTERM");
    const { code, stderr } = await outcome;
    expect({ code, told: stderr.includes(`port ${port} is taken`) }).toEqual({ code: 0, told: true });
    taken.close();
    await shop.remove();
  }
});
