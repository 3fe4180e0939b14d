/** The steps from a recorded table to a declared one. */
import type { Column, Table } from "../ir/catalog.ts";
import { fullName } from "../ir/names.ts";
import { recordColumn, recordFacts } from "./recorded.ts";
import type { Edit, RecordedTable } from "./recorded.ts";

/** A table that is not recorded yet; a lake may have it all the same, and call its columns by former names. */
export function editsOfNew(table: Table): Edit[] {
  const columns = Object.fromEntries(table.columns.map((column) => [column.name, recordColumn(column)]));
  const former = table.columns.flatMap(({ name, was }): Edit[] => (was === undefined ? [] : [{ edit: "name-former", table: fullName(table), column: name, from: was }]));
  return [{ edit: "create-table", table: fullName(table), as: recordFacts(table), columns }, ...former];
}

/** None when all is recorded. Columns are told in the author's order, dropped ones last. */
export function editsOfTable(table: Table, recorded: RecordedTable): Edit[] {
  const name = fullName(table);
  const facts = recordFacts(table);
  const declared = new Set(table.columns.map((column) => column.name));
  const renamed = new Map(table.columns.flatMap((column) => {
    const from = formerColumn(column, recorded, declared);
    return from === undefined ? [] : [[column.name, from] as const];
  }));
  const dropped = [...recorded.columns.keys()].filter((column) => !declared.has(column) && ![...renamed.values()].includes(column));
  return [
    ...(same(facts, recorded.facts) ? [] : [{ edit: "change-table", table: name, as: facts } as const]),
    ...table.columns.flatMap((column) => editsOfColumn(name, column, recorded, renamed.get(column.name))),
    ...dropped.sort().map((column): Edit => ({ edit: "drop-column", table: name, column })),
  ];
}

/** The recorded column that this one was, when its new name is not recorded yet. */
function formerColumn({ name, was }: Column, recorded: RecordedTable, declared: ReadonlySet<string>): string | undefined {
  return was === undefined || recorded.columns.has(name) || declared.has(was) || !recorded.columns.has(was) ? undefined : was;
}

function editsOfColumn(table: string, column: Column, recorded: RecordedTable, from: string | undefined): Edit[] {
  const { name, was, initially } = column;
  const as = recordColumn(column);
  const known = recorded.columns.get(from ?? name);
  const claimed = was !== undefined && from === undefined && recorded.former.get(name)?.includes(was) !== true;
  return [
    ...(from === undefined ? [] : [{ edit: "rename-column", table, column: name, from } as const]),
    ...(known === undefined ? [{ edit: "add-column", table, column: name, as, ...(initially === undefined ? {} : { initially }) } as const] : []),
    ...(known === undefined || same(as, known) ? [] : [{ edit: "change-column", table, column: name, as } as const]),
    ...(claimed ? [{ edit: "name-former", table, column: name, from: was } as const] : []),
  ];
}

function same(left: object, right: object): boolean {
  return canonical(left) === canonical(right);
}

/** As JSON with its keys in order: what was read from a file has those it was written with. */
function canonical(value: object): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "object" && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).toSorted()) : part));
}
