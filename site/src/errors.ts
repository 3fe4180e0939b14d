/**
 * The pages of the compiler's codes, as they stand in site/errors: Markdown of a fixed shape, with a title, what it means, and sections of
 * prose, files and printed text.
 */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/** A run of prose, or a block of text with the path of the file it is. */
export type ErrorPart = { readonly prose: string } | { readonly code: string; readonly lang: string; readonly file?: string };
export interface ErrorSection { readonly id: string; readonly title: string; readonly parts: readonly ErrorPart[] }
export interface ErrorPage { readonly code: string; readonly title: string; readonly means: string; readonly sections: readonly ErrorSection[] }

/** Every page of `folder`, in order of code. */
export async function readErrors(folder: string): Promise<readonly ErrorPage[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".md")).sort();
  return Promise.all(names.map(async (name) => readPage(name, await readFile(path.join(folder, name), "utf8"))));
}

function readPage(name: string, text: string): ErrorPage {
  const [head = "", ...rest] = text.split(/^## /m);
  const [, code, title, means] = /^# (NL\d{4}): (.+)\n\n([\s\S]+)$/.exec(head.trim()) ?? [];
  if (code === undefined || title === undefined || means === undefined) throw new Error(`${name} is no page of a code.`);
  return { code, title, means, sections: rest.map(readSection) };
}

function readSection(text: string): ErrorSection {
  const end = text.indexOf("\n");
  const title = text.slice(0, end).trim();
  return { id: title.toLowerCase().replaceAll(" ", "-"), title, parts: readParts(text.slice(end)) };
}

/** Fenced blocks apart from the prose between them; a line of nothing but a path in code names the block under it. */
function readParts(body: string): ErrorPart[] {
  const parts: ErrorPart[] = [];
  for (const [index, piece] of body.split(/^```/m).entries()) {
    if (index % 2 === 1) {
      const end = piece.indexOf("\n");
      const before = parts.at(-1);
      const file = before !== undefined && "prose" in before ? /^`([^`]+)`$/.exec(before.prose)?.[1] : undefined;
      if (file !== undefined) parts.pop();
      parts.push({ lang: piece.slice(0, end).trim(), code: piece.slice(end + 1), ...(file === undefined ? {} : { file }) });
    } else if (piece.trim() !== "") {
      parts.push({ prose: piece.trim() });
    }
  }
  return parts;
}
