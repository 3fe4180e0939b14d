/** The bound plan of a query over Delta tables, views and functions of SQL, all taken in: made over tables of the same columns, without a row. */
import { isKept } from "../../compiler/ir/sources.ts";
import { openBinder } from "./binder.ts";
import { computedDeclarations } from "./declare.ts";
import type { Reading } from "./reading.ts";
import type { TreeNode } from "./sql-tree.ts";

/** The plan's root, in which each table is `schema.name` of its need; a text that says why there is none. */
export async function boundQuery({ sql, needs }: Reading): Promise<TreeNode | string> {
  const binder = await openBinder();
  try {
    for (const need of needs) {
      const { source, columns } = need.table;
      const name = `${need.schema}.${need.name}`;
      if (isKept(source)) await binder.declareTables([{ name, columns }]);
      else if (source.kind === "view" || source.kind === "sql") await binder.declareComputed(name, computedDeclarations(need, source).map((declaration) => declaration.sql));
      else return `${name} is no Delta table`;
    }
    return await binder.plan(sql);
  } finally {
    binder.close();
  }
}
