/** A partition's values are in the names of folders, so something must be left for the files. */
import type { Catalog } from "../ir/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { allTables } from "../ir/names.ts";
import { isKept } from "../ir/sources.ts";

/** Tables all of whose columns are partitions. */
export function partitions(catalog: Catalog): Diagnostic[] {
  return allTables(catalog)
    .filter((table) => (isKept(table.source) || table.source.kind === "parquet") && table.partitionBy.length > 0 && table.partitionBy.length === table.columns.length)
    .map((table) => diagnose("allPartitions", table.place, { symbol: table.symbol }));
}
