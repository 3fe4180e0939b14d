/**
 * The pages of the codes are tests: each one's wrong catalog is told exactly what the page says, at that place, and its right one is told
 * nothing. `UPDATE_PAGES=1 npx vitest run test/compiler/diagnostics/pages.test.ts` writes what is said now, for you to read before you commit it.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { compile, examine } from "../../../compiler/compile.ts";
import type { Diagnostic } from "../../../compiler/diagnostics/diagnostic.ts";
import { messages } from "../../../compiler/diagnostics/messages.ts";
import { filesIn, parsePage } from "../../../compiler/diagnostics/page.ts";
import type { ExampleFile, Page } from "../../../compiler/diagnostics/page.ts";
import { printDiagnostics } from "../../../compiler/diagnostics/printer.ts";
import { allTables, fullName } from "../../../compiler/ir/names.ts";
import type { LakeTable } from "../../../compiler/plan/change.ts";
import { mend } from "../../../compiler/mend.ts";
import type { Table } from "../../../compiler/ir/catalog.ts";
import { planLake } from "../../../compiler/plan/plan.ts";
import { servedProblems } from "../../../compiler/plan/served.ts";
import type { TableDrift } from "../../../compiler/plan/served.ts";
import type { Config } from "../../../runtime/config.ts";
import type { LiveColumn } from "../../../runtime/sources/postgres-columns.ts";
import { driftHint, driftOf, driftText } from "../../../runtime/sources/postgres-drift.ts";

const folder = path.join(import.meta.dirname, "../../../site/errors");
const pages = readdirSync(folder).sort().map((name) => ({ file: path.join(folder, name), page: parsePage(readFileSync(path.join(folder, name), "utf8")) }));
const update = process.env["UPDATE_PAGES"] === "1";
const severities = new Map(Object.values(messages).map(({ code, severity }) => [code as string, severity]));

test("every code has a page, and no page is without a code", () => {
  expect(pages.map(({ page }) => page.code)).toEqual([...severities.keys()].sort());
  expect(pages.map(({ file }) => path.basename(file, ".md"))).toEqual(pages.map(({ page }) => page.code));
});

test("every page has the sections of a page, and says of a warning that it is one", () => {
  const sections = ["Before", "Wrong", "It says", "Right", "Why"];
  for (const { page } of pages) {
    expect([page.code, ...page.sections.map(({ title }) => title)]).toEqual([page.code, ...sections.filter((title) => title !== "Before" || filesIn(page, "Before") !== undefined)]);
    expect([page.code, page.means.includes("This is a warning")]).toEqual([page.code, severities.get(page.code) === "warning"]);
  }
});

describe("the page of", () => {
  test.concurrent.each(pages)("$page.code: $page.title", async ({ file, page }) => {
    const wrong = await diagnosticsOf(page, "Wrong");
    const said = printed(filesIn(page, "Wrong") ?? [], wrong);
    if (update) writeFileSync(file, readFileSync(file, "utf8").replace(/(^## It says\n\n```text\n)[\s\S]*?(^```$)/m, (_, head: string, end: string) => `${head}${said}${end}`));
    else expect(`\`\`\`text\n${said}\`\`\``).toBe(page.sections.find(({ title }) => title === "It says")?.body);
    expect(wrong.map(({ code }) => code)).toContain(page.code);
    expect(await diagnosticsOf(page, "Right")).toEqual([]);
    if (wrong.some(({ fix }) => fix !== undefined)) expect((await mended(page)).map(({ code }) => code)).not.toContain(page.code);
    // What is mended without asking is said on the page, and nothing else is.
    expect([page.code, page.means.includes("compile --fix")]).toEqual([page.code, wrong.some(({ code, fix }) => code === page.code && fix !== undefined) || sometimesFixed.includes(page.code)]);
  });
});

/** Codes whose example on the page is one of those that only the author can mend. */
const sometimesFixed: readonly string[] = ["NL1010", "NL1031"];

