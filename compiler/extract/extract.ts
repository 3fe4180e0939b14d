/**
 * The author's TypeScript in, a Catalog out, with everything that is wrong with the source. Nothing of the author's runs here: the
 * files are parsed, their classes read by name, and TypeScript's own checker asked for its errors.
 */
import type { Catalog } from "../ir/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { openCatalogReader } from "./catalog-reader.ts";
import type { FunctionModule } from "./row-functions.ts";
import { openTypeCheck } from "./type-check.ts";

export interface Extracted {
  /** As far as it could be read. */
  readonly catalog: Catalog;
  readonly diagnostics: readonly Diagnostic[];
  readonly functions: readonly FunctionModule[];
}
export { openCatalogReader } from "./catalog-reader.ts";
export type { FunctionModule } from "./row-functions.ts";
export { openTypeCheck } from "./type-check.ts";

/** Reads the catalog in `catalogDir` of `project`, and has TypeScript check it; places are relative to `project`. */
export function extract(options: { readonly project: string; readonly catalogDir: string }): Extracted {
  const { sources, ...extracted } = openCatalogReader(options).read();
  return { ...extracted, diagnostics: [...extracted.diagnostics, ...openTypeCheck(options.project).check(sources)] };
}
