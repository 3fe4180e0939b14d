/** An erase of rows from a store whose clock is not this machine's: which files are old is told by the store, and nothing of the rows is left. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { openEngine } from "../../../runtime/query/engine.ts";
import type { Engine } from "../../../runtime/query/engine.ts";
import { openFiles } from "../../../runtime/storage/files.ts";
import type { Store, StoredObject } from "../../../runtime/storage/store.ts";
import { location } from "./rides.ts";
import { prepareTable, tableOperations } from "./table-operations.ts";

let folder: string;
let engine: Engine;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "erase-clock-"));
  await mkdir(path.join(folder, "engine"));
  engine = await openEngine({ readable: [folder], temporary: path.join(folder, "engine") });
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

/** A store whose clock is ahead of this machine's, or behind, and tells whole seconds, as S3 does. */
function withClock(store: Store, aheadMs: number): Store {
  const shifted = (object: StoredObject): StoredObject => ({ ...object, modified: object.modified + aheadMs });
  return {
    ...store,
    async *list(...asked) { for await (const object of store.list(...asked)) yield shifted(object); },
    async head(name) {
      const object = await store.head(name);
      return object && shifted(object);
    },
    now: async () => Math.floor((Date.now() + aheadMs) / 1_000) * 1_000,
  };
}

test.each([["ahead by an hour", 3_600_000], ["behind by an hour", -3_600_000]])("a clock that is %s is the one that counts", async (_name, aheadMs) => {
  const operation = tableOperations.find(({ name }) => name === "erase");
  const store = withClock(openFiles(path.join(folder, `lake${aheadMs}`)), aheadMs);
  const base = await prepareTable(store, engine, operation?.properties);
  await operation?.act({ store, engine, base });
  expect(await operation?.leaves?.({ store, engine, base: await readSnapshot(store, location) })).toEqual([]);
});

test("a clock that stands still is told, and nothing was removed by it", async () => {
  const operation = tableOperations.find(({ name }) => name === "erase");
  const store: Store = { ...openFiles(path.join(folder, "still")), now: async () => 1_700_000_000_000 };
  const base = await prepareTable(store, engine, operation?.properties);
  await expect(operation?.act({ store, engine, base })).rejects.toMatchObject({ code: "STORE_FAILED", message: expect.stringContaining("stands still at 2023-11-14T22:13:20"), hint: expect.stringContaining("erase them again") });
});
