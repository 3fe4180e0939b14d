/** A name or a path that somebody gave, as the table it means. */
import type { Catalog, Source, Table } from "../../compiler/ir/catalog.ts";
import { allTables, fullName } from "../../compiler/ir/names.ts";
import { isKept } from "../../compiler/ir/sources.ts";
import { isRefreshed } from "../delta/commit/refresh-mark.ts";
import { logDirectory } from "../delta/log/log.ts";
import type { Snapshot } from "../delta/snapshot/snapshot.ts";
import { Failure } from "../values/failure.ts";
import type { PlacedTables } from "./placed.ts";
import type { Place, Places } from "./places.ts";
import type { DeltaTables } from "./tables.ts";

/** The table of that name, in any case; a bare name when only one database has it. TABLE_NOT_FOUND otherwise. */
export function findTable(catalog: Catalog, name: string): Table {
  const wanted = name.toLowerCase();
  const found = allTables(catalog).filter((table) => fullName(table).toLowerCase() === wanted || table.name.toLowerCase() === wanted);
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  const names = (first === undefined ? allTables(catalog) : found).map(fullName);
  throw new Failure("TABLE_NOT_FOUND", first === undefined ? `There is no table ${name}.` : `${name} stands for more than one table.`, {
    hint: names.length === 0 ? "The catalog is empty." : `There ${names.length === 1 ? "is" : "are"} ${names.join(", ")}.`,
  });
}

/** The Delta table of that name, which rows can be written to; TABLE_NOT_WRITABLE for any other kind. */
export function writableTable(catalog: Catalog, name: string): Table {
  const table = findTable(catalog, name);
  if (table.source.kind === "delta") return table;
  if (table.source.kind === "materialized") throw notChangeable(table);
  throw new Failure("TABLE_NOT_WRITABLE", `${fullName(table)} is no Delta table; nothing can be written to it.`, { hint: "Rows are written to tables under @deltaTable." });
}

/** The Delta table of that name, whether rows can be written to it or its query makes them; TABLE_NOT_WRITABLE for any other kind. */
export function keptTableOf(catalog: Catalog, name: string): Table {
  const table = findTable(catalog, name);
  return isKept(table.source) ? table : writableTable(catalog, name);
}

/** The materialized view of that name; TABLE_NOT_REFRESHABLE for any other kind. */
export function materializedTable(catalog: Catalog, name: string): Materialized {
  const table = findTable(catalog, name);
  if (isMaterialized(table)) return table;
  throw new Failure("TABLE_NOT_REFRESHABLE", `${fullName(table)} is no materialized view: there is nothing to work out anew.`, { hint: "Tables under @materializedView are refreshed." });
}

/** A table whose rows are what its query gave when it was refreshed. */
export type Materialized = Table & { readonly source: Extract<Source, { kind: "materialized" }> };

export function isMaterialized(table: Table): table is Materialized {
  return table.source.kind === "materialized";
}

/** A table whose rows and schema may be changed, as it is now. */
export interface Changeable { readonly place: Place; readonly table?: Table; readonly base: Snapshot }

/** As `findDelta`, for who changes rows or schema; TABLE_NOT_WRITABLE for what is made of other tables, whether it is called by its name or by its path. */
export async function findChangeable(catalog: Catalog, places: Places, tables: Pick<PlacedTables, "readAt"> & Partial<Pick<DeltaTables, "read">>, target: string): Promise<Changeable> {
  const found = await findDelta(catalog, places, target);
  const declared = found.table ?? allTables(catalog).find((table) => isKept(table.source) && places.table(table).directory === found.place.directory);
  if (declared?.source.kind === "materialized") throw notChangeable(declared);
  const base = await (found.table === undefined || tables.read === undefined ? tables.readAt(found.place) : tables.read(found.table));
  if (declared === undefined) requireOwnRows(found.place, base);
  return { ...found, base };
}

/** TABLE_NOT_WRITABLE for a table that no catalog at hand declares and whose log says that its rows are those of a query. */
export function requireOwnRows({ directory }: Place, snapshot: Snapshot): void {
  if (!isRefreshed(snapshot)) return;
  const { name } = snapshot.metadata;
  throw new Failure("TABLE_NOT_WRITABLE", `${directory} is ${name === undefined ? "a materialized view" : `the materialized view ${name}`}: its rows are what its query gives.`, {
    hint: `Change the tables it reads, then run \`neuralake refresh${name === undefined ? "" : ` ${name}`}\` in its project; or clone it, and change the clone.`,
  });
}

function notChangeable(table: Table): Failure {
  const name = fullName(table);
  return new Failure("TABLE_NOT_WRITABLE", `${name} is a materialized view: its rows are what its query gives.`, { hint: `Change the tables it reads, then run \`neuralake refresh ${name}\`.` });
}

/** Where the Delta table of a target lies, and its declaration when it has one; DELTA_TABLE_NOT_FOUND for a table without a log. */
export async function findDelta(catalog: Catalog, places: Places, target: string): Promise<{ readonly place: Place; readonly table?: Table }> {
  const aside = await undeclared(catalog, places, target);
  if (aside !== undefined) return { place: aside };
  if (isPath(target)) return { place: places.path(target) };
  const table = findTable(catalog, target);
  if (isKept(table.source)) return { place: places.table(table), table };
  throw new Failure("DELTA_TABLE_NOT_FOUND", `${fullName(table)} is no Delta table; it has no log and no versions.`, { hint: `Look at its rows: neuralake peek ${fullName(table)}` });
}

/** A path or URI rather than `database.table`. */
export function isPath(target: string): boolean {
  return /[\\/]/.test(target) || target === "." || target === "..";
}

/** A Delta table that lies in the lake under such a name and is not declared: a dead table. */
async function undeclared(catalog: Catalog, places: Places, target: string): Promise<Place | undefined> {
  const [database, name, ...more] = target.split(".");
  if (isPath(target) || database === undefined || name === undefined || more.length > 0) return undefined;
  if (allTables(catalog).some((table) => fullName(table) === target)) return undefined;
  const place = places.named(database, name);
  for await (const _entry of place.store.list(logDirectory(place.location))) return place;
  return undefined;
}
