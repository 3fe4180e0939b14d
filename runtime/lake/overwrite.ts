/** Files in the place of what a table holds: read and judged like any load, then one commit takes the old rows out and the new ones in. */
import type { Table } from "../../compiler/ir/catalog.ts";
import { fullName } from "../../compiler/ir/names.ts";
import { overwriteRows } from "../delta/commit/overwrite.ts";
import { Failure } from "../values/failure.ts";
import type { OverwriteOptions, OverwriteResult } from "./contract.ts";
import { requireAsDeclared } from "./declared.ts";
import { loadMark } from "./load.ts";
import type { WriteFile, WrittenLoad } from "./load.ts";
import { removeFiles } from "./placed.ts";
import { setAside } from "./quarantine.ts";
import { withChanging } from "./row-changes.ts";
import type { DeltaTables } from "./tables.ts";

/** Replaces all rows, or those that meet `where`, by the rows of files; `write` judges that these meet it too. */
export async function overwriteWithFiles(tables: DeltaTables, write: WriteFile, table: Table, files: readonly string[], { where, signal }: OverwriteOptions): Promise<OverwriteResult> {
  const place = tables.places.table(table);
  const base = await tables.readToWrite(table);
  requireAsDeclared(table, base);
  return await withChanging(place, async (changing) => {
    // What is wrong with the condition is told before any file is read.
    if (where !== undefined) await changing.finder.read(base.columns, where);
    const loads: (WrittenLoad & { readonly file: string; readonly appId: string })[] = [];
    const written = (): WrittenLoad["files"] => loads.flatMap((load) => load.files);
    try {
      for (const file of files) {
        const appId = await loadMark(file, signal);
        if (!loads.some((load) => load.appId === appId)) loads.push({ file, appId, ...(await write(table, base, file, signal)) });
      }
      for (const { dead, appId } of loads) await setAside(tables, table, dead, [{ appId, version: (base.transactions.get(appId) ?? 0) + 1, lastUpdated: Date.now() }]);
      const { snapshot, change } = await overwriteRows(changing, base, { files: written(), applications: loads.map(({ appId }) => appId), ...(where === undefined ? {} : { where }) }, signal === undefined ? {} : { signal });
      tables.committed(place, snapshot);
      return {
        table: fullName(table), version: snapshot.version, deleted: change?.rows ?? null,
        files: loads.map(({ file, kept, dead, warnings, columns }) => ({ file, kept, quarantined: dead.length, warnings, ...columns })),
      };
    } catch (error) {
      if (!(error instanceof Failure && error.code === "COMMIT_UNKNOWN")) await removeFiles(place, written());
      throw error;
    }
  });
}
