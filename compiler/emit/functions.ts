/** generated/functions/: the author's row functions as plain JavaScript, one module a database, and one index of them all. */
import type { Catalog, Database, Source, Table } from "../ir/catalog.ts";
import { fullName } from "../ir/names.ts";
import { remembered } from "../ir/remembered.ts";
import type { EmittedFile } from "./emitted-file.ts";
import { generatedNote } from "./typescript-text.ts";

/** One database's row functions, as extract transpiled them: plain ESM that exports each under its name. */
export interface FunctionModule { readonly module: string; readonly code: string }

type RowsTable = Table & { readonly source: Extract<Source, { kind: "rows" }> };

/** The modules and their index; the index is there also when it is empty, since the client names it. */
export function emitFunctions(catalog: Catalog, modules: readonly FunctionModule[]): EmittedFile[] {
  const tables = catalog.databases.flatMap(rowsTables);
  return [
    ...modules.map(({ module, code }) => ({ path: `functions/${module}`, parts: [`${generatedNote}\n\n${code.trimEnd()}\n`] })),
    { path: "functions/index.js", parts: [index(tables)] },
    { path: "functions/index.d.ts", parts: [types] },
  ];
}

const rowsTables = remembered((database: Database) => database.tables.filter((table): table is RowsTable => table.source.kind === "rows"));

function index(tables: readonly RowsTable[]): string {
  const modules = [...new Set(tables.map((table) => table.source.module))].sort();
  const local = (module: string): string => `${module.replace(/\.js$/, "")}Functions`;
  const imports = modules.map((module) => `import * as ${local(module)} from "./${module}";\n`).join("");
  const entries = tables.map((table) => `  ${JSON.stringify(fullName(table))}: ${local(table.source.module)}.${table.source.name},\n`).join("");
  return `${generatedNote}\n${imports}${imports === "" ? "" : "\n"}/** By table, the function that makes its rows. */\nexport const functions = {\n${entries}};\n`;
}

const types = `${generatedNote}

/** By table, the function that makes its rows. */
export declare const functions: { readonly [table: string]: (...parameters: never[]) => unknown };
`;
