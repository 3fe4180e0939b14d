/** Merging into a declared table, its dead table, or any Delta table by its path. Each merge has an engine of its own, which ends with it. */
import type { Catalog, Table } from "../../compiler/ir/catalog.ts";
import { fullName } from "../../compiler/ir/names.ts";
import type { ChangeOptions } from "../delta/commit/changed-files.ts";
import { mergeRows } from "../delta/commit/merge.ts";
import type { MergeClauses } from "../delta/merge-engine.ts";
import type { Snapshot } from "../delta/snapshot/snapshot.ts";
import { existingFile } from "../query/bulk.ts";
import { withMergeEngine } from "../query/merge-rows.ts";
import type { MergeSource } from "../query/merge-source.ts";
import type { MergeResult, Merges } from "./merge-contract.ts";
import { stagedFiles, withScratch } from "./merge-source.ts";
import { catalogOf } from "./peek.ts";
import type { PlacedTables } from "./placed.ts";
import type { Place, Places } from "./places.ts";
import { declaredOf } from "./row-changes.ts";
import type { DeltaTables } from "./tables.ts";
import { findChangeable } from "./targets.ts";

/** Where rows are merged into: a place, the table as it was declared where it was, and as it is. */
export interface MergeInto { readonly place: Place; readonly table: Table | undefined; readonly base: Snapshot }

/** Merges into the catalog's tables, and into any by its path. */
export function openMerges(catalog: Catalog, places: Places, tables: PlacedTables & Partial<Pick<DeltaTables, "read">>): Merges {
  const found = (target: string): Promise<MergeInto> => mergeInto(catalog, places, tables, target);
  return {
    async mergeFiles(target, files, clauses, options = {}) {
      const into = await found(target);
      return await withScratch(async (scratch) => await mergeSource(tables, target, into, await stagedFiles(asTable(into), files, scratch, options.signal), clauses, options));
    },
    async mergeParquet(target, file, clauses, options = {}) {
      return await mergeSource(tables, target, await found(target), { files: [await existingFile(file)] }, clauses, options);
    },
  };
}

/** Where a target says that rows are merged into, as it is now. */
export async function mergeInto(catalog: Catalog, places: Places, tables: PlacedTables & Partial<Pick<DeltaTables, "read">>, target: string): Promise<MergeInto> {
  const { place, table, base } = await findChangeable(catalog, places, tables, target);
  return { place, table, base };
}

/** The table as sources are read for it; one that nobody declared is as its log tells. */
export function asTable({ place, table, base }: MergeInto): Table {
  return table ?? catalogOf(place.directory, base.columns, base.partitionColumns).table;
}

/** Merges rows that are at hand. */
export async function mergeSource(tables: PlacedTables, target: string, { place, table, base }: MergeInto, source: MergeSource, clauses: MergeClauses, { signal }: ChangeOptions): Promise<MergeResult> {
  const { store, location } = place;
  const declared = table === undefined ? {} : { declared: declaredOf(table) };
  const { snapshot, change } = await withMergeEngine({ readable: [store.local], source, signal }, async (engine) => await mergeRows({ store, location, engine }, base, clauses, { ...declared, ...(signal === undefined ? {} : { signal }) }));
  if (change !== undefined) tables.committed(place, snapshot);
  const { inserted = 0, updated = 0, deleted = 0, filesRead = 0, filesRemoved = 0, filesAdded = 0, vectorsAdded = 0 } = change ?? {};
  return { table: table === undefined ? target : fullName(table), version: snapshot.version, inserted, updated, deleted, filesRead, filesRemoved, filesAdded, vectorsAdded };
}
