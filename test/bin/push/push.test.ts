/** Push adds a table, with real git: what is accepted, what is refused, and what the running server answers meanwhile. */
import { existsSync } from "node:fs";
import { readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { outcomeOf, printed, runCommand, startCommand } from "../command.ts";
import { makeHookedShop, must, type HookedShop } from "./repository.ts";

const table = (name: string, columns: string, words = "What came back."): string =>
  `import { deltaTable, key } from "neuralake";\nimport type { Int64, Text } from "neuralake";\n\n/** ${words} */\n@deltaTable()\nexport class ${name} {\n  @key()\n  ${columns}\n}\n`;

let shop: HookedShop;
beforeAll(async () => { shop = await makeHookedShop(); });
afterAll(() => shop.remove());

const live = (...names: string[]): string => join(shop.live, ...names);
const ask = (sql: string) => runCommand(shop.live, ["query", sql, "--json"]);

test("the first push of what is live already changes no file of it and builds its pages", () => {
  expect(shop.first.stderr).toContain("published");
  expect(shop.first.stderr).toMatch(/remote: neuralake: built \d+ pages/);
  expect(existsSync(live(".neuralake", "site", "tables", "shop", "orders.html"))).toBe(true);
});

/** How long each who asks waits before the next question: the long form leaves the server no pause. */
const pauseMs = process.env["NEURALAKE_TORTURE"] === "1" ? 5 : 60;

/** A server of the live project that nine ask all the while something happens; every answer that is not 200 is told. */
async function underLoad(act: (url: string) => Promise<void>): Promise<{ readonly asked: number; readonly failed: readonly string[] }> {
  const child = startCommand(shop.live, ["serve", "--port", "0", "--json"]);
  const outcome = outcomeOf(child);
  const { url } = JSON.parse(await printed(child, /\}\s*$/)) as { url: string };
  const failed: string[] = [];
  let [asked, done] = [0, false];
  const load = async (path: string, init?: RequestInit): Promise<void> => {
    while (!done) {
      const reply = await fetch(`${url}${path}`, init);
      const text = await reply.text();
      asked += 1;
      if (reply.status !== 200) failed.push(`${path}: ${reply.status} ${text}`);
      await wait(pauseMs);
    }
  };
  const sql = (body: string): RequestInit => ({ method: "POST", body });
  const loads = [
    load("/sql", sql("SELECT p.name, sum(o.quantity) AS n FROM shop.orders o JOIN shop.products p USING (product_id) GROUP BY 1")), load("/sql", sql("SELECT * FROM shop.orders")),
    load("/api/tables/shop.orders?limit=3&sort=order_id"), load("/api/tables/shop.orders/3"), load("/api/tables/shop.sales?since=2026-05-01"), load("/api/schema"), load("/openapi.json"), load("/tables/shop/orders.html"), load("/"),
  ];
  try {
    await expect.poll(() => asked).toBeGreaterThan(20);
    await act(url);
  } finally {
    done = true;
    await Promise.all(loads);
    child.kill("SIGINT");
    await outcome;
  }
  expect((await outcome).code).toBe(0);
  return { asked, failed };
}

