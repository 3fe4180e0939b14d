/** What `neuralake compile` left in generated/, as a running process takes it: catalog, row functions, OpenAPI document; now, and anew when it changed. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { catalogFormat, type Catalog } from "../compiler/ir/catalog.ts";
import { allTables, fullName } from "../compiler/ir/names.ts";
import type { Functions } from "../runtime/lake.ts";
import { Failure } from "../runtime/values/failure.ts";

/** The compiled catalog of a generated folder; CONFIG_INVALID when it is missing, broken or of another format. */
export async function readCatalog(generatedDir: string): Promise<Catalog> {
  const file = join(generatedDir, "catalog.json");
  const catalog = (await readGenerated(file)) as Catalog;
  if (catalog.format === catalogFormat) return catalog;
  throw new Failure("CONFIG_INVALID", `${file} has format ${String(catalog.format)}; this version reads ${catalogFormat}.`, { hint: "Run `neuralake compile`." });
}

/** The compiled OpenAPI document. */
export async function readOpenApi(generatedDir: string): Promise<object> {
  return (await readGenerated(join(generatedDir, "openapi.json"))) as object;
}

async function readGenerated(file: string): Promise<unknown> {
  if (!existsSync(file)) throw new Failure("CONFIG_INVALID", `${file} is not there.`, { hint: "Run `neuralake compile` first, or `neuralake init` for a new project." });
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new Failure("CONFIG_INVALID", `${file} is not JSON.`, { hint: "Generated files are never edited; run `neuralake compile`.", cause });
  }
}

/**
 * The author's row functions. A module is loaded once for each text it has had, since Node keeps what it loaded by address; the texts
 * before stay in memory, which a catalog that changes by hand can bear.
 */
export async function readFunctions(generatedDir: string, catalog: Catalog): Promise<Functions> {
  const modules = new Map<string, Promise<{ readonly [name: string]: Functions[string] }>>();
  const functions: [string, Functions[string]][] = [];
  for (const table of allTables(catalog)) {
    if (table.source.kind !== "rows") continue;
    const { module, name } = table.source;
    const file = join(generatedDir, "functions", module);
    const found = (await modules.getOrInsertComputed(file, loadModule))[name];
    if (found === undefined) throw new Failure("CONFIG_INVALID", `${file} has no function ${name}, which ${fullName(table)} is made by.`, { hint: "Run `neuralake compile`." });
    functions.push([fullName(table), found]);
  }
  return Object.fromEntries(functions);
}

async function loadModule(file: string): Promise<{ readonly [name: string]: Functions[string] }> {
  if (!existsSync(file)) throw new Failure("CONFIG_INVALID", `${file} is not there.`, { hint: "Run `neuralake compile`." });
  const text = createHash("sha256").update(await readFile(file)).digest("hex").slice(0, 16);
  return (await import(`${pathToFileURL(file).href}?text=${text}`)) as { readonly [name: string]: Functions[string] };
}

/**
 * `stamp` changes whenever a file that a running process takes from the folder does. `sealed`: catalog.json, which is written last, is the
 * newest of them; else they may be half written, or were changed by somebody else. Cheap enough to be asked four times a second.
 */
export interface FolderStamp { readonly stamp: string; readonly sealed: boolean }

export async function stampOf(generatedDir: string): Promise<FolderStamp> {
  const functions = join(generatedDir, "functions");
  const modules = (await ifThere(readdir(functions)) ?? []).filter((name) => name.endsWith(".js")).toSorted().map((name) => join(functions, name));
  const [seal, ...others] = await Promise.all([join(generatedDir, "catalog.json"), join(generatedDir, "openapi.json"), ...modules].map(async (file) => ({ file, facts: await ifThere(stat(file)) })));
  const texts = [seal, ...others].map((each) => `${each?.file} ${each?.facts === undefined ? "absent" : `${each.facts.mtimeMs} ${each.facts.size} ${each.facts.ino}`}`);
  return { stamp: texts.join("\n"), sealed: others.every(({ facts }) => (facts?.mtimeMs ?? 0) <= (seal?.facts?.mtimeMs ?? 0)) };
}

async function ifThere<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
