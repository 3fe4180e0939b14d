/** Reads a built site as a browser would follow it: every page, every address in it, every anchor; says what leads nowhere. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

export interface Crawl { readonly pages: readonly string[]; readonly links: number; readonly broken: readonly string[] }

interface Page { readonly ids: ReadonlySet<string>; readonly twice: readonly string[]; readonly addresses: readonly string[]; readonly base: string | undefined }

/** Follows every href and src of every page under `folder`; addresses of other hosts are only looked at for their scheme. */
export async function crawl(folder: string): Promise<Crawl> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".html")).toSorted();
  const pages = new Map<string, Page>();
  for (const name of names) pages.set(name, readPage(await readFile(path.join(folder, name), "utf8")));
  const broken: string[] = [];
  let links = 0;
  for (const [name, page] of pages) {
    broken.push(...page.twice.map((id) => `${name}: the id ${id} stands twice`));
    for (const address of page.addresses) {
      links += 1;
      const problem = leadsNowhere(folder, pages, page.base === undefined ? name : "404.html", address);
      if (problem !== undefined) broken.push(`${name}: ${address} ${problem}`);
    }
  }
  return { pages: names, links, broken };
}

function readPage(html: string): Page {
  const text = html.replaceAll(/<(script|style)\b[^>]*>.*?<\/\1>/gs, (whole) => /^<script[^>]*>/.exec(whole)?.[0] ?? "");
  const tags = [...text.matchAll(/<[a-z][^\s/>]*(?:\s+[^\s=>]+(?:=(?:"[^"]*"|[^\s>]*))?)*\s*\/?>/gi)].map((match) => match[0]);
  const values = (attribute: string) => tags.flatMap((tag) => [...tag.matchAll(new RegExp(`\\s${attribute}="([^"]*)"`, "g"))].map((match) => decode(match[1] ?? "")));
  const ids = values("id");
  const base = tags.find((tag) => tag.startsWith("<base "));
  return {
    ids: new Set(ids),
    twice: ids.filter((id, at) => ids.indexOf(id) !== at),
    addresses: [...values("href"), ...values("src")].filter((address) => base === undefined || !base.includes(`"${address}"`)),
    base,
  };
}

function leadsNowhere(folder: string, pages: ReadonlyMap<string, Page>, from: string, address: string): string | undefined {
  if (address.startsWith("https://")) return undefined;
  if (/^[a-z]+:/i.test(address) || address.startsWith("/")) return "is not relative";
  const url = new URL(address, `http://site/${from.split(path.sep).map(encodeURIComponent).join("/")}`);
  const file = decodeURIComponent(url.pathname).slice(1);
  if (!existsSync(path.join(folder, file))) return "names no file";
  const anchor = decodeURIComponent(url.hash.slice(1));
  if (anchor === "") return undefined;
  return pages.get(path.normalize(file))?.ids.has(anchor) === true ? undefined : "names no anchor";
}

function decode(text: string): string {
  return text.replaceAll("&quot;", '"').replaceAll("&#38;", "&").replaceAll("&#34;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
