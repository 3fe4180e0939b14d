/** The port in this process: opens the lake of a generated client. The engine is loaded only here, so that an HTTP client never does. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Catalog } from "../../compiler/ir/catalog.ts";
import { Failure } from "../values/failure.ts";
import { createClientLake } from "./client-lake.ts";
import type { ClientLake } from "./face.ts";

export interface OpenOptions {
  /** Where generated/catalog.json lies. */
  readonly catalog: URL;
  /** Loads the author's row functions. */
  readonly functions: () => Promise<{ readonly functions: { readonly [table: string]: (...parameters: never[]) => unknown } }>;
  /** The project's directory, which locations of files count from. */
  readonly project: URL;
  /** Of the lake, a directory or `s3://bucket/prefix`; without it NEURALAKE_ROOT, or `lake` in the project. */
  readonly root?: string;
}

/** Opens a lake in this process. Close it, or bind it with `await using`. */
export async function openClient<Tables, Calls, Appends>(options: OpenOptions): Promise<ClientLake<Tables, Calls, Appends>> {
  const project = fileURLToPath(options.project);
  const named = process.env["NEURALAKE_ROOT"];
  const root = options.root ?? (named === undefined || named === "" ? join(project, "lake") : named);
  const [{ openLake }, catalog, { functions }] = await Promise.all([import("neuralake/lake"), readCatalog(options.catalog), options.functions()]);
  const table = process.env["NEURALAKE_DYNAMODB_TABLE"];
  const logTable = table === undefined || table === "" ? {} : { logTable: { table } };
  return createClientLake<Tables, Calls, Appends>(await openLake({ catalog, root, project, functions, ...logTable }));
}

async function readCatalog(url: URL): Promise<Catalog> {
  const text = await readFile(url, "utf8").catch((cause: unknown) => {
    throw new Failure("CONFIG_INVALID", `${fileURLToPath(url)} cannot be read.`, { hint: "Run `neuralake compile`.", cause });
  });
  return JSON.parse(text) as Catalog;
}
