/** Files of a catalog that a command writes in its author's place: judged by the compiler's own rules beside what is there, then written, all of them or none, and never over another. */
import { existsSync } from "node:fs";
import { mkdir, open, rm } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { InvalidArgumentError } from "commander";
import { check } from "../compiler/check/check.ts";
import { authorDatabase } from "../compiler/emit/author-database.ts";
import { draftTable, type Draft } from "../compiler/emit/author-draft.ts";
import { authorTable } from "../compiler/emit/author-table.ts";
import type { Catalog, Database, Table } from "../compiler/ir/catalog.ts";
import { fullName, snakeCase } from "../compiler/ir/names.ts";
import { onlySlip } from "../compiler/ir/nearest.ts";
import type { Project } from "./project.ts";

/** A table to be written; `notes` are what the catalog has no word for. */
export interface Authored { readonly draft: Draft; readonly notes?: readonly string[] }

/** A file, relative to the project, and its text. */
export interface AuthoredFile { readonly file: string; readonly text: string }

/** The database and the table that a name such as `rides.trips` means; wrong use for any other, with the name that was most likely meant. */
export function tableNameOf(text: string, databases: readonly string[]): { readonly database: string; readonly name: string } {
  const [database = "", name = "", ...more] = text.split(".");
  const plain = /^[a-z][a-z0-9_]*$/;
  if (more.length === 0 && plain.test(database) && plain.test(name)) return { database, name };
  const meant = [database, name].map(plainName);
  const hint = database !== "" && name === "" && more.length === 0
    ? `say its database too, as in ${databases.length === 1 ? databases[0] : "rides"}.${meant[0]}`
    : more.length === 0 && meant.every((part) => part !== "") ? `Did you mean ${meant.join(".")}?` : "It is written database.table, each in snake_case, as in rides.trips.";
  throw new InvalidArgumentError(`error: '${text}' is no name of a table\n${hint}`);
}

/** What the table of a target is called: what `--as` says (`database.*` says the database alone), else what is guessed. Wrong use where neither says. */
export function nameFor(target: string, as: string | undefined, guess: { readonly database: string | undefined; readonly name: string }, databases: readonly string[]): ReturnType<typeof tableNameOf> {
  if (as !== undefined && !as.endsWith(".*")) return tableNameOf(as, databases);
  const database = as?.slice(0, -2) ?? guess.database;
  if (database !== undefined && guess.name !== "") return tableNameOf(`${database}.${guess.name}`, databases);
  throw new InvalidArgumentError(`error: '${target}' does not say what the table is to be called\nsay it: --as ${database ?? "database"}.${guess.name || "table"}`);
}

/** The nearest name of a database or a table; empty where there is none. */
export function plainName(text: string): string {
  return snakeCase(text).replaceAll(/[^a-z0-9]+/g, "_").replaceAll(/^[_0-9]+|_+$/g, "");
}

/** The catalog as its files say it now, as far as they can be read. */
export async function readSources(project: Project): Promise<Catalog> {
  if (!existsSync(project.catalogDir)) return { format: 1, databases: [] };
  const { openCatalogReader } = await import("../compiler/extract/extract.ts");
  return openCatalogReader({ project: project.folder, catalogDir: project.catalogDir }).read().catalog;
}

/** A folder that is new and sounds like one that is there. */
export function nearDatabase(database: string, { databases }: Catalog): string | undefined {
  const names = databases.map(({ name }) => name);
  return names.includes(database) ? undefined : onlySlip(database, names);
}

/** The files of these tables, and of databases that are new. Wrong use for what the compiler would refuse, or what is there already. */
export function authoredFiles(project: Project, catalog: Catalog, authored: readonly Authored[]): readonly AuthoredFile[] {
  const fileOf = (database: string, name: string): string => relative(project.folder, join(project.catalogDir, database, `${name}.ts`)).split(sep).join("/");
  const tables = authored.map(({ draft, notes = [] }) => ({ table: draftTable(draft, fileOf(draft.database, draft.name)), notes }));
  for (const { table } of tables) requireFree(project, catalog, table);
  const whole = withTables(catalog, tables.map(({ table }) => table));
  requireRight(whole, tables.map(({ table }) => table));
  const folders = [...new Set(tables.map(({ table }) => table.database))].filter((name) => !existsSync(join(project.catalogDir, name, "database.ts")));
  return [
    ...folders.map((name) => ({ file: fileOf(name, "database"), text: authorDatabase({ name, doc: `Tables of ${name.replaceAll("_", " ")}.` }) })),
    ...tables.map(({ table, notes }) => ({ file: table.place.file, text: authorTable(table, { catalog: whole, notes }) })),
  ];
}

function requireFree(project: Project, catalog: Catalog, table: Table): void {
  const declared = catalog.databases.find(({ name }) => name === table.database)?.tables.find(({ name }) => name === table.name);
  const file = existsSync(join(project.folder, table.place.file)) ? table.place.file : declared?.place.file;
  if (file === undefined) return;
  throw new InvalidArgumentError(`error: ${fullName(table)} is there already, in ${file}\nChoose another name, or remove the file first: nothing is ever written over it.`);
}

function withTables(catalog: Catalog, tables: readonly Table[]): Catalog {
  const names = new Set([...catalog.databases.map(({ name }) => name), ...tables.map(({ database }) => database)]);
  const databases = [...names].toSorted().map((name): Database => {
    const known = catalog.databases.find((database) => database.name === name) ?? { name, doc: "", tables: [] };
    return { ...known, tables: [...known.tables, ...tables.filter(({ database }) => database === name)].toSorted((left, right) => (left.name < right.name ? -1 : 1)) };
  });
  return { format: catalog.format, databases };
}

/** What every rule of the compiler says of the new tables beside the others. */
function requireRight(catalog: Catalog, tables: readonly Table[]): void {
  const files = new Set(tables.map(({ place }) => place.file));
  const wrong = check(catalog).find(({ severity, place }) => severity === "error" && files.has(place.file));
  if (wrong === undefined) return;
  const table = tables.find(({ place }) => place.file === wrong.place.file);
  throw new InvalidArgumentError(`error: ${table === undefined ? "" : `${fullName(table)}: `}${wrong.message}\n${wrong.hint ?? ""} (${wrong.code})`);
}

/** Writes new files: all of them, or none when one cannot be, or the command is stopped. */
export async function writeAuthored(project: Project, files: readonly AuthoredFile[], signal: AbortSignal): Promise<void> {
  const made: string[] = [];
  try {
    for (const { file, text } of files) {
      signal.throwIfAborted();
      const target = join(project.folder, file);
      const folder = await mkdir(join(target, ".."), { recursive: true });
      if (folder !== undefined) made.push(folder);
      const handle = await open(target, "wx");
      made.push(target);
      await handle.writeFile(text);
      await handle.close();
    }
    signal.throwIfAborted();
  } catch (error) {
    for (const target of made.toReversed()) await rm(target, { recursive: true, force: true });
    throw error;
  }
}
