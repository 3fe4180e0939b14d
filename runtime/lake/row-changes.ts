/** Rows changed where they lie: of a declared table, its dead table, or any Delta table by its path. Each change has an engine of its own, which ends with it. */
import type { Catalog, Table } from "../../compiler/ir/catalog.ts";
import { fullName } from "../../compiler/ir/names.ts";
import type { Changing } from "../delta/commit/changed-files.ts";
import type { ChangeOutcome } from "../delta/commit/computed-change.ts";
import { deleteRows } from "../delta/commit/delete.ts";
import type { RowsChanged } from "../delta/commit/delete.ts";
import { updateRows } from "../delta/commit/update.ts";
import type { Declared } from "../delta/commit/update.ts";
import type { Snapshot } from "../delta/snapshot/snapshot.ts";
import { conditionsOf } from "../governance/conditions.ts";
import { dayOfSql } from "../governance/day-of.ts";
import { changeRows } from "../query/change-rows.ts";
import { rowFinder } from "../query/find-rows.ts";
import { Failure } from "../values/failure.ts";
import type { DeleteResult, Lake } from "./contract.ts";
import { requireAsDeclared } from "./declared.ts";
import { openEngineRoom } from "./engine-room.ts";
import { closedChange } from "./given-changes.ts";
import type { PlacedTables } from "./placed.ts";
import type { Place, Places } from "./places.ts";
import type { DeltaTables } from "./tables.ts";
import { findChangeable } from "./targets.ts";

/** Changes of the catalog's tables, and of any by its path. */
export function openRowChanges(catalog: Catalog, places: Places, tables: PlacedTables & Partial<Pick<DeltaTables, "read">>): Pick<Lake, "deleteRows" | "updateRows"> {
  const change = async (target: string, act: (changing: Changing, base: Snapshot, table: Table | undefined) => Promise<ChangeOutcome<RowsChanged>>): Promise<Changed> => {
    const { place, table, base } = await findChangeable(catalog, places, tables, target);
    const outcome = await withChanging(place, (changing) => act(changing, base, table));
    if (outcome.change !== undefined) tables.committed(place, outcome.snapshot);
    return changed(table === undefined ? target : fullName(table), outcome);
  };
  return {
    async deleteRows(target, where, { parameters, ...options } = {}) {
      const given = closedChange([], where, parameters);
      const { rows, ...result } = await given.told(() => change(target, (changing, base) => deleteRows(changing, base, given.where, options)));
      return { ...result, deleted: rows };
    },
    async updateRows(target, set, where, { parameters, ...options } = {}) {
      const given = closedChange(set, where, parameters);
      const { rows, ...result } = await given.told(() => change(target, (changing, base, table) => updateRows(changing, base, given.assignments(base.columns), given.where, { ...options, ...(table === undefined ? {} : { declared: declaredOf(table) }) })));
      // New rows are counted as they are written.
      return { ...result, updated: rows ?? 0 };
    },
  };
}

type Changed = Omit<DeleteResult, "deleted"> & { readonly rows: number | null };

function changed(table: string, { snapshot, change }: ChangeOutcome<RowsChanged>): Changed {
  const { rows = null, filesRead = 0, filesRemoved = 0, filesAdded = 0, vectorsAdded = 0 } = change ?? { rows: 0 };
  return { table, version: snapshot.version, rows, filesRead, filesRemoved, filesAdded, vectorsAdded };
}

/** Memory of the engine that looks for rows, as DuckDB spells it; the one that copies has as much. */
const searchMemory = "1GB";

/** What changes a table's rows, with an engine for as long as it acts. */
export async function withChanging<T>({ store, location }: Place, act: (changing: Changing) => Promise<T>): Promise<T> {
  const room = openEngineRoom([store.local], undefined, searchMemory);
  try {
    return await act({ store, location, finder: rowFinder(room.engine), change: changeRows });
  } finally {
    await room.close();
  }
}

/** What a declaration asks of rows; a row that is there already is set aside nowhere, so that a check which would do that refuses it. */
export function declaredOf(table: Table): Declared {
  const conditions = conditionsOf(table);
  if (conditions === undefined) throw new Failure("TABLE_NOT_WRITABLE", `${fullName(table)} has a rule that only JavaScript can judge, and rows are changed by the engine.`, { hint: "Delete the rows, and append them as they are to be." });
  return {
    require: (snapshot) => requireAsDeclared(table, snapshot),
    conditions: conditions.filter(({ onFail }) => onFail !== "warn"),
    follows: table.columns.flatMap((column) => {
      const source = table.columns.find((other) => other.name === column.dayOf);
      return source === undefined ? [] : [{ column: column.name, of: source.name, sql: dayOfSql(source.name, source.type) }];
    }),
  };
}
