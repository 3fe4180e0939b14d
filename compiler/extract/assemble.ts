/** The files' tables put into their databases. A database whose files are what they were is the very value it was. */
import type { Database, Table } from "../ir/catalog.ts";
import { diagnose } from "../diagnostics/messages.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { ReadFile } from "./read-file.ts";

export interface Assembled { readonly databases: readonly Database[]; readonly diagnostics: readonly Diagnostic[] }

interface Part { readonly files: readonly ReadFile[]; readonly database: Database; readonly diagnostics: readonly Diagnostic[] }

/** Puts files together, again and again: everything in order of name; a table without an owner has its database's. */
export function openAssembler(): (files: readonly ReadFile[]) => Assembled {
  let parts = new Map<string, Part>();
  const owned = new WeakMap<Table, Table>();
  const withOwner = (table: Table, owner: string | undefined): Table => {
    if (table.owner !== undefined || owner === undefined) return table;
    const known = owned.get(table);
    const own = known?.owner === owner ? known : { ...table, owner };
    owned.set(table, own);
    return own;
  };
  return (files) => {
    const byDatabase = [...Map.groupBy(files, (file) => file.file.database)].sort(([left], [right]) => (left < right ? -1 : 1));
    parts = new Map(byDatabase.map(([name, own]) => {
      const former = parts.get(name);
      return [name, former !== undefined && sameFiles(former.files, own) ? former : assemble(name, own, withOwner)];
    }));
    return { databases: [...parts.values()].map((part) => part.database), diagnostics: [...parts.values()].flatMap((part) => part.diagnostics) };
  };
}

function assemble(name: string, files: readonly ReadFile[], withOwner: (table: Table, owner: string | undefined) => Table): Part {
  const [first, second] = files.flatMap((file) => file.database ?? []);
  const { owner, doc = "", place } = first ?? {};
  const tables = files.flatMap((file) => [...file.tables, ...(file.database?.tables ?? [])])
    .map((table) => withOwner(table, owner))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  return {
    files,
    database: { name, doc, ...(owner === undefined ? {} : { owner }), ...(place === undefined ? {} : { place }), tables },
    diagnostics: second?.place === undefined ? [] : [diagnose("twoDatabases", second.place, { symbol: second.symbol })],
  };
}

function sameFiles(left: readonly ReadFile[], right: readonly ReadFile[]): boolean {
  return left.length === right.length && left.every((file, index) => file === right[index]);
}
