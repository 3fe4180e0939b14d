/** `--sarif [FILE]`: what the compiler found, for code hosts, on stdout or in a file that is written whole. */
import { resolve } from "node:path";
import type { Diagnostic } from "../compiler/diagnostics/diagnostic.ts";
import { sarifLog } from "../compiler/diagnostics/sarif.ts";
import { sourceReader } from "./catalog-errors.ts";
import { readPage } from "./error-pages.ts";
import { packageVersion } from "./package-root.ts";
import { jsonText, type Terminal } from "./terminal.ts";
import { writeWholeFile } from "./whole-file.ts";

export interface SarifTarget {
  /** A path; true for stdout. */
  readonly sarif: string | true;
  /** Where the site with the pages of the codes is served. */
  readonly site: string;
}

/** Writes the log of `diagnostics`, whose places are relative to `project`. */
export async function writeSarif(diagnostics: readonly Diagnostic[], project: string, { sarif, site }: SarifTarget, terminal: Terminal): Promise<void> {
  const urlOf = (code: string): string => new URL(`errors/${code}.html`, site.endsWith("/") ? site : `${site}/`).href;
  const text = `${jsonText(sarifLog(diagnostics, { version: packageVersion(), readSource: sourceReader(project), pageOf: readPage, urlOf }))}\n`;
  if (sarif === true) await terminal.write(text);
  else await writeWholeFile(resolve(sarif), chunksOf(text), terminal.signal);
}

async function* chunksOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}