describe("beside a server under load", () => {
  test("a pushed table is there when the push returns, and no request failed meanwhile", async () => {
    const { asked, failed } = await underLoad(async (url) => {
      await shop.write("catalog/shop/returns.ts", table("Returns", "order_id: Int64;\n\n  reason: Text | null;"));
      must(await runCommand(shop.author, ["compile"]));
      expect(must(await shop.push()).stderr).toContain("remote: neuralake: created shop.returns");
      const reply = await fetch(`${url}/sql`, { method: "POST", body: "SELECT count(*) AS n FROM shop.returns" });
      expect([reply.status, await reply.json()]).toEqual([200, [{ n: 0 }]]);
      const document = await (await fetch(`${url}/openapi.json`)).json() as { paths: object };
      expect(Object.keys(document.paths)).toContain("/api/tables/shop.returns");
      expect(await (await fetch(`${url}/tables/shop/returns.html`)).text()).toContain("What came back.");
      expect((await fetch(`${url}/api/tables/shop.returns`, { method: "POST", headers: { "content-type": "application/json" }, body: '[{"order_id":3,"reason":null}]' })).status).toBe(200);
    });
    expect(failed).toEqual([]);
    console.log(`requests beside the push of a table: ${asked}, failed: ${failed.length}`);
  });

  test("a push that adds, renames and widens columns: the new ones answer, and no request failed meanwhile", async () => {
    const { asked, failed } = await underLoad(async (url) => {
      const orders = await readFile(join(shop.author, "catalog/shop/orders.ts"), "utf8");
      const changed = orders.replace("  customer_email:", '  @was("customer_email")\n  email:').replace("quantity: Int32", "quantity: Int64").replace("import { between,", "import { was, between,")
        .replace("  paid_with:", "  note: Text | null;\n\n  paid_with:");
      await shop.write("catalog/shop/orders.ts", changed);
      expect(must(await shop.push()).stderr).toMatch(/remote: neuralake: shop\.orders: rename/);
      const reply = await fetch(`${url}/sql`, { method: "POST", body: "SELECT count(email) AS emails, count(note) AS notes, max(quantity) AS most FROM shop.orders" });
      expect([reply.status, await reply.json()]).toEqual([200, [{ emails: 5, notes: 0, most: 4 }]]);
      const rest = await fetch(`${url}/api/tables/shop.orders?columns=email&filter[order_id]=3`);
      expect([rest.status, await rest.json()]).toEqual([200, [{ email: "grace@example.com" }]]);
    });
    expect(failed).toEqual([]);
    console.log(`requests beside the push of changed columns: ${asked}, failed: ${failed.length}`);
  });
});

describe("a push that is refused", () => {
  afterEach(async () => { must(await shop.git("reset", "--hard", "origin/main")); });

  test("for an error of the catalog shows its frame to the one who pushes, and changes nothing", async () => {
    const before = await readFile(live("generated", "catalog.json"), "utf8");
    await shop.write("catalog/shop/refunds.ts", table("Refunds", "order_id: Int46;"));
    const { code, stderr } = await shop.push();
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/remote: catalog\/shop\/refunds\.ts:8:\d+ error NL\d+/);
    expect(stderr).toMatch(/remote: +8 \| {3}order_id: Int46;/);
    expect(stderr).toMatch(/remote: +\| +\^+/);
    expect(stderr).toContain("pre-receive hook declined");
    expect(await readFile(live("generated", "catalog.json"), "utf8")).toBe(before);
    expect(existsSync(live("catalog", "shop", "refunds.ts"))).toBe(false);
  });

  test("for a plan that would lose data names what would be lost", async () => {
    const orders = await readFile(join(shop.author, "catalog/shop/orders.ts"), "utf8");
    await shop.write("catalog/shop/orders.ts", orders.replace(/ {2}@pii\(.*\n {2}@was\(.*\n {2}email: .*\n/, ""));
    const { code, stderr } = await shop.push();
    expect(code).not.toBe(0);
    expect(stderr).toContain("This push would lose data");
    expect(stderr).toContain("shop.orders: drop email: Text | null");
    expect(stderr).toContain("git push -o allow=destructive");
    expect((await ask("SELECT count(email) AS n FROM shop.orders")).stdout.trim()).toBe('[{"n":5}]');
  });

  test("for a column that is gone beside a new one shows where, in the pushed file", async () => {
    const orders = await readFile(join(shop.author, "catalog/shop/orders.ts"), "utf8");
    await shop.write("catalog/shop/orders.ts", `\n\n${orders.replace(/@was\(.*\n {2}email:/, "mail:")}`);
    const { code, stderr } = await shop.push();
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/remote: catalog\/shop\/orders\.ts:\d+:\d+ error NL\d+ /);
    expect(stderr).toMatch(/remote: +\d+ \| {3}mail: Text \| null;/);
    expect(stderr).toContain("@was(");
  });

  test("for a link that leads out of it, and for no catalog at all", async () => {
    must(await shop.git("rm", "-r", "-q", "catalog"));
    expect((await shop.push()).stderr).toContain("no catalog/ folder");
    must(await shop.git("reset", "--hard", "origin/main"));
    await symlink("/etc/passwd", join(shop.author, "notes"));
    expect((await shop.push()).stderr).toContain("notes is a link that leads to no file of the push");
  });
});

