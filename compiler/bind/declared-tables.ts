/** The tables that the engine was told of: those that some SQL named, as they were when it was read. */
import type { Table } from "../ir/catalog.ts";
import { fullName } from "../ir/names.ts";
import { remembered } from "../ir/remembered.ts";
import type { Binder, DeclaredTable } from "../../runtime/query/binder.ts";
import { functionParameters } from "./query-texts.ts";

export interface DeclaredTables {
  /** Tells of tables, all in one go; of one it knows only when that is another now, and never of one without columns. */
  declare(tables: readonly Table[]): Promise<void>;
  /** Makes those unknown that are not `there` any more: a bare name would find them. */
  forgetBut(there: (name: string) => boolean): Promise<void>;
}

/** Nothing is declared yet. */
export function openDeclaredTables(binder: Binder): DeclaredTables {
  const declared = new Map<string, string>();
  return {
    async declare(tables) {
      const fresh: DeclaredTable[] = [];
      for (const { table, as } of tables.filter(({ columns }) => columns.length > 0).map(declarationOf)) {
        const known = declared.get(table.name);
        if (known === as) continue;
        if (known !== undefined) await binder.forget(table.name);
        declared.set(table.name, as);
        fresh.push(table);
      }
      if (fresh.length > 0) await binder.declareTables(fresh);
    },
    async forgetBut(there) {
      for (const name of [...declared.keys()].filter((known) => !there(known.toLowerCase()))) {
        declared.delete(name);
        await binder.forget(name);
      }
    },
  };
}

const declarationOf = remembered((table: Table): { readonly table: DeclaredTable; readonly as: string } => {
  const parameters = functionParameters(table)?.map((parameter) => ({ name: parameter.name, required: parameter.default === undefined }));
  const declared = { name: fullName(table), columns: table.columns.map(({ name, type }) => ({ name, type })), ...(parameters === undefined ? {} : { parameters }) };
  return { table: declared, as: JSON.stringify(declared) };
});
