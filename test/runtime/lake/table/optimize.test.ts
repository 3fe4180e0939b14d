import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTable, types } from "../../../../runtime/lake.ts";
import { objectsIn, onEveryStore } from "../../../stores.ts";

await onEveryStore((site) => {
  let directory = "";
  beforeAll(async () => { directory = await mkdtemp(path.join(tmpdir(), "optimized-")); });
  afterAll(async () => await rm(directory, { recursive: true }));

  test("a table is put together, clustered and purged; its rows stay, and nothing is left beside it", async () => {
    const root = site.newRoot(directory);
    await using table = await createTable(root, {
      schema: { id: types.long.notNull(), town: types.string, at: types.timestamp }, properties: { "delta.enableDeletionVectors": "true" }, cache: { directory: path.join(directory, "cache") },
    });
    const rows = Array.from({ length: 60 }, (_, k) => ({ id: BigInt(k), town: k % 7 === 0 ? null : `town ${k % 11}`, at: Temporal.Instant.fromEpochMilliseconds(k * 1_000_000) }));
    for (let from = 0; from < rows.length; from += 20) await table.append(rows.slice(from, from + 20));
    expect(await table.optimize()).toMatchObject({ version: 4, files: 1, filesRemoved: 3, filesAdded: 1, commits: 1, dropped: 0 });
    expect(await table.optimize({ clusterBy: ["town", "at"] })).toMatchObject({ version: 6, filesRemoved: 1, filesAdded: 1 });
    await table.delete("id = 5");
    expect(await table.optimize({ purge: true })).toMatchObject({ version: 8, vectorsRemoved: 1, filesAdded: 1 });
    expect(table.version).toBe(8);
    expect((await table.rows().toArray()).toSorted((left, right) => Number(left.id - right.id))).toEqual(rows.filter(({ id }) => id !== 5n));
    const files = (await objectsIn(root)).filter((name) => name.endsWith(".parquet") && !name.startsWith("_delta_log"));
    expect(files).toHaveLength(3 + 1 + 1 + 1);
    if (site.kind === "files") expect((await readdir(root)).filter((name) => name.startsWith("."))).toEqual([]);
  });
});
