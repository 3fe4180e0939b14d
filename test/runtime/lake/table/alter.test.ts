/** Any table altered by a program, on every store: files of before and after are read together, and those who append meanwhile lose nothing. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTable, openTable, types } from "../../../../runtime/lake.ts";
import type { Alteration } from "../../../../runtime/lake.ts";
import { onEveryStore } from "../../../stores.ts";

let directory: string;
beforeAll(async () => { directory = await mkdtemp(path.join(tmpdir(), "altered-")); });
afterAll(async () => await rm(directory, { recursive: true }));

const patienceMs = 600_000;
/** Between two appends of a writer. */
const pauseMs = 30;
const sorted = (rows: readonly object[]): readonly object[] => rows.toSorted((left, right) => Number(Reflect.get(left, "id")) - Number(Reflect.get(right, "id")));

await onEveryStore(({ kind, newRoot }) => {
  test(`a table on ${kind} gets other columns, and a table at hand of before goes on behind them`, { timeout: patienceMs }, async () => {
    const cache = { cache: { directory: path.join(directory, "copies") } };
    await using table = await createTable(newRoot(directory), { schema: { id: types.integer.notNull(), city: types.string, trip: types.struct({ n: types.short }) }, partitionBy: ["city"], ...cache });
    await table.append([{ id: 1, city: "Bern", trip: { n: 1 } }, { id: 2, city: "Åre/é", trip: null }]);
    await using other = await openTable(table.location, cache);
    const changes: readonly Alteration[] = [
      { kind: "rename", column: "city", to: "town" }, { kind: "rename", column: "trip.n", to: "count" }, { kind: "add", column: "trip.note", type: "string" }, { kind: "widen", column: "id", type: "bigint" },
      { kind: "check", name: "low", sql: "id < 10" }, { kind: "notNull", column: "town" }, { kind: "set", property: "delta.enableDeletionVectors", value: "true" },
    ];
    expect(await table.alter(changes)).toEqual({ version: 3, versions: [2, 3] });
    expect(await table.alter([{ kind: "widen", column: "id", type: "bigint" }, { kind: "nullable", column: "trip" }])).toEqual({ version: 3, versions: [] });
    expect([table.version, other.version]).toEqual([3, 1]);
    await expect(other.append([{ id: 3, city: "x" }])).rejects.toMatchObject({ code: "ROWS_REFUSED" });
    expect(await other.append([{ id: 3n, town: "Bern", trip: { count: 3, note: "x" } }])).toMatchObject({ kind: "committed", version: 4 });
    await expect(other.append([{ id: 11n, town: "Bern" }])).rejects.toMatchObject({ code: "ROWS_REFUSED" });
    await table.refresh();
    for (const rows of [await table.rows().toArray(), await other.rows().toArray()]) {
      expect(sorted(rows)).toEqual([{ id: 1n, town: "Bern", trip: { count: 1, note: null } }, { id: 2n, town: "Åre/é", trip: null }, { id: 3n, town: "Bern", trip: { count: 3, note: "x" } }]);
    }
    expect(await other.delete("id = 1")).toMatchObject({ deleted: 1, vectorsAdded: 0 });
    await expect(table.alter([{ kind: "check", name: "none", sql: "id > 2" }])).rejects.toMatchObject({ code: "ROWS_REFUSED" });
    expect(sorted(await table.rows({ version: 1 }).toArray())).toEqual([{ id: 1, city: "Bern", trip: { n: 1 } }, { id: 2, city: "Åre/é", trip: null }]);
    expect((await table.verify()).findings).toEqual([]);
  });

  test(`a table on ${kind} is altered between appends, none of which is lost, and rows that come first are held against what is asked`, { timeout: patienceMs }, async () => {
    const cache = { cache: { directory: path.join(directory, "copies") } };
    await using table = await createTable(newRoot(directory), { schema: { id: types.integer, other: types.integer }, ...cache });
    await using first = await openTable(table.location, cache);
    await using second = await openTable(table.location, cache);
    let altered = false;
    let appended = 0;
    const appending = async (one: typeof first): Promise<void> => {
      while (!altered || appended < 10) {
        const outcome = await one.append([{ id: appended }]);
        expect(outcome.kind).toBe("committed");
        appended += 1;
        await wait(pauseMs);
      }
    };
    const writers = Promise.all([appending(first), appending(second)]);
    const alterations: readonly (readonly Alteration[])[] = [
      [{ kind: "add", column: "note", type: "string" }], [{ kind: "rename", column: "other", to: "another" }], [{ kind: "check", name: "whole", sql: "id >= 0" }], [{ kind: "notNull", column: "id" }],
      [{ kind: "set", property: "delta.enableRowTracking", value: "true" }], [{ kind: "widen", column: "another", type: "bigint" }], [{ kind: "drop", column: "another" }],
    ];
    try {
      for (const alteration of alterations) {
        const before = appended;
        await expect.poll(() => appended).toBeGreaterThan(before);
        expect((await table.alter(alteration)).versions).not.toEqual([]);
      }
    } finally {
      altered = true;
    }
    await writers;
    await table.refresh();
    expect(await table.rows({ columns: ["id"] }).toArray()).toHaveLength(appended);
    expect(table.schema.fields).toMatchObject([{ name: "id", nullable: false }, { name: "note" }]);
    expect((await table.verify()).findings).toEqual([]);
    expect(Object.keys(table.metadata.configuration)).not.toContain("neuralake.changing");
    const operations = (await table.history()).map(({ operation }) => operation);
    for (const operation of ["ADD COLUMNS", "RENAME COLUMN", "ADD CONSTRAINT", "CHANGE COLUMN", "ROW TRACKING BACKFILL", "DROP COLUMNS"]) expect(operations).toContain(operation);
  });
});
