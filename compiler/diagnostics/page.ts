/**
 * The page of a code, as it stands in site/errors/<code>.md: what it means, a catalog that is wrong, what is said about it, the same
 * catalog put right, and why it is so. The command prints it, the site shows it, a test compiles what it shows.
 */

/** A file of an example; `path` is relative to the project, a folder's ends with a slash. */
export interface ExampleFile { readonly path: string; readonly text: string }

export interface Page {
  readonly code: string;
  /** `A type that is no column type`. */
  readonly title: string;
  /** What it means, in Markdown. */
  readonly means: string;
  /** In the order of the page: `Before` where it needs a lake, `Wrong`, `It says`, `Right`, `Why`. */
  readonly sections: readonly PageSection[];
}

export interface PageSection {
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  readonly files: readonly ExampleFile[];
}

/** Reads a page; an error for what is none. */
export function parsePage(text: string): Page {
  const [head = "", ...rest] = text.split(/^## /m);
  const [, code, title, means] = /^# (NL\d{4}): (.+)\n\n([\s\S]+)$/.exec(head.trim()) ?? [];
  if (code === undefined || title === undefined || means === undefined) throw new Error(`This is no page of a code: ${head.slice(0, 80)}`);
  return { code, title, means, sections: rest.map(parseSection) };
}

/** The files of the section `title`; undefined when the page has none. */
export function filesIn(page: Page, title: string): readonly ExampleFile[] | undefined {
  return page.sections.find((section) => section.title === title)?.files;
}

function parseSection(text: string): PageSection {
  const end = text.indexOf("\n");
  const body = text.slice(end).trim();
  const files = [...body.matchAll(/^`([^`\n]+)`\n\n```\w+\n([\s\S]*?)^```$/gm)];
  return { title: text.slice(0, end).trim(), body, files: files.map(([, path = "", content = ""]) => ({ path, text: content })) };
}
