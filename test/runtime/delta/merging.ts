/** Rows at hand merged into a table of a test, as the lake does it; in calls of the file system that no test watches. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import type { ChangeOutcome } from "../../../runtime/delta/commit/computed-change.ts";
import { mergeRows } from "../../../runtime/delta/commit/merge.ts";
import type { MergeOptions, RowsMerged } from "../../../runtime/delta/commit/merge.ts";
import type { MergeClauses } from "../../../runtime/delta/merge-engine.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { buildBatch } from "../../../runtime/parquet/arrow-build.ts";
import { encodeParquet } from "../../../runtime/parquet/parquet-file.ts";
import { withMergeEngine } from "../../../runtime/query/merge-rows.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import type { Row } from "../../../runtime/values/value.ts";

/** Merges rows with these columns. */
export async function mergeInto(store: Store, location: string, base: Snapshot, source: { readonly columns: readonly NamedType[]; readonly rows: readonly Row[] }, clauses: MergeClauses, options: MergeOptions = {}): Promise<ChangeOutcome<RowsMerged>> {
  const scratch = mkdtempSync(path.join(tmpdir(), "merging-"));
  try {
    const file = path.join(scratch, "rows.parquet");
    writeFileSync(file, encodeParquet(buildBatch(source.columns, source.rows)));
    return await withMergeEngine({ readable: [store.local], source: { files: [file] }, signal: options.signal }, async (engine) => await mergeRows({ store, location, engine }, base, clauses, options));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
