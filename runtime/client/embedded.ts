/** The port in this process: opens the lake of a generated client. The engine is loaded only here, so that an HTTP client never does. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Catalog } from "../../compiler/ir/catalog.ts";
import { allTables } from "../../compiler/ir/names.ts";
import type { PostgresConfig } from "../config.ts";
import { Failure } from "../values/failure.ts";
import { createClientLake } from "./client-lake.ts";
import type { ClientLake } from "./face.ts";

/** Of a lake in this process. */
export interface OpenSettings {
  /** A directory or `s3://bucket/prefix`; without it NEURALAKE_ROOT, or `lake` in the project. */
  readonly root?: string;
  /** The servers of tables under @postgresTable, by the names of their connections; NEURALAKE_POSTGRES_<NAME>, a url, goes before what stands here. */
  readonly postgres?: { readonly [connection: string]: PostgresConfig };
}

export interface OpenOptions extends OpenSettings {
  /** Where generated/catalog.json lies. */
  readonly catalog: URL;
  /** Loads the author's row functions. */
  readonly functions: () => Promise<{ readonly functions: { readonly [table: string]: (...parameters: never[]) => unknown } }>;
  /** The project's directory, which locations of files count from. */
  readonly project: URL;
}

/** Opens a lake in this process. Close it, or bind it with `await using`. */
export async function openClient<Tables, Calls, Appends>(options: OpenOptions): Promise<ClientLake<Tables, Calls, Appends>> {
  const project = fileURLToPath(options.project);
  const named = process.env["NEURALAKE_ROOT"];
  const root = options.root ?? (named === undefined || named === "" ? join(project, "lake") : named);
  const [{ openLake }, catalog, { functions }] = await Promise.all([import("neuralake/lake"), readCatalog(options.catalog), options.functions()]);
  const table = process.env["NEURALAKE_DYNAMODB_TABLE"];
  const logTable = table === undefined || table === "" ? {} : { logTable: { table } };
  return createClientLake<Tables, Calls, Appends>(await openLake({ catalog, root, project, functions, postgres: connectionsOf(catalog, options.postgres), ...logTable }));
}

function connectionsOf(catalog: Catalog, given: OpenSettings["postgres"] = {}): NonNullable<OpenSettings["postgres"]> {
  const named = allTables(catalog).flatMap(({ source }) => {
    const url = source.kind === "postgres" ? process.env[`NEURALAKE_POSTGRES_${source.connection.toUpperCase()}`] ?? "" : "";
    return source.kind !== "postgres" || url === "" ? [] : [[source.connection, { url }] as const];
  });
  return { ...given, ...Object.fromEntries(named) };
}

async function readCatalog(url: URL): Promise<Catalog> {
  const text = await readFile(url, "utf8").catch((cause: unknown) => {
    throw new Failure("CONFIG_INVALID", `${fileURLToPath(url)} cannot be read.`, { hint: "Run `neuralake compile`.", cause });
  });
  return JSON.parse(text) as Catalog;
}
