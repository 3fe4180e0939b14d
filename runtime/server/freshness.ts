/** How old an answer is and whether the client has it already: Neuralake-Version, Age, ETag (surface.md). */
import { createHash } from "node:crypto";
import type { QueryResult, ReadTable } from "../query/request.ts";

/** Headers that say which versions were read and when the newest of them was committed; none when nothing read has versions. */
export function versionHeaders(tables: readonly ReadTable[]): { readonly [name: string]: string } {
  if (tables.length === 0) return {};
  const newest = Math.max(...tables.map((table) => table.committed));
  return {
    "neuralake-version": tables.map(({ table, version }) => `${table}=${version}`).join(", "),
    age: String(Math.max(0, Math.floor((Date.now() - newest) / 1000))),
  };
}

/**
 * The tag of an answer: everything it follows from (catalog, question, format) and the versions it was read at. Weak, since rows
 * without an ORDER BY may come in another order. A client can only hold a tag that an answer bore, so one that matches proves
 * that the same question at the same versions has the same answer.
 */
export function entityTag(identity: readonly string[], tables: readonly ReadTable[]): string {
  const hash = createHash("sha256").update(JSON.stringify([...identity, ...tables.map(({ table, version }) => [table, version])]));
  return `W/"${hash.digest("base64url").slice(0, 27)}"`;
}

/** Whether an answer may bear a tag: everything it read has versions, and these alone decide it. */
export function isTaggable(result: QueryResult): boolean {
  return !result.volatile && result.tables.length > 0;
}

/** Whether an If-None-Match header names the tag (RFC 9110, section 13.1.2). */
export function namesTag(ifNoneMatch: string | undefined, tag: string): boolean {
  return (ifNoneMatch ?? "").split(",").some((text) => text.trim().replace(/^W\//, "") === tag.replace(/^W\//, ""));
}