test("data goes with a push whose author says so, and the history of migrations goes on", async () => {
  const orders = await readFile(join(shop.author, "catalog/shop/orders.ts"), "utf8");
  await shop.write("catalog/shop/orders.ts", orders.replace(/ {2}@pii\(.*\n {2}@was\(.*\n {2}email: .*\n/, ""));
  const { stderr } = must(await shop.push("-o", "allow=destructive"));
  expect(stderr).toMatch(/remote: neuralake: shop\.orders: drop email/);
  expect((await ask("SELECT * FROM shop.orders LIMIT 1")).stdout).not.toContain("email");
  expect((await readdir(live("generated", "migrations"))).length).toBeGreaterThan(1);
  expect((must(await runCommand(shop.live, ["plan"]))).stdout).toContain("the lake is as the catalog says");
});

test("another branch passes untouched, whatever is in it, and is told not to be published", async () => {
  must(await shop.git("switch", "-q", "-c", "draft"));
  await shop.write("catalog/shop/refunds.ts", "nonsense");
  expect(must(await shop.push()).stderr).toContain("remote: neuralake: only main is published; the lake is as it was");
  expect(existsSync(live("catalog", "shop", "refunds.ts"))).toBe(false);
  must(await shop.git("switch", "-q", "main"));
});

test("a repository that is not there is told as none, with how to make it", async () => {
  const absent = `${shop.bare}.absent`;
  const refused = await runCommand(shop.live, ["init", ".", "--hook", absent, "--json"]);
  expect([refused.code, JSON.parse(refused.stdout)]).toEqual([2, { error: expect.objectContaining({ code: "CONFIG_INVALID", message: `${absent} is no bare git repository.`, hint: `Make one: git init --bare ${absent}` }) }]);
});

describe("a push that was accepted and could not be applied", () => {
  const obstacle = (name: string): string => live("lake", "shop", name);

  test("says so, and the next push mends it", async () => {
    await writeFile(obstacle("refunds"), "in the way");
    await shop.write("catalog/shop/refunds.ts", table("Refunds", "refund_id: Int64;"));
    const { code, stderr } = await shop.push();
    expect(code).toBe(0);
    expect(stderr).toContain("the push stands, but not all of it was done");
    await rm(obstacle("refunds"));
    await shop.write("README.md", "Refunds too.");
    expect((must(await shop.push())).stderr).toContain("created shop.refunds");
    expect((await ask("SELECT count(*) AS n FROM shop.refunds")).stdout.trim()).toBe('[{"n":0}]');
    expect(await readFile(live("README.md"), "utf8")).toBe("Refunds too.");
  });

  test("says so, and `neuralake apply` mends it", async () => {
    await writeFile(obstacle("gifts"), "in the way");
    await shop.write("catalog/shop/gifts.ts", table("Gifts", "gift_id: Int64;"));
    expect((must(await shop.push())).stderr).toContain("`neuralake apply`");
    await rm(obstacle("gifts"));
    must(await runCommand(shop.live, ["apply"]));
    expect((await ask("SELECT count(*) AS n FROM shop.gifts")).stdout.trim()).toBe('[{"n":0}]');
  });
});
