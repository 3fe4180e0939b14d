/**
 * Migrations: what compiling found, one file each time, never changed again. A migration comes after those that were there when it was
 * written, so two branches may each add one: replayed in any such order they give the same, and what they disagree about the next one settles.
 */
import type { Catalog } from "../ir/catalog.ts";
import { fullName } from "../ir/names.ts";
import { editsOfNew, editsOfTable } from "./edits.ts";
import type { FormerNames } from "./matched-columns.ts";
import { storedTables } from "./recorded.ts";
import type { Edit, Recorded, RecordedColumn, RecordedTable } from "./recorded.ts";

export interface Migration {
  readonly format: 1;
  /** Names of those that came before, sorted: of each branch the last. */
  readonly after: readonly string[];
  readonly edits: readonly Edit[];
}

export interface NamedMigration { readonly name: string; readonly migration: Migration }

/** The migrations that no other one comes after, sorted. */
export function headsOf(history: readonly NamedMigration[]): string[] {
  const before = new Set(history.flatMap(({ migration }) => migration.after));
  return history.map(({ name }) => name).filter((name) => !before.has(name)).sort();
}

/** The migration that leads from the history to the catalog; undefined when it is there already. */
export function nextMigration(history: readonly NamedMigration[], catalog: Catalog): Migration | undefined {
  const edits = editsTo(replay(history), catalog);
  return edits.length === 0 ? undefined : { format: 1, after: headsOf(history), edits };
}

function editsTo(recorded: Recorded, catalog: Catalog): Edit[] {
  const declared = storedTables(catalog);
  const names = new Set(declared.map(fullName));
  return [
    ...declared.flatMap((table): Edit[] => {
      const known = recorded.get(fullName(table));
      return known === undefined ? editsOfNew(table) : editsOfTable(table, known);
    }),
    ...[...recorded.keys()].filter((name) => !names.has(name)).sort().map((table): Edit => ({ edit: "drop-table", table })),
  ];
}

/** What all migrations together say, each taken after those it comes after; of two that neither comes before the other, by name. */
export function replay(history: readonly NamedMigration[]): Recorded {
  const state = new Map<string, MutableTable>();
  for (const { migration } of inOrder(history)) for (const edit of migration.edits) apply(state, edit);
  return state;
}

function inOrder(history: readonly NamedMigration[]): NamedMigration[] {
  const byName = new Map(history.map((one) => [one.name, one]));
  const taken = new Set<string>();
  const ordered: NamedMigration[] = [];
  const take = (one: NamedMigration): void => {
    if (taken.has(one.name)) return;
    taken.add(one.name);
    for (const name of one.migration.after) {
      const earlier = byName.get(name);
      if (earlier !== undefined) take(earlier);
    }
    ordered.push(one);
  };
  for (const one of history.toSorted((left, right) => (left.name < right.name ? -1 : 1))) take(one);
  return ordered;
}

interface MutableTable extends RecordedTable { facts: RecordedTable["facts"]; readonly columns: Map<string, RecordedColumn>; readonly former: Map<string, readonly string[]> }

/** Takes one step. A step about what another branch took away is passed over: whether that was right, the catalog tells. */
function apply(state: Map<string, MutableTable>, edit: Edit): void {
  if (edit.edit === "create-table") {
    const known = state.get(edit.table);
    state.set(edit.table, { facts: edit.as, columns: new Map([...(known?.columns ?? []), ...Object.entries(edit.columns)]), former: new Map(known?.former) });
    return;
  }
  const table = state.get(edit.table);
  if (table === undefined) return;
  switch (edit.edit) {
    case "drop-table": return void state.delete(edit.table);
    case "change-table": return void (table.facts = edit.as);
    case "add-column":
    case "change-column": return void table.columns.set(edit.column, edit.as);
    case "rename-column": return renameColumn(table, edit.from, edit.column);
    case "name-former": return nameFormer(table, edit.column, edit.from);
    case "drop-column": return void table.columns.delete(edit.column);
  }
}

function renameColumn(table: MutableTable, from: string, to: string): void {
  const column = table.columns.get(from);
  nameFormer(table, to, from);
  if (column === undefined) return;
  table.columns.delete(from);
  table.columns.set(to, column);
}

function nameFormer(table: MutableTable, column: string, from: string): void {
  table.former.set(column, [...new Set([from, ...(table.former.get(from) ?? []), ...(table.former.get(column) ?? [])])].filter((name) => name !== column));
}

/** The names that columns had before, as the history tells. */
export function formerNamesIn(history: readonly NamedMigration[]): FormerNames {
  const recorded = replay(history);
  return (table, column) => recorded.get(table)?.former.get(column) ?? [];
}
