/**
 * The author's words as HTML: paragraphs, lists, `code`, **strong**, *emphasis* and links to https pages. Everything else is text.
 * A table's or column's full name in code becomes a link to it.
 */

/** Finds the address of a name written in code, or undefined when it names nothing in the catalog. */
export type FindName = (name: string) => string | undefined;

/** Whole comment: paragraphs and lists. */
export function proseHtml(text: string, find: FindName = () => undefined): string {
  return text.trim().split(/\n\s*\n/).filter((block) => block.trim() !== "").map((block) => blockHtml(block, find)).join("\n");
}

/** One run of words, without paragraphs. */
export function wordsHtml(text: string, find: FindName = () => undefined): string {
  return text.split(/(`[^`]+`|\[[^\]]+\]\(https?:\/\/[^\s)]+\)|\*\*[^*]+\*\*|\{@link\s+[^}]+\})/).map((part) => partHtml(part, find)).join("");
}

/** Text made safe between tags and in attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** The first sentence, for lists. */
export function firstSentence(text: string): string {
  const paragraph = text.trim().split(/\n\s*\n/)[0]?.replaceAll(/\s+/g, " ") ?? "";
  return /^.*?[.!?](?=\s|$)/.exec(paragraph)?.[0] ?? paragraph;
}

function blockHtml(block: string, find: FindName): string {
  const lines = block.split("\n").map((line) => line.trim());
  if (!lines.every((line) => /^[-*] /.test(line) || line === "")) return `<p>${wordsHtml(lines.join(" "), find)}</p>`;
  return `<ul>${lines.filter((line) => line !== "").map((line) => `<li>${wordsHtml(line.slice(2), find)}</li>`).join("")}</ul>`;
}

function partHtml(part: string, find: FindName): string {
  const link = /^\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)$/.exec(part);
  if (link !== null) return `<a href="${escapeHtml(link[2] ?? "")}" rel="noopener">${escapeHtml(link[1] ?? "")}</a>`;
  const strong = /^\*\*([^*]+)\*\*$/.exec(part);
  if (strong !== null) return `<strong>${escapeHtml(strong[1] ?? "")}</strong>`;
  const code = /^`([^`]+)`$/.exec(part)?.[1] ?? /^\{@link\s+([^}]+)\}$/.exec(part)?.[1]?.trim();
  if (code === undefined) return escapeHtml(part);
  const address = find(code);
  const html = `<code>${escapeHtml(code)}</code>`;
  return address === undefined ? html : `<a href="${escapeHtml(address)}">${html}</a>`;
}
