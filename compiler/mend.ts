/**
 * Makes the certain fixes in the author's files, and compiles again, until there are none: in files of the catalog alone, each written
 * whole. What waits for a merge, what is a link, and what somebody changes meanwhile is left as it is.
 */
import { lstatSync, readFileSync } from "node:fs";
import path from "node:path";
import { openExaminer } from "./compile.ts";
import type { CompileOptions, Compiler } from "./compile.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { applyFixes, isUnmerged } from "./diagnostics/fixes.ts";
import { listCatalog } from "./extract/files.ts";
import { rewriteFile } from "./write.ts";

type Why = "waits for a merge" | "is a link" | "was changed meanwhile";

export interface Mended {
  /** Each fix that was made, in the order it was made; its place is where that stood then. */
  readonly fixed: readonly Diagnostic[];
  /** Files that have fixes and were left alone, and why. */
  readonly left: readonly { readonly file: string; readonly why: Why }[];
}

/** More turns than a chain of fixes can have: each turn makes at least one, and none makes room for itself. */
const turnsMax = 100;

/** Mends the catalog of a project; `mayWrite` is asked before each turn's writes, and throws when it is to stop. */
export async function mend(options: CompileOptions, mayWrite: () => void = () => undefined): Promise<Mended> {
  const project = path.resolve(options.project);
  const catalog = path.resolve(project, options.catalogDir ?? "catalog");
  const examiner = openExaminer({ ...options, draft: true });
  try {
    return await mendAll({ project, catalog, examiner, mayWrite });
  } finally {
    await examiner.close();
  }
}

interface Mending { readonly project: string; readonly catalog: string; readonly examiner: Compiler; readonly mayWrite: () => void }

async function mendAll({ project, catalog, examiner, mayWrite }: Mending): Promise<Mended> {
  const fixed: Diagnostic[] = [];
  const left = new Map<string, Why>();
  for (let turn = 0; turn < turnsMax; turn++) {
    const before = textsOf(project, catalog, left);
    const { diagnostics } = await examiner.compile();
    const { texts, applied } = applyFixes(before, diagnostics);
    mayWrite();
    const written = new Set([...texts].flatMap(([file, text]) => {
      if (rewriteFile(path.resolve(project, file), before.get(file) ?? "", text)) return [file];
      left.set(file, "was changed meanwhile");
      return [];
    }));
    const made = applied.filter(({ fix }) => fix?.edits.every((edit) => written.has(edit.place.file)) === true);
    fixed.push(...made);
    if (made.length > 0) continue;
    const needed = new Set(diagnostics.flatMap(({ fix }) => fix?.edits.map((edit) => edit.place.file) ?? []));
    return { fixed, left: [...left].filter(([file]) => needed.has(file)).map(([file, why]) => ({ file, why })) };
  }
  throw new Error(`fixes of ${project} make room for each other without end`);
}

/** The files that may be written, as they are now; why not, for the others. */
function textsOf(project: string, catalog: string, left: Map<string, Why>): ReadonlyMap<string, string> {
  const texts = listCatalog(project, catalog).files.flatMap(({ file }): [string, string][] => {
    const found = path.resolve(project, file);
    const status = lstatSync(found, { throwIfNoEntry: false });
    if (status === undefined) return [];
    if (status.isSymbolicLink()) left.set(file, "is a link");
    if (!status.isFile()) return [];
    const text = readFileSync(found, "utf8");
    if (!isUnmerged(text)) return [[file, text]];
    left.set(file, "waits for a merge");
    return [];
  });
  return new Map(texts);
}
