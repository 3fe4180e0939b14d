/** The pages of the compiler's codes, as they ship with the package: site/errors/<code>.md. */
import { readdirSync, readFileSync } from "node:fs";
import { InvalidArgumentError } from "commander";
import { parsePage, type Page } from "../compiler/diagnostics/page.ts";
import { nearest } from "../compiler/ir/nearest.ts";
import { packageRoot } from "./package-root.ts";

const folder = (): URL => new URL("site/errors/", packageRoot());

/** Every code that has a page, sorted. */
export function pageCodes(): readonly string[] {
  return readdirSync(folder()).filter((name) => name.endsWith(".md")).map((name) => name.slice(0, -".md".length)).sort();
}

/** The page of `code`, written in either case; a wrong use when there is none. */
export function readPage(code: string): Page {
  const codes = pageCodes();
  const known = codes.find((own) => own === code.toUpperCase());
  if (known === undefined) {
    const near = nearest(code.toUpperCase(), codes);
    throw new InvalidArgumentError(`error: there is no code '${code}'\n(${near === undefined ? "" : `Did you mean ${near}? `}\`neuralake explain\` lists all of them.)`);
  }
  return parsePage(readFileSync(new URL(`${known}.md`, folder()), "utf8"));
}
