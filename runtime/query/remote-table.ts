/** Tables whose rows another server keeps: what a query asks of them is worked out by a plan, fetched once, and read from a file while the query runs. */
import { rm } from "node:fs/promises";
import { quoteName } from "../../compiler/ir/names.ts";
import { scanColumns } from "../sources/scan.ts";
import type { Declarable } from "./declarable.ts";
import { emptySql } from "./relation.ts";
import type { Engine } from "./engine.ts";
import type { Need } from "./reading.ts";
import { newRowsFile, rowsSql, writeRows } from "./rows-file.ts";

/** Rows of a server's table, fetched when the session declares it. */
export function remoteState(engine: Engine, need: Need): Declarable {
  const file = newRowsFile(engine);
  const { columns } = need.table;
  return {
    need, key: undefined, columns: undefined, leaf: columns, read: undefined, unversioned: true,
    async declare(fetch) {
      const scan = fetch?.scanOf(need);
      const declared = (sql: string) => [{ schema: need.schema, sql: `CREATE VIEW ${quoteName(need.schema)}.${quoteName(need.name)} AS ${sql}` }];
      if (fetch === undefined || scan === undefined) return declared(emptySql(columns));
      const held = scanColumns(columns, scan);
      await writeRows(file, held, fetch.servers.rows(need.table, scan));
      return declared(rowsSql(file, columns, held));
    },
    release: () => rm(file, { force: true }),
  };
}