/** What the frames of the command say, without the line that counts them. */
function printed(files: readonly ExampleFile[], diagnostics: readonly Diagnostic[]): string {
  const text = printDiagnostics(diagnostics, (name) => files.find((file) => file.path === name)?.text, { colour: false });
  return text.split("\n").slice(0, -3).map((line) => `${line}\n`).join("");
}

/** What is said about a section's files: by the compiler, and by a plan where a lake keeps what stands under `Before`. */
async function diagnosticsOf(page: Page, section: "Wrong" | "Right"): Promise<readonly Diagnostic[]> {
  const before = filesIn(page, "Before");
  const project = await mkdtemp(path.join(tmpdir(), "neuralake-page-"));
  try {
    const isServed = page.code === messages.servedOtherwise.code;
    const isPlanned = before !== undefined && !isServed && page.code !== messages.mayBeRename.code;
    if (before !== undefined) {
      write(project, before);
      if (!isPlanned && !isServed) await compile({ project });
    }
    const kept = isPlanned ? keptTables((await examine({ project })).catalog) : [];
    write(project, filesIn(page, section) ?? []);
    const { catalog, diagnostics } = await examine({ project, draft: isPlanned, postgres: ["main"], ...await emittersOf(project) });
    return [...diagnostics, ...planLake(allTables(catalog), kept).problems, ...(isServed ? servedProblems(allTables(catalog), allTables(catalog).map(seen)) : [])];
  } finally {
    rmSync(project, { recursive: true });
  }
}

/** Those of a configuration that imports nothing. */
async function emittersOf(project: string): Promise<Pick<Config, "emitters">> {
  const file = path.join(project, "neuralake.config.ts");
  return existsSync(file) ? ((await import(pathToFileURL(file).href)) as { default: Config }).default : {};
}

/** A table beside what `Before` of the page makes of it in PostgreSQL. */
function seen(table: Table): { readonly table: string; readonly drift: readonly TableDrift[] } {
  const { source } = table;
  if (source.kind !== "postgres") throw new Error("the page is about a table of PostgreSQL");
  const column = (name: string, text: string, digits: readonly number[] = []): LiveColumn => ({ name, text, base: text.replace(/\(.*/, ""), digits, labels: undefined, array: false, nullable: false, deterministic: true });
  const live = { columns: [column("customer_id", "numeric(20,0)", [20, 0]), column("name", "text")], tellsNulls: true, utf8: true };
  const server = { connection: "main", host: "db.acme.com", port: 5432, database: "shop", user: "", password: undefined, tls: false, connectMs: 1, statementMs: 1, connectionsMax: 1 };
  return { table: fullName(table), drift: driftOf(table.columns, live).map((drift) => ({ ...("column" in drift ? { column: drift.column.name } : {}), text: driftText(drift, source, server), hint: driftHint(drift) })) };
}

/** What is still said about the wrong files when all that is certain is mended. */
async function mended(page: Page): Promise<readonly Diagnostic[]> {
  const project = await mkdtemp(path.join(tmpdir(), "neuralake-page-"));
  try {
    write(project, filesIn(page, "Wrong") ?? []);
    await mend({ project });
    return (await examine({ project })).diagnostics;
  } finally {
    rmSync(project, { recursive: true });
  }
}

/** The tables of a catalog as a lake keeps them that holds rows of each. */
function keptTables(catalog: Parameters<typeof allTables>[0]): readonly LakeTable[] {
  return allTables(catalog).map((table) => ({ table: fullName(table), columns: table.columns, partitionBy: table.partitionBy, description: table.doc, rows: 1_000, files: 1, bytes: 40_000, ours: true }));
}

function write(project: string, files: readonly ExampleFile[]): void {
  for (const { path: name, text } of files) {
    mkdirSync(path.join(project, name.endsWith("/") ? name : path.dirname(name)), { recursive: true });
    if (!name.endsWith("/")) writeFileSync(path.join(project, name), text);
  }
}
