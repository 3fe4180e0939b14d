/** Merges that a program asks for: the rows of a query over the lake, or rows at hand, laid down as local Parquet files and merged like any others. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Catalog } from "../../compiler/ir/catalog.ts";
import { arrowSchema } from "../parquet/arrow-schema.ts";
import { encodeParquetStream } from "../parquet/parquet-encoder.ts";
import type { MergeSource } from "../query/merge-source.ts";
import type { QueryRequest } from "../query/request.ts";
import type { Lake } from "./contract.ts";
import { closedMerge } from "./given-merge.ts";
import type { GivenMerges } from "./given-merge.ts";
import { mergeInto, mergeSource } from "./merge.ts";
import { withScratch } from "./merge-source.ts";
import type { PlacedTables } from "./placed.ts";
import type { Places } from "./places.ts";
import { rowSource } from "./table/merges.ts";
import type { DeltaTables } from "./tables.ts";

/** Merges into the catalog's tables, and into any by its path; sources are asked of `query`. */
export function openGivenMerges(catalog: Catalog, places: Places, tables: PlacedTables & Partial<Pick<DeltaTables, "read">>, query: Lake["query"]): GivenMerges {
  return {
    async mergeRows(target, source, given, { parameters, signal } = {}) {
      const closed = closedMerge(given, parameters);
      const into = await mergeInto(catalog, places, tables, target);
      const stop = signal === undefined ? {} : { signal };
      return await withScratch(async (scratch) => {
        const rows = "query" in source ? await querySource(query, { ...source.query, ...stop }, scratch) : await rowSource(into, source.rows, scratch, signal);
        return await closed.told(() => mergeSource(tables, target, into, rows, closed.clauses(into.base.columns), stop));
      });
    },
  };
}

async function querySource(query: Lake["query"], request: QueryRequest, scratch: string): Promise<MergeSource> {
  const file = path.join(scratch, "rows.parquet");
  const { columns, batches } = await query(request);
  await writeFile(file, encodeParquetStream(arrowSchema(columns), batches), request.signal === undefined ? {} : { signal: request.signal });
  return { files: [file] };
}
