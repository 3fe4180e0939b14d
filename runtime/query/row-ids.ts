/**
 * Ids of the rows of Parquet files (Delta protocol: Row Tracking), as columns beside their own: what a file brings in columns of that name, else
 * its first row's id and the row's place in it.
 */
import { quoteName } from "../../compiler/ir/names.ts";
import type { Rewrite, RowIds } from "../delta/engine.ts";
import type { FileElement } from "./file-shapes.ts";
import { fileColumn, placeColumn, requireFreeNames } from "./row-selection.ts";

export type RowIdColumns = NonNullable<Rewrite["rowTracking"]>;

/** The two columns of a SELECT from files that are alike: `id`, and `version`, which is null where the rows change. */
export function rowIdsSql(files: readonly { readonly url: string; readonly rowIds?: RowIds }[], elements: readonly FileElement[], { id, version, changed }: RowIdColumns): string[] {
  requireFreeNames(files, elements, "row ids");
  const ofFile = (value: (ids: RowIds) => number): string => `CAST([${files.map(({ rowIds }) => (rowIds === undefined ? "NULL" : value(rowIds))).join(", ")}] AS BIGINT[])[CAST(${fileColumn} AS BIGINT) + 1]`;
  const stored = (name: string): string => (elements.some((element) => element.name === name) ? quoteName(name) : "NULL");
  return [
    `CAST(coalesce(${stored(id)}, ${ofFile(({ first }) => first)} + CAST(${placeColumn} AS BIGINT)) AS BIGINT) AS ${quoteName(id)}`,
    `CAST(${changed ? "NULL" : `coalesce(${stored(version)}, ${ofFile((ids) => ids.version)})`} AS BIGINT) AS ${quoteName(version)}`,
  ];
}
