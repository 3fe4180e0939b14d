/** Tables of a PostgreSQL server as the files of a catalog that declare them. The server is one that neuralake.config.ts names; nothing of how it is reached comes into a file. */
import { InvalidArgumentError } from "commander";
import type { DraftColumn } from "../compiler/emit/author-draft.ts";
import { isSayable, sayable } from "../compiler/emit/typescript-text.ts";
import type { Catalog } from "../compiler/ir/catalog.ts";
import { allTables, fullName } from "../compiler/ir/names.ts";
import { typeName } from "../compiler/ir/type-name.ts";
import { foundPostgres, type FoundPostgres } from "../runtime/lake/found-postgres.ts";
import { tablesOfSchema } from "../runtime/sources/postgres-described.ts";
import { openPostgres, type PostgresReading } from "../runtime/sources/postgres.ts";
import { Failure } from "../runtime/values/failure.ts";
import { nameFor, plainName } from "./authored-files.ts";
import { catalogColumns } from "./catalog-columns.ts";
import type { Imported } from "./imported-table.ts";
import type { Project } from "./project.ts";

/** A table of the server, and what it is called in the catalog. */
interface Served { readonly target: string; readonly schema: string; readonly table: string; readonly database: string; readonly name: string; readonly columns: readonly DraftColumn[]; readonly found?: FoundPostgres }

/**
 * The tables of targets: `table`, `schema.table`, `schema.*` for all that the catalog does not have yet; in one transaction. `as`: `database.table`, or `database.*`. CONFIG_INVALID for a
 * connection that nobody names, SOURCE_FAILED, SCHEMA_DIFFERS for a table that is not there; wrong use where a table's name cannot be guessed.
 */
export async function importPostgres(project: Project, connection: string, targets: readonly string[], as: string | undefined, catalog: Catalog, signal: AbortSignal): Promise<readonly Imported[]> {
  const postgres = openPostgres(project.postgres);
  try {
    const reading = await postgres.begin(connection, signal);
    try {
      const named = (await Promise.all(targets.map((target) => tablesOf(reading, connection, target, catalog)))).flat();
      const served: Served[] = [];
      for (const one of named) served.push({ ...one, ...nameOf(one, as, catalog), ...(await columnsOf(reading, one)) });
      const known = [...servedTables(connection, catalog), ...served];
      return served.map((one) => imported(connection, one, known));
    } finally {
      await reading.end();
    }
  } finally {
    await postgres.close();
  }
}

type Named = Pick<Served, "target" | "schema" | "table">;

async function tablesOf(reading: PostgresReading, connection: string, target: string, catalog: Catalog): Promise<readonly Named[]> {
  const part = String.raw`("(?:[^"]|"")+"|[^".]+)`;
  const [, first, second] = new RegExp(`^${part}(?:\\.${part})?$`).exec(target) ?? [];
  if (first === undefined) throw new InvalidArgumentError(`error: '${target}' is no table of PostgreSQL\nIt is written schema.table, as in office.customers; office.* stands for all of a schema.`);
  const [schema, table] = second === undefined ? ["public", unquoted(first)] : [unquoted(first), unquoted(second)];
  if (second !== "*") return [{ target, schema, table }];
  const there = new Set(servedTables(connection, catalog).filter((own) => own.schema === schema).map((own) => own.table));
  const found = (await tablesOfSchema(reading, schema)).filter((name) => !there.has(name));
  if (found.length > 0) return found.map((name) => ({ target, schema, table: name }));
  throw new Failure("SCHEMA_DIFFERS", `The schema ${schema} has no table that the catalog does not have.`, { hint: "See its name, and whether the user of the connection may look into it." });
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

/** The schema's name is the database's, where there is such a one or no better guess. */
function nameOf({ target, schema, table }: Named, as: string | undefined, { databases }: Catalog): Pick<Served, "database" | "name"> {
  const known = databases.map(({ name }) => name);
  const [own, only] = [plainName(schema), known.length === 1 ? known[0] : undefined];
  const database = known.includes(own) ? own : only ?? (schema === "public" ? undefined : own);
  return nameFor(target, as, { database, name: plainName(table) }, known);
}

async function columnsOf(reading: PostgresReading, { schema, table }: Named): Promise<Pick<Served, "columns" | "found">> {
  const found = await foundPostgres(reading, schema, table);
  return { found, columns: catalogColumns(found.columns).map(({ name, type, nullable, doc = "", from }) => ({ name, type, nullable, doc: sayable(doc), ...(from === undefined ? {} : { from }) })) };
}

/** Those that the catalog has already. */
function servedTables(connection: string, catalog: Catalog): readonly Served[] {
  return allTables(catalog).flatMap(({ source, database, name, columns }) => (source.kind === "postgres" && source.connection === connection
    ? [{ target: fullName({ database, name }), schema: source.schema, table: source.table, database, name, columns }] : []));
}

function imported(connection: string, { target, schema, table, database, name, columns, found }: Served, known: readonly Served[]): Imported {
  if (found === undefined) throw new Error(`${target} was not looked at`);
  const own = (server: string): string => columns.find((column) => serverName(column) === server)?.name ?? server;
  const said = columns.map((column) => {
    const { unique, between, references } = found.columns.find((one) => one.name === serverName(column)) ?? { unique: false };
    const target = references === undefined ? undefined : referred(column, references, known);
    return { column: { ...column, unique, ...(between === undefined ? {} : { between }), ...(target === undefined ? {} : { references: target }) }, note: references !== undefined && target === undefined ? [references.constraint] : [] };
  });
  return {
    target, table: `${database}.${name}`, warnings: [...found.warnings, ...unsaid(found)],
    authored: {
      draft: { database, name, doc: sayable(found.doc), source: { kind: "postgres", connection, schema, table }, columns: said.map(({ column }) => column), key: found.key.map(own) },
      notes: [...found.notes, ...said.flatMap(({ note }) => note)],
    },
  };
}

/** The column that a foreign key names, where the catalog has it, of the same type. */
function referred({ type }: DraftColumn, { schema, table, column }: NonNullable<FoundPostgres["columns"][number]["references"]>, known: readonly Served[]): DraftColumn["references"] {
  return known.filter((one) => one.schema === schema && one.table === table).flatMap((one) => one.columns.flatMap((other) => (
    serverName(other) === column && typeName(other.type) === typeName(type) ? [{ table: fullName(one), column: other.name }] : [])))[0];
}

function serverName({ name, from }: DraftColumn): string {
  return from ?? name;
}

/** Comments that a comment in TypeScript cannot say letter for letter. */
function unsaid({ doc, columns }: FoundPostgres): readonly string[] {
  const all = [{ name: "the table", doc }, ...columns.map((column) => ({ name: `column "${column.name}"`, doc: column.doc ?? "" }))];
  return all.filter((each) => !isSayable(each.doc)).map(({ name }) => `The comment of ${name} cannot stand in a comment as it is, and was changed a little.`);
}
