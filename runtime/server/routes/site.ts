/**
 * The catalog's pages at `/`, as `neuralake site` built them; files of one directory and nothing outside of it. The directory may come
 * later, and be replaced by a newer build while it is served.
 */
import { existsSync } from "node:fs";
import { open, realpath, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { FastifyInstance, FastifyReply } from "fastify";
import { namesTag } from "../freshness.ts";
import { livePage } from "./live.ts";
import type { LiveFeed } from "./live.ts";

const mediaTypes: { readonly [extension: string]: string } = {
  ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8",
  ".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png", ".ico": "image/x-icon", ".woff2": "font/woff2", ".wasm": "application/wasm",
  ".txt": "text/plain; charset=utf-8", ".xml": "application/xml",
};

/** Adds the route that answers whatever no other route does; `directory` is absolute. With a feed the pages follow it. */
export function addSiteRoute(server: FastifyInstance, directory: string, live?: LiveFeed): void {
  const pageAt = pagesOf(directory);
  server.get("/*", async (request, reply) => {
    const [path = "/"] = request.url.split("?", 1);
    const found = await pageAt(path);
    if (found === "folder") return reply.redirect(`${path}/`, 308);
    if (found !== undefined) return live !== undefined && found.name.endsWith(".html") ? sendLive(reply, found, live) : sendFile(reply, found, request.headers["if-none-match"]);
    const missing = await pageAt("/404.html");
    if (missing !== undefined && missing !== "folder") return sendFile(reply.code(404), missing, undefined);
    return path === "/" ? reply.redirect("/docs/", 302) : reply.callNotFound();
  });
}

/** How often, and how many milliseconds apart, a page is looked for while a newer build takes the directory's place. */
const looksMost = 40;
const lookEveryMs = 25;

/** Opens pages; one that is not there is looked for again while the directory is being replaced. */
function pagesOf(directory: string): (path: string) => Promise<Page | "folder" | undefined> {
  let built = existsSync(directory);
  return async (path) => {
    for (let looks = 1; ; looks++) {
      const before = await identityOf(directory);
      const found = before === undefined ? undefined : await openPage(directory, path);
      built = built || before !== undefined;
      if (found !== undefined || !built) return found;
      if (before !== undefined && before === await identityOf(directory)) return undefined;
      if (looks === looksMost) {
        built = false;
        return undefined;
      }
      await wait(lookEveryMs);
    }
  };
}

/** Which directory stands there now; undefined for none. */
async function identityOf(directory: string): Promise<number | undefined> {
  try {
    return (await stat(directory)).ino;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

interface Page { readonly file: FileHandle; readonly name: string; readonly tag: string; readonly size: number }

/** The file of a path; `folder` when the path is a folder without its slash. */
async function openPage(directory: string, path: string): Promise<Page | "folder" | undefined> {
  const decoded = decodeURIComponent(path);
  if (decoded.includes("\0")) return undefined;
  const name = join(directory, decoded.endsWith("/") ? `${decoded}index.html` : decoded);
  const file = await openInside(directory, name);
  if (file === undefined) return undefined;
  const facts = await file.stat();
  if (facts.isFile()) return { file, name, size: facts.size, tag: `"${facts.size.toString(36)}-${Math.trunc(facts.mtimeMs).toString(36)}"` };
  await file.close();
  return facts.isDirectory() ? "folder" : undefined;
}

/** Opens a file that is, links followed, inside of `directory`. */
async function openInside(directory: string, name: string): Promise<FileHandle | undefined> {
  try {
    const [real, root] = await Promise.all([realpath(name), realpath(directory)]);
    return real === root || real.startsWith(root + sep) ? await open(real) : undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && ["ENOENT", "ENOTDIR", "ENAMETOOLONG", "ELOOP"].includes(String(error.code))) return undefined;
    throw error;
  }
}

async function sendLive(reply: FastifyReply, { file }: Page, live: LiveFeed): Promise<FastifyReply> {
  const state = live.now();
  const html = await file.readFile("utf8").finally(() => file.close());
  return reply.headers({ "content-type": "text/html; charset=utf-8", "cache-control": "no-store" }).send(livePage(html, state));
}

async function sendFile(reply: FastifyReply, { file, name, tag, size }: Page, ifNoneMatch: string | undefined): Promise<FastifyReply> {
  reply.headers({ etag: tag, "cache-control": "no-cache" });
  if (namesTag(ifNoneMatch, tag)) {
    await file.close();
    return reply.code(304).send();
  }
  reply.headers({ "content-type": mediaTypes[extname(name)] ?? "application/octet-stream", "content-length": size });
  return reply.send(file.createReadStream());
}
