/** Columns of a source under names that a catalog can have. */
import { columnNameReason } from "../compiler/check/reserved-names.ts";
import type { DraftColumn } from "../compiler/emit/author-draft.ts";
import { snakeCase } from "../compiler/ir/names.ts";

/** Names that a catalog cannot have, or has already in other letter case, get one that it can, and say from which they come. */
export function catalogColumns<Found extends DraftColumn>(found: readonly Found[]): readonly (Found & Pick<DraftColumn, "from">)[] {
  const firsts = new Map(found.toReversed().filter(({ name }) => columnNameReason(name) === undefined).map((column) => [column.name.toLowerCase(), column]));
  const taken = new Set(firsts.keys());
  return found.map((column) => {
    if (firsts.get(column.name.toLowerCase()) === column) return column;
    let name = snakeCase(column.name.trim()).replaceAll(/[^\p{L}\p{N}]+/gu, "_").replaceAll(/^_+|_+$/g, "").replace(/^(?=\p{N}|$)/u, "column_");
    while (columnNameReason(name) !== undefined || taken.has(name.toLowerCase())) name += "_";
    taken.add(name.toLowerCase());
    return { ...column, name, from: column.name };
  });
}
