/**
 * Reads a catalog, and reads it again when files of it changed: those, and those that looked into them. What comes out is what a first
 * reading of the same files gives, in the same order; what did not change is the very value it was.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { catalogFormat } from "../ir/catalog.ts";
import type { Catalog } from "../ir/catalog.ts";
import { sameOrNew } from "../ir/remembered.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { openAssembler } from "./assemble.ts";
import { listCatalog } from "./files.ts";
import type { CatalogFile, CatalogFiles } from "./files.ts";
import { noteScopes } from "./noted-scopes.ts";
import type { NotedScopes } from "./noted-scopes.ts";
import { parseSource, readText } from "./program.ts";
import { readFile } from "./read-file.ts";
import type { ReadFile } from "./read-file.ts";
import { scopeOf } from "./scope.ts";
import type { Scope } from "./scope.ts";
import type { FunctionModule } from "./row-functions.ts";
import { syntaxErrors } from "./typescript-errors.ts";
import type { CheckedSource } from "./typescript-errors.ts";

/** A catalog that was read and not yet checked by TypeScript. */
export interface Reading {
  /** As far as it could be read. */
  readonly catalog: Catalog;
  readonly diagnostics: readonly Diagnostic[];
  readonly functions: readonly FunctionModule[];
  /** Every file that could be read, in order of name, and what was said about it. */
  readonly sources: readonly CheckedSource[];
}

export interface CatalogReader {
  /** The catalog as it is now. `changed` are the files that may have changed since the last time, relative to the project; without it, any may. */
  read(changed?: ReadonlySet<string>): Reading;
}

/** A file as it was last read. */
interface Known { readonly scope: Scope; readonly noted: NotedScopes; readonly read: ReadFile; readonly said: readonly Diagnostic[]; readonly diagnostics: readonly Diagnostic[]; readonly checked: CheckedSource }

/** Reads the catalog in `catalogDir` of `project`; places are relative to `project`. */
export function openCatalogReader({ project, catalogDir }: { readonly project: string; readonly catalogDir: string }): CatalogReader {
  const assemble = openAssembler();
  let listed: CatalogFiles | undefined;
  let scopes: ReadonlyMap<string, Scope> = new Map();
  let known: ReadonlyMap<string, Known> = new Map();

  const scopeNow = (file: CatalogFile, changed: ReadonlySet<string> | undefined): Scope | undefined => {
    const before = scopes.get(file.file);
    if (before !== undefined && changed?.has(file.file) === false) return before;
    const text = readText(project, file.file);
    if (text === undefined) return undefined;
    return before?.source.text === text ? before : scopeOf(file, parseSource(file.file, text));
  };
  const look = (changed: ReadonlySet<string> | undefined): CatalogFiles => {
    if (listed !== undefined && changed?.size === 0) return listed;
    if (listed === undefined || changed === undefined || mayBeOthers(project, listed, scopes, changed)) listed = listCatalog(project, catalogDir);
    const found = listed.files.map((file) => [file.file, scopeNow(file, changed)] as const);
    scopes = new Map(found.flatMap(([file, scope]) => (scope === undefined ? [] : [[file, scope] as const])));
    known = new Map([...scopes].map(([file, scope]) => {
      const before = known.get(file);
      return [file, before?.scope === scope && before.noted.holds(scopes) ? before : readAgain(before, scope, scopes)];
    }));
    return listed;
  };
  return {
    read(changed) {
      const folder = look(changed);
      const all = [...known.values()];
      const { databases, diagnostics } = assemble(all.map(({ read }) => read));
      return {
        catalog: { format: catalogFormat, databases },
        diagnostics: [...unreadable(folder, scopes), ...all.flatMap((file) => file.diagnostics), ...diagnostics, ...folderProblems(folder)],
        functions: all.flatMap(({ read }) => read.functions ?? []).sort((left, right) => (left.module < right.module ? -1 : 1)),
        sources: all.map((file) => file.checked),
      };
    },
  };
}

/** Whether a file came or went, or something changed that is no file of the catalog: a folder, for one. */
function mayBeOthers(project: string, listed: CatalogFiles, scopes: ReadonlyMap<string, Scope>, changed: ReadonlySet<string>): boolean {
  return !listed.exists || [...changed].some((file) => !scopes.has(file) || !existsSync(path.resolve(project, file)));
}

function readAgain(before: Known | undefined, scope: Scope, scopes: ReadonlyMap<string, Scope>): Known {
  const noted = noteScopes(scopes);
  const told: Diagnostic[] = [];
  const read = keepSame(before?.read, readFile({ scopes: noted.scopes, diagnostics: told }, scope));
  const said = sameOrNew(before?.said, told);
  const syntax = syntaxErrors(scope.source);
  const checked = before?.scope === scope && before.said === said ? before.checked : { source: scope.source, said };
  // What else seems wrong in a file that does not parse is most likely a consequence.
  return { scope, noted, read, said, diagnostics: syntax.length > 0 ? syntax : said, checked };
}

/** `read`, with the values of `before` wherever they are the same. */
function keepSame(before: ReadFile | undefined, read: ReadFile): ReadFile {
  if (before === undefined) return read;
  const tables = read.tables.map((table, index) => sameOrNew(before.tables[index], table));
  const same = tables.length === before.tables.length && tables.every((table, index) => table === before.tables[index]);
  const database = read.database === undefined ? undefined : keepTables(before.database, read.database);
  const functions = read.functions === undefined ? undefined : sameOrNew(before.functions, read.functions);
  return same && database === before.database && functions === before.functions ? before : { ...read, tables, database, functions };
}

function keepTables(before: ReadFile["database"], database: NonNullable<ReadFile["database"]>): NonNullable<ReadFile["database"]> {
  const former = new Map(before?.tables.map((table) => [table.name, table]));
  const tables = database.tables.map((table) => sameOrNew(former.get(table.name), table));
  return sameOrNew(before, { ...database, tables });
}

function unreadable(listed: CatalogFiles, scopes: ReadonlyMap<string, Scope>): Diagnostic[] {
  return listed.files.filter(({ file }) => !scopes.has(file)).map(({ file }) => diagnose("fileUnreadable", { file, line: 1, column: 1, length: 0 }, { file }));
}

function folderProblems({ folder, exists, files, outside }: CatalogFiles): Diagnostic[] {
  const place = (file: string): Diagnostic["place"] => ({ file, line: 1, column: 1, length: 0 });
  return [
    ...(!exists ? [diagnose("catalogMissing", place(folder), { folder })] : []),
    ...(exists && files.length === 0 ? [diagnose("catalogEmpty", place(folder), { folder })] : []),
    ...outside.map((file) => diagnose("fileOutside", place(file), { file, folder })),
  ];
}
