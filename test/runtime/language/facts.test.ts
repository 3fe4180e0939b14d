import path from "node:path";
import { describe, expect, test } from "vitest";
import { extract } from "../../../compiler/extract/extract.ts";
import { snakeCase } from "../../../compiler/ir/names.ts";
import { allTables } from "../../../compiler/ir/names.ts";
import type { Table, Word, WordArgument } from "../../../compiler/ir/catalog.ts";
import { factsOf } from "../../../runtime/language/index.ts";
import type { ClassFacts, Fact } from "../../../runtime/language/index.ts";

const repository = path.join(import.meta.dirname, "../../..");
const examples = path.join(repository, "test/compiler/extract/language-examples");

/** Every class the modules of a catalog export, by the file it stands in. */
async function loadClasses(project: string): Promise<ReadonlyMap<string, ClassFacts>> {
  const { catalog } = extract({ project, catalogDir: "catalog" });
  const files = new Set([...allTables(catalog).map((table) => table.place.file), ...catalog.databases.flatMap((database) => database.place?.file ?? [])]);
  const loaded = await Promise.all([...files].map(async (file): Promise<[string, ClassFacts]> => {
    const module: { readonly [name: string]: unknown } = await import(path.join(project, file));
    const [only] = Object.values(module).filter((value): value is new () => object => typeof value === "function");
    if (only === undefined) throw new Error(`${file} exports no class`);
    return [file, factsOf(only)];
  }));
  return new Map(loaded);
}

/** An argument as it was at run time, in the Catalog's spelling; a table is told by its name alone. */
function spelled(argument: unknown): WordArgument {
  if (typeof argument === "bigint") return { bigint: argument.toString() };
  if (argument instanceof RegExp) return { pattern: argument.source, flags: argument.flags };
  if (typeof argument === "function") return { reference: snakeCase((argument() as { readonly name: string }).name) };
  if (Array.isArray(argument)) return { list: argument.map(spelled) };
  if (typeof argument === "object" && argument !== null) return { object: Object.fromEntries(Object.entries(argument).map(([name, value]) => [name, spelled(value)])) };
  return argument as WordArgument;
}

function fromSource(words: readonly Word[]): { name: string; args: WordArgument[] }[] {
  return words.map(({ name, args }) => ({
    name,
    args: args.map((argument) => (typeof argument === "object" && argument !== null && "reference" in argument ? { reference: argument.reference.split(".")[1] ?? "" } : argument)),
  }));
}

function fromRunTime(facts: readonly Fact[]): { name: string; args: WordArgument[] }[] {
  return facts.map(({ name, args }) => ({ name, args: args.map(spelled) }));
}

describe.each([["catalog", repository], ["the examples of the language", examples]])("in %s", async (_, project) => {
  const tables = allTables(extract({ project, catalogDir: "catalog" }).catalog);
  const classes = await loadClasses(project);

  test.each(tables.map((table): [string, Table] => [`${table.database}.${table.name}`, table]))("%s says at run time what its source says", (_name, table) => {
    const facts = classes.get(table.place.file);
    const method = facts?.methods.find((own) => own.name === table.symbol);
    if (method !== undefined) {
      expect(fromRunTime(method.words)).toEqual(fromSource(table.words));
      return;
    }
    expect(fromRunTime(facts?.words ?? [])).toEqual(fromSource(table.words));
    expect(facts?.columns.map((column) => ({ name: column.name, words: fromRunTime(column.words) })))
      .toEqual(table.columns.map((column) => ({ name: column.name, words: fromSource(column.words) })));
    expect(facts?.methods.filter((own) => own.words.length > 0).map((own) => own.name)).toEqual(table.checks.map((own) => own.name));
  });
});
