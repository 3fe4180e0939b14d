/**
 * Groups of files of which each becomes one file, and how many of them one COPY writes: a table may have a thousand partitions with a few rows to change in each,
 * and a COPY costs more than it takes to copy those.
 */
import { quoteName } from "../../compiler/ir/names.ts";
import type { NamedType } from "../../compiler/ir/column-type.ts";

/** A column beside a table's own: the place of the row's group among those that are copied together. */
export const groupColumn: NamedType = { name: "group of the row", type: { kind: "int32" }, nullable: false };

/** Of groups that one COPY writes: it keeps some megabytes for each, and holds their rows until it has seen all of them, each text as long as it is, where files may be a thousandth of that. */
const togetherMax = { rows: 32_768, bytes: 16 * 1024 * 1024, groups: 32 };

type Sized = readonly { readonly size: number; readonly rows?: number }[];

/** Groups in their order, as many in each COPY as it may write; a large one has its own, as one has whose rows are not known, and each of a table that has a column of that name. */
export function copiesOf<Group extends Sized>(groups: readonly Group[], columns: readonly NamedType[]): readonly (readonly Group[])[] {
  if (columns.some(({ name }) => name.toLowerCase() === groupColumn.name)) return groups.map((group) => [group]);
  const copies: { bytes: number; rows: number; groups: Group[] }[] = [];
  for (const group of groups) {
    const [bytes, rows] = [group.reduce((sum, { size }) => sum + size, 0), group.reduce((sum, own) => sum + (own.rows ?? Number.POSITIVE_INFINITY), 0)];
    const last = copies.at(-1);
    if (last === undefined || last.groups.length === togetherMax.groups || last.bytes + bytes > togetherMax.bytes || last.rows + rows > togetherMax.rows) copies.push({ bytes, rows, groups: [group] });
    else {
      last.bytes += bytes;
      last.rows += rows;
      last.groups.push(group);
    }
  }
  return copies.map((copy) => copy.groups);
}

/** SELECT of the rows of groups, a SELECT for each, with the group of each row; of one alone nothing is said. */
export function groupedSql(groups: readonly string[]): string {
  if (groups.length === 1) return groups.join("");
  return groups.map((sql, k) => `SELECT *, CAST(${k} AS INTEGER) AS ${quoteName(groupColumn.name)} FROM (${sql})`).join("\nUNION ALL\n");
}
