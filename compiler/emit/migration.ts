/** generated/migrations/<number>-<hash>.json: named after its own text, so that two branches never write one file, and none is changed unseen. */
import { createHash } from "node:crypto";
import { jsonText } from "./emitted-file.ts";
import type { EmittedFile } from "./emitted-file.ts";

/** A migration that comes after those of these names; its number is one more than the highest of theirs. */
export function emitMigration(migration: { readonly after: readonly string[] }): EmittedFile {
  const number = 1 + Math.max(0, ...migration.after.map((name) => Number(name.slice(0, name.indexOf("-")))));
  const text = jsonText(migration);
  return { path: `migrations/${String(number).padStart(4, "0")}-${migrationHash(text)}.json`, parts: [text] };
}

/** What the name of a migration of this text ends with; how lines end does not count. */
export function migrationHash(text: string): string {
  return createHash("sha256").update(text.replaceAll("\r\n", "\n")).digest("hex").slice(0, 12);
}
