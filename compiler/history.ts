/** The migrations in the generated folder, read and held against their names: history is only ever added to. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { diagnose } from "./diagnostics/messages.ts";
import { migrationHash } from "./emit/migration.ts";
import type { Migration, NamedMigration } from "./plan/migrations.ts";

export interface History {
  /** In order of name. */
  readonly migrations: readonly NamedMigration[];
  /** Files that are no migrations, were changed, or come after one that is gone. */
  readonly problems: readonly Diagnostic[];
}

/** The history of a generated folder as it is whenever asked: read again when a file of it is another. */
export function openHistory(generatedDir: string, project: string): () => History {
  const folder = path.join(generatedDir, "migrations");
  let known: { readonly stamp: string; readonly history: History } | undefined;
  return () => {
    const facts = namesIn(folder).map((name) => ({ name, ...statSync(path.join(folder, name)) }));
    const stamp = facts.map(({ name, mtimeMs, size, ino }) => `${name} ${mtimeMs} ${size} ${ino}`).join("\n");
    if (known?.stamp !== stamp) known = { stamp, history: readHistory(generatedDir, project) };
    return known.history;
  };
}

/** Reads the history of a generated folder; `project` is what places are relative to. None is an empty history. */
export function readHistory(generatedDir: string, project: string): History {
  const folder = path.join(generatedDir, "migrations");
  const names = namesIn(folder);
  const migrations: NamedMigration[] = [];
  const wrong: [file: string, text: string][] = [];
  for (const file of names) {
    const read = readMigration(readFileSync(path.join(folder, file), "utf8"), file);
    if (typeof read === "string") wrong.push([file, read]);
    else migrations.push({ name: path.basename(file, ".json"), migration: read });
  }
  const known = new Set(migrations.map(({ name }) => name));
  if (wrong.length === 0) wrong.push(...migrations.flatMap(({ name, migration }) => migration.after.filter((before) => !known.has(before)).map((before): [string, string] => [`${name}.json`, `it comes after ${before}, which is not there`])));
  const placed = (file: string) => ({ file: path.relative(project, path.join(folder, file)).split(path.sep).join("/"), line: 1, column: 1, length: 0 });
  return { migrations, problems: wrong.map(([file, text]) => diagnose("migrationBroken", placed(file), { text })) };
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")).sort() : [];
}

/** The migration of a file's text, or what is wrong with it. */
function readMigration(text: string, file: string): Migration | string {
  if (!/^\d{4,}-[0-9a-f]{12}\.json$/.test(file)) return "its name is none that `neuralake compile` gives";
  if (!file.endsWith(`-${migrationHash(text)}.json`)) return "it is not the text that its name was made of";
  const migration = JSON.parse(text) as Migration;
  return (migration.format as number) === 1 ? migration : `it has format ${String(migration.format)}, and this version reads 1`;
}
