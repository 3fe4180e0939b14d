/** The tables that the engine was told of: those that some SQL named, as they were when it was read. */
import type { NamedType } from "../ir/column-type.ts";
import type { Binder, FunctionParameter } from "../../runtime/query/binder.ts";

export interface DeclaredTables {
  /** Tells of a table; of one it knows only when that is another now. With `parameters` it is a function table as well. */
  declare(name: string, columns: readonly NamedType[], parameters: readonly FunctionParameter[] | undefined): Promise<void>;
  /** Makes those unknown that are not `there` any more: a bare name would find them. */
  forgetBut(there: (name: string) => boolean): Promise<void>;
}

/** Nothing is declared yet. */
export function openDeclaredTables(binder: Binder): DeclaredTables {
  const declared = new Map<string, string>();
  return {
    async declare(name, columns, parameters) {
      const as = JSON.stringify([columns.map(({ name: column, type }) => [column, type]), parameters ?? null]);
      if (declared.get(name) === as) return;
      if (declared.has(name)) await binder.forget(name);
      declared.set(name, as);
      await binder.declareTable(name, columns);
      if (parameters !== undefined) await binder.declareFunction(name, parameters);
    },
    async forgetBut(there) {
      for (const name of [...declared.keys()].filter((known) => !there(known.toLowerCase()))) {
        declared.delete(name);
        await binder.forget(name);
      }
    },
  };
}
