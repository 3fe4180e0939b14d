import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openServer } from "../../../runtime/server/server.ts";
import { catalog, serveRides } from "./served-rides.ts";
import type { ServedRides } from "./served-rides.ts";

let served: ServedRides;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "neuralake-site-"));
  const site = join(folder, "site");
  await mkdir(join(site, "rides"), { recursive: true });
  await writeFile(join(folder, "secret.txt"), "secret");
  await writeFile(join(site, "index.html"), "<h1>home</h1>");
  await writeFile(join(site, "404.html"), "<h1>lost</h1>");
  await writeFile(join(site, "rides", "index.html"), "<h1>rides</h1>");
  await writeFile(join(site, "a b.js"), "1");
  await symlink(join(folder, "secret.txt"), join(site, "link.txt"));
  served = await serveRides({ site });
});
afterAll(async () => {
  await served.close();
  await rm(folder, { recursive: true });
});

const get = (path: string, init: RequestInit = {}) => fetch(`${served.url}${path}`, { redirect: "manual", ...init });
const textOf = async (path: string) => {
  const reply = await get(path);
  return [reply.status, reply.headers.get("content-type"), await reply.text()];
};

describe("what the server says of itself", () => {
  test("it is well, it is ready, it has an OpenAPI document", async () => {
    expect(await textOf("/healthz")).toEqual([200, "application/json; charset=utf-8", '{"status":"ok"}']);
    expect(await textOf("/readyz")).toEqual([200, "application/json; charset=utf-8", '{"status":"ready"}']);
    expect(await (await get("/openapi.json")).json()).toMatchObject({ openapi: "3.1.0" });
  });

  test("the reference page and its script come from this server alone", async () => {
    expect((await get("/docs")).headers.get("location")).toBe("/docs/");
    const [, , page] = await textOf("/docs/");
    expect([...String(page).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url)).toEqual(["js/scalar.js"]);
    expect((await get("/docs/js/scalar.js")).headers.get("content-type")).toContain("javascript");
  });

  test("an unready lake is 503", async () => {
    const down = { catalog, query: () => Promise.reject(new Error("no engine")), append: served.lake.append, deleteRows: served.lake.deleteRows, updateRows: served.lake.updateRows, mergeRows: served.lake.mergeRows, versions: served.lake.versions, states: served.lake.states };
    const server = await openServer({ lake: down, openapi: {}, host: "127.0.0.1", port: 0, log: "silent" });
    try {
      const ready = await fetch(`${server.url}/readyz`);
      expect([ready.status, await ready.json()]).toEqual([503, expect.objectContaining({ code: "UNAVAILABLE" })]);
      const broken = await fetch(`${server.url}/sql`, { method: "POST", body: "SELECT 1" });
      expect([broken.status, await broken.json()]).toEqual([500, expect.objectContaining({ code: "INTERNAL", detail: expect.not.stringContaining("no engine") })]);
      expect((await fetch(server.url, { redirect: "manual" })).headers.get("location")).toBe("/docs/");
    } finally {
      await server.close();
    }
  });
});

describe("the site", () => {
  test("pages, folders and files with their media types", async () => {
    expect(await textOf("/")).toEqual([200, "text/html; charset=utf-8", "<h1>home</h1>"]);
    expect((await get("/rides")).headers.get("location")).toBe("/rides/");
    expect(await textOf("/rides/?q=1")).toEqual([200, "text/html; charset=utf-8", "<h1>rides</h1>"]);
    expect(await textOf("/a%20b.js")).toEqual([200, "text/javascript; charset=utf-8", "1"]);
    const tag = (await get("/")).headers.get("etag") ?? "";
    expect((await get("/", { headers: { "if-none-match": tag } })).status).toBe(304);
  });

  test.each(["/nothing", "/../secret.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/link.txt", "/a%00b", "/index.html/x", "//etc/passwd"])("%s is a page of its own: not found", async (path) => {
    expect(await textOf(path)).toEqual([404, "text/html; charset=utf-8", "<h1>lost</h1>"]);
  });

  test("a site that comes later is served from then on, and while newer builds take its place no page is missed", async () => {
    const site = join(folder, "later");
    const build = async (words: string): Promise<string> => {
      const built = await mkdtemp(join(folder, "build-"));
      await writeFile(join(built, "index.html"), words);
      return built;
    };
    const later = await serveRides({ site });
    try {
      expect((await fetch(later.url, { redirect: "manual" })).headers.get("location")).toBe("/docs/");
      expect(await (await fetch(`${later.url}/page`)).json()).toMatchObject({ code: "ROUTE_NOT_FOUND" });
      await rename(await build("build 0"), site);
      // From its first page on the server knows that there is a site.
      expect(await (await fetch(`${later.url}/`)).text()).toBe("build 0");
      const answers: string[] = [];
      for (let n = 1; n <= 10; n++) {
        const [next, aside] = [await build(`build ${n}`), join(folder, `aside-${n}`)];
        const asked = Array.from({ length: 5 }, async () => (await fetch(`${later.url}/`)).text());
        await rename(site, aside);
        asked.push(fetch(`${later.url}/`).then((reply) => reply.text()));
        await rename(next, site);
        answers.push(...await Promise.all(asked));
      }
      expect(answers.filter((text) => !/^build \d+$/.test(text))).toEqual([]);
      expect(answers).toHaveLength(60);
    } finally {
      await later.close();
    }
  });

  test("what is not there to be posted to is a problem document", async () => {
    const reply = await get("/nothing", { method: "POST", body: "x" });
    expect([reply.status, await reply.json()]).toEqual([404, expect.objectContaining({ code: "ROUTE_NOT_FOUND" })]);
  });
});

describe("opening and closing", () => {
  test("no answer tells where the lake lies", async () => {
    const server = await openServer({ lake: served.lake, openapi: {}, host: "127.0.0.1", port: 0, log: "silent", folders: [dirname(served.lake.root), served.lake.root] });
    try {
      const reply = await fetch(`${server.url}/sql`, { method: "POST", body: "SELECT * FROM rides.trips AT (VERSION => 77)" });
      expect(await reply.json()).toMatchObject({ code: "DELTA_VERSION_NOT_FOUND", detail: "rides/trips has no version 77." });
    } finally {
      await server.close();
    }
  });

  test("a port that is taken is said", async () => {
    const port = Number(new URL(served.url).port);
    await expect(openServer({ lake: served.lake, openapi: {}, host: "127.0.0.1", port })).rejects.toMatchObject({ code: "UNAVAILABLE", hint: expect.stringContaining("--port") });
  });

  test("a reply that outlasts the grace is broken off, and its query stopped", async () => {
    const closing = await serveRides({ graceMs: 50 });
    const reply = await fetch(`${closing.url}/sql`, { method: "POST", body: "SELECT i FROM range(100000000000) t(i)" });
    const reading = reply.bytes();
    await Promise.all([expect(reading).rejects.toThrow(), closing.close()]);
    expect(closing.signals.at(-1)?.aborted).toBe(true);
  });
});
