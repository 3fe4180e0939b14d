/** Columns that a migration adds beside others it drops: the author may have meant a rename. Said when the migration is written. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import type { Catalog } from "../ir/catalog.ts";
import { fullName } from "../ir/names.ts";
import { typeName } from "../ir/type-name.ts";
import type { Migration } from "./migrations.ts";
import { storedTables } from "./recorded.ts";
import type { Recorded } from "./recorded.ts";
import { typeChange } from "./type-change.ts";

/** One warning for each column that may be another under a new name. */
export function riddlesOf(migration: Migration, before: Recorded, catalog: Catalog): Diagnostic[] {
  const edits = Map.groupBy(migration.edits, (edit) => edit.table);
  return storedTables(catalog).filter(({ source }) => source.kind !== "materialized").flatMap((table) => {
    const name = fullName(table);
    const own = edits.get(name) ?? [];
    const dropped = own.flatMap((edit) => (edit.edit === "drop-column" ? [edit.column] : []));
    return own.flatMap((edit) => {
      if (edit.edit !== "add-column") return [];
      const gone = dropped.find((column) => {
        const old = before.get(name)?.columns.get(column);
        return old !== undefined && (typeChange(old.type, edit.as.type) !== "other" || typeChange(edit.as.type, old.type) !== "other");
      });
      const place = table.columns.find((column) => column.name === edit.column)?.place;
      return gone === undefined || place === undefined ? [] : [diagnose("mayBeRename", place, { table: name, column: edit.column, type: typeName(edit.as.type, edit.as.nullable), gone })];
    });
  });
}
