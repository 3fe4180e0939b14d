/** Fulfils the Delta room's contract of telling texts in rows: those of rows that meet a condition, or which of some texts any row has. */
import { quoteName } from "../../compiler/ir/names.ts";
import type { RowTexts } from "../delta/engine.ts";
import { adoptFiles } from "./adopted-files.ts";
import type { Engine } from "./engine.ts";
import { holdsSql, rowsName, storedColumnsOf } from "./find-rows.ts";
import { parquetRows } from "./relation.ts";
import { textSql } from "./value-sql.ts";

/** By an engine, which the first question starts. Only whole columns of text are looked at. */
export function rowTexts(start: () => Promise<Engine>): RowTexts {
  return async (table, files, of) => {
    const names = table.columns.filter(({ type }) => type.kind === "text" || type.kind === "uuid" || type.kind === "enum").map(({ name }) => quoteName(name));
    if (names.length === 0 || files.length === 0 || ("texts" in of && of.texts.length === 0)) return [];
    const engine = await start();
    return await engine.hold(async () => {
      const scratch: string[] = [];
      const { partitionColumns, byFieldId = false } = table;
      const rows = await parquetRows(engine, await adoptFiles(engine, files), storedColumnsOf(table), { partitionColumns, byFieldId, scratch });
      const chosen = "condition" in of ? `SELECT * FROM (${rows}) AS ${rowsName} WHERE ${holdsSql(of.condition)}` : rows;
      const wanted = "condition" in of ? `WHERE text IS NOT NULL LIMIT ${of.atMost}` : `WHERE text IN (${of.texts.map(textSql).join(", ")})`;
      const read = await engine.control.runAndReadAll(`SELECT DISTINCT text FROM (SELECT unnest([${names.join(", ")}]) AS text FROM (${chosen})) ${wanted}`);
      return read.getRows().map(([text]) => String(text));
    });
  };
}
