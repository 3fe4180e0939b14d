/** `neuralake explain CODE`: the page of a code the compiler said, in the terminal. */
import { filesIn, type Page } from "../../compiler/diagnostics/page.ts";
import { addCommand, type DefineCommand } from "../command.ts";
import { pageCodes, readPage } from "../error-pages.ts";
import type { Style, Terminal } from "../terminal.ts";

export const defineExplain: DefineCommand = (program, terminal) => {
  addCommand(program, {
    usage: "explain [code]",
    summary: "explain a code the compiler said, with a catalog that is wrong and the same put right",
    examples: ["neuralake explain NL1031", "neuralake explain"],
  }).action(async (code: string | undefined) => {
    if (code === undefined) return listPages(terminal);
    const page = readPage(code);
    if (terminal.json) return terminal.printJson(pageJson(page));
    for (const line of pageLines(page, terminal.style)) await terminal.print(line);
  });
};

async function listPages(terminal: Terminal): Promise<void> {
  const pages = pageCodes().map(readPage);
  if (terminal.json) return terminal.printJson(pages.map(({ code, title }) => ({ code, title })));
  for (const { code, title } of pages) await terminal.print(`${terminal.style.blue(code)}  ${title}`);
}

/** The page as data: its prose in Markdown, its examples as files. */
function pageJson(page: Page): object {
  const body = (title: string): string | undefined => page.sections.find((section) => section.title === title)?.body;
  return { code: page.code, title: page.title, means: page.means, before: filesIn(page, "Before"), wrong: filesIn(page, "Wrong"), says: unfenced(body("It says") ?? ""), right: filesIn(page, "Right"), why: body("Why") };
}

function unfenced(body: string): string {
  return body.replace(/^```\w*\n/, "").replace(/\n```$/, "");
}

function pageLines(page: Page, style: Style): string[] {
  return [
    `${style.blue(page.code)}  ${style.strong(page.title)}`, "",
    ...proseLines(page.means, style),
    ...page.sections.flatMap((section) => ["", style.strong(section.title), "", ...proseLines(section.body, style)]),
  ];
}

/** Markdown as a terminal shows it: code stands in, without its fences, and is not wrapped. */
function proseLines(markdown: string, style: Style): string[] {
  let inCode = false;
  return markdown.split("\n").flatMap((line) => {
    const isFence = line.startsWith("```");
    if (isFence) inCode = !inCode;
    if (isFence) return [];
    return [inCode ? `    ${line}`.trimEnd() : line.replaceAll(/`([^`]+)`/g, (_, code: string) => style.blue(code))];
  });
}
