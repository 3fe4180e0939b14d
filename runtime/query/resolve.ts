/** From the names in a query to tables of the catalog: without regard to case, a bare name when it is unique across databases. */
import type { Catalog, Table } from "../../compiler/ir/catalog.ts";
import { allTables, fullName } from "../../compiler/ir/names.ts";
import { Failure } from "../values/failure.ts";
import type { Mention } from "./sql-gate.ts";
import { placeOf } from "./sql-problem.ts";

/** The table a mention means; SQL_INVALID with the names that come near, SQL_FORBIDDEN for a table function of the engine's own. */
export function resolveTable(catalog: Catalog, mention: Mention, sql: string): Table {
  const place = placeOf(sql, mention.offset);
  const asked = mention.database === "" ? mention.name : `${mention.database}.${mention.name}`;
  const found = tablesOf(catalog).get(asked.toLowerCase()) ?? [];
  const [table, second] = found;
  if (table !== undefined && second === undefined) return table;
  if (second !== undefined) {
    throw new Failure("SQL_INVALID", `The name ${asked} is not unique.`, { hint: `Write ${found.map(fullName).join(" or ")}.`, place });
  }
  if (mention.kind === "call") {
    throw new Failure("SQL_FORBIDDEN", `A query may not use ${asked}().`, { hint: `A query reads the catalog's tables only.${didYouMean(catalog, asked)}`, place });
  }
  const fileLike = /[/\\:*]|\.(?:csv|tsv|parquet|json|ndjson|jsonl|txt|db)$/i.test(mention.name);
  throw new Failure("SQL_INVALID", `There is no table ${asked}.`, {
    hint: fileLike ? "Files are not read by their names: declare the file as a table in the catalog." : `See which tables there are with \`neuralake ls\`.${didYouMean(catalog, asked)}`,
    place,
  });
}

const known = new WeakMap<Catalog, ReadonlyMap<string, readonly Table[]>>();

/** Tables by `database.table` and by bare name, in lower case. */
function tablesOf(catalog: Catalog): ReadonlyMap<string, readonly Table[]> {
  const remembered = known.get(catalog);
  if (remembered !== undefined) return remembered;
  const tables = new Map<string, Table[]>();
  for (const table of allTables(catalog)) {
    tables.set(fullName(table).toLowerCase(), [table]);
    const bare = table.name.toLowerCase();
    tables.set(bare, [...(tables.get(bare) ?? []), table]);
  }
  known.set(catalog, tables);
  return tables;
}

function didYouMean(catalog: Catalog, asked: string): string {
  const near = allTables(catalog).map(fullName).map((name) => ({ name, edits: Math.min(editDistance(name, asked), editDistance(name.split(".")[1] ?? "", asked)) }));
  const candidates = near.filter(({ edits }) => edits <= Math.max(2, asked.length / 4)).toSorted((a, b) => a.edits - b.edits).slice(0, 3).map(({ name }) => name);
  return candidates.length === 0 ? "" : ` Did you mean ${candidates.join(" or ")}?`;
}

/** Levenshtein's distance, without regard to case. */
function editDistance(left: string, right: string): number {
  const b = right.toLowerCase();
  let row = Array.from({ length: b.length + 1 }, (_, k) => k);
  for (const [i, letter] of [...left.toLowerCase()].entries()) {
    const next = [i + 1];
    for (let j = 1; j <= b.length; j += 1) {
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (b[j - 1] === letter ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
