/** Times that nobody could read back are kept out of tables on every way in that the engine writes, wherever they stand in a row. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { catalogFormat } from "../../../compiler/ir/catalog.ts";
import { quoteText } from "../../../compiler/ir/names.ts";
import { createTable, openLake, types } from "../../../runtime/lake.ts";
import { openEngine } from "../../../runtime/query/engine.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "far-"));
});
afterEach(async () => await rm(directory, { recursive: true, force: true }));

test("a time outside the years 0001 to 9999 is refused where it partitions the table, stands in a list or an object, or has no statistics", async () => {
  await using table = await createTable(path.join(directory, "table"), {
    schema: { id: types.long, day: types.date, at: types.timestamp, local: types.timestampNtz, list: types.array(types.date), record: types.struct({ at: types.timestamp }), map: types.map(types.string, types.array(types.timestampNtz)) },
    partitionBy: ["local"], properties: { "delta.dataSkippingStatsColumns": "id" },
  });
  await table.append([{ id: 1n }]);
  const far: { readonly [column: string]: string } = { day: "DATE '10000-01-01'", at: "TIMESTAMPTZ '0001-01-01 00:00:00+00' - INTERVAL 1 MICROSECOND", local: "TIMESTAMP 'infinity'", list: "[DATE '2020-01-01', DATE '-infinity']", record: "{'at': TIMESTAMPTZ '10000-01-01 00:00:00+00'}", map: "MAP {'a': [TIMESTAMP '10000-01-01']}" };
  const near: { readonly [column: string]: string } = { day: "DATE '9999-12-31'", at: "TIMESTAMPTZ '0001-01-01 00:00:00+00'", local: "TIMESTAMP '9999-12-31 23:59:59.999999'", list: "[DATE '0001-01-01', NULL]", record: "{'at': NULL}", map: "MAP {'a': [TIMESTAMP '2020-01-01']}" };
  const lake = await openLake({ catalog: { format: catalogFormat, databases: [] }, root: directory, project: directory });
  const engine = await openEngine({ readable: [directory], temporary: directory });
  try {
    for (const [column, sql] of Object.entries(far)) {
      await expect(table.update({ [column]: sql }, "id = 1"), column).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining("0001 to 9999") });
      await expect(table.merge([{ id: 1n }], { on: ["id"], matched: [{ update: { [column]: sql } }] }), column).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining("0001 to 9999") });
      await expect(table.merge([{ id: 2n }], { on: ["id"], notMatched: [{ insert: { [column]: sql } }] }), column).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining("0001 to 9999") });
      const file = path.join(directory, `${column}.parquet`);
      await engine.control.run(`COPY (SELECT 3::BIGINT AS id, ${sql} AS ${column}) TO ${quoteText(file)}`);
      await expect(lake.load(table.location, file), column).rejects.toMatchObject({ code: "ROWS_REFUSED", place: { parameter: column } });
    }
    expect(await table.refresh()).toBe(1);
    await table.update(near, "id = 1");
    expect(await table.rows().toArray()).toMatchObject([{ id: 1n, day: Temporal.PlainDate.from("9999-12-31"), list: [Temporal.PlainDate.from("0001-01-01"), null], record: { at: null } }]);
  } finally {
    await engine.close();
    await lake.close();
  }
});
