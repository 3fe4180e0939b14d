import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeShop, outcomeOf, printed, runCommand, startCommand, type Shop } from "./command.ts";

describe("serve", () => {
  let shop: Shop;
  beforeAll(async () => { shop = await makeShop(); });
  afterAll(() => shop.remove());

  test("it answers SQL on the port it prints, and Ctrl-C ends it with exit 0", async () => {
    const child = startCommand(shop.folder, ["serve", "--port", "0", "--json"]);
    const outcome = outcomeOf(child);
    const { url } = JSON.parse(await printed(child, /\}\s*$/)) as { url: string };
    const reply = await fetch(`${url}/sql`, { method: "POST", body: "SELECT count(*) AS n FROM shop.orders" });
    expect([reply.status, await reply.json()]).toEqual([200, [{ n: 8 }]]);
    expect((await fetch(`${url}/openapi.json`)).status).toBe(200);
    child.kill("SIGINT");
    expect((await outcome).code).toBe(0);
  });

  test("a port that is taken is said in words and exits 1", async () => {
    const child = startCommand(shop.folder, ["serve", "--port", "0", "--json"]);
    const outcome = outcomeOf(child);
    const { url } = JSON.parse(await printed(child, /\}\s*$/)) as { url: string };
    const second = await runCommand(shop.folder, ["serve", "--port", new URL(url).port]);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain("EADDRINUSE");
    child.kill("SIGTERM");
    expect((await outcome).code).toBe(0);
  });
});
