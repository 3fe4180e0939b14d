/** Which column of the lake each declared column is: by its name, by a name it had before, or none yet. */
import type { Column, Table } from "../ir/catalog.ts";
import type { NamedType } from "../ir/column-type.ts";
import { fullName } from "../ir/names.ts";
import type { LakeTable } from "./change.ts";

/** Names that a column had before its own, the latest first, as migrations tell: a lake may be several of them behind. */
export type FormerNames = (table: string, column: string) => readonly string[];

export interface Pair { readonly column: Column; readonly kept: NamedType }

export interface Matched {
  readonly pairs: readonly Pair[];
  /** Not in the lake under any name. */
  readonly added: readonly Column[];
  /** In the lake, and no declared column is it. */
  readonly dropped: readonly NamedType[];
}

/** Matches a table's columns with those of the lake. */
export function matchColumns(table: Table, lake: LakeTable, formerNames: FormerNames): Matched {
  const kept = new Map(lake.columns.map((column) => [column.name, column]));
  const declared = new Set(table.columns.map(({ name }) => name));
  const pairs: Pair[] = [];
  const added: Column[] = [];
  for (const column of table.columns) {
    const former = [...(column.was === undefined ? [] : [column.was]), ...formerNames(fullName(table), column.name)];
    const found = kept.get(column.name) ?? former.filter((name) => !declared.has(name)).flatMap((name) => kept.get(name) ?? [])[0];
    if (found === undefined) added.push(column);
    else pairs.push({ column, kept: found });
  }
  const matched = new Set(pairs.map((pair) => pair.kept.name));
  return { pairs, added, dropped: lake.columns.filter(({ name }) => !matched.has(name)) };
}
