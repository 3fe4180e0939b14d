/** Rows of any table changed by a program, on every store: the same table goes on, and everybody else sees what became of it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTable, openTable, types } from "../../../../runtime/lake.ts";
import { onEveryStore } from "../../../stores.ts";

let directory: string;
beforeAll(async () => { directory = await mkdtemp(path.join(tmpdir(), "row-changes-")); });
afterAll(async () => await rm(directory, { recursive: true }));

await onEveryStore(({ kind, newRoot }) => {
  test(`rows on ${kind} are deleted and get new values, in the table at hand and for all others`, async () => {
    const cache = { cache: { directory: path.join(directory, "copies") } };
    await using table = await createTable(newRoot(directory), { schema: { id: types.long.notNull(), city: types.string, fare: types.integer }, partitionBy: ["city"], properties: { "delta.constraints.positive": "fare > 0" }, ...cache });
    await table.append([1, 2, 3, 4].map((id) => ({ id: BigInt(id), city: id % 2 === 0 ? "Bern" : "Åre/é", fare: id * 10 })));
    expect(await table.delete("fare = 30 OR city IS NULL")).toMatchObject({ version: 2, deleted: 1 });
    expect(await table.update({ fare: "fare * 2", city: "'Oslo'" }, "id >= 2")).toEqual({ version: 3, updated: 2, filesRead: 0, filesRemoved: 1, filesAdded: 1, vectorsAdded: 0 });
    expect(table.version).toBe(3);
    await using same = await openTable(table.location, cache);
    for (const rows of [await table.rows().toArray(), await same.rows().toArray()]) {
      expect(rows.toSorted((left, right) => Number(left["id"]) - Number(right["id"]))).toEqual([{ id: 1n, city: "Åre/é", fare: 10 }, { id: 2n, city: "Oslo", fare: 40 }, { id: 4n, city: "Oslo", fare: 80 }]);
    }
    await expect(same.update({ fare: "-1" }, "id = 1")).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining("positive") });
    await expect(same.delete("town = 1")).rejects.toMatchObject({ code: "SQL_INVALID", place: { line: 1, column: 1 } });
    // @ts-expect-error: there is no such column.
    await expect(table.update({ town: "1" }, "true")).rejects.toMatchObject({ code: "SQL_INVALID", place: { parameter: "town" } });
    // One that stands at an older version sees what came since.
    expect(await same.delete("id = 2")).toMatchObject({ version: 4, deleted: 1 });
    expect(await table.delete("city = 'Oslo'")).toMatchObject({ version: 5, deleted: 1, filesRead: 0 });
    expect(await table.delete("id = 99")).toMatchObject({ version: 5, deleted: 0 });
    expect(await table.merge([{ id: 1n, fare: 11 }, { id: 5n, city: "Chur", fare: 50 }], { on: ["id"], matched: [{ update: { fare: "source.fare" } }], notMatched: [{ insert: "all" }] })).toMatchObject({ version: 6, inserted: 1, updated: 1, filesRead: 1 });
    expect(await table.merge([{ id: 5n, fare: 51 }], { on: "target.id = source.id AND source.fare > $1", matched: [{ update: { city: "$2" } }] }, { parameters: [50, "Chur"] })).toMatchObject({ version: 7, updated: 1 });
    for (const clauses of [{ on: ["id"], matchd: [{ delete: true }] }, { on: ["id"], matched: [{}] }, { on: ["id"], matched: [{ update: "all", delete: undefined }] }, { on: ["id"], notMatched: [{ delete: true }] }, { on: ["id"], matched: [] }]) {
      await expect(table.merge([{ id: 5n, fare: 1 }], clauses as never), JSON.stringify(clauses)).rejects.toMatchObject({ code: "SQL_INVALID" });
    }
    expect(await same.merge(await table.rows().toArrow(), { on: ["id"], matched: [{ if: "source.id = 1", delete: true }] })).toMatchObject({ version: 8, deleted: 1 });
    await expect(table.merge([{ id: 5n, fare: -1 }], { on: ["id"] })).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining("positive") });
    expect(await same.rows().toArray()).toEqual([{ id: 5n, city: "Chur", fare: 50 }]);
    expect((await table.verify()).findings).toEqual([]);
  });
});

test("an object with a field that the column does not have is refused, and so is what is no row", async () => {
  await using table = await createTable(path.join(directory, "objects"), { schema: { id: types.long, record: types.struct({ x: types.integer }), list: types.array(types.struct({ x: types.integer })), map: types.map(types.string, types.struct({ x: types.integer })) } });
  await table.append([{ id: 1n }]);
  for (const [column, value, field] of [["record", "{'x': 1, 'y': 2}", "record.y"], ["list", "[{'y': 2}]", "list.element.y"], ["map", "MAP {'a': {'y': 2}}", "map.value.y"]] as const) {
    await expect(table.update({ [column]: value }, "true"), column).rejects.toMatchObject({ code: "SQL_INVALID", message: expect.stringContaining(field), place: { parameter: column } });
  }
  await table.update({ record: "{'X': 1}", list: "[row(2)]", map: "NULL" }, "true");
  for (const row of [null, 1, undefined]) {
    await expect(table.append([row] as never)).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining("row 1") });
    await expect(table.merge([row] as never, { on: ["id"] })).rejects.toMatchObject({ code: "ROWS_REFUSED", message: expect.stringContaining("row 1") });
  }
  expect(await table.rows().toArray()).toEqual([{ id: 1n, record: { x: 1 }, list: [{ x: 2 }], map: null }]);
});
