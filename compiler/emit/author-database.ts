/** The file of a database as its author begins it, and what the classes of a catalog are called. */
import type { Database } from "../ir/catalog.ts";
import { snakeCase } from "../ir/names.ts";
import { typeWords } from "./author-types.ts";
import { comment, pascalCase } from "./typescript-text.ts";

/** The whole text of database.ts for a folder of tables, without any computed ones. */
export function authorDatabase({ name, doc, owner }: Pick<Database, "name" | "doc" | "owner">): string {
  const facts = owner === undefined ? "" : `{ owner: ${JSON.stringify(owner)} }`;
  return `import { database } from "neuralake";\n\n${comment(doc, undefined)}@database(${facts})\nexport class ${className(name)} {}\n`;
}

/** A class whose name is read as `name`: `TripEvents` for `trip_events`. One that a type in the same file may be called is left small. */
export function className(name: string): string {
  const candidates = [pascalCase(name), name.charAt(0).toUpperCase() + name.slice(1)];
  return candidates.find((candidate) => snakeCase(candidate) === name && !taken.has(candidate)) ?? name;
}

const taken: ReadonlySet<string> = new Set([...typeWords, "Record"]);
