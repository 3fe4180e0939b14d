/** Serves a folder of files under a path of its own, as any static host would; unknown addresses get 404.html. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

const types: { readonly [extension: string]: string } = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2" };

export interface Host extends AsyncDisposable { readonly url: string }

/** `prefix` begins and ends with a slash. */
export async function openHost(folder: string, prefix: string): Promise<Host> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://host");
    const name = pathname.startsWith(prefix) ? decodeURIComponent(pathname.slice(prefix.length)) || "index.html" : "404.html";
    readFile(path.join(folder, name)).then(
      (bytes) => { response.writeHead(200, { "content-type": types[path.extname(name)] ?? "application/octet-stream" }).end(bytes); },
      async () => { response.writeHead(404, { "content-type": "text/html" }).end(await readFile(path.join(folder, "404.html"))); },
    );
  });
  await new Promise<void>((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${prefix}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => { server.close(resolve); });
    },
  };
}
